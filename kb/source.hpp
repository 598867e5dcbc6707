// What the index is made of: an article, a service or a known problem in one language, before it is cut into words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/catalog/catalog.hpp"
#include "kb/collection.hpp"
#include "kb/searcher.hpp"

namespace kb {

// On which days something is shown: from the first, before the second.
struct Days {
    std::optional<core::Date> from;   // when it was to come as the index was made
    std::optional<core::Date> until;
    bool operator==(const Days&) const = default;

    [[nodiscard]] bool are_all() const { return !from && !until; }
    // What has a bound is not shown when the day is not known.
    [[nodiscard]] bool hold(const std::optional<core::Date>& today) const {
        if (are_all()) return true;
        return today && (!from || *from <= *today) && (!until || *today < *until);
    }
};

struct Source {
    struct Section {
        std::string anchor;  // empty before the first heading
        std::string heading;
        std::string text;
        bool operator==(const Section&) const = default;
    };
    HitKind kind = HitKind::article;
    std::string id;
    std::string language;
    std::string title;
    std::string category;
    std::string description;
    std::string keywords;  // besides the description
    std::vector<std::string> audience;  // as content writes it
    std::vector<std::string> sites;
    Days days;
    std::vector<Section> sections;
    bool operator==(const Source&) const = default;
};

[[nodiscard]] Source source_of(const Article& article, core::Date today);
// One for each language that the title is written in.
[[nodiscard]] std::vector<Source> sources_of(const catalog::Service& service);
[[nodiscard]] std::vector<Source> sources_of(const catalog::KnownProblem& known, core::Date today);

}  // namespace kb
