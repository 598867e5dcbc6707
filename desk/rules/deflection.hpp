// How much the content spares people: which sessions at kiosks ended well, and how many of them stay when the tickets that
// came afterwards are taken away.
//
// Nobody knows whether the person of a session is the person of a ticket, so each related ticket of the site counts
// against one session. That errs downwards, as a figure that leaders shall believe must.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/feedback.hpp"

namespace desk {

// A ticket that comes so many days after a session may be about the same.
inline constexpr std::chrono::days related_within{7};

// The article that ended a session without a form being sent.
struct GoodEnd {
    std::string article;
    std::string language;
    bool said = false;  // that it helped; else the person read it, said nothing, opened no form and left
};
// Nothing when a form was sent, when nothing was read, or when the last word was that it did not help.
[[nodiscard]] std::optional<GoodEnd> good_end_of(const catalog::Feedback& session);

// Sessions of one day and site that ended with articles which offer these services.
struct EndedSessions {
    std::string site;
    std::chrono::sys_days day;
    std::vector<std::string> offers;
    std::int64_t sessions = 0;
};
struct TicketsOfDay {
    std::string site;
    std::string service;
    std::chrono::sys_days day;
    std::int64_t tickets = 0;
};
// The sessions that stay when each ticket takes away one: of its site, with its service on offer, of the same day or up
// to `within` before, the oldest first.
[[nodiscard]] std::int64_t without_ticket(std::vector<EndedSessions> ended, std::vector<TicketsOfDay> tickets,
                                          std::chrono::days within);

// The lower end of Wilson's 95 % interval for `part` out of `whole`, in percent: 1 of 1 is 20, 30 of 40 is 59. So a single
// voice does not put an article at the top of a list.
[[nodiscard]] int at_least_percent(std::int64_t part, std::int64_t whole);

}  // namespace desk
