// A kiosk joins, asks what is new, and looks up one request by its claim code.
#include <nlohmann/json.hpp>

#include "core/catalog/wire.hpp"
#include "desk/web/front.hpp"
#include "desk/work/changes.hpp"
#include "desk/work/enrol.hpp"
#include "desk/work/releases.hpp"

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
    // A chain that cannot be followed lets no kiosk in: without its root it would believe the release key for ever.
    auto root = newest_root(desk.releases());
    if (!root) {
        desk.log().error("root_unreadable", {{"why", root.error().message}});
        return reply(problem_of(root.error()).response());
    }

    const auto queued = desk.writer().submit_for<catalog::Enrolment>(
        [&desk, wanted = std::move(*wanted), root = std::move(*root), now = desk.clock().now_precise()](core::Database& db) {
            return enrol(db, desk.keys(), root, desk.random(), wanted, now);
        },
        [reply](core::Result<catalog::Enrolment> enrolment) {
            if (!enrolment) return reply(problem_of(enrolment.error()).response());
            reply(json_response(201, enrolment->to_json()));
        });
    if (!queued) reply(problem_of(queued.error()).response());
}

void note_seen(Front& front, const Kiosk& kiosk, const Fields& asked, core::Time now) {
    // An older kiosk tells nothing of what it shows, and what it cannot say is not worth a refusal.
    const auto told = catalog::Shows::from(asked.text("release"), asked.text("channel"), asked.text("state"));
    const catalog::Shows& shows = told ? *told : kiosk.shows;
    if (!should_note_seen(kiosk, shows, now)) return;
    // A full queue is no reason not to answer; the next poll notes it.
    [[maybe_unused]] const auto queued = front.desk.writer().submit(
        [id = kiosk.id, shows, now](core::Database& db) { return Kiosks(db).note_seen(id, shows, now); },
        [](core::Result<void>) {});
}

void get_changes(Front& front, const Visit& visit, const Reply& reply) {
    const core::Time now = front.desk.clock().now();
    const auto asked = Fields::parse(visit.request.query);
    note_seen(front, *visit.kiosk, asked, now);

    auto reader = front.desk.readers().lend();
    if (!reader) return reply(problem_of(reader.error()).response());
    const auto changes = changes_for(**reader, front.desk.releases(), *visit.kiosk, asked.text("after"), now);
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
