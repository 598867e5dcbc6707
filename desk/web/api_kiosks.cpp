// A kiosk joins, asks what is new, and looks up one request by its claim code.
#include <nlohmann/json.hpp>

#include "core/catalog/wire.hpp"
#include "desk/web/front.hpp"
#include "desk/work/changes.hpp"
#include "desk/work/enrol.hpp"

namespace desk::web {
namespace {

HttpResponse wait_a_while(std::chrono::seconds wait) {
    return Problem{.status = 429, .type = "too-many-requests", .retry_after = wait.count()}.response();
}

void post_enrol(Front& front, Visit visit, const Reply& reply) {
    Desk& desk = front.desk;
    if (const auto wait = front.tries_to_enrol.take(visit.request.address, desk.clock().now_precise())) {
        return reply(wait_a_while(*wait));
    }
    const auto body = core::parse_json(visit.request.body);
    if (!body) return reply(problem_of(body.error()).response());
    auto wanted = catalog::EnrolRequest::from_json(*body);
    if (!wanted) return reply(problem_of(wanted.error()).response());

    const auto queued = desk.writer().submit_for<catalog::Enrolment>(
        [&desk, wanted = std::move(*wanted), now = desk.clock().now_precise()](core::Database& db) {
            return enrol(db, desk.keys(), desk.random(), wanted, now);
        },
        [reply](core::Result<catalog::Enrolment> enrolment) {
            if (!enrolment) return reply(problem_of(enrolment.error()).response());
            reply(json_response(201, enrolment->to_json()));
        });
    if (!queued) reply(problem_of(queued.error()).response());
}

void note_seen(Front& front, const Kiosk& kiosk, core::Time now) {
    if (!should_note_seen(kiosk, now)) return;
    // A full queue is no reason not to answer; the next poll notes it.
    [[maybe_unused]] const auto queued = front.desk.writer().submit(
        [id = kiosk.id, now](core::Database& db) { return Kiosks(db).note_seen(id, now); }, [](core::Result<void>) {});
}

void get_changes(Front& front, const Visit& visit, const Reply& reply) {
    const core::Time now = front.desk.clock().now();
    note_seen(front, *visit.kiosk, now);

    auto reader = front.desk.readers().lend();
    if (!reader) return reply(problem_of(reader.error()).response());
    const auto changes = changes_for(**reader, *visit.kiosk, Fields::parse(visit.request.query).text("after"), now);
    if (!changes) return reply(problem_of(changes.error()).response());
    reply(json_response(200, changes->to_json()));
}

void get_claim(Front& front, const Visit& visit, const Reply& reply) {
    if (const auto wait = front.claims.take(visit.kiosk->id, front.desk.clock().now_precise())) {
        return reply(wait_a_while(*wait));
    }
    auto reader = front.desk.readers().lend();
    if (!reader) return reply(problem_of(reader.error()).response());
    const auto progress = find_by_claim_code(**reader, visit.parts[0]);
    if (!progress) return reply(problem_of(progress.error()).response());
    reply(json_response(200, progress->to_json()));
}

}  // namespace

void add_kiosk_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"POST", "/api/v1/enrol", Anyone{}, small_body,
                      [&front](Visit visit, const Reply& reply) { post_enrol(front, std::move(visit), reply); }});
    routes.push_back({"GET", "/api/v1/kiosks/self/changes", AnyKiosk{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { get_changes(front, visit, reply); }});
    routes.push_back({"GET", "/api/v1/claims/{code}", AnyKiosk{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { get_claim(front, visit, reply); }});
}

}  // namespace desk::web
