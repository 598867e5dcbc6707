#include "desk/web/router.hpp"

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace desk::web {
namespace {

std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);  // the slash
    const auto end = path.find('/');
    const auto segment = path.substr(0, end);
    path.remove_prefix(segment.size());
    return segment;
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
    std::vector<std::string> parts;
    while (!pattern.empty() && !path.empty()) {
        const auto expected = next_segment(pattern);
        const auto given = next_segment(path);
        if (expected.empty() || expected.front() != '{') {
            if (expected != given) return std::nullopt;
            continue;
        }
        auto part = percent_decoded(given, false);
        if (!part || part->empty() || !core::utf8::is_valid(*part)) return std::nullopt;
        parts.push_back(std::move(*part));
    }
    if (!pattern.empty() || !path.empty()) return std::nullopt;
    return parts;
}

}  // namespace

core::Result<Router> Router::make(std::vector<Route> routes) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const Route& route = routes[i];
        const auto mistake = [&](std::string_view what) {
            return core::fail(core::ErrorKind::invalid, fmt::format("{} {} {}", route.method, route.pattern, what));
        };
        if (std::holds_alternative<std::monostate>(route.admission)) return mistake("says not who may come in");
        if (!route.handle) return mistake("leads nowhere");
        if (route.pattern.empty() || route.pattern.front() != '/') return mistake("does not start with a slash");
        for (std::size_t other = 0; other < i; ++other) {
            if (routes[other].method == route.method && routes[other].pattern == route.pattern) {
                return mistake("is there twice");
            }
        }
    }
    Router router;
    router.routes_ = std::move(routes);
    return router;
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
    Match found;
    if (path.empty() || path.front() != '/') return found;
    const Route* stand_in = nullptr;  // GET, for a HEAD without its own route
    std::vector<std::string> stand_in_parts;
    for (const Route& route : routes_) {
        auto parts = match(route.pattern, path);
        if (!parts) continue;
        if (route.method == method) {
            found.route = &route;
            found.parts = std::move(*parts);
            found.allowed.clear();
            return found;
        }
        if (method == "HEAD" && route.method == "GET") {
            stand_in = &route;
            stand_in_parts = std::move(*parts);
        }
        if (!found.allowed.empty()) found.allowed += ", ";
        found.allowed += route.method;
    }
    if (stand_in) return {stand_in, std::move(stand_in_parts), {}};
    return found;
}

}  // namespace desk::web
