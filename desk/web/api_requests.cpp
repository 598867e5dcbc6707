// What kiosks hand in: one request, or a batch from an outbox.
#include <nlohmann/json.hpp>

#include "core/catalog/request.hpp"
#include "desk/web/front.hpp"
#include "desk/work/intake.hpp"

namespace desk::web {
namespace {

// A batch holds small envelopes as a rule; a kiosk whose batch is larger sends fewer at once.
constexpr std::size_t largest_batch_bytes = 8u << 20;

int status_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::stored: return 201;
        case Outcome::seen: return 200;
        case Outcome::quarantined: return 202;
        case Outcome::conflict: return 409;
    }
    return 500;
}

void count(Counters& counters, std::string_view outcome) {
    if (outcome == "stored") ++counters.stored;
    if (outcome == "seen") ++counters.seen;
    if (outcome == "quarantined") ++counters.quarantined;
    if (outcome == "conflict") ++counters.conflicts;
    if (outcome == "refused") ++counters.refused;
}

HttpResponse response_of(const TakenIn& taken) {
    if (taken.outcome == Outcome::conflict) {
        Problem problem{.status = 409, .type = "other-content", .detail = taken.problem};
        return problem.response();
    }
    // The receipt is answered byte for byte as it was kept: its signature covers its values, and equal answers to
    // equal questions are easier to trust.
    HttpResponse response;
    response.status = status_of(taken.outcome);
    response.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}};
    response.body = taken.receipt;
    return response;
}

std::optional<HttpResponse> too_often(Front& front, const Kiosk& kiosk) {
    const auto wait = front.deliveries.take(kiosk.id, front.desk.clock().now_precise());
    if (!wait) return std::nullopt;
    return Problem{.status = 429, .type = "too-many-requests", .retry_after = wait->count()}.response();
}

void put_request(Front& front, Visit visit, const Reply& reply) {
    if (auto refused = too_often(front, *visit.kiosk)) return reply(std::move(*refused));
    Desk& desk = front.desk;

    core::Result<Proved> proved = [&]() -> core::Result<Proved> {
        auto reader = desk.readers().lend();
        if (!reader) return core::fail(reader.error());
        return prove(**reader, desk.keys(), visit.request.body, visit.kiosk->id);
    }();
    if (!proved) {
        ++front.counters.refused;
        return reply(problem_of(proved.error()).response());
    }
    if (proved->envelope.id != visit.parts[0]) {
        ++front.counters.refused;
        return reply(Problem{.status = 422, .type = "other-id", .detail = "The envelope has another id than the path."}
                         .response());
    }
    const core::Time now = desk.clock().now();
    const auto queued = desk.writer().submit_for<TakenIn>(
        [&desk, proved = std::move(*proved), now](core::Database& db) {
            return take_in(db, desk.forms(), desk.keys(), proved, now);
        },
        [&front, reply](core::Result<TakenIn> taken) {
            if (!taken) return reply(problem_of(taken.error()).response());
            count(front.counters, name_of(taken->outcome));
            reply(response_of(*taken));
        });
    if (!queued) reply(problem_of(queued.error()).response());
}

void post_outbox(Front& front, Visit visit, const Reply& reply) {
    if (auto refused = too_often(front, *visit.kiosk)) return reply(std::move(*refused));

    const auto body = core::parse_json(visit.request.body);
    const core::Json* items = body && body->is_object() ? core::member(*body, "items") : nullptr;
    if (!items || !items->is_array() || items->empty() || items->size() > catalog::largest_batch) {
        return reply(Problem{.status = 422, .type = "invalid", .detail = "Give 1 to 100 envelopes as `items`."}.response());
    }
    std::vector<std::string> envelopes;
    for (const core::Json& item : *items) envelopes.push_back(item.dump());

    const auto deliveries = deliver_batch(front.desk, envelopes, visit.kiosk->id);
    if (!deliveries) return reply(problem_of(deliveries.error()).response());

    core::Json results = core::Json::array();
    for (const catalog::Delivery& delivery : *deliveries) {
        count(front.counters, delivery.outcome);
        results.push_back(delivery.to_json());
    }
    reply(json_response(200, {{"now", core::to_text(front.desk.clock().now())}, {"results", std::move(results)}}));
}

}  // namespace

void add_request_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"PUT", "/api/v1/requests/{id}", AnyKiosk{}, catalog::largest_request_bytes,
                      [&front](Visit visit, const Reply& reply) { put_request(front, std::move(visit), reply); }});
    routes.push_back({"POST", "/api/v1/outbox", AnyKiosk{}, largest_batch_bytes,
                      [&front](Visit visit, const Reply& reply) { post_outbox(front, std::move(visit), reply); }});
}

}  // namespace desk::web
