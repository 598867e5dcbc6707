#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/desk/web/site.hpp"

using site::Site;

namespace {

std::string payslip_ticket(Site& site, company::Kiosk& kiosk) {
    const auto request = kiosk.request("payslip", site.company.version_of("payslip"),
                                       {{"details", catalog::Answer("Why so little?")}}, site.company.clock.now());
    return site.company.deliver(kiosk.envelope(request), kiosk.id()).ticket;
}

client::Answer act(const Site& site, const std::string& number, const std::string& body, const std::string& etag,
                   const std::string& token) {
    return site.send("POST", "/api/v1/tickets/" + number + "/actions", body, {token, "if-match: " + etag});
}

}  // namespace

TEST_CASE("session: a token for the right password, the same answer for every wrong one") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    const auto token = site.token_of("sam");
    const auto me = site.get("/api/v1/session", {token});
    CHECK(me.status == 200);
    CHECK(me.json().at("person").at("login") == "sam");

    const auto wrong = site.send("POST", "/api/v1/session", R"({"login":"sam","password":"wrong wrong wrong"})");
    const auto unknown = site.send("POST", "/api/v1/session", R"({"login":"nobody","password":"wrong wrong wrong"})");
    CHECK(wrong.status == 401);
    CHECK(wrong.problem() == "wrong-login");
    CHECK(unknown.body == wrong.body);
    CHECK(site.send("POST", "/api/v1/session", R"({"login":"sam"})").status == 422);

    CHECK(site.get("/api/v1/session").status == 401);
    CHECK(site.get("/api/v1/session", {"authorization: Bearer made-up"}).status == 401);
    CHECK(site.send("DELETE", "/api/v1/session", "", {token}).status == 204);
    CHECK(site.get("/api/v1/session", {token}).status == 401);
}

TEST_CASE("session: it ends, and guessing passwords is slow") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    const auto token = site.token_of("sam");
    site.company.clock.advance(std::chrono::hours{11});
    CHECK(site.get("/api/v1/session", {token}).status == 401);

    int refused = 0;
    for (int tries = 0; tries < 22; ++tries) {
        const auto answer = site.send("POST", "/api/v1/session", R"({"login":"sam","password":"wrong wrong wrong"})");
        if (answer.status == 429) ++refused;
    }
    CHECK(refused == 2);
}

TEST_CASE("tickets: taken, noted, started and resolved by the API") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    auto kiosk = site.company.enrol();
    const std::string number = site.company.printer_ticket(kiosk);
    const std::string token = site.token_of("sam");

    const auto list = site.get("/api/v1/tickets", {token});
    CHECK(list.status == 200);
    REQUIRE(list.json().at("tickets").size() == 1);
    CHECK(list.json().at("tickets")[0].at("number") == number);
    CHECK(list.json().at("next").is_null());

    auto seen = site.get("/api/v1/tickets/" + number, {token});
    CHECK(seen.status == 200);
    CHECK(seen.json().at("state") == "received");
    CHECK(seen.json().at("answers")[0].at("question") == "Which kind of printer?");
    CHECK(seen.json().at("answers")[0].at("answer") == "Receipt printer");
    const auto in_german = site.get("/api/v1/tickets/" + number, {token, "accept-language: de-AT,de;q=0.8"});
    CHECK(in_german.json().at("answers")[0].at("answer") == "Receipt printer");

    CHECK(site.send("POST", "/api/v1/tickets/" + number + "/actions", R"({"action":"take"})", {token}).status == 428);
    const auto taken = act(site, number, R"({"action":"take"})", seen.header("etag"), token);
    CHECK(taken.status == 200);
    CHECK(taken.json().at("assignee") == "sam");
    CHECK(taken.header("etag") != seen.header("etag"));

    const auto stale = act(site, number, R"({"action":"start"})", seen.header("etag"), token);
    CHECK(stale.status == 412);
    CHECK(stale.problem() == "stale");
    CHECK(stale.header("etag") == taken.header("etag"));

    const auto started = act(site, number, R"({"action":"start"})", taken.header("etag"), token);
    CHECK(started.json().at("state") == "in_progress");
    CHECK(act(site, number, R"({"action":"start"})", started.header("etag"), token).status == 409);
    CHECK(act(site, number, R"({"action":"resolve","code":"solved"})", started.header("etag"), token).status == 422);
    CHECK(act(site, number, R"({"action":"resolve","code":"magic","text":"x"})", started.header("etag"), token).status == 422);
    CHECK(act(site, number, R"({"action":"explode"})", started.header("etag"), token).status == 422);
    CHECK(act(site, number, R"({"action":"take"})", "W/\"1\"", token).status == 422);

    const auto note = site.send("POST", "/api/v1/tickets/" + number + "/notes",
                                R"({"visibility":"public","text":"A new one comes today."})", {token});
    CHECK(note.status == 201);
    CHECK(site.send("POST", "/api/v1/tickets/" + number + "/notes", R"({"visibility":"loud","text":"x"})", {token}).status == 422);
    CHECK(site.send("POST", "/api/v1/tickets/" + number + "/notes", R"({"visibility":"public","text":" "})", {token}).status == 422);

    const auto resolved = act(site, number, R"({"action":"resolve","code":"solved","text":"Replaced."})", note.header("etag"), token);
    CHECK(resolved.status == 200);
    CHECK(resolved.json().at("state") == "resolved");

    seen = site.get("/api/v1/tickets/" + number, {token});
    CHECK(seen.json().at("timeline").size() == 5);
    CHECK(seen.json().at("timeline")[3].at("public_text") == "A new one comes today.");
    CHECK(site.get("/api/v1/tickets/" + number, {token, "if-none-match: " + seen.header("etag")}).status == 304);
    CHECK(site.get("/api/v1/tickets", {token}).json().at("tickets").empty());
    CHECK(site.get("/api/v1/tickets?which=done", {token}).json().at("tickets").size() == 1);
}

