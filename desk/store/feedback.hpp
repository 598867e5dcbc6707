// What sessions at kiosks tell about the content, as sums by day, site and language.
//
// Words that few have used may be somebody's own: they are read only when seen on enough different days or sites, and
// forgotten after a month when they are not.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "core/catalog/feedback.hpp"
#include "desk/rules/deflection.hpp"

namespace desk {

inline constexpr std::chrono::days feedback_retention{800};  // two years and a month, to compare seasons
inline constexpr std::chrono::days rare_words_retention{30};
// Words, articles and forms are told when seen so often: a day at a site counts once, however many sessions it had.
inline constexpr std::int64_t least_seen = 3;

// Which sums are asked for; an empty text is all of them.
struct FeedbackSpan {
    core::Date from{};
    core::Date to{};
    std::string site;
    std::string language;
};

struct SessionSums {
    std::string site;
    std::string language;
    std::int64_t sessions = 0;
    std::int64_t searched = 0;
    std::int64_t read = 0;
    std::int64_t sent = 0;
};
struct WordSums {
    std::string words;
    std::string language;
    std::int64_t sites = 0;
    std::int64_t sessions = 0;
    std::int64_t without_results = 0;
    std::int64_t abandoned = 0;
    std::int64_t sent = 0;
};
struct ArticleSums {
    std::string article;
    std::int64_t sites = 0;
    std::int64_t sessions = 0;
    std::int64_t helped = 0;
    std::int64_t not_helped = 0;
    std::int64_t sent = 0;
};
struct FormSums {
    std::string service;
    std::int64_t after_search = 0;  // opened
    std::int64_t after_article = 0;
    std::int64_t sent = 0;          // of both
};
// Sums of those that were seen often enough, and of all together.
template <class Sums>
struct Told {
    std::vector<Sums> often;
    Sums all;
    std::int64_t rare = 0;  // how many different ones are not told
};
struct GoodEnds {
    std::string site;
    core::Date day{};
    std::string article;
    std::int64_t helped = 0;
    std::int64_t silent = 0;
};
struct RelatedTicket {
    std::string site;
    std::string service;
    core::Time captured_at;
};
struct FeedbackLosses {
    std::int64_t lost = 0;
    std::int64_t unreadable = 0;
};

class FeedbackSums {
public:
    explicit FeedbackSums(core::Database& db) : db_(db) {}

    // False when that batch, or a later one of the kiosk, is here already.
    [[nodiscard]] core::Result<bool> begin(std::string_view kiosk, std::int64_t batch, const FeedbackLosses& losses);
    [[nodiscard]] core::Result<void> add(std::string_view site, const catalog::Feedback& session,
                                         const std::optional<GoodEnd>& end);
    // Once a day: drops what is too old, and the words that too few have used.
    [[nodiscard]] core::Result<void> forget(core::Date today);

    [[nodiscard]] core::Result<std::vector<SessionSums>> sessions(const FeedbackSpan& span);
    [[nodiscard]] core::Result<Told<WordSums>> words(const FeedbackSpan& span, std::int64_t at_least);
    [[nodiscard]] core::Result<Told<ArticleSums>> articles(const FeedbackSpan& span, std::int64_t at_least);
    [[nodiscard]] core::Result<Told<FormSums>> forms(const FeedbackSpan& span, std::int64_t at_least);
    [[nodiscard]] core::Result<FeedbackLosses> losses();

    [[nodiscard]] core::Result<std::vector<GoodEnds>> good_ends(const FeedbackSpan& span);
    [[nodiscard]] core::Result<std::map<std::string, std::vector<std::string>>> offers();  // services by article
    // Tickets of services that some article leads to.
    [[nodiscard]] core::Result<std::vector<RelatedTicket>> related_tickets(core::Time from, core::Time to,
                                                                           std::string_view site);
    // Forms that were sent in a session that had read an article.
    [[nodiscard]] core::Result<std::vector<TicketsOfDay>> sent_after_article(const FeedbackSpan& span);

private:
    core::Database& db_;
};

}  // namespace desk
