#include "desk/rules/numbering.hpp"

#include <doctest/doctest.h>

#include <set>

#include "core/base/id.hpp"
#include "core/catalog/claim_code.hpp"
#include "tests/support/clock.hpp"

TEST_CASE("numbering: a ticket's number is read however it is typed") {
    CHECK(desk::ticket_number(123) == "F-000123");
    CHECK(desk::ticket_number(1'234'567) == "F-1234567");
    for (const char* typed : {"F-000123", "f-123", "F000123", "123", " f 123 "}) {
        CAPTURE(std::string(typed));
        CHECK(desk::read_ticket_number(typed) == 123);
    }
    for (const char* typed : {"", "F-", "F-0", "G-123", "12x", "1 2", "F-12-3", "99999999999999999999"}) {
        CAPTURE(std::string(typed));
        CHECK_FALSE(desk::read_ticket_number(typed));
    }
}

TEST_CASE("numbering: every kiosk's name is its own and fits a claim code") {
    CHECK(desk::kiosk_short_name(1) == "K1");
    CHECK(desk::kiosk_short_name(999) == "K999");
    CHECK(desk::kiosk_short_name(1'000) == "M1");
    support::SeededRandom random;
    std::set<std::string> names;
    for (std::int64_t n = 1; n <= desk::most_kiosks; ++n) names.insert(desk::kiosk_short_name(n));
    CHECK(static_cast<std::int64_t>(names.size()) == desk::most_kiosks);
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{999}, std::int64_t{1'000}, desk::most_kiosks}) {
        const auto code = catalog::make_claim_code(desk::kiosk_short_name(n), 42, random);
        CAPTURE(code);
        CHECK(catalog::read_claim_code(code));
    }
}