TEST_CASE("tickets: IT never learns that an HR ticket exists") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    site.hire(company::actor("helen", {"hr-services"}));
    auto kiosk = site.company.enrol();
    const std::string number = payslip_ticket(site, kiosk);
    const std::string it = site.token_of("sam");
    const std::string hr = site.token_of("helen");

    CHECK(site.get("/api/v1/tickets/" + number, {hr}).status == 200);
    CHECK(site.get("/api/v1/tickets", {hr}).json().at("tickets").size() == 1);

    const auto there = site.get("/api/v1/tickets/" + number, {it});
    const auto nowhere = site.get("/api/v1/tickets/F-999999", {it});
    CHECK(there.status == 404);
    CHECK(nowhere.status == 404);
    CHECK(there.json().at("type") == nowhere.json().at("type"));
    CHECK(site.get("/api/v1/tickets?which=all", {it}).json().at("tickets").empty());
    CHECK(site.get("/api/v1/tickets?which=all&team=hr-services", {it}).json().at("tickets").empty());
    CHECK(site.send("POST", "/api/v1/tickets/" + number + "/notes", R"({"visibility":"internal","text":"x"})", {it}).status == 404);
    CHECK(act(site, number, R"({"action":"take"})", "\"1\"", it).status == 404);
    CHECK(act(site, number, R"({"action":"take"})", "\"77\"", it).status == 404);

    const std::string cookie = site.cookie_of("sam");
    CHECK(site.get("/tickets/" + number, {cookie}).status == 404);
    CHECK(site.get("/queue?view=all", {cookie}).body.find(number) == std::string::npos);
    CHECK(site.get("/queue?view=all", {site.cookie_of("helen")}).body.find(number) != std::string::npos);
}

TEST_CASE("tickets: another team may look and note, not act") {
    Site site;
    site.hire(company::actor("olga", {"it-office"}));
    auto kiosk = site.company.enrol();
    const std::string number = site.company.printer_ticket(kiosk);
    const std::string token = site.token_of("olga");
    const auto seen = site.get("/api/v1/tickets/" + number, {token});
    CHECK(seen.status == 200);
    CHECK(seen.json().at("possible_actions") == core::Json::array({"internal_note"}));
    const auto refused = act(site, number, R"({"action":"take"})", seen.header("etag"), token);
    CHECK(refused.status == 403);
    CHECK(refused.problem() == "forbidden");
}

