#include "desk/work/queue.hpp"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "desk/rules/numbering.hpp"

namespace desk {
namespace {

core::Result<std::vector<AnsweredQuestion>> readable_answers(core::Database& db, Forms& forms, const Received& received,
                                                             const Reading& reading) {
    auto service = forms.find(db, received.service, received.service_version);
    if (!service && service.error().kind != core::ErrorKind::invalid) return core::fail(service.error());
    std::vector<AnsweredQuestion> answers;
    if (!service || !*service) {
        // Taken in by a person, without a form: as it came.
        for (const auto& [field, answer] : received.answers) {
            std::string text;
            for (const std::string& value : answer.values) text += (text.empty() ? "" : ", ") + value;
            answers.push_back({field, field, std::move(text)});
        }
        return answers;
    }
    auto lists = Published(db).lists();
    if (!lists) return core::fail(lists.error());
    catalog::Surroundings world;
    world.own_site = received.site;
    world.knows_places = false;
    world.places = lists->places;
    for (const auto& [id, title] : lists->sites) world.sites.push_back({id, title, {}});

    for (const catalog::Step& step : (*service)->form.steps) {
        for (const catalog::Field& field : step.fields) {
            const auto answer = received.answers.find(field.id);
            if (answer == received.answers.end()) continue;
            answers.push_back({field.id, field.label.in(reading.language),
                               catalog::readable(field, answer->second, world, reading.language, reading.yes, reading.no)});
        }
    }
    return answers;
}

}  // namespace

core::Result<TicketPage> list_tickets(core::Database& db, const Actor& actor, const TicketFilter& filter,
                                      std::string_view cursor, int limit) {
    auto page = Tickets(db).page(sight_of(actor), filter, cursor, std::clamp(limit, 1, longest_page));
    if (!page) return page;
    // The query was narrowed by the same rule; a difference between the two would be a leak.
    for (const Ticket& ticket : page->tickets) assert(can_see(actor, ticket));
    return page;
}

core::Result<std::int64_t> count_tickets(core::Database& db, const Actor& actor, const TicketFilter& filter) {
    return Tickets(db).count(sight_of(actor), filter);
}

core::Result<TicketView> read_ticket(core::Database& db, Forms& forms, const Actor& actor, std::string_view number,
                                     const Reading& reading, core::Time now) {
    const auto n = read_ticket_number(number);
    if (!n) return core::fail(core::ErrorKind::not_found, "That is not a ticket's number.");
    TicketView view;
    const auto read = db.snapshot([&]() -> core::Result<void> {
        Tickets tickets(db);
        auto ticket = tickets.find(ticket_number(*n));
        if (!ticket) return core::fail(ticket.error());
        if (!*ticket) {
            return core::fail(core::ErrorKind::not_found, fmt::format("There is no ticket {}.", ticket_number(*n)));
        }
        if (auto may = authorize(actor, Action::see, **ticket); !may) return may;
        view.ticket = std::move(**ticket);
        auto events = tickets.events(view.ticket.number);
        if (!events) return core::fail(events.error());
        view.timeline = std::move(*events);
        return {};
    });
    if (!read) return core::fail(read.error());
    if (view.timeline.empty() || !std::holds_alternative<Received>(view.timeline.front().what)) {
        return core::fail(core::ErrorKind::corrupt, fmt::format("{} does not begin with being received", view.ticket.number));
    }
    auto answers = readable_answers(db, forms, std::get<Received>(view.timeline.front().what), reading);
    if (!answers) return core::fail(answers.error());
    view.answers = std::move(*answers);
    view.possible = possible_actions(view.ticket, actor, now);
    return view;
}

}  // namespace desk
