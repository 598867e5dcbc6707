// Signing in without a browser: a script trades login and password for a token that it sends as `Bearer`.
#include <nlohmann/json.hpp>

#include "desk/web/front.hpp"
#include "desk/web/identity.hpp"

namespace desk::web {
namespace {

core::Json json_of(const Actor& actor) {
    core::Json roles = core::Json::array();
    for (const Role role : actor.roles) roles.push_back(std::string(name_of(role)));
    return {{"login", actor.login}, {"name", actor.name}, {"teams", actor.teams}, {"roles", std::move(roles)}};
}

void post_session(Front& front, const Visit& visit, const Reply& reply) {
    if (const auto wait = front.tries_to_log_in.take(visit.request.address, front.desk.clock().now_precise())) {
        return reply(Problem{.status = 429, .type = "too-many-requests", .retry_after = wait->count()}.response());
    }
    const auto body = core::parse_json(visit.request.body);
    if (!body) return reply(problem_of(body.error()).response());
    const auto login = core::text_at(*body, "login");
    const auto password = core::text_at(*body, "password");
    if (!login || !password) {
        return reply(Problem{.status = 422, .type = "invalid", .detail = "Give `login` and `password`."}.response());
    }
    const auto session = front.logins.log_in(front.desk, *login, *password);
    if (!session) {
        Problem problem = problem_of(session.error());
        if (problem.status == 403) problem = {.status = 401, .type = "wrong-login", .detail = session.error().message};
        return reply(problem.response());
    }
    reply(json_response(201, {{"token", session->token},
                              {"ends_at", core::to_text(session->ends_at)},
                              {"person", json_of(session->actor)}}));
}

void get_session(const Visit& visit, const Reply& reply) {
    reply(json_response(200, {{"ends_at", core::to_text(visit.session->ends_at)}, {"person", json_of(visit.actor())}}));
}

void delete_session(Front& front, const Visit& visit, const Reply& reply) {
    const auto queued = front.desk.writer().submit(
        [token = visit.session->token](core::Database& db) { return log_out(db, token); },
        [reply](const core::Result<void>& done) {
            if (!done) return reply(problem_of(done.error()).response());
            HttpResponse response;
            response.status = 204;
            reply(std::move(response));
        });
    if (!queued) reply(problem_of(queued.error()).response());
}

}  // namespace

void add_session_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"POST", "/api/v1/session", Anyone{}, small_body,
                      [&front](const Visit& visit, const Reply& reply) { post_session(front, visit, reply); }});
    routes.push_back({"GET", "/api/v1/session", AnyPerson{}, 0,
                      [](const Visit& visit, const Reply& reply) { get_session(visit, reply); }});
    routes.push_back({"DELETE", "/api/v1/session", AnyPerson{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { delete_session(front, visit, reply); }});
}

}  // namespace desk::web
