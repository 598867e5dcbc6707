// What is missing in the content: searches without an answer, articles that do not help, and what the rest has saved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "desk/store/feedback.hpp"

namespace desk {

struct GapsQuestion {
    FeedbackSpan span;
    std::int64_t at_least = least_seen;  // what was seen on fewer days and sites is only counted
    std::size_t most = 20;               // lines of a list
};

// The worst first.
template <class Sums>
struct GapList {
    std::vector<Sums> listed;
    std::int64_t not_listed = 0;  // different ones that were seen often enough, but did not fit
};

// A range, since kiosks know no persons: see desk/rules/deflection.
struct TicketsSaved {
    std::int64_t at_least = 0;       // said that it helped, less related tickets
    std::int64_t at_most = 0;        // … or left without a word, less tickets that no session here explains
    std::int64_t said_helped = 0;
    std::int64_t left_silently = 0;
    std::int64_t related_tickets = 0;
    bool is_settled = false;  // the days in which a related ticket may still come are over
};

struct Gaps {
    std::vector<SessionSums> sessions;  // by site and language
    WordSums searches;                  // all of them
    std::int64_t rare_words = 0;        // different ones that are not told
    GapList<WordSums> without_results;
    GapList<WordSums> abandoned;
    GapList<WordSums> ended_in_form;
    ArticleSums articles_read;
    std::int64_t rare_articles = 0;
    GapList<ArticleSums> not_helping;  // by the lower end of what is likely
    FormSums forms_followed;
    std::int64_t rare_forms = 0;
    GapList<FormSums> forms;
    TicketsSaved saved;
    FeedbackLosses losses;  // of all days: what is lost has none
};

// To be run on a reader's snapshot.
[[nodiscard]] core::Result<Gaps> find_gaps(core::Database& db, const GapsQuestion& question, core::Time now);

}  // namespace desk
