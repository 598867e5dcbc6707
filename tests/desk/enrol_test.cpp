#include "desk/work/enrol.hpp"

#include <doctest/doctest.h>

#include "desk/store/kiosks.hpp"
#include "tests/desk/company.hpp"

using company::Company;

namespace {

std::string make_code(Company& firm, std::string_view site = "harbour-street") {
    return firm.write<std::string>([&](core::Database& db) { return desk::make_enrol_code(db, firm.random, site, firm.clock.now()); });
}

core::Result<catalog::Enrolment> use(Company& firm, const std::string& code, const std::string& key, const std::string& root = {}) {
    return firm.desk().writer().run_for<catalog::Enrolment>([&](core::Database& db) {
        return desk::enrol(db, firm.desk().keys(), root, firm.random, {code, key}, firm.clock.now_precise());
    });
}

}  // namespace

TEST_CASE("enrol: a code lets one kiosk in, once") {
    Company firm;
    const auto code = make_code(firm);
    CHECK(code.size() == desk::enrol_code_length);
    CHECK(code.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos);
    const auto key = core::make_signing_key().public_key;

    const auto place = use(firm, code, key);
    REQUIRE(place);
    CHECK(place->short_name == "K1");
    CHECK(place->site == "harbour-street");
    CHECK(place->seal_key == firm.desk().keys().seal.public_key);
    CHECK(place->receipt_key == firm.desk().keys().receipt.public_key);
    CHECK(place->release_key == firm.desk().keys().release.public_key);
    CHECK(place->now == firm.clock.now());
    CHECK(place->root.empty());
    CHECK(use(firm, code, key, "a newer root")->root == "a newer root");

    const auto second = use(firm, code, core::make_signing_key().public_key);
    REQUIRE_FALSE(second);
    CHECK(second.error().kind == core::ErrorKind::denied);
}

TEST_CASE("enrol: a kiosk whose answer was lost asks again and gets the same place") {
    Company firm;
    const auto code = make_code(firm);
    const auto key = core::make_signing_key().public_key;
    const auto first = use(firm, code, key);
    firm.clock.advance(std::chrono::hours{1});
    const auto again = use(firm, code, key);
    REQUIRE(again);
    CHECK(again->kiosk == first->kiosk);
    firm.write<bool>([](core::Database& db) { return desk::Kiosks(db).set_active("K1", false); });
    CHECK_FALSE(use(firm, code, key));  // the old code does not undo a revocation
}

TEST_CASE("enrol: a code dies after a quarter of an hour") {
    Company firm;
    const auto key = core::make_signing_key().public_key;
    const auto code = make_code(firm);
    firm.clock.advance(desk::enrol_code_lifetime);
    const auto late = use(firm, code, key);
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == core::ErrorKind::denied);

    const auto fresh = make_code(firm);
    firm.clock.advance(desk::enrol_code_lifetime - std::chrono::seconds{1});
    CHECK(use(firm, fresh, key));
}

TEST_CASE("enrol: a code is taken as people type it, and only its hash is kept") {
    Company firm;
    const auto code = make_code(firm);
    std::string typed;
    for (const char c : code) {
        typed += c == '0' ? 'o' : c == '1' ? 'l' : static_cast<char>(std::tolower(c));
        if (typed.size() == 5) typed += " - ";
    }
    const auto kept = firm.read<std::optional<std::string>>([](core::Database& db) {
        return db.row<std::string>("SELECT hash FROM enrol_code", {}, [](const core::Row& row) { return row.text(0); });
    });
    CHECK(kept.value().find(code) == std::string::npos);
    CHECK(use(firm, typed, core::make_signing_key().public_key));
}

TEST_CASE("enrol: nonsense is refused and uses nothing up") {
    Company firm;
    const auto code = make_code(firm);
    const auto key = core::make_signing_key().public_key;
    CHECK(use(firm, "AAAAAAAAAA", key).error().kind == core::ErrorKind::denied);
    CHECK(use(firm, "", key).error().kind == core::ErrorKind::denied);
    CHECK(use(firm, code, "no key").error().kind == core::ErrorKind::invalid);
    CHECK(use(firm, code, key));
    const auto nowhere = firm.desk().writer().run_for<std::string>(
        [&](core::Database& db) { return desk::make_enrol_code(db, firm.random, "atlantis", firm.clock.now()); });
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().kind == core::ErrorKind::not_found);
}

TEST_CASE("enrol: a kiosk that moves to another site keeps its name") {
    Company firm;
    const auto key = core::make_signing_key().public_key;
    const auto first = use(firm, make_code(firm), key);
    const auto moved = use(firm, make_code(firm, "head-office"), key);
    REQUIRE(moved);
    CHECK(moved->kiosk == first->kiosk);
    CHECK(moved->short_name == "K1");
    CHECK(moved->site == "head-office");
    CHECK(firm.enrol().place().short_name == "K2");
}
