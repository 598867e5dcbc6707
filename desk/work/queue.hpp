// Reading tickets: the lists people work from, and one ticket with all that happened to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "desk/rules/command.hpp"
#include "desk/store/published.hpp"
#include "desk/store/tickets.hpp"
#include "desk/work/forms.hpp"

namespace desk {

inline constexpr int longest_page = 200;

// Only what the actor may see; most urgent first, then longest waiting.
[[nodiscard]] core::Result<TicketPage> list_tickets(core::Database& db, const Actor& actor, const TicketFilter& filter,
                                                    std::string_view cursor, int limit);
[[nodiscard]] core::Result<std::int64_t> count_tickets(core::Database& db, const Actor& actor,
                                                       const TicketFilter& filter);

// How the reader wants it: their language, and the program's words for a yes_no answer.
struct Reading {
    std::string language = "en";
    std::string yes = "Yes";
    std::string no = "No";
};

struct AnsweredQuestion {
    std::string field;
    std::string question;
    std::string answer;
};

struct TicketView {
    Ticket ticket;
    std::vector<Event> timeline;  // the first is Received
    std::vector<AnsweredQuestion> answers;
    std::vector<Action> possible;  // what this actor may do now
};

// Takes the number as typed. `not_found` also when the actor may not know of it.
[[nodiscard]] core::Result<TicketView> read_ticket(core::Database& db, Forms& forms, const Actor& actor,
                                                   std::string_view number, const Reading& reading, core::Time now);

}  // namespace desk
