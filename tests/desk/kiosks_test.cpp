#include "desk/store/kiosks.hpp"

#include <doctest/doctest.h>

#include "tests/desk/company.hpp"

using company::Company;

TEST_CASE("kiosks: the desk knows which sequence numbers never came") {
    const struct {
        const char* name;
        std::vector<std::int64_t> came;
        std::vector<std::int64_t> missing;
    } rows[] = {
        {"nothing came", {}, {}},
        {"all in order", {1, 2, 3}, {}},
        {"the first is missing", {2, 3}, {1}},
        {"a gap in the middle", {1, 2, 5, 6}, {3, 4}},
        {"out of order, but all", {3, 1, 2}, {}},
        {"twice the same", {1, 1, 3, 3}, {2}},
        {"gaps filled late", {1, 4, 6, 3, 2}, {5}},
        {"a number out of all reason", {1, 1'000'000'000'000}, {2, 3, 4, 5, 6}},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        Company firm;
        const auto kiosk = firm.enrol();
        const auto other = firm.enrol();
        firm.write<bool>([&](core::Database& db) -> core::Result<bool> {
            for (const std::int64_t sequence : row.came) {
                auto noted = desk::Kiosks(db).note_arrival(kiosk.id(), sequence, -7, firm.clock.now());
                if (!noted) return core::fail(noted.error());
            }
            return true;
        });
        const auto missing = [&](const std::string& id) {
            return firm.read<std::vector<std::int64_t>>([&](core::Database& db) { return desk::Kiosks(db).missing(id, 5); });
        };
        CHECK(missing(kiosk.id()) == row.missing);
        CHECK(missing(other.id()).empty());
        if (row.missing.empty()) {
            const auto left = firm.read<std::optional<std::int64_t>>([](core::Database& db) {
                return db.row<std::int64_t>("SELECT count(*) FROM arrival", {}, [](const core::Row& r) { return r.integer(0); });
            });
            CHECK(left == 0);  // what has arrived in order leaves no rows behind
        }
    }
}

TEST_CASE("kiosks: what one says that it shows is kept, and a channel is for one or for all of a site") {
    Company firm;
    const auto kiosk = firm.enrol();
    firm.enrol();
    firm.enrol("head-office");
    const catalog::Shows shows{"12-0123abcd", "stable", "expired"};
    const auto find = [&] { return firm.read<std::optional<desk::Kiosk>>([&](core::Database& db) { return desk::Kiosks(db).find(kiosk.id()); }).value(); };
    CHECK(find().channel == "stable");
    CHECK(find().shows == catalog::Shows{});

    firm.write<bool>([&](core::Database& db) -> core::Result<bool> {
        if (auto noted = desk::Kiosks(db).note_seen(kiosk.id(), shows, firm.clock.now()); !noted) return core::fail(noted.error());
        return true;
    });
    CHECK(find().shows == shows);
    CHECK(find().last_seen_at == firm.clock.now());

    const auto moved = [&](const char* whom, bool is_site) {
        return firm.write<std::int64_t>([&](core::Database& db) {
            return is_site ? desk::Kiosks(db).set_channel_of_site(whom, "canary") : desk::Kiosks(db).set_channel(whom, "canary");
        });
    };
    CHECK(moved("K9", false) == 0);
    CHECK(moved("atlantis", true) == 0);
    CHECK(moved("harbour-street", true) == 2);
    CHECK(moved("K3", false) == 1);
    CHECK(find().channel == "canary");
}
