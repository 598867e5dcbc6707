// What a person asks to do with a ticket becomes the events that follow from it, or the reason why not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "desk/rules/access.hpp"
#include "desk/rules/ticket.hpp"

namespace desk {

inline constexpr std::size_t longest_note = 8'000;  // characters

// Each action reads only its own members.
struct Command {
    Action action = Action::see;
    std::string text;  // the note, the reason; required by notes, resolve, cancel, reject, transfer and reopen
    std::optional<Resolution> code;                // resolve
    std::optional<HoldReason> hold_reason;         // hold
    std::optional<catalog::Priority> priority;     // change_priority
    std::string team;                              // transfer
    std::string assignee;                          // assign: a login
    std::optional<std::int64_t> expected_version;  // the version the person saw; another one is a `conflict`
};

// Authorises, then checks the table of states. Starting an unassigned ticket takes it, too.
[[nodiscard]] core::Result<std::vector<Happening>> decide(const Ticket& ticket, const Actor& actor,
                                                          const Command& command, core::Time now);

// The actions that would be accepted now (given their texts): a page draws one control for each.
[[nodiscard]] std::vector<Action> possible_actions(const Ticket& ticket, const Actor& actor, core::Time now);

}  // namespace desk
