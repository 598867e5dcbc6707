#include "desk/work/queue.hpp"

#include <doctest/doctest.h>

#include <set>

#include "desk/work/handling.hpp"
#include "tests/desk/company.hpp"

using catalog::Answer;
using company::actor;
using company::Company;
using namespace desk;

namespace {

std::string simple_ticket(Company& firm, company::Kiosk& kiosk, const std::string& service) {
    const auto request = kiosk.request(service, firm.version_of(service), {{"details", Answer("Please.")}}, firm.clock.now());
    return firm.deliver(kiosk.envelope(request), kiosk.id()).ticket;
}

std::vector<std::string> numbers(Company& firm, const Actor& who, const TicketFilter& filter, int limit = 50) {
    std::vector<std::string> all;
    std::string cursor;
    do {
        const auto page = firm.read<TicketPage>([&](core::Database& db) { return list_tickets(db, who, filter, cursor, limit); });
        CHECK(static_cast<int>(page.tickets.size()) <= limit);
        for (const Ticket& ticket : page.tickets) all.push_back(ticket.number);
        cursor = page.next;
    } while (!cursor.empty());
    const auto counted = firm.read<std::int64_t>([&](core::Database& db) { return count_tickets(db, who, filter); });
    CHECK(counted == static_cast<std::int64_t>(all.size()));
    return all;
}

void act(Company& firm, const Actor& who, const std::string& number, Command command) {
    firm.write<Ticket>([&](core::Database& db) { return handle(db, who, number, command, firm.clock.now()); });
}

}  // namespace

TEST_CASE("queue: most urgent first, then longest waiting, the same over any size of page") {
    Company firm;
    auto kiosk = firm.enrol();
    for (int i = 0; i < 7; ++i) {
        firm.printer_ticket(kiosk, i % 3 == 2);  // 3 and 6 are high
        if (i % 2 == 0) firm.clock.advance(std::chrono::minutes{1});  // some share a second
    }
    const std::vector<std::string> expected{"F-000003", "F-000006", "F-000001", "F-000002", "F-000004", "F-000005", "F-000007"};
    for (const int limit : {1, 2, 3, 7, 50}) {
        CAPTURE(limit);
        CHECK(numbers(firm, actor("ines", {"it-stores"}), {}, limit) == expected);
    }
}

TEST_CASE("queue: a made-up cursor is told, not guessed at") {
    Company firm;
    for (const char* cursor : {"x", "u.1", "u.a.b.F-1", "t.1.F-1", "u.1.2.3.4", "'; DROP TABLE ticket"}) {
        CAPTURE(std::string(cursor));
        auto reader = firm.desk().readers().lend();
        const auto page = list_tickets(**reader, actor("ines", {"it-stores"}), {}, cursor, 10);
        // "u.1.2.3.4" has a ticket's number with a dot in it: odd, but a place in the list.
        if (std::string_view(cursor) == "u.1.2.3.4") continue;
        REQUIRE_FALSE(page);
        CHECK(page.error().kind == core::ErrorKind::invalid);
    }
}

TEST_CASE("queue: everybody's list holds exactly what they may see") {
    Company firm;
    auto kiosk = firm.enrol();
    auto office = firm.enrol("head-office");
    firm.printer_ticket(kiosk);
    firm.printer_ticket(office);
    simple_ticket(firm, kiosk, "payslip");
    simple_ticket(firm, kiosk, "spill");

    const struct {
        const char* name;
        Actor who;
        std::vector<std::string> sees;
    } rows[] = {
        {"store IT", actor("a", {"it-stores"}), {"F-000004", "F-000001", "F-000002"}},
        {"HR", actor("b", {"hr-services"}), {"F-000004", "F-000001", "F-000002", "F-000003"}},
        {"a manager", actor("c", {}, {Role::manager}), {"F-000004", "F-000001", "F-000002"}},
        {"an operator", actor("d", {"hr-services"}, {Role::operations}), {}},
        {"nobody", actor("e", {}, {}), {}},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(numbers(firm, row.who, {}) == row.sees);
        for (const char* number : {"F-000001", "F-000002", "F-000003", "F-000004"}) {
            auto reader = firm.desk().readers().lend();
            const auto view = read_ticket(**reader, firm.desk().forms(), row.who, number, {}, firm.clock.now());
            const bool listed = std::find(row.sees.begin(), row.sees.end(), number) != row.sees.end();
            CHECK(view.has_value() == listed);
            if (!view) CHECK(view.error().kind == core::ErrorKind::not_found);
        }
    }
}

TEST_CASE("queue: filters narrow it") {
    Company firm;
    auto kiosk = firm.enrol();
    auto office = firm.enrol("head-office");
    const auto ines = actor("ines", {"it-stores"});
    for (int i = 0; i < 3; ++i) firm.printer_ticket(kiosk);
    firm.printer_ticket(office);
    Command take;
    take.action = Action::take;
    act(firm, ines, "F-000001", take);
    firm.clock.advance(std::chrono::minutes{1});
    Command resolve;
    resolve.action = Action::resolve;
    resolve.code = Resolution::solved;
    resolve.text = "Done.";
    act(firm, ines, "F-000002", resolve);

    TicketFilter filter;
    using Numbers = std::vector<std::string>;
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000001", "F-000003", "F-000004"});
    filter.team = "it-office";
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000004"});
    filter = {};
    filter.assignee = "ines";
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000001"});
    filter = {};
    filter.unassigned = true;
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000003", "F-000004"});
    filter = {};
    filter.site = "head-office";
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000004"});
    filter = {};
    filter.which = Which::done;
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000002"});
    filter.which = Which::all;
    CHECK(numbers(firm, ines, filter, 1) == Numbers{"F-000002", "F-000001", "F-000003", "F-000004"});
    filter = {};
    filter.state = State::assigned;
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000001"});
    filter.state = State::resolved;
    CHECK(numbers(firm, ines, filter) == Numbers{"F-000002"});
}

TEST_CASE("queue: a ticket is shown with its answers in the reader's language") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"),
                                       {{"printer_kind", Answer("receipt")}, {"queue", Answer("true")}, {"since", Answer("2026-11-23")}, {"where", Answer("till-1")}},
                                       firm.clock.now());
    const auto number = firm.deliver(kiosk.envelope(request), kiosk.id()).ticket;
    const auto view = firm.read<TicketView>([&](core::Database& db) {
        return read_ticket(db, firm.desk().forms(), actor("ines", {"it-stores"}), "f-1", {"de", "Ja", "Nein"}, firm.clock.now());
    });
    CHECK(view.ticket.number == number);
    REQUIRE(view.answers.size() == 4);
    CHECK(view.answers[0].question == "Welcher Drucker?");
    CHECK(view.answers[0].answer == "Bondrucker");
    CHECK(view.answers[1].answer == "Ja");
    CHECK(view.answers[3].answer == "Kasse 1");
    REQUIRE(view.timeline.size() == 1);
    CHECK(view.timeline[0].by.name == "K1");
}
