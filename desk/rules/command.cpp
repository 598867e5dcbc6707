#include "desk/rules/command.hpp"

#include <array>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace desk {
namespace {

constexpr std::array all_actions{
    Action::take,    Action::assign, Action::start,  Action::hold,        Action::resume,        Action::resolve,
    Action::close,   Action::cancel, Action::reopen, Action::public_note, Action::internal_note, Action::transfer,
    Action::approve, Action::reject, Action::change_priority,
};

tl::unexpected<core::Error> please(std::string what) {
    return core::fail(core::ErrorKind::invalid, fmt::format("Please choose {}.", what));
}

core::Result<std::vector<Happening>> happenings_of(const Ticket& ticket, const Actor& actor, const Command& command) {
    using All = std::vector<Happening>;
    switch (command.action) {
        case Action::see: return core::fail(core::ErrorKind::invalid, "Seeing a ticket changes nothing.");
        case Action::take: return All{Assigned{actor.login}};
        case Action::assign: return All{Assigned{command.assignee}};
        case Action::start:
            if (ticket.assignee.empty()) return All{Assigned{actor.login}, Started{}};
            return All{Started{}};
        case Action::hold:
            if (!command.hold_reason) return please("what it waits for");
            return All{Held{*command.hold_reason, command.text}};
        case Action::resume: return All{Resumed{}};
        case Action::resolve:
            if (!command.code) return please("how it ended");
            return All{Resolved{*command.code, command.text}};
        case Action::close: return All{Closed{}};
        case Action::cancel: return All{Cancelled{command.text}};
        case Action::reopen: return All{Reopened{command.text}};
        case Action::public_note: return All{PublicNote{command.text}};
        case Action::internal_note: return All{InternalNote{command.text}};
        case Action::transfer: return All{Transferred{command.team, command.text}};
        case Action::change_priority:
            if (!command.priority) return please("a priority");
            return All{PriorityChanged{*command.priority, command.text}};
        case Action::approve: return All{Approved{command.text}};
        case Action::reject: return All{Rejected{command.text}};
    }
    return core::fail(core::ErrorKind::invalid, "There is no such action.");
}

// A command with everything filled in, to ask whether its action is possible at all.
Command filled_in(Action action, const Ticket& ticket) {
    Command command;
    command.action = action;
    command.text = "text";
    command.code = Resolution::solved;
    command.hold_reason = HoldReason::requester;
    command.priority = ticket.priority == catalog::Priority::low ? catalog::Priority::normal : catalog::Priority::low;
    command.team = ticket.team + "-other";
    command.assignee = ticket.assignee + "-other";
    return command;
}

}  // namespace

core::Result<std::vector<Happening>> decide(const Ticket& ticket, const Actor& actor, const Command& command,
                                            core::Time now) {
    if (auto may = authorize(actor, command.action, ticket); !may) return core::fail(may.error());
    if (command.expected_version && *command.expected_version != ticket.version) {
        return core::fail(core::ErrorKind::conflict,
                          fmt::format("{} has changed since you opened it; please look again.", ticket.number));
    }
    if (!core::utf8::is_valid(command.text)) {
        return core::fail(core::ErrorKind::invalid, "The text is not valid UTF-8.");
    }
    if (core::utf8::length(command.text) > longest_note) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("The text is longer than {} characters.", longest_note));
    }

    auto all = happenings_of(ticket, actor, command);
    if (!all) return all;

    Ticket after = ticket;
    for (const Happening& what : *all) {
        if (auto may = may_happen(after, what, now); !may) return core::fail(may.error());
        apply(after, Event{after.version + 1, now, Doer{}, what});
    }
    return all;
}

std::vector<Action> possible_actions(const Ticket& ticket, const Actor& actor, core::Time now) {
    std::vector<Action> possible;
    for (const Action action : all_actions) {
        if (decide(ticket, actor, filled_in(action, ticket), now)) possible.push_back(action);
    }
    return possible;
}

}  // namespace desk
