#include "desk/store/tickets.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/sqlite.hpp"
#include "desk/work/handling.hpp"
#include "desk/work/queue.hpp"
#include "tests/desk/company.hpp"

using company::Company;
using namespace desk;

namespace {

Ticket act(Company& firm, const Actor& who, const std::string& number, Command command) {
    return firm.write<Ticket>([&](core::Database& db) { return handle(db, who, number, command, firm.clock.now()); });
}

Command note(std::string text) {
    Command command;
    command.action = Action::internal_note;
    command.text = std::move(text);
    return command;
}

// Three tickets with a little history.
void live_a_little(Company& firm) {
    auto kiosk = firm.enrol();
    const auto ines = company::actor("ines", {"it-stores"});
    for (int i = 0; i < 3; ++i) {
        const auto number = firm.printer_ticket(kiosk, i == 1);
        firm.clock.advance(std::chrono::minutes{1});
        act(firm, ines, number, note("Looked at it."));
    }
    Command take;
    take.action = Action::start;
    act(firm, ines, "F-000002", take);
}

std::vector<ChainFault> verify(Company& firm) {
    return firm.read<std::vector<ChainFault>>([](core::Database& db) { return Tickets(db).verify(); });
}

// As somebody with the file and the sqlite3 shell would.
void tamper(Company& firm, std::string_view sql) {
    firm.close();
    {
        auto db = core::open_sqlite(firm.data() / "desk.db", core::SqliteMode::read_write);
        REQUIRE(db);
        auto done = (*db)->run(sql);
        REQUIRE(done);
        REQUIRE(*done > 0);
    }
    firm.open();
}

}  // namespace

TEST_CASE("tickets: an untouched chain verifies, and any touch shows where") {
    const struct {
        const char* name;
        const char* sql;
        const char* ticket;
        const char* what;
    } rows[] = {
        {"a note reworded", "UPDATE event SET data = '{\"text\":\"Never looked.\"}' WHERE ticket = 'F-000001' AND number = 2", "F-000001", "content was changed"},
        {"a time moved", "UPDATE event SET at = at - 3600 WHERE ticket = 'F-000002' AND number = 1", "F-000002", "content was changed"},
        {"another doer", "UPDATE event SET actor = 'otto' WHERE ticket = 'F-000002' AND number = 2", "F-000002", "content was changed"},
        {"an event taken out of the middle", "DELETE FROM event WHERE ticket = 'F-000002' AND number = 2", "F-000002", "missing"},
        {"the last event cut off", "DELETE FROM event WHERE ticket = 'F-000003' AND number = 2", "F-000003", "row counts 2"},
        {"a ticket's events gone", "DELETE FROM event WHERE ticket = 'F-000003'", "F-000003", "events are gone"},
        {"an event with a hash of its own", "UPDATE event SET hash = 'x' WHERE ticket = 'F-000001' AND number = 1", "F-000001", "content was changed"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        Company firm;
        live_a_little(firm);
        REQUIRE(verify(firm).empty());
        tamper(firm, row.sql);
        const auto faults = verify(firm);
        REQUIRE_FALSE(faults.empty());
        const auto told = std::any_of(faults.begin(), faults.end(), [&](const ChainFault& fault) {
            return fault.ticket == row.ticket && fault.what.find(row.what) != std::string::npos;
        });
        CHECK(told);
    }
}

TEST_CASE("tickets: a ticket that vanished whole is missed") {
    Company firm;
    live_a_little(firm);
    tamper(firm, "DELETE FROM event WHERE ticket = 'F-000003'");
    tamper(firm, "DELETE FROM ticket WHERE number = 'F-000003'");
    const auto faults = verify(firm);
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().what == "3 numbers were given, but 2 tickets have events");
}

TEST_CASE("tickets: rows are the sum of their events, and are mended from them") {
    Company firm;
    live_a_little(firm);
    const auto rebuild = [&] { return firm.write<Tickets::Rebuilt>([](core::Database& db) { return Tickets(db).rebuild(); }); };
    const auto all = [&] {
        return firm.read<TicketPage>([&](core::Database& db) {
            TicketFilter filter;
            filter.which = Which::all;
            return list_tickets(db, company::actor("ines", {"it-stores"}), filter, "", 50);
        }).tickets;
    };
    const auto before = all();
    const auto untouched = rebuild();
    CHECK(untouched.tickets == 3);
    CHECK(untouched.differed.empty());

    tamper(firm, "UPDATE ticket SET state = 'closed', done = 1 WHERE number = 'F-000001'");
    tamper(firm, "DELETE FROM ticket WHERE number = 'F-000002'");
    tamper(firm, "UPDATE ticket SET number = 'F-000009', request = 'x' WHERE number = 'F-000003'");
    auto differed = rebuild().differed;
    std::sort(differed.begin(), differed.end());
    CHECK(differed == std::vector<std::string>{"F-000001", "F-000002", "F-000003", "F-000009"});
    CHECK(all() == before);
    CHECK(rebuild().differed.empty());
}

TEST_CASE("tickets: the sum of the timeline is the row") {
    Company firm;
    live_a_little(firm);
    for (const char* number : {"F-000001", "F-000002", "F-000003"}) {
        const auto events = firm.read<std::vector<Event>>([&](core::Database& db) { return Tickets(db).events(number); });
        const auto row = firm.read<std::optional<Ticket>>([&](core::Database& db) { return Tickets(db).find(number); });
        REQUIRE(row);
        CHECK(sum_of(events) == *row);
    }
}
