// One command on one ticket, as API and pages both send it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "desk/web/front.hpp"
#include "desk/work/handling.hpp"

namespace desk::web {

struct Handled {
    Ticket ticket;
    bool was_stale = false;  // the person saw another version; nothing was changed
};

// `done` is called on the writer's thread after the commit, or at once when the queue is full.
void carry_out(Front& front, const Actor& actor, std::string number, Command command,
               std::function<void(core::Result<Handled>)> done);

// Fills in what an action reads, from texts as they came. What a name does not mean is `invalid`.
struct CommandTexts {
    std::string action{};
    std::string text{};
    std::string code{};
    std::string hold_reason{};
    std::string priority{};
    std::string team{};
    std::string assignee{};
};
[[nodiscard]] core::Result<Command> command_from(CommandTexts texts);

}  // namespace desk::web
