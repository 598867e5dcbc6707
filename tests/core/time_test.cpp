#include <doctest/doctest.h>

#include "core/base/clock.hpp"
#include "core/base/id.hpp"
#include "tests/support/clock.hpp"

TEST_CASE("time: a time written and read again is the same") {
    for (const char* text : {"2026-11-24T04:02:15Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z"}) {
        const auto time = core::parse_time(text);
        REQUIRE(time);
        CHECK(core::to_text(*time) == text);
    }
}

TEST_CASE("time: what is no time is refused, whatever it resembles") {
    for (const char* text : {"", "2026-11-24", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T04:60:00Z",
                             "2026-11-24T04:02:15+01:00", "2026-11-24 04:02:15Z", "2026-11-2xT04:02:15Z"}) {
        CAPTURE(text);
        CHECK_FALSE(core::parse_time(text));
    }
}

TEST_CASE("time: the date depends on the zone") {
    const auto late = support::at("2026-11-24T23:30:00Z");
    CHECK(core::to_text(*core::local_date(late, "Europe/London")) == "2026-11-24");
    CHECK(core::to_text(*core::local_date(late, "Asia/Dubai")) == "2026-11-25");
    CHECK_FALSE(core::local_date(late, "Europe/Atlantis"));
}

TEST_CASE("id: a UUIDv7 sorts by its time and differs by chance") {
    support::SeededRandom random;
    const auto early = core::make_uuid7(support::at("2026-11-24T04:02:15Z"), random);
    const auto twin = core::make_uuid7(support::at("2026-11-24T04:02:15Z"), random);
    const auto late = core::make_uuid7(support::at("2026-11-24T04:02:16Z"), random);
    CHECK(core::is_uuid(early));
    CHECK(early[14] == '7');
    CHECK(early != twin);
    CHECK(early.substr(0, 13) == twin.substr(0, 13));
    CHECK(twin < late);
    CHECK_FALSE(core::is_uuid("019331F5-0000-7000-8000-000000000000"));
}

TEST_CASE("id: numbers below a bound reach all values and never the bound") {
    support::SeededRandom random;
    bool seen[7] = {};
    for (int i = 0; i < 500; ++i) {
        const auto value = random.below(7);
        REQUIRE(value < 7);
        seen[value] = true;
    }
    for (bool was : seen) CHECK(was);
}
