// What arrived safely but needs a person before it can be a ticket.
#include <nlohmann/json.hpp>

#include "core/base/language.hpp"
#include "desk/store/published.hpp"
#include "desk/store/requests.hpp"
#include "desk/web/front.hpp"
#include "desk/work/intake.hpp"

namespace desk::web {
namespace {

constexpr int most_shown = 200;
constexpr std::string_view unreadable = "unreadable";  // the reason of those that no person can take in

std::string kiosk_name(core::Database& db, const std::string& id) {
    const auto kiosk = Kiosks(db).find(id);
    return kiosk && *kiosk ? (*kiosk)->short_name : id;
}

core::Result<std::string> attention_page(Front& front, const Visit& visit, const std::string& problem) {
    auto reader = front.desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    core::Database& db = **reader;
    const auto words = front.shelf.words();
    const Speech say(*words, visit.language);

    const auto quarantined = Requests(db).quarantine_list(most_shown);
    if (!quarantined) return core::fail(quarantined.error());
    const auto conflicts = Requests(db).conflicts(most_shown);
    if (!conflicts) return core::fail(conflicts.error());
    const auto lists = Published(db).lists();
    if (!lists) return core::fail(lists.error());

    const auto when = [&](core::Time at) { return core::format_date_time(say.language(), at, front.zone); };
    core::Json teams = core::Json::array();
    for (const auto& [id, title] : lists->teams) teams.push_back({{"value", id}, {"label", title.in(say.language())}});

    core::Json values{{"problem", problem},
                      {"done", Fields::parse(visit.request.query).find("done") ? say("desk.attention.accepted") : ""},
                      {"teams", std::move(teams)},
                      {"quarantined", core::Json::array()},
                      {"conflicts", core::Json::array()}};
    for (const Quarantined& item : *quarantined) {
        values["quarantined"].push_back({{"id", item.id},
                                         {"reason", say("desk.quarantine." + item.reason)},
                                         {"details", item.details},
                                         {"kiosk", kiosk_name(db, item.kiosk)},
                                         {"at", core::to_text(item.received_at)},
                                         {"when", when(item.received_at)},
                                         {"may_accept", item.reason != unreadable}});
    }
    for (const Conflict& conflict : *conflicts) {
        values["conflicts"].push_back({{"id", conflict.id},
                                       {"kiosk", kiosk_name(db, conflict.kiosk)},
                                       {"at", core::to_text(conflict.received_at)},
                                       {"when", when(conflict.received_at)}});
    }
    values["has_quarantined"] = !quarantined->empty();
    values["has_conflicts"] = !conflicts->empty();
    return render({"attention.html", say("desk.attention.title"), "attention", &*visit.session}, values, say);
}

void show(Front& front, const Visit& visit, int status, const std::string& problem, const Reply& reply) {
    auto page = attention_page(front, visit, problem);
    if (page) return reply(page_response(status, std::move(*page)));
    reply(front.problem_page(status_of(page.error().kind), visit.language, &*visit.session));
}

void post_accept(Front& front, Visit visit, const Reply& reply) {
    Desk& desk = front.desk;
    const Actor actor = visit.actor();
    const std::string id = visit.parts[0];
    const std::string team = Fields::parse(visit.request.body).text("team");
    const auto queued = desk.writer().submit_for<std::string>(
        [&desk, actor, id, team, now = desk.clock().now()](core::Database& db) {
            return accept_quarantined(db, desk.keys(), actor, id, team, now);
        },
        [&front, visit = std::move(visit), reply](const core::Result<std::string>& ticket) {
            if (ticket) return reply(see_other("/attention?done=accept"));
            show(front, visit, status_of(ticket.error().kind), ticket.error().message, reply);
        });
    if (!queued) reply(front.problem_page(503, "en", nullptr));
}

}  // namespace

void add_attention_pages(std::vector<Route>& routes, Front& front) {
    routes.push_back({"GET", "/attention", AnyPerson{Duty::mend_quarantine}, 0,
                      [&front](const Visit& visit, const Reply& reply) { show(front, visit, 200, {}, reply); }});
    routes.push_back({"POST", "/attention/{id}/accept", AnyPerson{Duty::mend_quarantine}, small_body,
                      [&front](Visit visit, const Reply& reply) { post_accept(front, std::move(visit), reply); }});
}

}  // namespace desk::web
