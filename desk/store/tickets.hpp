// Events and the rows made from them.
//
// An event carries the hash of the one before it in its ticket, so that a silent change shows. A row is written in
// the transaction of its event and can be made anew from the events at any time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "desk/rules/access.hpp"
#include "desk/rules/ticket.hpp"

namespace desk {

enum class Which { open, done, all };

struct TicketFilter {
    Which which = Which::open;
    std::optional<State> state;
    std::string team;      // or empty for all
    std::string assignee;  // a login, or empty for all
    bool unassigned = false;
    std::string site;
};

struct TicketPage {
    std::vector<Ticket> tickets;
    std::string next;  // cursor of the following page; empty at the end
};

// One fault found in the kept events.
struct ChainFault {
    std::string ticket;
    std::int64_t event = 0;
    std::string what;
};

class Tickets {
public:
    explicit Tickets(core::Database& db) : db_(db) {}

    // The next number of the series; taken back when the transaction is.
    [[nodiscard]] core::Result<std::string> next_number();

    // Adds the events and brings the row up to date; `ticket` is its state before (empty for a new one) and after.
    [[nodiscard]] core::Result<void> append(Ticket& ticket, const std::vector<Happening>& what, const Doer& by,
                                            core::Time at);

    [[nodiscard]] core::Result<std::optional<Ticket>> find(std::string_view number);
    [[nodiscard]] core::Result<std::vector<Event>> events(std::string_view number);

    // Most urgent first, then longest waiting. `cursor` as a page gave it; a made-up one is `invalid`.
    [[nodiscard]] core::Result<TicketPage> page(const Sight& sight, const TicketFilter& filter,
                                                std::string_view cursor, int limit);
    // How many such a page would have in all.
    [[nodiscard]] core::Result<std::int64_t> count(const Sight& sight, const TicketFilter& filter);

    // Tickets of one kiosk with changes that its people may see, after a change number; in the order of changes.
    struct Changed {
        std::int64_t change = 0;
        Ticket ticket;
    };
    [[nodiscard]] core::Result<std::vector<Changed>> changed_since(std::string_view kiosk, std::int64_t after, int limit);

    [[nodiscard]] core::Result<std::vector<ChainFault>> verify();

    struct Rebuilt {
        std::int64_t tickets = 0;
        std::vector<std::string> differed;  // numbers whose row was not the sum of its events
    };
    [[nodiscard]] core::Result<Rebuilt> rebuild();

private:
    core::Database& db_;
};

}  // namespace desk
