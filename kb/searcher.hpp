// Finds articles, services and known problems while a person types.
//
// One Searcher belongs to one thread. The index below is immutable; a new release is a new Searcher.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace kb {

enum class HitKind { article, service, problem };
[[nodiscard]] std::string_view name_of(HitKind kind);

using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;  // byte ranges to highlight

struct Hit {
    HitKind kind = HitKind::article;
    std::string id;  // article: "en/card-reader"; service: "card-reader-fault"; problem: its id
    std::string language;
    std::string title;
    Ranges title_matches;
    std::string snippet;
    Ranges snippet_matches;
    std::string anchor;    // of the best section, or empty
    std::string heading;   // of that section
    std::string category;
    double score = 0;
    bool operator==(const Hit&) const = default;
};

struct Question {
    std::string words;
    std::string language;       // preferred: its hits come first among equals, others are not left out when `only` is false
    bool only_language = false;
    std::string category;       // or empty
    std::size_t limit = 20;
    // Articles are found from their first day to their last. Without a day, none that has such a bound.
    std::optional<core::Date> today = {};
    std::vector<HitKind> kinds = {};          // empty: all
    std::string site = {};                    // only what is for this site or for all; empty: whatever the index holds
    std::vector<std::string> audience = {};   // only what is for one of these or public; empty: whatever the index holds
    std::size_t suggestions = 0;              // how many to make
};

// A title, heading or name that continues what is typed.
struct Suggestion {
    std::string text;
    std::string id;      // of the hit that it leads to; empty for a mere name
    std::string anchor;  // when it is a heading
    HitKind kind = HitKind::article;  // of that hit
    bool operator==(const Suggestion&) const = default;
};

struct Found {
    std::vector<Hit> hits;
    std::vector<std::pair<std::string, std::string>> corrected;  // word typed → word searched
    std::string searched;                 // "Showing results for …": the whole question when a word was corrected
    std::vector<Suggestion> suggestions;
    std::vector<Hit> instead;  // when nothing was found: what people can do here, so that no screen is a dead end
};

class Searcher {
public:
    // `index` is the folder that `build_index` wrote. An index of another schema or a damaged one is an error.
    [[nodiscard]] static core::Result<Searcher> open(const std::filesystem::path& index);
    ~Searcher();
    Searcher(Searcher&&) noexcept;
    Searcher& operator=(Searcher&&) noexcept;

    // The last word counts as half typed unless a space follows it.
    [[nodiscard]] core::Result<Found> search(const Question& question) const;
    [[nodiscard]] std::size_t documents() const;

private:
    struct Inside;
    explicit Searcher(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace kb
