#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "desk/web/embedded.hpp"
#include "desk/work/publishing.hpp"
#include "tests/desk/web/site.hpp"

using site::hidden;
using site::Site;

namespace {

bool has(const std::string& page, std::string_view text) { return page.find(text) != std::string::npos; }

// What every page must keep to.
void check_page(const client::Answer& answer) {
    CHECK(answer.header("content-type") == "text/html; charset=utf-8");
    CHECK(answer.header("content-security-policy") ==
          "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
          "base-uri 'none'");
    CHECK(answer.header("x-content-type-options") == "nosniff");
    CHECK(answer.header("referrer-policy") == "no-referrer");
    CHECK(answer.header("cache-control") == "no-store");
    CHECK_FALSE(has(answer.body, "<script"));
    CHECK_FALSE(has(answer.body, " style="));
    CHECK_FALSE(has(answer.body, "{{"));
    CHECK_FALSE(has(answer.body, "&lt;desk."));  // a word that nobody has
}

std::string form(std::initializer_list<std::pair<std::string, std::string>> fields) {
    std::string body;
    for (const auto& [name, value] : fields) {
        if (!body.empty()) body += '&';
        body += name + "=" + desk::web::percent_encoded(value);
    }
    return body;
}

struct Scene {
    Scene() {
        site.hire(company::actor("sam", {"it-stores"}));
        number = site.company.printer_ticket(kiosk);
        cookie = site.cookie_of("sam");
        const auto page = site.get("/tickets/" + number, {cookie});
        csrf = hidden(page.body, "csrf");
        version = hidden(page.body, "version");
    }
    client::Answer act(std::initializer_list<std::pair<std::string, std::string>> fields) const {
        return site.send("POST", "/tickets/" + number + "/actions", form(fields), {cookie});
    }
    [[nodiscard]] std::string page() const { return site.get("/tickets/" + number, {cookie}).body; }
    [[nodiscard]] std::string version_now() const { return hidden(page(), "version"); }

    Site site;
    company::Kiosk kiosk = site.company.enrol();
    std::string number;
    std::string cookie;
    std::string csrf;
    std::string version;
};

}  // namespace

TEST_CASE("pages: who is not signed in is asked to, and then gets where they wanted") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    const auto turned_away = site.get("/tickets/F-000001?done=take");
    CHECK(turned_away.status == 303);
    CHECK(turned_away.header("location") == "/login?next=%2Ftickets%2FF-000001%3Fdone%3Dtake");

    const auto login = site.get(turned_away.header("location"));
    check_page(login);
    CHECK(hidden(login.body, "next") == "/tickets/F-000001?done=take");

    const auto wrong = site.send("POST", "/login", "login=sam&password=nonsense&next=%2Fqueue");
    CHECK(wrong.status == 403);
    check_page(wrong);
    CHECK(has(wrong.body, "Login or password is wrong."));
    CHECK(wrong.header("set-cookie").empty());

    const auto right = site.send("POST", "/login", "login=sam&password=correct+horse+battery&next=%2Fqueue%3Fview%3Dall");
    CHECK(right.status == 303);
    CHECK(right.header("location") == "/queue?view=all");
    const std::string cookie = right.header("set-cookie");
    CHECK(cookie.starts_with("sid="));
    CHECK(has(cookie, "; HttpOnly; SameSite=Lax"));

    for (const char* elsewhere : {"https://evil.example/", "//evil.example", "/\\evil.example", ""}) {
        CAPTURE(elsewhere);
        const auto sent = site.send("POST", "/login", "login=sam&password=correct+horse+battery&next=" +
                                                          desk::web::percent_encoded(elsewhere));
        CHECK(sent.header("location") == "/queue");
    }
}

TEST_CASE("pages: behind a proxy that speaks TLS the cookie is for https only") {
    desk::web::WebSettings settings;
    settings.behind_tls = true;
    Site site(settings);
    site.hire(company::actor("sam", {"it-stores"}));
    const auto answer = site.send("POST", "/login", "login=sam&password=correct+horse+battery");
    const std::string cookie = answer.header("set-cookie");
    CHECK(cookie.starts_with("__Host-sid="));
    CHECK(has(cookie, "; Path=/; "));
    CHECK(cookie.ends_with("; Secure"));
    CHECK(answer.header("strict-transport-security") == "max-age=31536000");
    CHECK(site.get("/queue", {"cookie: " + cookie.substr(0, cookie.find(';'))}).status == 200);
}

