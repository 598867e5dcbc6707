// One ticket: what was asked, what happened, and what can be done now.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/language.hpp"
#include "desk/store/accounts.hpp"
#include "desk/web/front.hpp"
#include "desk/web/ticket_command.hpp"
#include "desk/web/ticket_words.hpp"
#include "desk/work/queue.hpp"

namespace desk::web {
namespace {

// What the person had written when something was refused, so that nothing has to be written twice.
struct Draft {
    std::string problem{};
    std::string action{};
    std::string text{};
};

// Controls that need no more than a press, in the order in which work goes.
constexpr std::array one_press{Action::take, Action::start, Action::resume, Action::approve, Action::close};
// Controls that ask for something, likewise.
constexpr std::array with_form{Action::resolve, Action::hold,   Action::transfer,        Action::assign,
                               Action::reject,  Action::reopen, Action::change_priority, Action::cancel};
constexpr std::array priorities{catalog::Priority::urgent, catalog::Priority::high, catalog::Priority::normal,
                                catalog::Priority::low};
constexpr std::array hold_reasons{HoldReason::requester, HoldReason::third_party, HoldReason::scheduled};

// All that the page is made from, read at one moment.
struct Seen {
    TicketView view;
    Lists lists;
    PeopleNames names;
    std::vector<Account> team;  // who could be assigned
    std::string kiosk;          // its short name
};

bool is_possible(const TicketView& view, Action action) {
    return std::find(view.possible.begin(), view.possible.end(), action) != view.possible.end();
}

core::Json option(std::string_view value, std::string label, bool is_chosen = false) {
    return {{"value", std::string(value)}, {"label", std::move(label)}, {"chosen", is_chosen}};
}

// What the action's form lets choose from; null when it asks only for words.
core::Json select_of(Action action, const Seen& seen, const Speech& say) {
    core::Json options = core::Json::array();
    std::string name;
    switch (action) {
        case Action::resolve:
            name = "code";
            for (const Resolution code : all_resolutions()) {
                options.push_back(option(name_of(code), say("desk.resolution." + std::string(name_of(code)))));
            }
            break;
        case Action::hold:
            name = "hold_reason";
            for (const HoldReason reason : hold_reasons) {
                options.push_back(option(name_of(reason), say("desk.hold." + std::string(name_of(reason)))));
            }
            break;
        case Action::transfer:
            name = "team";
            for (const auto& [id, title] : seen.lists.teams) {
                if (id != seen.view.ticket.team) options.push_back(option(id, title.in(say.language())));
            }
            break;
        case Action::assign:
            name = "assignee";
            for (const Account& account : seen.team) {
                if (!account.active || account.actor.login == seen.view.ticket.assignee) continue;
                options.push_back(option(account.actor.login, account.actor.name));
            }
            break;
        case Action::change_priority:
            name = "priority";
            for (const catalog::Priority priority : priorities) {
                if (priority == seen.view.ticket.priority) continue;
                options.push_back(option(catalog::name_of(priority), say(priority_key(priority))));
            }
            break;
        default: return nullptr;
    }
    // Where a wrong choice sends the ticket to the wrong people, nothing is chosen beforehand.
    const bool is_open = action == Action::transfer || action == Action::assign;
    return {{"name", name},
            {"label", say("desk.choose." + std::string(name_of(action)))},
            {"options", std::move(options)},
            {"is_open", is_open}};
}

bool asks_for_words(Action action) { return action != Action::assign; }
bool needs_words(Action action) { return action != Action::hold && action != Action::change_priority; }

core::Json form_of(Action action, const Seen& seen, const Draft& draft, const Speech& say) {
    const std::string name(name_of(action));
    const bool is_draft = draft.action == name;
    // What comes next as a rule is not hidden.
    const bool is_next = action == Action::resolve && seen.view.ticket.state == State::in_progress && draft.action.empty();
    core::Json words;
    if (asks_for_words(action)) {
        words = {{"label", say("desk.text." + name)},
                 {"required", needs_words(action)},
                 {"draft", is_draft ? draft.text : std::string()}};
    }
    return {{"action", name},
            {"label", say("desk.action." + name)},
            {"go", say("desk.go." + name)},
            {"open", is_draft || is_next},
            {"select", select_of(action, seen, say)},
            {"words", std::move(words)}};
}

void add_actions(core::Json& values, const Seen& seen, const Draft& draft, const Speech& say) {
    values["buttons"] = core::Json::array();
    for (const Action action : one_press) {
        if (!is_possible(seen.view, action)) continue;
        const std::string name(name_of(action));
        values["buttons"].push_back(
            {{"action", name}, {"label", say("desk.action." + name)}, {"main", values["buttons"].empty()}});
    }
    values["forms"] = core::Json::array();
    for (const Action action : with_form) {
        if (!is_possible(seen.view, action)) continue;
        core::Json form = form_of(action, seen, draft, say);
        const bool offers_nothing = form["select"].is_object() && form["select"]["options"].empty();
        if (!offers_nothing) values["forms"].push_back(std::move(form));
    }
    values["has_buttons"] = !values["buttons"].empty();
    values["has_actions"] = !values["buttons"].empty() || !values["forms"].empty();
}

void add_timeline(core::Json& values, const Seen& seen, const Speech& say, const std::string& zone) {
    values["events"] = core::Json::array();
    for (auto event = seen.view.timeline.rbegin(); event != seen.view.timeline.rend(); ++event) {
        const Written written = written_in(*event);
        const std::string shown_to = written.text.empty() ? "" : written.is_public ? "public" : "internal";
        values["events"].push_back({
            {"what", sentence_of(*event, seen.lists, seen.names, say)},
            {"at", core::to_text(event->at)},
            {"when", core::format_date_time(say.language(), event->at, zone)},
            {"shown_to", shown_to},
            {"audience", say(written.is_public ? "desk.note.is_public" : "desk.note.is_internal")},
            {"text", written.text},
        });
    }
}

void add_facts(core::Json& values, const Seen& seen, const Speech& say, const std::string& zone) {
    const Ticket& ticket = seen.view.ticket;
    core::Json facts = core::Json::array();
    const auto add = [&](std::string_view key, std::string value, bool is_code = false) {
        if (!value.empty()) facts.push_back({{"label", say(key)}, {"value", std::move(value)}, {"code", is_code}});
    };
    add("desk.team", seen.lists.team(ticket.team, say.language()));
    add("desk.assignee", ticket.assignee.empty() ? say("desk.nobody") : name_of_person(seen.names, ticket.assignee));
    if (ticket.hold_reason) add("desk.choose.hold", say("desk.hold." + std::string(name_of(*ticket.hold_reason))));
    if (ticket.resolution) add("desk.resolution", say("desk.resolution." + std::string(name_of(*ticket.resolution))));
    add("desk.site", seen.lists.site(ticket.site, say.language()));
    add("desk.kiosk", seen.kiosk);
    add("desk.claim_code", ticket.claim_code, true);
    add("desk.service", ticket.service);
    add("desk.sent", core::format_date_time(say.language(), ticket.captured_at, zone));
    add("desk.received", core::format_date_time(say.language(), ticket.received_at, zone));
    add("desk.updated", core::format_date_time(say.language(), ticket.updated_at, zone));
    values["facts"] = std::move(facts);
}

core::Result<Seen> look_at(Front& front, const Visit& visit, const Speech& say) {
    auto reader = front.desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    core::Database& db = **reader;
    Seen seen;
    auto view = read_ticket(db, front.desk.forms(), visit.actor(), visit.parts[0],
                            {say.language(), say("desk.answer.yes"), say("desk.answer.no")}, front.desk.clock().now());
    if (!view) return core::fail(view.error());
    seen.view = std::move(*view);
    auto lists = Published(db).lists();
    if (!lists) return core::fail(lists.error());
    seen.lists = std::move(*lists);
    auto names = names_of_people(db);
    if (!names) return core::fail(names.error());
    seen.names = std::move(*names);
    auto team = Accounts(db).members(seen.view.ticket.team);
    if (!team) return core::fail(team.error());
    seen.team = std::move(*team);
    auto kiosk = Kiosks(db).find(seen.view.ticket.kiosk);
    if (!kiosk) return core::fail(kiosk.error());
    if (*kiosk) seen.kiosk = (*kiosk)->short_name;
    return seen;
}

core::Result<std::string> ticket_page(Front& front, const Visit& visit, const Draft& draft) {
    const auto words = front.shelf.words();
    const Speech say(*words, visit.language);
    const auto seen = look_at(front, visit, say);
    if (!seen) return core::fail(seen.error());

    const Ticket& ticket = seen->view.ticket;
    const std::string done = Fields::parse(visit.request.query).text("done");
    core::Json values{
        {"number", ticket.number},
        {"title", ticket.title},
        {"version", std::to_string(ticket.version)},
        {"state", say(state_key(ticket.state))},
        {"category", chip_of(ticket)},
        {"priority", say(priority_key(ticket.priority))},
        {"priority_class", std::string(catalog::name_of(ticket.priority))},
        {"confidential", !ticket.confidential.empty()},
        // The word comes back from our own redirect, but anybody can write a link.
        {"done", action_from(done) && done != "see" ? say("desk.done." + done) : std::string()},
        {"problem", draft.problem},
        {"may_note", is_possible(seen->view, Action::internal_note)},
        {"may_note_public", is_possible(seen->view, Action::public_note)},
        {"draft", draft.action.ends_with("_note") ? draft.text : std::string()},
        {"draft_internal", draft.action == "internal_note" || !is_possible(seen->view, Action::public_note)},
    };
    values["answers"] = core::Json::array();
    for (const AnsweredQuestion& answer : seen->view.answers) {
        values["answers"].push_back({{"label", answer.question}, {"value", answer.answer}});
    }
    values["has_answers"] = !seen->view.answers.empty();
    add_actions(values, *seen, draft, say);
    add_timeline(values, *seen, say, front.zone);
    add_facts(values, *seen, say, front.zone);
    return render({"ticket.html", ticket.number + ": " + ticket.title, "queue", &*visit.session}, values, say);
}

void show(Front& front, const Visit& visit, int status, const Draft& draft, const Reply& reply) {
    auto page = ticket_page(front, visit, draft);
    if (page) return reply(page_response(status, std::move(*page)));
    reply(front.problem_page(status_of(page.error().kind), visit.language, &*visit.session));
}

// What a form asked is done, and then the ticket is shown anew, so that reloading repeats nothing.
void post_command(Front& front, Visit visit, CommandTexts texts, bool checks_version, const Reply& reply) {
    const Fields form = Fields::parse(visit.request.body);
    Draft draft{.action = texts.action, .text = texts.text};
    auto command = command_from(std::move(texts));
    if (!command) {
        draft.problem = command.error().message;
        return show(front, visit, 422, draft, reply);
    }
    if (checks_version) {
        const std::string version = form.text("version");
        std::int64_t seen = 0;
        const bool is_number = !version.empty() && version.size() < 18 &&
                               version.find_first_not_of("0123456789") == std::string::npos;
        if (is_number) seen = std::stoll(version);
        command->expected_version = seen;
    }
    // Copied first: both the call and its answer need them.
    const Actor actor = visit.actor();
    const std::string number = visit.parts[0];
    carry_out(front, actor, number, std::move(*command),
              [&front, visit = std::move(visit), draft = std::move(draft), reply](const core::Result<Handled>& handled) {
                  if (handled && !handled->was_stale) {
                      return reply(see_other("/tickets/" + percent_encoded(handled->ticket.number) + "?done=" + draft.action));
                  }
                  Draft refused = draft;
                  const auto words = front.shelf.words();
                  refused.problem = handled ? words->say(visit.language, "desk.problem.409") + ". " +
                                                  words->say(visit.language, "desk.ticket.changed")
                                            : handled.error().message;
                  const int status = handled ? 409 : status_of(handled.error().kind);
                  if (status == 404 || status >= 500) {
                      return reply(front.problem_page(status, visit.language, &*visit.session));
                  }
                  show(front, visit, status, refused, reply);
              });
}

}  // namespace

void add_ticket_pages(std::vector<Route>& routes, Front& front) {
    routes.push_back({"GET", "/tickets/{number}", AnyPerson{}, 0, [&front](const Visit& visit, const Reply& reply) {
                          show(front, visit, 200, {}, reply);
                      }});
    routes.push_back({"POST", "/tickets/{number}/notes", AnyPerson{}, small_body,
                      [&front](Visit visit, const Reply& reply) {
                          const Fields form = Fields::parse(visit.request.body);
                          const std::string kind = form.text("visibility") == "public" ? "public_note" : "internal_note";
                          post_command(front, std::move(visit), {.action = kind, .text = form.text("text")}, false, reply);
                      }});
    routes.push_back({"POST", "/tickets/{number}/actions", AnyPerson{}, small_body,
                      [&front](Visit visit, const Reply& reply) {
                          const Fields form = Fields::parse(visit.request.body);
                          post_command(front, std::move(visit),
                                       {.action = form.text("action"),
                                        .text = form.text("text"),
                                        .code = form.text("code"),
                                        .hold_reason = form.text("hold_reason"),
                                        .priority = form.text("priority"),
                                        .team = form.text("team"),
                                        .assignee = form.text("assignee")},
                                       true, reply);
                      }});
}

}  // namespace desk::web
