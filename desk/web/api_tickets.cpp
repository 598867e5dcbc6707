// Tickets for people's programs: lists, one ticket, notes and actions.
#include <charconv>

#include <nlohmann/json.hpp>

#include "desk/web/front.hpp"
#include "desk/web/ticket_command.hpp"
#include "desk/work/queue.hpp"

namespace desk::web {
namespace {

constexpr int usual_page = 50;

core::Json text_or_null(std::string_view text) { return text.empty() ? core::Json() : core::Json(std::string(text)); }

template <class T>
core::Json name_or_null(const std::optional<T>& value) {
    return value ? core::Json(std::string(name_of(*value))) : core::Json();
}

core::Json time_or_null(const std::optional<core::Time>& time) {
    return time ? core::Json(core::to_text(*time)) : core::Json();
}

core::Json json_of(const Ticket& ticket) {
    return {
        {"number", ticket.number},
        {"request", text_or_null(ticket.request)},
        {"claim_code", text_or_null(ticket.claim_code)},
        {"title", ticket.title},
        {"service", text_or_null(ticket.service)},
        {"kind", text_or_null(ticket.kind)},
        {"language", text_or_null(ticket.language)},
        {"state", std::string(name_of(ticket.state))},
        {"category", std::string(name_of(ticket.category()))},
        {"hold_reason", name_or_null(ticket.hold_reason)},
        {"resolution", name_or_null(ticket.resolution)},
        {"priority", std::string(catalog::name_of(ticket.priority))},
        {"department", text_or_null(ticket.department)},
        {"team", text_or_null(ticket.team)},
        {"assignee", text_or_null(ticket.assignee)},
        {"site", text_or_null(ticket.site)},
        {"kiosk", text_or_null(ticket.kiosk)},
        {"confidential", text_or_null(ticket.confidential)},
        {"captured_at", core::to_text(ticket.captured_at)},
        {"received_at", core::to_text(ticket.received_at)},
        {"updated_at", core::to_text(ticket.updated_at)},
        {"first_response_at", time_or_null(ticket.first_response_at)},
        {"resolved_at", time_or_null(ticket.resolved_at)},
        {"version", ticket.version},
    };
}

core::Json json_of(const Event& event) {
    core::Json json{
        {"number", event.number},
        {"at", core::to_text(event.at)},
        {"by", {{"id", event.by.id}, {"name", event.by.name}, {"team", text_or_null(event.by.team)}}},
        {"kind", std::string(kind_of(event.what))},
        {"public_text", public_text(event) ? core::Json(*public_text(event)) : core::Json()},
        {"data", core::Json::object()},
    };
    // The first event repeats all that the ticket's own members and answers tell.
    if (!std::holds_alternative<Received>(event.what)) json["data"] = to_json(event.what);
    return json;
}

core::Json json_of(const TicketView& view) {
    core::Json json = json_of(view.ticket);
    json["answers"] = core::Json::array();
    for (const AnsweredQuestion& answer : view.answers) {
        json["answers"].push_back({{"field", answer.field}, {"question", answer.question}, {"answer", answer.answer}});
    }
    json["timeline"] = core::Json::array();
    for (const Event& event : view.timeline) json["timeline"].push_back(json_of(event));
    json["possible_actions"] = core::Json::array();
    for (const Action action : view.possible) json["possible_actions"].push_back(std::string(name_of(action)));
    return json;
}

std::string etag_of(const Ticket& ticket) { return "\"" + std::to_string(ticket.version) + "\""; }

std::optional<std::int64_t> version_from(std::string_view etag) {
    if (etag.size() < 3 || etag.front() != '"' || etag.back() != '"') return std::nullopt;
    etag = etag.substr(1, etag.size() - 2);
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(etag.data(), etag.data() + etag.size(), version);
    if (error != std::errc{} || end != etag.data() + etag.size()) return std::nullopt;
    return version;
}

HttpResponse invalid(std::string detail) {
    return Problem{.status = 422, .type = "invalid", .detail = std::move(detail)}.response();
}

core::Result<TicketFilter> filter_from(const Fields& query, const Actor& actor) {
    TicketFilter filter;
    const std::string which = query.text("which");
    if (which == "done") {
        filter.which = Which::done;
    } else if (which == "all") {
        filter.which = Which::all;
    } else if (!which.empty() && which != "open") {
        return core::fail(core::ErrorKind::invalid, "`which` is open, done or all.");
    }
    if (const std::string state = query.text("state"); !state.empty()) {
        filter.state = state_from(state);
        if (!filter.state) return core::fail(core::ErrorKind::invalid, "There is no state \"" + state + "\".");
        if (which.empty()) filter.which = Which::all;
    }
    filter.team = query.text("team");
    filter.site = query.text("site");
    filter.assignee = query.text("assignee");
    if (filter.assignee == "me") filter.assignee = actor.login;
    filter.unassigned = query.text("unassigned") == "true";
    return filter;
}

void get_tickets(Front& front, const Visit& visit, const Reply& reply) {
    const Fields query = Fields::parse(visit.request.query);
    const auto filter = filter_from(query, visit.actor());
    if (!filter) return reply(problem_of(filter.error()).response());

    int limit = usual_page;
    if (const std::string wanted = query.text("limit"); !wanted.empty()) {
        const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), limit);
        if (error != std::errc{} || end != wanted.data() + wanted.size() || limit < 1 || limit > longest_page) {
            return reply(invalid("`limit` is a number from 1 to " + std::to_string(longest_page) + "."));
        }
    }
    auto reader = front.desk.readers().lend();
    if (!reader) return reply(problem_of(reader.error()).response());
    const auto page = list_tickets(**reader, visit.actor(), *filter, query.text("cursor"), limit);
    if (!page) return reply(problem_of(page.error()).response());