TEST_CASE("pages: the queue shows what waits, by views") {
    Scene scene;
    const auto queue = scene.site.get("/queue", {scene.cookie});
    CHECK(queue.status == 200);
    check_page(queue);
    CHECK(has(queue.body, scene.number));
    CHECK(has(queue.body, "Harbour Street"));
    CHECK(has(queue.body, "Store IT"));
    CHECK(has(queue.body, "1 ticket<"));
    CHECK_FALSE(has(scene.site.get("/queue?view=mine", {scene.cookie}).body, scene.number));
    CHECK(has(scene.site.get("/queue?view=all", {scene.cookie}).body, scene.number));
    CHECK(scene.site.get("/", {scene.cookie}).header("location") == "/queue");

    for (int i = 0; i < 55; ++i) {
        scene.site.company.clock.advance(std::chrono::seconds{1});
        scene.site.company.printer_ticket(scene.kiosk);
    }
    const auto first = scene.site.get("/queue?view=open", {scene.cookie}).body;
    const auto at = first.find("rel=\"next\" href=\"");
    REQUIRE(at != std::string::npos);
    std::string next = first.substr(at + 17, first.find('"', at + 17) - at - 17);
    for (auto entity = next.find("&amp;"); entity != std::string::npos; entity = next.find("&amp;")) next.replace(entity, 5, "&");
    const auto second = scene.site.get(next, {scene.cookie});
    CHECK(second.status == 200);
    CHECK(has(second.body, "F-000056"));
    CHECK_FALSE(has(second.body, "F-000001"));
}

TEST_CASE("pages: a ticket is taken, noted on and resolved without a script") {
    Scene scene;
    const auto ticket = scene.site.get("/tickets/" + scene.number, {scene.cookie});
    check_page(ticket);
    CHECK(has(ticket.body, "Which kind of printer?"));
    CHECK(has(ticket.body, "Receipt printer"));
    CHECK(has(ticket.body, "Sent from Harbour Street"));

    const auto taken = scene.act({{"csrf", scene.csrf}, {"version", scene.version}, {"action", "take"}});
    CHECK(taken.status == 303);
    CHECK(taken.header("location") == "/tickets/" + scene.number + "?done=take");
    CHECK(has(scene.site.get(taken.header("location"), {scene.cookie}).body, "It is yours now."));

    const auto noted = scene.site.send("POST", "/tickets/" + scene.number + "/notes",
                                       form({{"csrf", scene.csrf}, {"visibility", "public"}, {"text", "<b>Soon</b> & surely"}}),
                                       {scene.cookie});
    CHECK(noted.status == 303);
    CHECK(has(scene.page(), "&lt;b&gt;Soon&lt;/b&gt; &amp; surely"));
    CHECK(has(scene.page(), "The requester reads this"));
    REQUIRE(scene.site
                .send("POST", "/tickets/" + scene.number + "/notes",
                      form({{"csrf", scene.csrf}, {"visibility", "internal"}, {"text", "Third one this year"}}), {scene.cookie})
                .status == 303);
    CHECK(has(scene.page(), "Colleagues only"));

    const auto empty = scene.act(
        {{"csrf", scene.csrf}, {"version", scene.version_now()}, {"action", "resolve"}, {"code", "solved"}, {"text", ""}});
    CHECK(empty.status == 422);
    check_page(empty);

    const auto resolved = scene.act({{"csrf", scene.csrf},
                                     {"version", scene.version_now()},
                                     {"action", "resolve"},
                                     {"code", "solved"},
                                     {"text", "Replaced the printer."}});
    CHECK(resolved.status == 303);
    CHECK(has(scene.page(), "sam resolved it: Solved"));
    CHECK(has(scene.page(), "Replaced the printer."));

    const auto reopened = scene.act(
        {{"csrf", scene.csrf}, {"version", scene.version_now()}, {"action", "reopen"}, {"text", "It smokes."}});
    CHECK(reopened.status == 303);
    CHECK(has(scene.page(), "sam opened it again"));
}

TEST_CASE("pages: what somebody else changed meanwhile is not overwritten, and nothing written is lost") {
    Scene scene;
    REQUIRE(scene.act({{"csrf", scene.csrf}, {"version", scene.version}, {"action", "take"}}).status == 303);
    const auto late = scene.act({{"csrf", scene.csrf},
                                 {"version", scene.version},
                                 {"action", "cancel"},
                                 {"text", "Two hours of writing"}});
    CHECK(late.status == 409);
    check_page(late);
    CHECK(has(late.body, "Somebody changed the ticket"));
    CHECK(has(late.body, "Two hours of writing"));
    CHECK_FALSE(has(scene.page(), "cancelled it"));
}

