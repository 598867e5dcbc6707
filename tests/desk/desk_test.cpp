#include "desk/work/desk.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "core/base/sqlite.hpp"
#include "desk/store/tickets.hpp"
#include "tests/desk/company.hpp"

using company::Company;
using desk::Desk;

namespace {

core::Result<std::unique_ptr<Desk>> open(Company& firm) {
    return Desk::open(firm.data(), firm.clock, firm.random, core::Log::to_nowhere());
}

}  // namespace

TEST_CASE("desk: its keys are for its owner, made once") {
    Company firm(false);
    namespace fs = std::filesystem;
    CHECK(fs::status(firm.data()).permissions() == fs::perms::owner_all);
    CHECK(fs::status(firm.data() / "keys.json").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    const auto before = firm.desk().keys().receipt.public_key;
    firm.close();
    const auto again = Desk::init(firm.data());
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == core::ErrorKind::conflict);
    firm.open();
    CHECK(firm.desk().keys().receipt.public_key == before);
}

TEST_CASE("desk: one process at a time has a data directory") {
    Company firm(false);
    const auto second = open(firm);
    REQUIRE_FALSE(second);
    CHECK(second.error().kind == core::ErrorKind::unavailable);
    firm.close();
    CHECK(open(firm));
}

TEST_CASE("desk: what is missing or damaged is said in one sentence, and nothing is touched") {
    const support::Folder nothing;
    support::ManualClock clock(support::at("2026-11-24T09:00:00Z"));
    support::SeededRandom random;
    CHECK(Desk::open(nothing.path() / "none", clock, random, core::Log::to_nowhere()).error().kind == core::ErrorKind::not_found);

    const auto damaged = [](const char* name, auto damage, core::ErrorKind kind) {
        CAPTURE(std::string(name));
        Company firm;
        auto kiosk = firm.enrol();
        for (int i = 0; i < 40; ++i) firm.printer_ticket(kiosk);
        firm.close();
        damage(firm.data());
        const auto opened = open(firm);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == kind);
        CHECK(opened.error().message.find('\n') == std::string::npos);
    };
    damaged("no database", [](const auto& data) { std::filesystem::remove(data / "desk.db"); }, core::ErrorKind::corrupt);
    damaged("not a database", [](const auto& data) { std::ofstream(data / "desk.db") << std::string(8'192, 'x'); }, core::ErrorKind::corrupt);
    damaged("pages overwritten",
            [](const auto& data) {
                std::fstream file(data / "desk.db", std::ios::in | std::ios::out | std::ios::binary);
                file.seekp(4'096 * 3);
                file << std::string(4'096 * 12, '\x5a');
            },
            core::ErrorKind::corrupt);
    damaged("keys cut short", [](const auto& data) { std::filesystem::resize_file(data / "keys.json", 40); }, core::ErrorKind::corrupt);
    damaged("a newer database",
            [](const auto& data) {
                auto db = core::open_sqlite(data / "desk.db", core::SqliteMode::read_write);
                REQUIRE((*db)->run("INSERT INTO schema_version (number) VALUES (999)"));
            },
            core::ErrorKind::conflict);
}

TEST_CASE("desk: what it gave a receipt for is there after kill -9") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto version = firm.version_of("printer-fault");
    firm.close();
    constexpr int a_round = 100;
    std::int64_t acknowledged = 0;
    for (int round = 0; round < 4; ++round) {
        std::vector<std::string> envelopes;
        for (int i = 0; i < a_round; ++i) {
            envelopes.push_back(kiosk.envelope(kiosk.request(
                "printer-fault", version, {{"printer_kind", catalog::Answer("receipt")}, {"queue", catalog::Answer("true")}}, firm.clock.now())));
        }
        int channel[2];
        REQUIRE(::pipe(channel) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            // A desk of its own: each receipt is told only when it is there.
            ::close(channel[0]);
            auto opened = open(firm);
            if (!opened) ::_exit(1);
            for (const std::string& envelope : envelopes) {
                const auto taken = desk::deliver(**opened, envelope, kiosk.id());
                if (!taken || taken->receipt.empty()) ::_exit(2);
                const std::string line = taken->ticket + "\n";
                if (::write(channel[1], line.data(), line.size()) < 0) ::_exit(3);
            }
            ::pause();
        }
        ::close(channel[1]);
        std::string told;
        char byte = 0;
        int lines = 0;
        while (lines < 10 + 20 * round && ::read(channel[0], &byte, 1) == 1) {
            told += byte;
            lines += byte == '\n' ? 1 : 0;
        }
        ::kill(child, SIGKILL);
        while (::read(channel[0], &byte, 1) == 1) {
            told += byte;
            lines += byte == '\n' ? 1 : 0;
        }
        ::close(channel[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        acknowledged += lines;

        firm.open();
        std::string_view rest = told;
        while (const auto end = rest.find('\n') + 1) {
            const std::string number(rest.substr(0, end - 1));
            rest.remove_prefix(end);
            const auto found = firm.read<std::optional<desk::Ticket>>([&](core::Database& db) { return desk::Tickets(db).find(number); });
            CAPTURE(std::string(number));
            CHECK(found.has_value());
        }
        CHECK(firm.read<std::vector<desk::ChainFault>>([](core::Database& db) { return desk::Tickets(db).verify(); }).empty());
        // All of them again, as a kiosk does that got no answer: none is doubled.
        REQUIRE(desk::deliver_batch(firm.desk(), envelopes, kiosk.id()));
        const auto tickets = firm.read<std::optional<std::int64_t>>([](core::Database& db) {
            return db.row<std::int64_t>("SELECT count(*) FROM ticket", {}, [](const core::Row& row) { return row.integer(0); });
        });
        CHECK(tickets == a_round * (round + 1));
        firm.close();
    }
    CHECK(acknowledged > 0);
}
