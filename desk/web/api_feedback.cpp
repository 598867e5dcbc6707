// Kiosks tell what was searched, read and helpful.
#include <nlohmann/json.hpp>

#include "core/catalog/feedback.hpp"
#include "desk/web/front.hpp"
#include "desk/work/feedback.hpp"

namespace desk::web {
namespace {

void post_feedback(Front& front, const Visit& visit, const Reply& reply) {
    Desk& desk = front.desk;
    if (const auto wait = front.deliveries.take(visit.kiosk->id, desk.clock().now_precise())) {
        return reply(Problem{.status = 429, .type = "too-many-requests", .retry_after = wait->count()}.response());
    }
    const auto body = core::parse_json(visit.request.body);
    if (!body) return reply(problem_of(body.error()).response());
    const auto batch = catalog::FeedbackBatch::from_json(*body);
    if (!batch) return reply(problem_of(batch.error()).response());

    const auto queued = desk.writer().submit_for<catalog::FeedbackTaken>(
        [kiosk = *visit.kiosk, opened = open_feedback(*batch, desk.keys()), now = desk.clock().now()](core::Database& db) {
            return take_feedback(db, kiosk, opened, now);
        },
        [reply](core::Result<catalog::FeedbackTaken> taken) {
            if (!taken) return reply(problem_of(taken.error()).response());
            reply(json_response(200, taken->to_json()));
        });
    if (!queued) reply(problem_of(queued.error()).response());
}

}  // namespace

void add_feedback_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"POST", "/api/v1/feedback", AnyKiosk{}, catalog::largest_feedback_bytes,
                      [&front](const Visit& visit, const Reply& reply) { post_feedback(front, visit, reply); }});
}

}  // namespace desk::web
