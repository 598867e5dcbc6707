// Who may see and do what. Lists, pages, API, search and notices all ask here and nowhere else.
//
// Confidential tickets are denied by default: only the team that has one now sees it. The operator's role opens no
// content at all.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "desk/rules/ticket.hpp"

namespace desk {

inline constexpr std::size_t most_teams = 8;  // of one account

enum class Role { fulfiller, approver, manager, editor, operations };
[[nodiscard]] std::string_view name_of(Role role);  // `operations` is "operator"
[[nodiscard]] std::optional<Role> role_from(std::string_view name);

struct Actor {
    std::string login;
    std::string name;
    std::vector<std::string> teams;
    std::vector<Role> roles;

    [[nodiscard]] bool has(Role role) const;
    [[nodiscard]] bool is_in(std::string_view team) const;
};

// What an actor sees, as a value that a query can be narrowed by. `can_see` is made of it.
struct Sight {
    bool open = false;               // all tickets that are not confidential
    std::vector<std::string> teams;  // everything these teams have
    [[nodiscard]] bool covers(std::string_view team, std::string_view confidential) const;
};
[[nodiscard]] Sight sight_of(const Actor& actor);
[[nodiscard]] bool can_see(const Actor& actor, const Ticket& ticket);

enum class Action {
    see, take, assign, start, hold, resume, resolve, close, cancel, reopen, public_note, internal_note, transfer,
    change_priority, approve, reject,
};
[[nodiscard]] std::string_view name_of(Action action);
[[nodiscard]] std::optional<Action> action_from(std::string_view name);

// `not_found` for a ticket that the actor may not even know of, `denied` with the reason otherwise.
[[nodiscard]] core::Result<void> authorize(const Actor& actor, Action action, const Ticket& ticket);

// What is not about one ticket.
enum class Duty { manage_accounts, manage_kiosks, publish, mend_quarantine };
[[nodiscard]] core::Result<void> authorize(const Actor& actor, Duty duty);

// The team the actor speaks for on this ticket: its own when they are in it, else their first.
[[nodiscard]] std::string acting_team(const Actor& actor, const Ticket& ticket);

}  // namespace desk
