#include "desk/rules/deflection.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace desk {

std::optional<GoodEnd> good_end_of(const catalog::Feedback& session) {
    for (const auto& form : session.forms) {
        if (form.sent) return std::nullopt;
    }
    bool is_silent = session.forms.empty();
    for (auto article = session.articles.rbegin(); article != session.articles.rend(); ++article) {
        if (article->said == catalog::Said::helped) return GoodEnd{article->id, article->language, true};
        if (article->said == catalog::Said::not_helped) is_silent = false;
    }
    if (!is_silent || session.articles.empty()) return std::nullopt;
    return GoodEnd{session.articles.back().id, session.articles.back().language, false};
}

std::int64_t without_ticket(std::vector<EndedSessions> ended, std::vector<TicketsOfDay> tickets, std::chrono::days within) {
    std::sort(ended.begin(), ended.end(), [](const auto& a, const auto& b) { return a.day < b.day; });
    std::sort(tickets.begin(), tickets.end(), [](const auto& a, const auto& b) { return a.day < b.day; });
    std::map<std::pair<std::string, std::string>, std::vector<EndedSessions*>> by_offer;  // site and service
    std::int64_t left = 0;
    for (EndedSessions& one : ended) {
        left += one.sessions;
        for (const std::string& service : one.offers) by_offer[{one.site, service}].push_back(&one);
    }
    for (const TicketsOfDay& day : tickets) {
        const auto offering = by_offer.find({day.site, day.service});
        if (offering == by_offer.end()) continue;
        std::int64_t unmatched = day.tickets;
        for (EndedSessions* one : offering->second) {
            if (one->day > day.day || unmatched == 0) break;
            if (one->day < day.day - within) continue;
            const std::int64_t matched = std::min(unmatched, one->sessions);
            one->sessions -= matched;
            unmatched -= matched;
            left -= matched;
        }
    }
    return left;
}

int at_least_percent(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return 0;
    constexpr double z = 1.96;
    const auto n = static_cast<double>(whole);
    const double share = static_cast<double>(part) / n;
    const double middle = share + z * z / (2 * n);
    const double spread = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return static_cast<int>(std::max(0.0, (middle - spread) / (1 + z * z / n)) * 100);
}

}  // namespace desk
