#include "desk/web/problem.hpp"

#include <nlohmann/json.hpp>

namespace desk::web {
namespace {

constexpr std::int64_t busy_seconds = 2;
constexpr std::int64_t full_seconds = 60;

}  // namespace

std::string_view title_of(int status) {
    switch (status) {
        case 400: return "Bad request";
        case 401: return "Not signed in";
        case 403: return "Not allowed";
        case 404: return "Not found";
        case 405: return "Method not allowed";
        case 409: return "Conflict";
        case 412: return "Changed meanwhile";
        case 413: return "Too large";
        case 416: return "No such range";
        case 422: return "Not acceptable as it is";
        case 428: return "If-Match is needed";
        case 429: return "Too many requests";
        case 431: return "Header too large";
        case 503: return "Busy";
        case 507: return "No space left";
        default: return "Internal error";
    }
}

std::string_view type_of(int status) {
    switch (status) {
        case 400: return "bad-request";
        case 401: return "unauthenticated";
        case 403: return "forbidden";
        case 404: return "not-found";
        case 405: return "method-not-allowed";
        case 409: return "conflict";
        case 412: return "stale";
        case 413: return "too-large";
        case 416: return "no-such-range";
        case 422: return "invalid";
        case 428: return "if-match-needed";
        case 429: return "too-many-requests";
        case 431: return "header-too-large";
        case 503: return "busy";
        case 507: return "full";
        default: return "internal";
    }
}

int status_of(core::ErrorKind kind) {
    switch (kind) {
        case core::ErrorKind::invalid: return 422;
        case core::ErrorKind::not_found: return 404;
        case core::ErrorKind::conflict: return 409;
        case core::ErrorKind::denied: return 403;
        case core::ErrorKind::unavailable: return 503;
        case core::ErrorKind::full: return 507;
        case core::ErrorKind::corrupt: return 500;
    }
    return 500;
}

Problem problem_of(const core::Error& error) {
    Problem problem;
    problem.status = status_of(error.kind);
    problem.type = type_of(problem.status);
    // What is broken inside is for the log, not for whoever asks.
    if (problem.status < 500) problem.detail = error.message;
    if (problem.status == 503) problem.retry_after = busy_seconds;
    if (problem.status == 507) problem.retry_after = full_seconds;
    return problem;
}

HttpResponse Problem::response() const {
    core::Json body{{"type", "urn:foyer:problem:" + type}, {"title", title_of(status)}, {"status", status}};
    if (!detail.empty()) body["detail"] = detail;
    if (now) body["now"] = *now;

    HttpResponse response = json_response(status, body);
    response.headers.front().second = "application/problem+json";
    if (retry_after) response.headers.emplace_back("retry-after", std::to_string(*retry_after));
    if (status == 401) response.headers.emplace_back("www-authenticate", "Bearer");
    return response;
}

HttpResponse json_response(int status, const core::Json& body) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}};
    response.body = body.dump(-1, ' ', false, core::Json::error_handler_t::replace);
    return response;
}

}  // namespace desk::web
