// What people's sessions at a kiosk tell about the content: words searched, what was opened, whether it helped.
//
// There is no person in it, and no time but the day. What was typed may still be about one ("my manager …"), so the words
// pass through `countable_words`, a session is sealed to the desk before it touches a disk, and the desk shows words only
// when several have used them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"
#include "core/base/json.hpp"
#include "core/base/result.hpp"

namespace catalog {

enum class Results { none, few, many };  // few: up to three
[[nodiscard]] Results results_of(std::size_t hits);

enum class Said { nothing, helped, not_helped };

// What became of a form that was opened after a search or an article.
enum class FormUse { none, opened, sent };

// One session. Everything in it counts once, however often it was done.
struct Feedback {
    struct Search {
        std::string words;  // countable; empty when they may not be told
        std::string language;
        Results results = Results::none;
        bool opened = false;  // one of the results
        FormUse form = FormUse::none;
    };
    struct Article {
        std::string id;        // "en/card-reader"
        std::string language;  // that the person reads
        Said said = Said::nothing;
        FormUse form = FormUse::none;
        std::vector<std::string> offers;  // services that it leads to
    };
    struct Form {
        std::string service;
        std::string after;  // "article", "search" or "" when it was opened by itself
        bool sent = false;
    };

    core::Date day{};      // at the site, when the session ended
    std::string language;  // that it ended in
    std::vector<Search> searches;
    std::vector<Article> articles;  // in the order in which they were last opened
    std::vector<Form> forms;

    [[nodiscard]] bool is_empty() const { return searches.empty() && articles.empty(); }
    [[nodiscard]] core::Json to_json() const;
    static core::Result<Feedback> from_json(const core::Json& json);
};

inline constexpr std::size_t most_of_a_session = 20;     // searches, articles and forms, each
inline constexpr std::size_t longest_counted_words = 80;  // bytes
inline constexpr std::size_t largest_feedback_batch = 50;  // sessions
inline constexpr std::size_t largest_feedback_box = 16 * 1024;     // one session, sealed
inline constexpr std::size_t largest_feedback_bytes = 1u << 20;    // of a batch as JSON

// What may be counted of a query: its words, folded. Numbers of three digits and more become
// "#", and so does every number of a query with five digits or more; mail addresses are left out. More than eight words
// are hardly ever typed twice, but may well be somebody's story: then nothing is told.
[[nodiscard]] std::string countable_words(std::string_view query);

// As it is kept and travels: base64url. All boxes of about one size, so that their length tells nothing of what was typed.
[[nodiscard]] core::Result<std::string> seal_feedback(const Feedback& feedback, std::string_view seal_public_key);
[[nodiscard]] core::Result<Feedback> open_feedback(std::string_view box, const core::SealKey& key);

// POST /api/v1/feedback. A batch keeps its number and its content until the desk has it, so that it counts once.
struct FeedbackBatch {
    std::int64_t number = 0;  // of this kiosk, growing
    std::int64_t lost = 0;    // sessions that had to be dropped since the last batch
    std::vector<std::string> boxes;
    [[nodiscard]] core::Json to_json() const;
    static core::Result<FeedbackBatch> from_json(const core::Json& json);
};

// The desk's answer: it has the batch of that number.
struct FeedbackTaken {
    std::int64_t number = 0;
    std::string outcome;  // counted | seen
    [[nodiscard]] core::Json to_json() const;
    static core::Result<FeedbackTaken> from_json(const core::Json& json);
};

}  // namespace catalog