    core::Json tickets = core::Json::array();
    for (const Ticket& ticket : page->tickets) tickets.push_back(json_of(ticket));
    auto response = json_response(200, {{"tickets", std::move(tickets)}, {"next", text_or_null(page->next)}});
    if (!page->next.empty()) {
        std::string next = "/api/v1/tickets?cursor=" + percent_encoded(page->next);
        for (const std::string_view name : {"which", "state", "team", "site", "assignee", "unassigned", "limit"}) {
            if (const auto value = query.find(name)) next += "&" + std::string(name) + "=" + percent_encoded(*value);
        }
        response.headers.emplace_back("link", "<" + next + ">; rel=\"next\"");
    }
    reply(std::move(response));
}

void get_ticket(Front& front, const Visit& visit, const Reply& reply) {
    auto reader = front.desk.readers().lend();
    if (!reader) return reply(problem_of(reader.error()).response());
    const auto words = front.shelf.words();
    const Speech say(*words, visit.language);
    const auto view = read_ticket(**reader, front.desk.forms(), visit.actor(), visit.parts[0],
                                  {visit.language, say("desk.answer.yes"), say("desk.answer.no")},
                                  front.desk.clock().now());
    if (!view) return reply(problem_of(view.error()).response());

    const std::string etag = etag_of(view->ticket);
    if (visit.request.header("if-none-match") == etag) {
        HttpResponse unchanged;
        unchanged.status = 304;
        return reply(std::move(unchanged).with("etag", etag));
    }
    reply(json_response(200, json_of(*view)).with("etag", etag));
}

void tell_outcome(const core::Result<Handled>& handled, int status, const Reply& reply) {
    if (!handled) return reply(problem_of(handled.error()).response());
    const std::string etag = etag_of(handled->ticket);
    if (handled->was_stale) {
        Problem stale{.status = 412, .type = "stale", .detail = "The ticket has changed; read it again."};
        return reply(stale.response().with("etag", etag));
    }
    reply(json_response(status, json_of(handled->ticket)).with("etag", etag));
}

void post_note(Front& front, const Visit& visit, const Reply& reply) {
    const auto body = core::parse_json(visit.request.body);
    if (!body) return reply(problem_of(body.error()).response());
    const auto visibility = core::text_at(*body, "visibility");
    if (visibility != "public" && visibility != "internal") {
        return reply(invalid("`visibility` is public or internal."));
    }
    auto command = command_from({.action = *visibility + "_note", .text = core::text_at(*body, "text").value_or("")});
    if (!command) return reply(problem_of(command.error()).response());
    carry_out(front, visit.actor(), visit.parts[0], std::move(*command),
              [reply](const core::Result<Handled>& handled) { tell_outcome(handled, 201, reply); });
}

void post_action(Front& front, const Visit& visit, const Reply& reply) {
    const auto body = core::parse_json(visit.request.body);
    if (!body) return reply(problem_of(body.error()).response());
    const auto text = [&](std::string_view key) { return core::text_at(*body, key).value_or(""); };
    auto command = command_from({.action = text("action"),
                                 .text = text("text"),
                                 .code = text("code"),
                                 .hold_reason = text("hold_reason"),
                                 .priority = text("priority"),
                                 .team = text("team"),
                                 .assignee = text("assignee")});
    if (!command) return reply(problem_of(command.error()).response());

    const std::string seen = visit.request.header("if-match");
    if (seen.empty()) {
        Problem missing{.status = 428, .type = "if-match-needed", .detail = "Send the ETag of the ticket you saw."};
        return reply(missing.response());
    }
    command->expected_version = version_from(seen);
    if (!command->expected_version) return reply(invalid("If-Match takes the one ETag of the ticket."));
    carry_out(front, visit.actor(), visit.parts[0], std::move(*command),
              [reply](const core::Result<Handled>& handled) { tell_outcome(handled, 200, reply); });
}

}  // namespace

void add_ticket_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"GET", "/api/v1/tickets", AnyPerson{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { get_tickets(front, visit, reply); }});
    routes.push_back({"GET", "/api/v1/tickets/{number}", AnyPerson{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { get_ticket(front, visit, reply); }});
    routes.push_back({"POST", "/api/v1/tickets/{number}/notes", AnyPerson{}, small_body,
                      [&front](const Visit& visit, const Reply& reply) { post_note(front, visit, reply); }});
    routes.push_back({"POST", "/api/v1/tickets/{number}/actions", AnyPerson{}, small_body,
                      [&front](const Visit& visit, const Reply& reply) { post_action(front, visit, reply); }});
}

}  // namespace desk::web
