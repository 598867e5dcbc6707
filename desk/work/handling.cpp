#include "desk/work/handling.hpp"

#include <fmt/format.h>

#include "desk/rules/numbering.hpp"
#include "desk/store/accounts.hpp"
#include "desk/store/published.hpp"
#include "desk/store/tickets.hpp"

namespace desk {
namespace {

// What the rules cannot know: whether the person and the team that are named exist.
core::Result<void> check_names(core::Database& db, const Ticket& ticket, const Command& command) {
    if (command.action == Action::transfer && !command.team.empty()) {
        auto listed = Published(db).has_team(command.team);
        if (!listed) return core::fail(listed.error());
        if (!*listed) return core::fail(core::ErrorKind::invalid, fmt::format("There is no team '{}'.", command.team));
    }
    if (command.action == Action::assign && !command.assignee.empty()) {
        auto account = Accounts(db).find(command.assignee);
        if (!account) return core::fail(account.error());
        const bool can_work = *account && (*account)->active && (*account)->actor.has(Role::fulfiller) &&
                              (*account)->actor.is_in(ticket.team);
        if (!can_work) {
            return core::fail(core::ErrorKind::invalid,
                              fmt::format("'{}' does not work in the team that has {}.", command.assignee, ticket.number));
        }
    }
    return {};
}

}  // namespace

core::Result<Ticket> handle(core::Database& db, const Actor& actor, std::string_view number, const Command& command,
                            core::Time now) {
    const auto n = read_ticket_number(number);
    if (!n) return core::fail(core::ErrorKind::not_found, "That is not a ticket's number.");
    Tickets tickets(db);
    auto ticket = tickets.find(ticket_number(*n));
    if (!ticket) return core::fail(ticket.error());
    if (!*ticket) {
        return core::fail(core::ErrorKind::not_found, fmt::format("There is no ticket {}.", ticket_number(*n)));
    }
    auto events = decide(**ticket, actor, command, now);
    if (!events) return core::fail(events.error());
    if (auto known = check_names(db, **ticket, command); !known) return core::fail(known.error());

    const Doer by{actor.login, actor.name, acting_team(actor, **ticket)};
    if (auto added = tickets.append(**ticket, *events, by, now); !added) return core::fail(added.error());
    return std::move(**ticket);
}

}  // namespace desk
