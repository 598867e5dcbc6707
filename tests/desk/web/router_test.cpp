#include <doctest/doctest.h>

#include "desk/web/limits.hpp"
#include "desk/web/router.hpp"
#include "tests/support/clock.hpp"

using namespace desk::web;

namespace {

Route route(std::string_view method, std::string_view pattern, Admission admission = Anyone{}) {
    return {method, pattern, admission, 0, [](Visit, Reply) {}};
}

}  // namespace

TEST_CASE("router: a route that does not say who may come in stops the start") {
    const auto router = Router::make({route("GET", "/queue"), route("GET", "/secret", std::monostate{})});
    REQUIRE_FALSE(router);
    CHECK(router.error().message == "GET /secret says not who may come in");
}

TEST_CASE("router: two routes for one thing stop the start") {
    CHECK_FALSE(Router::make({route("GET", "/queue"), route("GET", "/queue")}));
    CHECK(Router::make({route("GET", "/queue"), route("POST", "/queue")}));
}

TEST_CASE("router: paths match whole, names stand for one segment") {
    const auto router = Router::make({route("GET", "/tickets/{number}"), route("POST", "/tickets/{number}/notes")});
    REQUIRE(router);
    const struct { const char* method; const char* path; bool found; const char* part; const char* allowed; } rows[] = {
        {"GET", "/tickets/F-1", true, "F-1", ""},
        {"GET", "/tickets/a%20b", true, "a b", ""},
        {"HEAD", "/tickets/F-1", true, "F-1", ""},
        {"GET", "/tickets/", false, "", ""},
        {"GET", "/tickets", false, "", ""},
        {"GET", "/tickets/F-1/", false, "", ""},
        {"GET", "/tickets/F-1/notes", false, "", "POST"},
        {"DELETE", "/tickets/F-1", false, "", "GET"},
        {"GET", "/tickets/%zz", false, "", ""},
        {"GET", "/tickets/%ff", false, "", ""},
        {"GET", "/Tickets/F-1", false, "", ""},
        {"GET", "", false, "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.method);
        CAPTURE(row.path);
        const auto match = router->find(row.method, row.path);
        CHECK((match.route != nullptr) == row.found);
        CHECK((match.parts.empty() ? "" : match.parts[0]) == row.part);
        CHECK(match.allowed == row.allowed);
    }
}

TEST_CASE("bucket: a burst, then one each refill, for everybody apart") {
    Bucket bucket(3, std::chrono::seconds{2});
    core::PreciseTime now{support::at("2026-11-24T09:00:00Z")};
    for (int i = 0; i < 3; ++i) CHECK_FALSE(bucket.take("k1", now));
    CHECK(bucket.take("k1", now) == std::chrono::seconds{2});
    CHECK_FALSE(bucket.take("k2", now));

    now += std::chrono::seconds{2};
    CHECK_FALSE(bucket.take("k1", now));
    CHECK(bucket.take("k1", now).has_value());

    now += std::chrono::hours{1};
    for (int i = 0; i < 3; ++i) CHECK_FALSE(bucket.take("k1", now));
    CHECK(bucket.take("k1", now).has_value());
}

TEST_CASE("bucket: a flood of names does not fill the memory") {
    Bucket bucket(1, std::chrono::seconds{60});
    const core::PreciseTime now{support::at("2026-11-24T09:00:00Z")};
    for (std::size_t i = 0; i < Bucket::most_remembered; ++i) CHECK_FALSE(bucket.take("name" + std::to_string(i), now));
    CHECK_FALSE(bucket.take("one more", now));
    CHECK(bucket.take("one more", now).has_value());
}
