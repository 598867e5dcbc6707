// One article: its front matter, whatever dialect it is written in, and its blocks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/language.hpp"
#include "core/base/problem.hpp"
#include "kb/markdown.hpp"

namespace kb {

struct Article {
    std::string id;    // "en/card-reader": language and path without the ending
    std::string path;  // relative to the content folder
    core::Language language;
    std::string slug;
    std::string title;
    std::string description;
    std::string excerpt;
    std::string category;
    std::vector<std::string> tags;
    std::vector<std::string> keywords;
    std::string author;
    std::string owner;
    std::optional<core::Date> published;
    std::optional<core::Date> updated;
    std::optional<core::Date> review_by;
    std::optional<core::Date> expires;
    std::vector<std::string> audience;  // empty means staff
    std::vector<std::string> sites;     // empty means all
    std::vector<std::string> related;   // slugs
    std::vector<std::string> services;
    std::string featured_image;
    std::string featured_image_alt;
    bool draft = false;
    std::string translation_of;
    std::string source_revision;  // of the text that was translated: its revision_of, or its `updated` date
    std::vector<std::string> addresses;  // where it stands or stood on a site: "/travel/meals/"
    std::vector<Block> blocks;

    [[nodiscard]] int reading_minutes() const;  // at least 1
};

// 12 hexadecimal digits that change when something changes that a reader reads or sees: what a translator writes down
// as `source_revision`. How the file is laid out (line ends, spaces, other keys) does not matter.
[[nodiscard]] std::string revision_of(const Article& article);

// Where a file stands tells its language and its id.
struct ArticlePlace {
    core::Language language;  // empty when the path says none
    std::string id_path;      // the path without ending and without the language's folder: "card-reader"
    core::Language otherwise;  // when neither place nor front matter tell one; empty means en
};
// `also_languages` are folder names that count as languages here although they could be words ("it", "hr", "no").
[[nodiscard]] ArticlePlace place_of(const std::string& path, const std::vector<std::string>& also_languages = {});

// The key of the front matter that differs from an unknown one only in case, hyphens and underscores: "pubDate" for "PubDate".
[[nodiscard]] std::optional<std::string> key_meant(std::string_view written);

// "zh-Hans" for "zh-hans"; nothing when it is no language tag.
[[nodiscard]] std::optional<core::Language> language_tag(std::string_view text);

// Never fails on a readable file: what is missing gets a sensible value and a problem. `path` is relative to the
// content folder and decides id and, when the front matter does not say, language.
[[nodiscard]] Article parse_article(std::string_view text, const std::string& path, core::Problems& problems);
[[nodiscard]] Article parse_article(std::string_view text, const std::string& path, const ArticlePlace& place,
                                    core::Problems& problems);

}  // namespace kb
