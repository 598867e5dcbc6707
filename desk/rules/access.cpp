#include "desk/rules/access.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include <fmt/format.h>

namespace desk {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 5> role_names{{
    {Role::fulfiller, "fulfiller"},
    {Role::approver, "approver"},
    {Role::manager, "manager"},
    {Role::editor, "editor"},
    {Role::operations, "operator"},
}};
constexpr std::array<std::pair<Action, std::string_view>, 16> action_names{{
    {Action::see, "see"},
    {Action::take, "take"},
    {Action::assign, "assign"},
    {Action::start, "start"},
    {Action::hold, "hold"},
    {Action::resume, "resume"},
    {Action::resolve, "resolve"},
    {Action::close, "close"},
    {Action::cancel, "cancel"},
    {Action::reopen, "reopen"},
    {Action::public_note, "public_note"},
    {Action::internal_note, "internal_note"},
    {Action::transfer, "transfer"},
    {Action::change_priority, "change_priority"},
    {Action::approve, "approve"},
    {Action::reject, "reject"},
}};

template <class T, std::size_t n>
std::string_view find_name(const std::array<std::pair<T, std::string_view>, n>& names, T value) {
    for (const auto& [each, name] : names) {
        if (each == value) return name;
    }
    assert(false && "a value without a name");
    return {};
}

template <class T, std::size_t n>
std::optional<T> find_value(const std::array<std::pair<T, std::string_view>, n>& names, std::string_view wanted) {
    for (const auto& [value, name] : names) {
        if (name == wanted) return value;
    }
    return std::nullopt;
}

core::Result<void> granted_if(bool may, std::string why_not) {
    if (may) return {};
    return core::fail(core::ErrorKind::denied, std::move(why_not));
}

}  // namespace

std::string_view name_of(Role role) { return find_name(role_names, role); }
std::optional<Role> role_from(std::string_view name) { return find_value(role_names, name); }
std::string_view name_of(Action action) { return find_name(action_names, action); }
std::optional<Action> action_from(std::string_view name) { return find_value(action_names, name); }

bool Actor::has(Role role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }
bool Actor::is_in(std::string_view team) const {
    return !team.empty() && std::find(teams.begin(), teams.end(), team) != teams.end();
}

bool Sight::covers(std::string_view team, std::string_view confidential) const {
    if (confidential.empty() && open) return true;
    return std::find(teams.begin(), teams.end(), team) != teams.end();
}

Sight sight_of(const Actor& actor) {
    const bool reads_tickets = actor.has(Role::fulfiller) || actor.has(Role::approver) || actor.has(Role::manager);
    Sight sight;
    if (!reads_tickets) return sight;
    sight.open = true;
    sight.teams = actor.teams;
    return sight;
}

bool can_see(const Actor& actor, const Ticket& ticket) { return sight_of(actor).covers(ticket.team, ticket.confidential); }

core::Result<void> authorize(const Actor& actor, Action action, const Ticket& ticket) {
    if (!can_see(actor, ticket)) {
        return core::fail(core::ErrorKind::not_found, fmt::format("There is no ticket {}.", ticket.number));
    }
    const bool works_on_it = actor.has(Role::fulfiller) && actor.is_in(ticket.team);
    switch (action) {
        case Action::see:
        case Action::internal_note: return {};
        case Action::take:
        case Action::assign:
        case Action::start:
        case Action::hold:
        case Action::resume:
        case Action::resolve:
        case Action::close:
        case Action::cancel:
        case Action::reopen:
        case Action::public_note:
            return granted_if(works_on_it, fmt::format("Only the team that has {} may do that.", ticket.number));
        case Action::transfer:
        case Action::change_priority:
            return granted_if(works_on_it || actor.has(Role::manager),
                              fmt::format("Only the team that has {}, or a manager, may do that.", ticket.number));
        case Action::approve:
        case Action::reject:
            return granted_if(actor.has(Role::approver) || actor.has(Role::manager),
                              "Only an approver or a manager may decide.");
    }
    assert(false && "an action that nobody decided on");
    return core::fail(core::ErrorKind::denied, "Nobody may do that.");
}

core::Result<void> authorize(const Actor& actor, Duty duty) {
    switch (duty) {
        case Duty::manage_accounts:
        case Duty::manage_kiosks:
            return granted_if(actor.has(Role::operations), "Only an operator may do that.");
        case Duty::publish:
            return granted_if(actor.has(Role::editor) || actor.has(Role::operations),
                              "Only an editor or an operator may publish.");
        case Duty::mend_quarantine:
            return granted_if(actor.has(Role::manager) || actor.has(Role::operations),
                              "Only a manager or an operator may do that.");
    }
    assert(false && "a duty that nobody decided on");
    return core::fail(core::ErrorKind::denied, "Nobody may do that.");
}

std::string acting_team(const Actor& actor, const Ticket& ticket) {
    if (actor.is_in(ticket.team)) return ticket.team;
    return actor.teams.empty() ? std::string() : actor.teams.front();
}

}  // namespace desk