TEST_CASE("pages: a form without its token, or from another site, changes nothing") {
    Scene scene;
    const std::string path = "/tickets/" + scene.number + "/actions";
    const std::string good = form({{"csrf", scene.csrf}, {"version", scene.version}, {"action", "take"}});
    const std::string bare = form({{"version", scene.version}, {"action", "take"}});

    const auto refused = scene.site.send("POST", path, bare, {scene.cookie});
    CHECK(refused.status == 403);
    check_page(refused);
    CHECK(scene.site.send("POST", path, good, {scene.cookie, "sec-fetch-site: cross-site"}).status == 403);
    CHECK(scene.site.send("POST", path, good, {scene.cookie, "sec-fetch-site: same-site"}).status == 403);
    CHECK(scene.site.send("POST", path, good, {scene.cookie, "origin: https://evil.example"}).status == 403);
    CHECK(scene.site.send("POST", path, good, {scene.site.cookie_of("sam")}).status == 403);
    CHECK(scene.site.send("POST", "/login", "login=sam&password=correct+horse+battery", {"sec-fetch-site: cross-site"}).status == 403);
    CHECK_FALSE(has(scene.page(), "took the ticket"));

    CHECK(scene.site.send("POST", path, good, {scene.cookie, "sec-fetch-site: same-origin"}).status == 303);
    CHECK(has(scene.page(), "took the ticket"));
}

TEST_CASE("pages: signing out ends the session at the desk") {
    Scene scene;
    const auto out = scene.site.send("POST", "/logout", form({{"csrf", scene.csrf}}), {scene.cookie});
    CHECK(out.status == 303);
    CHECK(has(out.header("set-cookie"), "Max-Age=0"));
    CHECK(scene.site.get("/queue", {scene.cookie}).status == 303);
}

TEST_CASE("pages: quarantine is for those whose duty it is, and can be mended") {
    Scene scene;
    scene.site.hire(company::actor("mona", {"it-stores"}, {desk::Role::manager, desk::Role::fulfiller}));
    auto unknown = scene.kiosk.request("printer-fault", std::string(64, 'a'),
                                       {{"printer_kind", catalog::Answer("receipt")}}, scene.site.company.clock.now());
    REQUIRE(scene.site.company.deliver(scene.kiosk.envelope(unknown), scene.kiosk.id()).outcome == desk::Outcome::quarantined);

    const auto refused = scene.site.get("/attention", {scene.cookie});
    CHECK(refused.status == 403);
    check_page(refused);

    const std::string mona = scene.site.cookie_of("mona");
    const auto page = scene.site.get("/attention", {mona});
    CHECK(page.status == 200);
    check_page(page);
    CHECK(has(page.body, unknown.id));
    CHECK(has(page.body, "The form is not known here"));

    const auto accepted = scene.site.send("POST", "/attention/" + unknown.id + "/accept",
                                          form({{"csrf", hidden(page.body, "csrf")}, {"team", "it-stores"}}), {mona});
    CHECK(accepted.status == 303);
    CHECK_FALSE(has(scene.site.get("/attention", {mona}).body, unknown.id));
    CHECK(has(scene.site.get("/queue?view=team", {mona}).body, "F-000002"));
}

TEST_CASE("pages: what is not there is told in the reader's words") {
    Scene scene;
    const auto nowhere = scene.site.get("/nothing");
    CHECK(nowhere.status == 404);
    check_page(nowhere);
    CHECK(has(nowhere.body, "There is no such page"));
    CHECK(scene.site.get("/tickets/F-777777", {scene.cookie}).status == 404);
    const auto odd = scene.site.send("DELETE", "/queue", "", {scene.cookie});
    CHECK(odd.status == 405);
    check_page(odd);
}

TEST_CASE("pages: style sheet and icon are kept for ever under names of their content") {
    Scene scene;
    const std::string page = scene.site.get("/login").body;
    const auto at = page.find("/assets/desk.");
    REQUIRE(at != std::string::npos);
    const auto sheet = scene.site.get(page.substr(at, page.find('"', at) - at));
    CHECK(sheet.status == 200);
    CHECK(sheet.header("content-type") == "text/css; charset=utf-8");
    CHECK(has(sheet.header("cache-control"), "immutable"));
    CHECK(sheet.body == desk::web::embedded("desk.css"));
    CHECK(scene.site.get("/assets/desk.0000.css").status == 404);
}

TEST_CASE("pages: words of the published release win over those built in, and come without a restart") {
    Scene scene;
    const auto in_german = [&] { return scene.site.get("/login", {"accept-language: de-CH, en;q=0.5"}).body; };
    CHECK(has(in_german(), "<html lang=\"en\""));

    std::filesystem::create_directories(scene.site.company.content() / "translations");
    const std::string english(desk::web::embedded("en.yaml"));
    REQUIRE(core::write_file(scene.site.company.content() / "translations/en.yaml", english));
    REQUIRE(core::write_file(scene.site.company.content() / "translations/de.yaml", "desk.login.title: Am Desk anmelden\n"));
    core::Problems problems;
    REQUIRE(desk::publish(scene.site.company.desk(), {scene.site.company.content()}, problems));
    scene.site.company.clock.advance(std::chrono::seconds{11});

    const std::string page = in_german();
    CHECK(has(page, "<html lang=\"de\""));
    CHECK(has(page, "Am Desk anmelden"));
    CHECK(has(page, "Password"));  // not translated yet
}
