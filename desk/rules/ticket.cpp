#include "desk/rules/ticket.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace desk {
namespace {

constexpr std::array<std::pair<State, std::string_view>, 10> state_names{{
    {State::received, "received"},
    {State::awaiting_approval, "awaiting_approval"},
    {State::approved, "approved"},
    {State::rejected, "rejected"},
    {State::assigned, "assigned"},
    {State::in_progress, "in_progress"},
    {State::on_hold, "on_hold"},
    {State::resolved, "resolved"},
    {State::closed, "closed"},
    {State::cancelled, "cancelled"},
}};
constexpr std::array<std::pair<HoldReason, std::string_view>, 3> hold_names{{
    {HoldReason::requester, "requester"},
    {HoldReason::third_party, "third_party"},
    {HoldReason::scheduled, "scheduled"},
}};
constexpr std::array<std::pair<Resolution, std::string_view>, 6> resolution_names{{
    {Resolution::solved, "solved"},
    {Resolution::workaround, "workaround"},
    {Resolution::answered, "answered"},
    {Resolution::not_reproducible, "not_reproducible"},
    {Resolution::no_fault, "no_fault"},
    {Resolution::declined, "declined"},
}};
constexpr std::array<Resolution, 6> resolutions{Resolution::solved,           Resolution::workaround,
                                                Resolution::answered,         Resolution::not_reproducible,
                                                Resolution::no_fault,         Resolution::declined};

template <class Names, class T>
std::string_view find_name(const Names& names, T value) {
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

// The table of states: from which a happening is possible. A reason of an absent row is in `may_happen`.
using States = std::initializer_list<State>;
bool is_one_of(State state, States states) { return std::find(states.begin(), states.end(), state) != states.end(); }

constexpr States unfinished{State::received, State::awaiting_approval, State::approved,
                            State::assigned, State::in_progress,       State::on_hold};
constexpr States workable{State::received, State::approved, State::assigned, State::in_progress, State::on_hold};

core::Result<void> only_from(const Ticket& ticket, States states, std::string_view what) {
    if (is_one_of(ticket.state, states)) return {};
    if (ticket.state == State::awaiting_approval) {
        return core::fail(core::ErrorKind::conflict,
                          fmt::format("{} waits for approval and cannot be {} before.", ticket.number, what));
    }
    std::string state(name_of(ticket.state));
    std::replace(state.begin(), state.end(), '_', ' ');
    return core::fail(core::ErrorKind::conflict, fmt::format("{} is {} and cannot be {}.", ticket.number, state, what));
}

core::Result<void> needs(std::string_view text, std::string_view what) {
    if (!core::utf8::trimmed(text).empty()) return {};
    return core::fail(core::ErrorKind::invalid, fmt::format("Please write {}.", what));
}

// A public word of the responsible side. What the desk itself or a kiosk says never counts.
bool is_response(const Event& event) {
    return !event.by.team.empty() && event.by.id != "desk" && public_text(event).has_value();
}

}  // namespace

std::string_view name_of(State state) { return find_name(state_names, state); }
std::optional<State> state_from(std::string_view name) { return find_value(state_names, name); }
std::string_view name_of(HoldReason reason) { return find_name(hold_names, reason); }
std::optional<HoldReason> hold_reason_from(std::string_view name) { return find_value(hold_names, name); }
std::string_view name_of(Resolution code) { return find_name(resolution_names, code); }
std::optional<Resolution> resolution_from(std::string_view name) { return find_value(resolution_names, name); }
std::span<const Resolution> all_resolutions() { return resolutions; }

std::string_view name_of(Category category) {
    switch (category) {
        case Category::not_started: return "not_started";
        case Category::running: return "running";
        case Category::waiting_on_requester: return "waiting_on_requester";
        case Category::waiting_on_other: return "waiting_on_other";
        case Category::done: return "done";
    }
    assert(false && "a category without a name");
    return {};
}

Category Ticket::category() const {
    switch (state) {
        case State::received:
        case State::approved: return Category::not_started;
        case State::awaiting_approval: return Category::waiting_on_other;
        case State::assigned:
        case State::in_progress: return Category::running;
        case State::on_hold:
            return hold_reason == HoldReason::requester ? Category::waiting_on_requester : Category::waiting_on_other;
        case State::rejected:
        case State::resolved:
        case State::closed:
        case State::cancelled: return Category::done;
    }
    assert(false && "a state without a category");
    return Category::done;
}

std::optional<std::string> public_text(const Event& event) {
    return std::visit(core::overloaded{
                          [](const PublicNote& it) -> std::optional<std::string> { return it.text; },
                          [](const Resolved& it) -> std::optional<std::string> { return it.note; },
                          [](const Rejected& it) -> std::optional<std::string> { return it.reason; },
                          [](const Cancelled& it) -> std::optional<std::string> { return it.reason; },
                          [](const auto&) -> std::optional<std::string> { return std::nullopt; },
                      },
                      event.what);
}

bool is_shown(const Happening& what) {
    return !std::holds_alternative<InternalNote>(what) && !std::holds_alternative<PriorityChanged>(what);
}

core::Result<void> may_happen(const Ticket& ticket, const Happening& what, core::Time now) {
    using Checked = core::Result<void>;
    const bool is_new = ticket.version == 0;
    if (is_new != std::holds_alternative<Received>(what)) {
        return core::fail(core::ErrorKind::conflict, is_new ? "A ticket begins with being received."
                                                            : fmt::format("{} was received already.", ticket.number));
    }
    const auto both = [](Checked first, const Checked& second) -> Checked { return first ? second : first; };

    return std::visit(
        core::overloaded{
            [](const Received&) -> Checked { return {}; },
            [&](const ApprovalRequested& it) -> Checked {
                if (it.approvers.empty()) return core::fail(core::ErrorKind::invalid, "An approval needs an approver.");
                return only_from(ticket, {State::received}, "sent for approval");
            },
            [&](const Approved&) -> Checked { return only_from(ticket, {State::awaiting_approval}, "approved"); },
            [&](const Rejected& it) -> Checked {
                return both(only_from(ticket, {State::awaiting_approval}, "rejected"),
                            needs(it.reason, "why it is rejected; the requester reads it"));
            },
            [&](const Assigned& it) -> Checked {
                if (it.assignee.empty()) return core::fail(core::ErrorKind::invalid, "Please say who takes it.");
                if (it.assignee == ticket.assignee) {
                    return core::fail(core::ErrorKind::conflict,
                                      fmt::format("{} is with {} already.", ticket.number, ticket.assignee));
                }
                return only_from(ticket, workable, "assigned");
            },
            [&](const Started&) -> Checked { return only_from(ticket, {State::assigned}, "started"); },
            [&](const Held&) -> Checked {
                return only_from(ticket, {State::assigned, State::in_progress}, "put on hold");
            },
            [&](const Resumed&) -> Checked { return only_from(ticket, {State::on_hold}, "resumed"); },
            [&](const Resolved& it) -> Checked {
                return both(only_from(ticket, workable, "resolved"),
                            needs(it.note, "what was done; the requester reads it"));
            },
            [&](const Closed&) -> Checked {
                return only_from(ticket, {State::resolved, State::rejected}, "closed");
            },
            [&](const Cancelled& it) -> Checked {
                return both(only_from(ticket, unfinished, "cancelled"),
                            needs(it.reason, "why it is cancelled; the requester reads it"));
            },
            [&](const Reopened& it) -> Checked {
                const bool was_resolved = ticket.resolved_at && is_one_of(ticket.state, {State::resolved, State::closed});
                if (!was_resolved) return only_from(ticket, {}, "reopened");
                if (now > *ticket.resolved_at + reopen_within) {
                    return core::fail(core::ErrorKind::conflict,
                                      fmt::format("{} was resolved more than {} days ago; please make a new one.",
                                                  ticket.number, reopen_within.count()));
                }
                return needs(it.reason, "why it is opened again");
            },
            [&](const PublicNote& it) -> Checked { return needs(it.text, "the note"); },
            [&](const InternalNote& it) -> Checked { return needs(it.text, "the note"); },
            [&](const Transferred& it) -> Checked {
                if (it.team.empty()) return core::fail(core::ErrorKind::invalid, "Please choose a team.");
                if (it.team == ticket.team) {
                    return core::fail(core::ErrorKind::conflict,
                                      fmt::format("{} is with that team already.", ticket.number));
                }
                return both(only_from(ticket, unfinished, "transferred"), needs(it.reason, "why it goes to them"));
            },
            [&](const PriorityChanged& it) -> Checked {
                if (it.priority == ticket.priority) {
                    return core::fail(core::ErrorKind::conflict,
                                      fmt::format("{} has that priority already.", ticket.number));
                }
                return only_from(ticket, unfinished, "given another priority");
            },
        },
        what);
}

void apply(Ticket& ticket, const Event& event) {
    assert(event.number == ticket.version + 1);
    if (!ticket.first_response_at && is_response(event)) ticket.first_response_at = event.at;

    std::visit(
        core::overloaded{
            [&](const Received& it) {
                ticket.number = it.number;
                ticket.request = it.request;
                ticket.claim_code = it.claim_code;
                ticket.service = it.service;
                ticket.service_version = it.service_version;
                ticket.kind = it.kind;
                ticket.title = it.title;
                ticket.language = it.language;
                ticket.department = it.department;
                ticket.site = it.site;
                ticket.kiosk = it.kiosk;
                ticket.team = it.team;
                ticket.priority = it.priority;
                ticket.confidential = it.confidential;
                ticket.captured_at = it.captured_at;
                ticket.received_at = event.at;
                ticket.state = State::received;
            },
            [&](const ApprovalRequested&) { ticket.state = State::awaiting_approval; },
            [&](const Approved&) {
                ticket.state = State::approved;
                ticket.was_approved = true;
            },
            [&](const Rejected&) { ticket.state = State::rejected; },
            [&](const Assigned& it) {
                ticket.assignee = it.assignee;
                // Work that has begun goes on in other hands.
                if (is_one_of(ticket.state, {State::received, State::approved})) ticket.state = State::assigned;
            },
            [&](const Started&) { ticket.state = State::in_progress; },
            [&](const Held& it) {
                ticket.state = State::on_hold;
                ticket.hold_reason = it.reason;
            },
            [&](const Resumed&) {
                ticket.state = State::in_progress;
                ticket.hold_reason.reset();
            },
            [&](const Resolved& it) {
                ticket.state = State::resolved;
                ticket.hold_reason.reset();
                ticket.resolution = it.code;
                ticket.resolved_at = event.at;
            },
            [&](const Closed&) { ticket.state = State::closed; },
            [&](const Cancelled&) {
                ticket.state = State::cancelled;
                ticket.hold_reason.reset();
            },
            [&](const Reopened&) {
                ticket.state = ticket.assignee.empty() ? State::received : State::in_progress;
                ticket.resolution.reset();
                ticket.resolved_at.reset();
            },
            [&](const PublicNote&) {},
            [&](const InternalNote&) {},
            [&](const Transferred& it) {
                ticket.team = it.team;
                ticket.assignee.clear();
                ticket.hold_reason.reset();
                // The new team starts afresh, but what was approved stays approved.
                if (ticket.state != State::awaiting_approval) {
                    ticket.state = ticket.was_approved ? State::approved : State::received;
                }
            },
            [&](const PriorityChanged& it) { ticket.priority = it.priority; },
        },
        event.what);
    ticket.version = event.number;
    ticket.updated_at = event.at;
    if (is_shown(event.what)) ticket.shown_at = event.at;
}

Ticket sum_of(std::span<const Event> events) {
    Ticket ticket;
    for (const Event& event : events) apply(ticket, event);
    return ticket;
}

}  // namespace desk
