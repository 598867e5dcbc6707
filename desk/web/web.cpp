#include "desk/web/web.hpp"

#include <cassert>

#include "desk/web/front.hpp"
#include "desk/web/identity.hpp"
#include "desk/web/problem.hpp"

namespace desk::web {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'";

bool is_for_programs(std::string_view path) { return path.substr(0, 5) == "/api/"; }

HttpResponse guarded(HttpResponse response, bool secure) {
    response.headers.emplace_back("content-security-policy", policy);
    response.headers.emplace_back("x-content-type-options", "nosniff");
    response.headers.emplace_back("referrer-policy", "no-referrer");
    response.headers.emplace_back("cross-origin-opener-policy", "same-origin");
    response.headers.emplace_back("cross-origin-resource-policy", "same-origin");
    if (secure) response.headers.emplace_back("strict-transport-security", "max-age=31536000");
    return response;
}

// Lets visitors in, or tells them why not. What is behind a door may rely on it.
class Doorkeeper final : public Handler {
public:
    Doorkeeper(Front& front, Router router) : front_(front), router_(std::move(router)) {}

    std::size_t body_limit(std::string_view method, std::string_view path) const override {
        const auto match = router_.find(method, path);
        return match.route ? match.route->body_limit : 0;
    }

    HttpResponse refuse(int status, std::string_view path) const override {
        ++front_.counters.answers[static_cast<std::size_t>(status / 100 - 1)];
        auto response = is_for_programs(path) ? Problem{.status = status, .type = std::string(type_of(status))}.response()
                                              : front_.problem_page(status, "en", nullptr);
        return guarded(std::move(response), front_.behind_tls);
    }

    void handle(HttpRequest request, Reply reply) override {
        Reply counted = [&front = front_, secure = request.secure || front_.behind_tls,
                         reply = std::move(reply)](HttpResponse response) {
            ++front.counters.answers[static_cast<std::size_t>(response.status / 100 - 1)];
            reply(guarded(std::move(response), secure));
        };
        admit(std::move(request), counted);
    }

private:
    void admit(HttpRequest request, const Reply& reply) {
        if (!is_for_programs(request.path)) front_.shelf.look_for_new(front_.desk);
        auto match = router_.find(request.method, request.path);
        Visit visit;
        visit.language = front_.language_of(request);
        visit.parts = std::move(match.parts);
        visit.request = std::move(request);
        if (!match.route) {
            auto nowhere = explained(visit, match.allowed.empty() ? 404 : 405);
            if (!match.allowed.empty()) nowhere.headers.emplace_back("allow", match.allowed);
            return reply(std::move(nowhere));
        }
        const Admission& admission = match.route->admission;
        if (std::holds_alternative<AnyKiosk>(admission)) {
            if (auto refused = know_kiosk(visit)) return reply(std::move(*refused));
        } else if (const auto* person = std::get_if<AnyPerson>(&admission)) {
            if (auto refused = know_person(visit, *person)) return reply(std::move(*refused));
        } else if (changes_something(visit.request.method) && !is_from_own_site(visit.request)) {
            return reply(explained(visit, 403, "403_form"));
        }
        match.route->handle(std::move(visit), reply);
    }

    // In the way that suits who asked: a problem for programs, a page for people.
    HttpResponse explained(const Visit& visit, int status, std::string_view detail = {}) const {
        if (is_for_programs(visit.request.path)) {
            return Problem{.status = status, .type = std::string(type_of(status))}.response();
        }
        return front_.problem_page(status, visit.language, visit.session ? &*visit.session : nullptr, detail);
    }

    std::optional<HttpResponse> know_kiosk(Visit& visit) const {
        auto reader = front_.desk.readers().lend();
        if (!reader) return problem_of(reader.error()).response();
        auto kiosk = identify_kiosk(**reader, visit.request, front_.desk.clock().now());
        if (!kiosk) return kiosk.error().response();
        visit.kiosk = std::move(*kiosk);
        return std::nullopt;
    }

    std::optional<HttpResponse> know_person(Visit& visit, const AnyPerson& admission) const {
        const HttpRequest& request = visit.request;
        const Shown shown = session_shown(request, request.secure || front_.behind_tls);
        if (shown.carrier != Carrier::none) {
            auto reader = front_.desk.readers().lend();
            if (!reader) return explained(visit, status_of(reader.error().kind));
            auto session = find_session(**reader, shown.token, front_.desk.clock().now());
            if (!session) return explained(visit, status_of(session.error().kind));
            visit.session = std::move(*session);
        }
        if (!visit.session) return asked_to_sign_in(visit);

        const bool comes_by_itself = shown.carrier == Carrier::cookie;
        if (comes_by_itself && changes_something(request.method)) {
            const std::string token = is_for_programs(request.path) ? request.header("x-csrf-token")
                                                                    : Fields::parse(request.body).text("csrf");
            if (!is_from_own_site(request) || !core::equal_secrets(token, visit.session->csrf)) {
                return explained(visit, 403, "403_form");
            }
        }
        if (admission.duty && !authorize(visit.actor(), *admission.duty)) return explained(visit, 403);
        return std::nullopt;
    }

    HttpResponse asked_to_sign_in(const Visit& visit) const {
        if (is_for_programs(visit.request.path)) {
            return Problem{.status = 401, .type = "unauthenticated", .detail = "Sign in at /api/v1/session."}.response();
        }
        if (visit.request.method != "GET") return see_other("/login");
        std::string next = visit.request.path;
        if (visit.request.has_query) next += "?" + visit.request.query;
        return see_other(next == "/queue" ? "/login" : "/login?next=" + percent_encoded(next));
    }

    Front& front_;
    Router router_;
};

}  // namespace

core::Result<std::unique_ptr<Web>> Web::open(Desk& desk, WebSettings settings) {
    if (!settings.zone.empty() && !core::local_date(core::Time{}, settings.zone)) {
        return core::fail(core::ErrorKind::invalid, "There is no time zone \"" + settings.zone + "\"");
    }
    auto front = std::make_unique<Front>(desk, settings);
    front->shelf.look_for_new(desk);
    auto router = Router::make(all_routes(*front));
    if (!router) return core::fail(router.error());
    auto handler = std::make_unique<Doorkeeper>(*front, std::move(*router));
    auto server = Server::listen(std::move(settings.server), *handler, desk.log());
    if (!server) return core::fail(server.error());
    return std::unique_ptr<Web>(new Web(desk, std::move(front), std::move(handler), std::move(*server)));
}

Web::Web(Desk& desk, std::unique_ptr<Front> front, std::unique_ptr<Handler> handler, std::unique_ptr<Server> server)
    : desk_(desk), front_(std::move(front)), handler_(std::move(handler)), server_(std::move(server)) {}

Web::~Web() {
    // Jobs that still wait for the writer hold answers to connections of the server: it goes only after them.
    [[maybe_unused]] const auto drained = desk_.writer().run([](core::Database&) -> core::Result<void> { return {}; });
}

std::uint16_t Web::port() const { return server_->port(); }
void Web::run(bool stop_on_signals) { server_->run(stop_on_signals); }
void Web::stop() { server_->stop(); }

}  // namespace desk::web
