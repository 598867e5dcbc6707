// The queue: what waits for whom, most urgent first.
#include <nlohmann/json.hpp>

#include "desk/store/accounts.hpp"
#include "desk/web/front.hpp"
#include "desk/web/ticket_words.hpp"
#include "desk/work/queue.hpp"

namespace desk::web {
namespace {

constexpr int rows_of_a_page = 50;

struct View {
    std::string id;
    std::string label;
    TicketFilter filter;
};

std::vector<View> views_of(const Actor& actor, const Lists& lists, const Speech& say) {
    std::vector<View> views;
    TicketFilter mine;
    mine.assignee = actor.login;
    views.push_back({"mine", say("desk.queue.mine"), mine});
    for (const std::string& team : actor.teams) {
        TicketFilter of_team;
        of_team.team = team;
        const bool is_only = actor.teams.size() == 1;
        views.push_back({is_only ? "team" : "team-" + team,
                         is_only ? say("desk.queue.team") : lists.team(team, say.language()), of_team});
    }
    views.push_back({"open", say("desk.queue.open"), TicketFilter{}});
    TicketFilter all;
    all.which = Which::all;
    views.push_back({"all", say("desk.queue.all"), all});
    return views;
}

const View& chosen_view(const std::vector<View>& views, std::string_view id) {
    for (const View& view : views) {
        if (view.id == id) return view;
    }
    // People who have a team start with what it has to do.
    return views.size() > 3 ? views[1] : views[views.size() - 2];
}

core::Result<std::string> queue_page(Front& front, const Visit& visit) {
    auto reader = front.desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    core::Database& db = **reader;
    const auto words = front.shelf.words();
    const Speech say(*words, visit.language);
    const Fields query = Fields::parse(visit.request.query);
    const core::Time now = front.desk.clock().now();

    const auto lists = Published(db).lists();
    if (!lists) return core::fail(lists.error());
    const auto names = names_of_people(db);
    if (!names) return core::fail(names.error());
    const auto views = views_of(visit.actor(), *lists, say);
    const View& view = chosen_view(views, query.text("view"));
    const auto page = list_tickets(db, visit.actor(), view.filter, query.text("cursor"), rows_of_a_page);
    if (!page) return core::fail(page.error());

    core::Json values{{"view", view.label}};
    values["views"] = core::Json::array();
    for (const View& each : views) {
        const auto number = count_tickets(db, visit.actor(), each.filter);
        if (!number) return core::fail(number.error());
        const bool is_current = &each == &view;
        if (is_current) values["total"] = say.count("desk.queue.total", *number);
        values["views"].push_back({{"href", "/queue?view=" + percent_encoded(each.id)},
                                   {"label", each.label},
                                   {"number", std::to_string(*number)},
                                   {"current", is_current}});
    }
    values["has_tickets"] = !page->tickets.empty();
    values["tickets"] = core::Json::array();
    for (const Ticket& ticket : page->tickets) {
        values["tickets"].push_back({
            {"number", ticket.number},
            {"title", ticket.title},
            {"state", say(state_key(ticket.state))},
            {"category", chip_of(ticket)},
            {"priority", say(priority_key(ticket.priority))},
            {"priority_class", std::string(catalog::name_of(ticket.priority))},
            {"site", lists->site(ticket.site, say.language())},
            {"team", lists->team(ticket.team, say.language())},
            {"assignee", name_of_person(*names, ticket.assignee)},
            {"received_at", core::to_text(ticket.received_at)},
            {"age", age_of(ticket.received_at, now, say)},
        });
    }
    const bool is_later_page = !query.text("cursor").empty();
    const std::string base = "/queue?view=" + percent_encoded(view.id);
    values["first"] = is_later_page ? base : "";
    values["next"] = page->next.empty() ? "" : base + "&cursor=" + percent_encoded(page->next);
    values["has_pages"] = is_later_page || !page->next.empty();
    return render({"queue.html", say("desk.queue.title") + ": " + view.label, "queue", &*visit.session}, values, say);
}

}  // namespace

void add_queue_pages(std::vector<Route>& routes, Front& front) {
    routes.push_back({"GET", "/queue", AnyPerson{}, 0, [&front](const Visit& visit, const Reply& reply) {
                          auto page = queue_page(front, visit);
                          if (page) return reply(page_response(200, std::move(*page)));
                          reply(front.problem_page(status_of(page.error().kind), visit.language, &*visit.session));
                      }});
}

}  // namespace desk::web
