#include "desk/work/handling.hpp"

#include <doctest/doctest.h>

#include "desk/store/tickets.hpp"
#include "desk/work/accounts.hpp"
#include "tests/desk/company.hpp"

using catalog::Answer;
using company::actor;
using company::Company;
using namespace desk;

namespace {

core::Result<Ticket> act(Company& firm, const Actor& who, const std::string& number, Command command) {
    return firm.desk().writer().run_for<Ticket>(
        [&](core::Database& db) { return handle(db, who, number, command, firm.clock.now()); });
}

Command command(Action action, std::string text = {}) {
    Command it;
    it.action = action;
    it.text = std::move(text);
    return it;
}

}  // namespace

TEST_CASE("handling: from the queue to resolved, with every step in the timeline") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto number = firm.printer_ticket(kiosk);
    const auto ines = actor("ines", {"it-stores"});

    CHECK(act(firm, ines, number, command(Action::take))->state == State::assigned);
    CHECK(act(firm, ines, number, command(Action::start))->state == State::in_progress);
    Command hold = command(Action::hold, "A part comes tomorrow.");
    hold.hold_reason = HoldReason::third_party;
    CHECK(act(firm, ines, number, hold)->category() == Category::waiting_on_other);
    CHECK(act(firm, ines, number, command(Action::resume))->state == State::in_progress);
    CHECK(act(firm, ines, number, command(Action::public_note, "It prints again."))->first_response_at == firm.clock.now());
    Command resolve = command(Action::resolve, "New roller.");
    resolve.code = Resolution::solved;
    const auto resolved = act(firm, ines, number, resolve);
    REQUIRE(resolved);
    CHECK(resolved->state == State::resolved);
    CHECK(resolved->version == 7);

    const auto events = firm.read<std::vector<Event>>([&](core::Database& db) { return Tickets(db).events(number); });
    std::vector<std::string> kinds;
    for (const Event& event : events) kinds.emplace_back(kind_of(event.what));
    CHECK(kinds == std::vector<std::string>{"received", "assigned", "started", "held", "resumed", "public_note", "resolved"});
    CHECK(events.back().by == Doer{"ines", "ines", "it-stores"});
}

TEST_CASE("handling: starting what nobody has takes it in the same step") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto started = act(firm, actor("ines", {"it-stores"}), firm.printer_ticket(kiosk), command(Action::start));
    REQUIRE(started);
    CHECK(started->assignee == "ines");
    CHECK(started->version == 3);
}

TEST_CASE("handling: who may not, cannot, and nothing is written") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto number = firm.printer_ticket(kiosk);
    const struct {
        const char* name;
        Actor who;
        std::string number;
        Command what;
        core::ErrorKind kind;
    } rows[] = {
        {"another team", actor("otto", {"it-office"}), number, command(Action::take), core::ErrorKind::denied},
        {"an operator", actor("opal", {}, {Role::operations}), number, command(Action::internal_note, "Hm."), core::ErrorKind::not_found},
        {"no such ticket", actor("ines", {"it-stores"}), "F-000099", command(Action::take), core::ErrorKind::not_found},
        {"no number at all", actor("ines", {"it-stores"}), "../etc", command(Action::take), core::ErrorKind::not_found},
        {"a step out of turn", actor("ines", {"it-stores"}), number, command(Action::resume), core::ErrorKind::conflict},
        {"no words", actor("ines", {"it-stores"}), number, command(Action::public_note), core::ErrorKind::invalid},
        {"no code", actor("ines", {"it-stores"}), number, command(Action::resolve, "Done."), core::ErrorKind::invalid},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        const auto done = act(firm, row.who, row.number, row.what);
        REQUIRE_FALSE(done);
        CHECK(done.error().kind == row.kind);
    }
    CHECK(firm.read<std::vector<Event>>([&](core::Database& db) { return Tickets(db).events(number); }).size() == 1);
}

TEST_CASE("handling: of two who saw the same version, the second is told to look again") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto number = firm.printer_ticket(kiosk);
    Command take = command(Action::take);
    take.expected_version = 1;
    CHECK(act(firm, actor("ines", {"it-stores"}), number, take));
    const auto late = act(firm, actor("omar", {"it-stores"}), number, take);
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == core::ErrorKind::conflict);
    CHECK(late.error().message.find("look again") != std::string::npos);
}

TEST_CASE("handling: a confidential ticket goes to another department and leaves the first one's sight") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("payslip", firm.version_of("payslip"), {{"details", Answer("It is wrong.")}}, firm.clock.now());
    const auto number = firm.deliver(kiosk.envelope(request), kiosk.id()).ticket;
    const auto hanna = actor("hanna", {"hr-services"});
    const auto ines = actor("ines", {"it-stores"}, {Role::fulfiller, Role::manager});

    CHECK(act(firm, ines, number, command(Action::internal_note, "Hm.")).error().kind == core::ErrorKind::not_found);
    Command transfer = command(Action::transfer, "A matter of the system.");
    transfer.team = "nowhere";
    CHECK(act(firm, hanna, number, transfer).error().kind == core::ErrorKind::invalid);
    transfer.team = "it-stores";
    const auto moved = act(firm, hanna, number, transfer);
    REQUIRE(moved);
    CHECK(moved->number == number);
    CHECK(moved->confidential == "hr");
    CHECK(act(firm, hanna, number, command(Action::internal_note, "Hm.")).error().kind == core::ErrorKind::not_found);
    CHECK(act(firm, ines, number, command(Action::internal_note, "Hm.")));
}

TEST_CASE("handling: work is given only to those who work there") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto number = firm.printer_ticket(kiosk);
    const auto add = [&](std::string login, std::vector<std::string> teams, std::vector<Role> roles, bool active) {
        firm.write<bool>([&](core::Database& db) -> core::Result<bool> {
            const Account account{actor(login, teams, roles), "hash", active};
            if (auto added = add_account(db, account, firm.clock.now()); !added) return core::fail(added.error());
            return true;
        });
    };
    add("omar", {"it-stores"}, {Role::fulfiller}, true);
    add("otto", {"it-office"}, {Role::fulfiller}, true);
    add("ada", {"it-stores"}, {Role::approver}, true);
    add("gone", {"it-stores"}, {Role::fulfiller}, false);
    const auto ines = actor("ines", {"it-stores"});
    Command assign = command(Action::assign);
    for (const char* login : {"otto", "ada", "gone", "nobody", ""}) {
        CAPTURE(std::string(login));
        assign.assignee = login;
        const auto done = act(firm, ines, number, assign);
        REQUIRE_FALSE(done);
        CHECK(done.error().kind == core::ErrorKind::invalid);
    }
    assign.assignee = "omar";
    CHECK(act(firm, ines, number, assign)->assignee == "omar");
}

TEST_CASE("handling: an approver decides, and only then work begins") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("laptop", firm.version_of("laptop"), {{"details", Answer("A lighter one")}}, firm.clock.now());
    const auto number = firm.deliver(kiosk.envelope(request), kiosk.id()).ticket;
    const auto otto = actor("otto", {"it-office"});
    const auto boss = actor("boss", {}, {Role::approver});
    CHECK(act(firm, otto, number, command(Action::take)).error().kind == core::ErrorKind::conflict);
    CHECK(act(firm, otto, number, command(Action::approve)).error().kind == core::ErrorKind::denied);
    CHECK(act(firm, boss, number, command(Action::reject)).error().kind == core::ErrorKind::invalid);
    CHECK(act(firm, boss, number, command(Action::approve))->state == State::approved);
    CHECK(act(firm, otto, number, command(Action::take))->state == State::assigned);
}
