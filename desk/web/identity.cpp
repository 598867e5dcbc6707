#include "desk/web/identity.hpp"

#include <fmt/format.h>

#include "core/catalog/http_signature.hpp"

namespace desk::web {
namespace {

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

tl::unexpected<Problem> refused(int status, std::string type, std::string detail) {
    Problem problem;
    problem.status = status;
    problem.type = std::move(type);
    problem.detail = std::move(detail);
    return tl::unexpected<Problem>(std::move(problem));
}

bool is_near(core::Time a, core::Time b) { return (a > b ? a - b : b - a) <= signature_window; }

std::string cookie_name(bool secure) { return secure ? "__Host-sid" : "sid"; }

}  // namespace

tl::expected<Kiosk, Problem> identify_kiosk(core::Database& db, const HttpRequest& request, core::Time now) {
    const std::string input_header = request.header("signature-input");
    if (input_header.empty()) return refused(401, "unsigned", "This is for kiosks; the request carries no signature.");
    const auto input = catalog::read_signature_input(input_header);
    if (!input) return refused(401, "bad-signature", input.error().message);

    const auto found = Kiosks(db).find(input->key_id);
    if (!found) return tl::unexpected<Problem>(problem_of(found.error()));
    // The same answer for both: who has no key here learns nothing about who has.
    if (!*found) return refused(401, "bad-signature", "No kiosk of that name signed this.");
    const Kiosk& kiosk = **found;

    catalog::SignedParts parts;
    parts.method = request.method;
    parts.authority = lower(request.header("host"));
    parts.path = request.path;
    parts.query = "?" + request.query;
    parts.body = request.body;
    const auto proved = catalog::check_http(parts, request.header("content-digest"), input_header,
                                            request.header("signature"), kiosk.public_key);
    if (!proved) return refused(401, "bad-signature", "No kiosk of that name signed this.");
    if (!kiosk.active) return refused(403, "withdrawn", "This kiosk was withdrawn; an operator can enrol it again.");

    // A kiosk may correct its clock before it signs, or sign by a clock whose error we know.
    const core::Time corrected = input->created + std::chrono::seconds(kiosk.clock_offset);
    if (!is_near(input->created, now) && !is_near(corrected, now)) {
        auto skewed = refused(401, "clock-skew", "The signature's time is too far from the desk's; see `now`.");
        skewed.value().now = core::to_text(now);
        return skewed;
    }
    return kiosk;
}

Shown session_shown(const HttpRequest& request, bool secure) {
    const std::string authorization = request.header("authorization");
    constexpr std::string_view bearer = "bearer ";
    if (authorization.size() > bearer.size() && lower(authorization.substr(0, bearer.size())) == bearer) {
        return {authorization.substr(bearer.size()), Carrier::token};
    }
    std::string cookie = request.cookie(cookie_name(secure));
    if (cookie.empty()) return {};
    return {std::move(cookie), Carrier::cookie};
}

std::string session_cookie(std::string_view token, bool secure, std::chrono::seconds lifetime) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", cookie_name(secure), token,
                       lifetime.count(), secure ? "; Secure" : "");
}

bool changes_something(std::string_view method) { return method != "GET" && method != "HEAD"; }

bool is_from_own_site(const HttpRequest& request) {
    const std::string site = request.header("sec-fetch-site");
    if (!site.empty()) return site == "same-origin" || site == "none";
    // Older browsers say at least the origin, and "null" when our own referrer policy hides it.
    const std::string origin = request.header("origin");
    if (origin.empty() || origin == "null") return true;
    const auto slashes = origin.find("://");
    return slashes != std::string::npos && lower(origin.substr(slashes + 3)) == lower(request.header("host"));
}

}  // namespace desk::web
