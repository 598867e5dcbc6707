#include "desk/rules/access.hpp"

#include <doctest/doctest.h>

#include "desk/rules/command.hpp"
#include "tests/desk/company.hpp"

using namespace desk;
using company::actor;

namespace {

Ticket ticket_of(std::string team, std::string confidential = {}) {
    Ticket ticket;
    ticket.number = "F-000007";
    ticket.team = std::move(team);
    ticket.confidential = std::move(confidential);
    ticket.version = 1;
    return ticket;
}

}  // namespace

TEST_CASE("access: who sees a ticket") {
    const struct {
        const char* name;
        Actor who;
        bool open;          // a ticket of it-stores
        bool confidential;  // a confidential one of hr-services
    } rows[] = {
        {"its team", actor("a", {"it-stores"}), true, false},
        {"another team", actor("b", {"it-office"}), true, false},
        {"the confidential one's team", actor("c", {"hr-services"}), true, true},
        {"a manager of no team", actor("d", {}, {Role::manager}), true, false},
        {"an approver of no team", actor("e", {}, {Role::approver}), true, false},
        {"a manager of the confidential one's team", actor("f", {"hr-services"}, {Role::manager}), true, true},
        {"an operator", actor("g", {}, {Role::operations}), false, false},
        {"an operator who is said to be in the team", actor("h", {"hr-services"}, {Role::operations}), false, false},
        {"an editor", actor("i", {"it-stores"}, {Role::editor}), false, false},
        {"nobody in particular", actor("j", {}, {}), false, false},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(can_see(row.who, ticket_of("it-stores")) == row.open);
        CHECK(can_see(row.who, ticket_of("hr-services", "hr")) == row.confidential);
    }
}

TEST_CASE("access: a confidential ticket leaves the sight of the team that gave it away") {
    const auto hr = actor("c", {"hr-services"});
    CHECK(can_see(hr, ticket_of("hr-services", "hr")));
    CHECK_FALSE(can_see(hr, ticket_of("payroll", "hr")));
}

TEST_CASE("access: who may not see a ticket is not told that it exists") {
    for (const Action action : {Action::see, Action::take, Action::resolve, Action::internal_note, Action::approve}) {
        CAPTURE(std::string(name_of(action)));
        const auto may = authorize(actor("a", {"it-stores"}, {Role::fulfiller, Role::manager}), action, ticket_of("hr-services", "hr"));
        REQUIRE_FALSE(may);
        CHECK(may.error().kind == core::ErrorKind::not_found);
    }
}

TEST_CASE("access: who may do what with a ticket they see") {
    const auto team = actor("a", {"it-stores"});
    const auto others = actor("b", {"it-office"});
    const auto manager = actor("m", {}, {Role::manager});
    const auto approver = actor("p", {}, {Role::approver});
    const struct {
        Action action;
        bool team, others, manager, approver;
    } rows[] = {
        {Action::see, true, true, true, true},          {Action::internal_note, true, true, true, true},
        {Action::take, true, false, false, false},      {Action::assign, true, false, false, false},
        {Action::start, true, false, false, false},     {Action::hold, true, false, false, false},
        {Action::resume, true, false, false, false},    {Action::resolve, true, false, false, false},
        {Action::close, true, false, false, false},     {Action::cancel, true, false, false, false},
        {Action::reopen, true, false, false, false},    {Action::public_note, true, false, false, false},
        {Action::transfer, true, false, true, false},   {Action::change_priority, true, false, true, false},
        {Action::approve, false, false, true, true},    {Action::reject, false, false, true, true},
    };
    const auto ticket = ticket_of("it-stores");
    for (const auto& row : rows) {
        CAPTURE(std::string(name_of(row.action)));
        CHECK(authorize(team, row.action, ticket).has_value() == row.team);
        CHECK(authorize(others, row.action, ticket).has_value() == row.others);
        CHECK(authorize(manager, row.action, ticket).has_value() == row.manager);
        CHECK(authorize(approver, row.action, ticket).has_value() == row.approver);
        CHECK(action_from(name_of(row.action)) == row.action);
    }
}

TEST_CASE("access: duties beside tickets") {
    const struct {
        Role role;
        bool accounts, kiosks, publish, quarantine;
    } rows[] = {{Role::fulfiller, false, false, false, false}, {Role::approver, false, false, false, false},
                {Role::manager, false, false, false, true},    {Role::editor, false, false, true, false},
                {Role::operations, true, true, true, true}};
    for (const auto& row : rows) {
        CAPTURE(std::string(name_of(row.role)));
        const auto who = actor("a", {"it-stores"}, {row.role});
        CHECK(authorize(who, Duty::manage_accounts).has_value() == row.accounts);
        CHECK(authorize(who, Duty::manage_kiosks).has_value() == row.kiosks);
        CHECK(authorize(who, Duty::publish).has_value() == row.publish);
        CHECK(authorize(who, Duty::mend_quarantine).has_value() == row.quarantine);
        CHECK(role_from(name_of(row.role)) == row.role);
    }
}

TEST_CASE("command: a page offers exactly what would be accepted") {
    auto ticket = ticket_of("it-stores");
    const core::Time now = support::at("2026-11-24T09:00:00Z");
    using Actions = std::vector<Action>;
    CHECK(possible_actions(ticket, actor("a", {"it-stores"}), now) ==
          Actions{Action::take, Action::assign, Action::start, Action::resolve, Action::cancel, Action::public_note,
                  Action::internal_note, Action::transfer, Action::change_priority});
    CHECK(possible_actions(ticket, actor("b", {"it-office"}), now) == Actions{Action::internal_note});
    ticket.state = State::awaiting_approval;
    CHECK(possible_actions(ticket, actor("p", {}, {Role::approver}), now) ==
          Actions{Action::internal_note, Action::approve, Action::reject});
    CHECK(possible_actions(ticket, actor("o", {}, {Role::operations}), now).empty());
}

TEST_CASE("command: texts are bounded, and a version that was not seen is a conflict") {
    const auto ticket = ticket_of("it-stores");
    const auto ines = actor("a", {"it-stores"});
    const core::Time now = support::at("2026-11-24T09:00:00Z");
    Command note;
    note.action = Action::public_note;
    note.text = std::string(longest_note, 'x');
    CHECK(decide(ticket, ines, note, now));
    note.text += "x";
    CHECK(decide(ticket, ines, note, now).error().kind == core::ErrorKind::invalid);
    note.text = "\xff";
    CHECK(decide(ticket, ines, note, now).error().kind == core::ErrorKind::invalid);
    note.text = "Hello.";
    note.expected_version = 1;
    CHECK(decide(ticket, ines, note, now));
    note.expected_version = 2;
    CHECK(decide(ticket, ines, note, now).error().kind == core::ErrorKind::conflict);
}
