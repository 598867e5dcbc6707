// Signing in and out in a browser.
#include <nlohmann/json.hpp>

#include "desk/web/front.hpp"
#include "desk/web/identity.hpp"

namespace desk::web {
namespace {

// Only our own paths: a link that signs people in must not lead them away.
std::string safe_next(const std::string& wanted) {
    const bool is_own = wanted.size() > 1 && wanted[0] == '/' && wanted[1] != '/' && wanted[1] != '\\' &&
                        wanted.find_first_of("\r\n\\") == std::string::npos;
    return is_own ? wanted : "/queue";
}

HttpResponse login_page(Front& front, std::string_view language, int status, std::string_view problem_key,
                        const std::string& login, const std::string& next) {
    const auto words = front.shelf.words();
    const Speech say(*words, std::string(language));
    const std::string problem = problem_key.empty() ? std::string() : say(problem_key);
    return page_response(status, render({"login.html", say("desk.login.title"), {}, nullptr},
                                        {{"problem", problem}, {"login", login}, {"next", next}}, say));
}

void post_login(Front& front, const Visit& visit, const Reply& reply) {
    const Fields form = Fields::parse(visit.request.body);
    const std::string login = form.text("login");
    const std::string next = safe_next(form.text("next"));
    const bool secure = visit.request.secure || front.behind_tls;

    const auto wait = front.tries_to_log_in.take(visit.request.address, front.desk.clock().now_precise());
    if (wait) return reply(login_page(front, visit.language, 429, "desk.login.busy", login, next));

    const auto session = front.logins.log_in(front.desk, login, form.text("password"));
    if (!session) {
        const bool is_wrong = session.error().kind == core::ErrorKind::denied;
        if (!is_wrong) front.desk.log().warning("login_failed", {{"error", session.error().message}});
        return reply(login_page(front, visit.language, is_wrong ? 403 : 503,
                                is_wrong ? "desk.login.denied" : "desk.login.busy", login, next));
    }
    const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(session_lifetime);
    reply(see_other(next).with("set-cookie", session_cookie(session->token, secure, lifetime)));
}

void post_logout(Front& front, const Visit& visit, const Reply& reply) {
    const bool secure = visit.request.secure || front.behind_tls;
    const auto queued = front.desk.writer().submit(
        [token = visit.session->token](core::Database& db) { return log_out(db, token); },
        [reply, secure, &front, language = visit.language](const core::Result<void>& done) {
            if (!done) return reply(front.problem_page(status_of(done.error().kind), language, nullptr));
            reply(see_other("/login").with("set-cookie", session_cookie("", secure, std::chrono::seconds{0})));
        });
    if (!queued) reply(front.problem_page(503, visit.language, &*visit.session));
}

}  // namespace

void add_login_pages(std::vector<Route>& routes, Front& front) {
    routes.push_back({"GET", "/", Anyone{}, 0, [](const Visit&, const Reply& reply) { reply(see_other("/queue")); }});
    routes.push_back({"GET", "/login", Anyone{}, 0, [&front](const Visit& visit, const Reply& reply) {
                          const std::string next = safe_next(Fields::parse(visit.request.query).text("next"));
                          reply(login_page(front, visit.language, 200, {}, {}, next));
                      }});
    routes.push_back({"POST", "/login", Anyone{}, small_body,
                      [&front](const Visit& visit, const Reply& reply) { post_login(front, visit, reply); }});
    routes.push_back({"POST", "/logout", AnyPerson{}, small_body,
                      [&front](const Visit& visit, const Reply& reply) { post_logout(front, visit, reply); }});
}

}  // namespace desk::web
