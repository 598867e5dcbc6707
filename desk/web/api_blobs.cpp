// Attachments by their hash. A kiosk asks with HEAD and sends the whole again when it is not there: what is sent in
// part is worth nothing before its hash is known.
#include <nlohmann/json.hpp>

#include "desk/web/front.hpp"
#include "desk/work/blobs.hpp"

namespace desk::web {
namespace {

HttpResponse nothing_there() { return Problem{.status = 404, .type = "not-found"}.response(); }

void put_blob(Front& front, const Visit& visit, const Reply& reply) {
    if (const auto wait = front.deliveries.take(visit.kiosk->id, front.desk.clock().now_precise())) {
        return reply(Problem{.status = 429, .type = "too-many-requests", .retry_after = wait->count()}.response());
    }
    const auto is_new = keep_blob(front.desk, visit.parts[0], visit.request.body);
    if (!is_new) return reply(problem_of(is_new.error()).response());
    reply(json_response(*is_new ? 201 : 200, {{"sha256", visit.parts[0]}, {"size", visit.request.body.size()}}));
}

void head_blob(Front& front, const Visit& visit, const Reply& reply) {
    const auto is_here = has_blob(front.desk, visit.parts[0]);
    if (!is_here) return reply(problem_of(is_here.error()).response());
    if (!*is_here) return reply(nothing_there());
    HttpResponse response;
    response.headers = {{"cache-control", "no-store"}};
    reply(std::move(response));
}

// Nothing that came from outside is ever shown as part of a page.
void get_blob(Front& front, const Visit& visit, const Reply& reply) {
    auto bytes = read_blob(front.desk, visit.parts[0]);
    if (!bytes) return reply(problem_of(bytes.error()).response());
    HttpResponse response;
    response.headers = {{"content-type", "application/octet-stream"},
                        {"content-disposition", "attachment"},
                        {"cache-control", "private, no-store"}};
    response.body = std::move(*bytes);
    reply(std::move(response));
}

}  // namespace

void add_blob_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"PUT", "/api/v1/blobs/{sha256}", AnyKiosk{}, largest_blob,
                      [&front](const Visit& visit, const Reply& reply) { put_blob(front, visit, reply); }});
    routes.push_back({"HEAD", "/api/v1/blobs/{sha256}", AnyKiosk{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { head_blob(front, visit, reply); }});
    routes.push_back({"GET", "/api/v1/blobs/{sha256}", AnyKiosk{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { get_blob(front, visit, reply); }});
}

}  // namespace desk::web
