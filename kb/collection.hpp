// All articles of a folder, and what is wrong between them.
//
// A content folder has `articles/<language>/`; any other folder of Markdown works too, also one that nobody wrote for
// Foyer. Nothing here is fatal but a folder that cannot be read.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/language.hpp"
#include "core/base/problem.hpp"
#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "kb/article.hpp"
#include "kb/search_words.hpp"
#include "kb/viewers.hpp"

namespace kb {

// Called with what is done and what is to do; for a progress line.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

struct Collection {
    std::filesystem::path folder;
    std::vector<Article> articles;  // sorted by id
    std::map<core::Language, SynonymGroups> synonyms;
    std::map<core::Language, StopWordChanges> stop_words;
    // From a path, "/address", "shared:card-reader" or "slug:card-reader" to places in `articles`.
    std::map<std::string, std::vector<std::size_t>, std::less<>> places;

    [[nodiscard]] const Article* article(std::string_view id) const;
    // The same article in another language, else along `fallback`, else in any; `id` or bare slug.
    [[nodiscard]] const Article* in_language(std::string_view id_or_slug, std::string_view language,
                                             const std::vector<core::Language>& fallback = {"en"}) const;
};

// Reads every article, and the words in `search/`. `otherwise` is the language of those that tell none.
[[nodiscard]] core::Result<Collection> load_collection(const std::filesystem::path& folder, core::Problems& problems,
                                                       const Progress& progress = {}, const core::Language& otherwise = {});

// One article of a folder, by its path there.
[[nodiscard]] core::Result<Article> load_article(const std::filesystem::path& folder, const std::string& path,
                                                 core::Problems& problems);

struct CheckRules {
    int least_reading_ease = 30;        // of reading.hpp's scale: below it is a text for scientists
    int longest_without_headings = 3;  // minutes
};

// What no file can know alone or as it is read: twins in name and text, dead links, pictures and translations that are
// missing or out of date, unknown topics, teams and services, dates that have passed, texts that are hard to read.
void check_collection(const Collection& collection, const catalog::Catalog& catalog, core::Date today,
                      core::Problems& problems, const CheckRules& rules = {});

// "3 errors, 12 warnings": the same words of the same content, whichever command says them.
[[nodiscard]] std::string counted(const core::Problems& problems);

// The part of an id that all translations share: "card-reader" of "en/card-reader".
[[nodiscard]] std::string_view shared_id(std::string_view article_id);

// Whom an article may be for.
inline constexpr std::array<std::string_view, 8> known_audiences{"public", "staff", "fulfiller", "approver", "manager", "editor", "operator", "all"};

// May they see it on that day? Not drafts, what has expired or is not yet published, or what is for others only.
[[nodiscard]] bool is_shown(const Article& article, core::Date today, const Viewers& viewers = {});
// The same, or it will be shown on a later day: such an article travels ahead, and waits for its day at the kiosk.
[[nodiscard]] bool will_be_shown(const Article& article, core::Date today, const Viewers& viewers = {});

// Where a link in an article leads.
struct LinkTarget {
    enum class Kind { article, anchor_here, outside, dead };
    Kind kind = Kind::dead;
    std::string article;  // its id
    std::string anchor;
};
[[nodiscard]] LinkTarget follow_link(const Collection& collection, const Article& from, std::string_view link);

// "../../pictures/till.svg" in "articles/en/till.md" is "pictures/till.svg"; nothing when it leaves the folder.
[[nodiscard]] std::optional<std::string> path_from(std::string_view article_path, std::string_view written);

// The path of a picture that is there; "/assets/x.png" may be meant from any folder above the article, as on a site.
[[nodiscard]] std::optional<std::string> picture_path(const Collection& collection, const Article& article, std::string_view written);

// A file of the folder itself: neither it nor a folder on the way is a link that may lead out of it.
[[nodiscard]] bool is_inside(const std::filesystem::path& folder, const std::string& path);

// "my till.png" of "my%20till.png"; always valid UTF-8.
[[nodiscard]] std::string percent_decoded(std::string_view text);

// "https" of "https://…", in lower case; empty for a path.
[[nodiscard]] std::string scheme_of(std::string_view link);

}  // namespace kb