TEST_CASE("tickets: pages follow each other without a gap or a double") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    auto kiosk = site.company.enrol();
    for (int i = 0; i < 7; ++i) {
        site.company.clock.advance(std::chrono::seconds{1});
        site.company.printer_ticket(kiosk, i % 2 == 0);
    }
    const std::string token = site.token_of("sam");

    std::string numbers;  // without their zeros
    std::string path = "/api/v1/tickets?limit=3&team=it-stores";
    int pages = 0;
    while (!path.empty() && pages < 10) {
        const auto page = site.get(path, {token});
        REQUIRE(page.status == 200);
        ++pages;
        const core::Json body = page.json();
        for (const auto& ticket : body.at("tickets")) numbers += ticket.at("number").get<std::string>().substr(7);
        const std::string link = page.header("link");
        path = link.empty() ? "" : link.substr(1, link.find('>') - 1);
        CHECK(link.empty() == body.at("next").is_null());
    }
    CHECK(pages == 3);
    CHECK(numbers == "1357246");
    CHECK(site.get("/api/v1/tickets?cursor=made-up", {token}).status == 422);
    CHECK(site.get("/api/v1/tickets?limit=0", {token}).status == 422);
    CHECK(site.get("/api/v1/tickets?limit=9999", {token}).status == 422);
    CHECK(site.get("/api/v1/tickets?state=asleep", {token}).status == 422);
    CHECK(site.get("/api/v1/tickets?state=received", {token}).json().at("tickets").size() == 7);
    CHECK(site.get("/api/v1/tickets?assignee=me", {token}).json().at("tickets").empty());
}

TEST_CASE("api: a cookie alone changes nothing") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    auto kiosk = site.company.enrol();
    const std::string number = site.company.printer_ticket(kiosk);
    const std::string cookie = site.cookie_of("sam");
    const std::string path = "/api/v1/tickets/" + number + "/notes";
    const std::string body = R"({"visibility":"internal","text":"x"})";

    CHECK(site.get("/api/v1/tickets", {cookie}).status == 200);
    CHECK(site.send("POST", path, body, {cookie}).status == 403);
    const std::string csrf = site::hidden(site.get("/queue", {cookie}).body, "csrf");
    REQUIRE_FALSE(csrf.empty());
    CHECK(site.send("POST", path, body, {cookie, "x-csrf-token: " + csrf}).status == 201);
    CHECK(site.send("POST", path, body, {cookie, "x-csrf-token: " + csrf, "sec-fetch-site: cross-site"}).status == 403);
}

TEST_CASE("api: what is not there is told as a problem") {
    Site site;
    const auto nowhere = site.get("/api/v1/nothing");
    CHECK(nowhere.status == 404);
    CHECK(nowhere.problem() == "not-found");
    const auto wrong_method = site.send("DELETE", "/api/v1/enrol", "");
    CHECK(wrong_method.status == 405);
    CHECK(wrong_method.header("allow") == "POST");
    CHECK(wrong_method.problem() == "method-not-allowed");
    CHECK(nowhere.header("x-content-type-options") == "nosniff");
    CHECK(nowhere.header("content-security-policy").find("default-src 'none'") == 0);
}

TEST_CASE("operation: alive, ready, counted and described") {
    Site site;
    auto kiosk = site.company.enrol();
    CHECK(site.get("/livez").status == 200);
    CHECK(site.get("/readyz").body == "ready\n");
    const auto request = kiosk.request("printer-fault", site.company.version_of("printer-fault"),
                                       {{"printer_kind", catalog::Answer("receipt")}, {"queue", catalog::Answer("true")}},
                                       site.company.clock.now());
    REQUIRE(site.as_kiosk(kiosk, "PUT", "/api/v1/requests/" + request.id, kiosk.envelope(request)).status == 201);
    const std::string metrics = site.get("/metrics").body;
    CHECK(metrics.find("foyer_requests_total{outcome=\"stored\"} 1\n") != std::string::npos);
    CHECK(metrics.find("foyer_http_answers_total{class=\"2xx\"} 3\n") != std::string::npos);
    CHECK(site.get("/openapi.yaml").body.find("openapi: 3.1.0") == 0);
}
