#include "kiosk/shell/desk_client.hpp"

#include <doctest/doctest.h>

#include "core/base/crypto.hpp"
#include "core/catalog/http_signature.hpp"
#include "tests/kiosk/shell/http_desk.hpp"
#include "tests/support/clock.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

const ManualClock eight(at("2026-11-24T08:00:00Z"));

core::Result<kiosk::Answer> ask(const HttpDesk& desk, kiosk::Call call) {
    auto client = kiosk::DeskClient::make(desk.url(), eight);
    REQUIRE(client);
    return (*client)->fetch(std::move(call));
}

}  // namespace

TEST_CASE("client: calls are signed over method, host, path, question and body") {
    const core::SigningKey key = core::make_signing_key();
    const HttpDesk desk([](const Got&) { return Given{}; });
    auto client = kiosk::DeskClient::make(desk.url(), eight);
    REQUIRE(client);
    (*client)->sign_as("kiosk-7", key.secret_key);
    (*client)->set_clock_offset(120);
    REQUIRE((*client)->fetch({.method = "POST", .target = "/api/v1/outbox?a=b", .body = "{\"items\":[]}"}));
    REQUIRE((*client)->fetch({.method = "GET", .target = "/api/v1/plain"}));

    const auto seen = desk.seen();
    REQUIRE(seen.size() == 2);
    for (const Got& got : seen) {
        const auto question = got.target.find('?');
        const catalog::SignedParts parts{got.method, got.headers.at("host"), got.target.substr(0, question),
                                         question == std::string::npos ? "?" : got.target.substr(question), got.body};
        CHECK(catalog::check_http(parts, got.headers.at("content-digest"), got.headers.at("signature-input"),
                                  got.headers.at("signature"), key.public_key));
        const auto input = catalog::read_signature_input(got.headers.at("signature-input"));
        REQUIRE(input);
        CHECK(input->key_id == "kiosk-7");
        CHECK(input->created == at("2026-11-24T08:02:00Z"));
    }
}

TEST_CASE("client: what does not speak as a desk does is offline, whatever its status") {
    const struct {
        const char* name;
        Given given;
    } rows[] = {
        {"a captive portal's page", {200, "text/html; charset=utf-8", "<html>Please log in</html>", ""}},
        {"a portal that redirects", {302, "application/json", "{}", "Location: http://127.0.0.1:1/login\r\n"}},
        {"a proxy's error page", {502, "text/html", "Bad gateway", ""}},
        {"a page that says not found", {404, "text/html", "gone", ""}},
        {"no type at all", {200, "", "{}", ""}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const HttpDesk desk([&](const Got&) { return row.given; });
        const auto answer = ask(desk, {.target = "/api/v1/x"});
        REQUIRE(!answer);
        CHECK(answer.error().kind == core::ErrorKind::unavailable);
        CHECK(desk.seen().size() == 1);
    }
}

TEST_CASE("client: a desk's problem is an answer") {
    const HttpDesk desk([](const Got&) {
        return Given{503, "application/problem+json", R"({"title":"Busy"})", "Retry-After: 7\r\n"};
    });
    const auto answer = ask(desk, {.target = "/api/v1/x"});
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK(answer->retry_after == 7s);
}

TEST_CASE("client: an answer larger than its bound is not taken") {
    const HttpDesk desk([](const Got&) { return Given{200, "application/json", std::string(5000, ' '), ""}; });
    CHECK(ask(desk, {.target = "/x", .largest_answer = 5000}));
    CHECK(!ask(desk, {.target = "/x", .largest_answer = 4999}));
}

TEST_CASE("client: a desk that says nothing costs its deadline, no more") {
    std::atomic<bool> may_end{false};
    const HttpDesk desk([&](const Got&) {
        while (!may_end) std::this_thread::sleep_for(5ms);
        return Given{};
    });
    const auto before = std::chrono::steady_clock::now();
    CHECK(!ask(desk, {.target = "/x", .deadline = 150ms}));
    CHECK(std::chrono::steady_clock::now() - before < 3s);
    may_end = true;
}

TEST_CASE("client: nobody listening is offline") {
    std::string url;
    {
        const HttpDesk gone([](const Got&) { return Given{}; });
        url = gone.url();
    }
    auto client = kiosk::DeskClient::make(url, eight);
    REQUIRE(client);
    CHECK(!(*client)->fetch({.target = "/x"}));
}

TEST_CASE("client: several calls go at once, and waiting ends early when somebody calls") {
    const HttpDesk desk([](const Got&) { return Given{}; });
    auto client = kiosk::DeskClient::make(desk.url(), eight);
    REQUIRE(client);
    int ended = 0;
    for (int i = 0; i < 3; ++i) (*client)->start({.target = "/x"}, [&](const core::Result<kiosk::Answer>& a) { ended += a ? 1 : 0; });
    while ((*client)->under_way() > 0) (*client)->run(1s);
    CHECK(ended == 3);

    const auto before = std::chrono::steady_clock::now();
    std::thread caller([&] { (*client)->wake(); });
    (*client)->run(30s);
    caller.join();
    CHECK(std::chrono::steady_clock::now() - before < 10s);
}

TEST_CASE("client: the address of a desk is https, or http to this machine itself") {
    const struct {
        const char* typed;
        const char* normal;  // empty: refused
    } rows[] = {
        {"https://Desk.Example/", "https://desk.example"},
        {" https://desk.example:8443 ", "https://desk.example:8443"},
        {"https://desk.example:443", "https://desk.example"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
        {"http://localhost:8080/", "http://localhost:8080"},
        {"http://desk.example", ""},
        {"http://127.0.0.1.evil.example", ""},
        {"https://someone:secret@desk.example", ""},
        {"https://desk.example/path", ""},
        {"ftp://desk.example", ""},
        {"desk", ""},
        {"", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.typed);
        const auto url = kiosk::normal_desk_url(row.typed);
        CHECK(url.has_value() == (*row.normal != 0));
        if (url) CHECK(*url == row.normal);
    }
}
