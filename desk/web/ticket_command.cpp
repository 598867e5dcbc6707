#include "desk/web/ticket_command.hpp"

#include "desk/rules/numbering.hpp"
#include "desk/store/tickets.hpp"

namespace desk::web {

void carry_out(Front& front, const Actor& actor, std::string number, Command command,
               std::function<void(core::Result<Handled>)> done) {
    const core::Time now = front.desk.clock().now();
    if (const auto typed = read_ticket_number(number)) number = ticket_number(*typed);
    const auto queued = front.desk.writer().submit_for<Handled>(
        [actor, number = std::move(number), command = std::move(command), now](
            core::Database& db) -> core::Result<Handled> {
            auto ticket = handle(db, actor, number, command, now);
            if (ticket) return Handled{std::move(*ticket), false};
            // A conflict may be one of versions; whoever got that far may see the ticket.
            if (ticket.error().kind == core::ErrorKind::conflict && command.expected_version) {
                auto current = Tickets(db).find(number);
                if (!current) return core::fail(current.error());
                if (*current && (*current)->version != *command.expected_version) return Handled{**current, true};
            }
            return core::fail(ticket.error());
        },
        done);
    if (!queued) done(core::fail(queued.error()));
}

core::Result<Command> command_from(CommandTexts texts) {
    const auto unknown = [](std::string_view what, std::string_view value) {
        return core::fail(core::ErrorKind::invalid, "There is no " + std::string(what) + " \"" + std::string(value) + "\".");
    };
    Command command;
    const auto action = action_from(texts.action);
    if (!action || *action == Action::see) return unknown("action", texts.action);
    command.action = *action;
    if (!texts.code.empty()) {
        command.code = resolution_from(texts.code);
        if (!command.code) return unknown("outcome", texts.code);
    }
    if (!texts.hold_reason.empty()) {
        command.hold_reason = hold_reason_from(texts.hold_reason);
        if (!command.hold_reason) return unknown("reason to wait", texts.hold_reason);
    }
    if (!texts.priority.empty()) {
        command.priority = catalog::priority_from(texts.priority);
        if (!command.priority) return unknown("priority", texts.priority);
    }
    command.text = std::move(texts.text);
    command.team = std::move(texts.team);
    command.assignee = std::move(texts.assignee);
    return command;
}

}  // namespace desk::web
