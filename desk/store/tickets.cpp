#include "desk/store/tickets.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "desk/rules/numbering.hpp"
#include "desk/store/counter.hpp"

namespace desk {
namespace {

// In the order of `ticket_of`.
constexpr std::string_view ticket_columns =
    "number, request, claim_code, service, service_version, kind, title, language, department, site, kiosk, team, "
    "assignee, confidential, state, hold_reason, was_approved, priority, resolution, captured_at, received_at, "
    "updated_at, shown_at, first_response_at, resolved_at, version";
constexpr int columns_of_ticket = 26;

Ticket ticket_of(const core::Row& row) {
    Ticket it;
    it.number = row.text(0);
    it.request = row.text(1);
    it.claim_code = row.text(2);
    it.service = row.text(3);
    it.service_version = row.text(4);
    it.kind = row.text(5);
    it.title = row.text(6);
    it.language = row.text(7);
    it.department = row.text(8);
    it.site = row.text(9);
    it.kiosk = row.text(10);
    it.team = row.text(11);
    it.assignee = row.text(12);
    it.confidential = row.text(13);
    it.state = state_from(row.text(14)).value_or(State::received);
    it.hold_reason = hold_reason_from(row.text(15));
    it.was_approved = row.truth(16);
    it.priority = static_cast<catalog::Priority>(std::clamp<std::int64_t>(row.integer(17), 0, 3));
    it.resolution = resolution_from(row.text(18));
    it.captured_at = row.time(19);
    it.received_at = row.time(20);
    it.updated_at = row.time(21);
    it.shown_at = row.time(22);
    it.first_response_at = row.maybe_time(23);
    it.resolved_at = row.maybe_time(24);
    it.version = row.integer(25);
    return it;
}

// An event as it is kept.
struct EventRow {
    std::int64_t change = 0;
    std::string ticket;
    std::int64_t number = 0;
    std::string kind;
    core::Time at;
    Doer by;
    std::string data;
    std::string prev;
    std::string hash;
};

constexpr std::string_view event_columns =
    "change, ticket, number, kind, at, actor, actor_name, actor_team, data, prev, hash";

EventRow event_row_of(const core::Row& row) {
    return {row.integer(0), row.text(1), row.integer(2),
            row.text(3),    row.time(4), Doer{row.text(5), row.text(6), row.text(7)},
            row.text(8),    row.text(9), row.text(10)};
}

std::string hash_of(const EventRow& row) {
    const core::Json covered{{"ticket", row.ticket},       {"number", row.number},
                             {"kind", row.kind},           {"at", core::to_text(row.at)},
                             {"actor", row.by.id},         {"actor_name", row.by.name},
                             {"actor_team", row.by.team},  {"data", row.data},
                             {"prev", row.prev}};
    return core::blake2b_hex(core::canonical(covered));
}

core::Result<Event> event_of(const EventRow& row) {
    auto data = core::parse_json(row.data);
    auto what = data ? happening_from(row.kind, *data) : core::fail(data.error());
    if (!what) {
        return core::fail(core::ErrorKind::corrupt,
                          fmt::format("{}, event {}: {}", row.ticket, row.number, what.error().message));
    }
    return Event{row.number, row.at, row.by, std::move(*what)};
}

// The row of a ticket with what only the store knows of it.
struct Kept {
    Ticket ticket;
    std::string head;
    std::int64_t shown_change = 0;
    bool operator==(const Kept&) const = default;
};

core::Result<std::optional<Kept>> find_kept(core::Database& db, std::string_view number) {
    return db.row<Kept>(
        fmt::format("SELECT {}, head, shown_change FROM ticket WHERE number = $1", ticket_columns), {number},
        [](const core::Row& row) {
            return Kept{ticket_of(row), row.text(columns_of_ticket), row.integer(columns_of_ticket + 1)};
        });
}

core::Result<void> write_row(core::Database& db, const Kept& kept) {
    const Ticket& it = kept.ticket;
    auto done = db.run(
        R"(INSERT INTO ticket
               (number, request, claim_code, service, service_version, kind, title, language, department, site, kiosk,
                team, assignee, confidential, state, hold_reason, was_approved, priority, resolution, captured_at,
                received_at, updated_at, shown_at, first_response_at, resolved_at, version, done, head, shown_change)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                   $23, $24, $25, $26, $27, $28, $29)
           ON CONFLICT (number) DO UPDATE SET
               request = excluded.request, claim_code = excluded.claim_code, service = excluded.service,
               service_version = excluded.service_version, kind = excluded.kind, title = excluded.title,
               language = excluded.language, department = excluded.department, site = excluded.site,
               kiosk = excluded.kiosk, team = excluded.team, assignee = excluded.assignee,
               confidential = excluded.confidential, state = excluded.state, hold_reason = excluded.hold_reason,
               was_approved = excluded.was_approved, priority = excluded.priority, resolution = excluded.resolution,
               captured_at = excluded.captured_at, received_at = excluded.received_at,
               updated_at = excluded.updated_at, shown_at = excluded.shown_at,
               first_response_at = excluded.first_response_at, resolved_at = excluded.resolved_at,
               version = excluded.version, done = excluded.done, head = excluded.head,
               shown_change = excluded.shown_change)",
        {it.number, it.request, it.claim_code, it.service, it.service_version, it.kind, it.title, it.language,
         it.department, it.site, it.kiosk, it.team, it.assignee, it.confidential, name_of(it.state),
         it.hold_reason ? name_of(*it.hold_reason) : "", it.was_approved, static_cast<int>(it.priority),
         it.resolution ? name_of(*it.resolution) : "", it.captured_at, it.received_at, it.updated_at, it.shown_at,
         it.first_response_at, it.resolved_at, it.version, it.is_done(), kept.head, kept.shown_change});
    if (!done) return core::fail(done.error());
    return {};
}

// How a list is narrowed: $1 to $8 are the actor's teams, $9 whether they see what is not confidential, $10 the team,
// $11 the assignee, $12 the site, $13 the state. What a filter does not ask for is not in the text, so that an index fits.
static_assert(most_teams == 8);
std::string narrowed(const Sight& sight, const TicketFilter& filter) {
    std::string where = sight.open ? "(confidential = '' OR team IN ($1, $2, $3, $4, $5, $6, $7, $8))"
                                   : "team IN ($1, $2, $3, $4, $5, $6, $7, $8)";
    if (filter.state) where += " AND state = $13";
    else if (filter.which == Which::open) where += " AND done = 0";
    else if (filter.which == Which::done) where += " AND done = 1";
    if (!filter.team.empty()) where += " AND team = $10";
    if (filter.unassigned) where += " AND assignee = ''";
    else if (!filter.assignee.empty()) where += " AND assignee = $11";
    if (!filter.site.empty()) where += " AND site = $12";
    return where;
}

std::vector<core::Value> narrowing_values(const Sight& sight, const TicketFilter& filter) {
    std::vector<core::Value> values;
    for (std::size_t i = 0; i < most_teams; ++i) {
        values.emplace_back(i < sight.teams.size() ? std::string_view(sight.teams[i]) : std::string_view{});
    }
    values.emplace_back(sight.open);
    values.emplace_back(filter.team);
    values.emplace_back(filter.assignee);
    values.emplace_back(filter.site);
    values.emplace_back(filter.state ? name_of(*filter.state) : std::string_view{});
    return values;
}

bool sorts_by_urgency(const TicketFilter& filter) {
    if (!filter.state) return filter.which == Which::open;
    Ticket example;
    example.state = *filter.state;
    return !example.is_done();
}

// "u.2.1764000000.F-000123" after an urgency, "t.1764000000.F-000123" after an update.
struct Cursor {
    std::int64_t priority = 0;
    std::int64_t time = 0;
    std::string number;
};

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string cursor_after(const Ticket& last, bool by_urgency) {
    if (by_urgency) {
        return fmt::format("u.{}.{}.{}", static_cast<int>(last.priority), core::to_seconds(last.received_at), last.number);
    }
    return fmt::format("t.{}.{}", core::to_seconds(last.updated_at), last.number);
}

std::optional<Cursor> read_cursor(std::string_view text, bool by_urgency) {
    std::vector<std::string_view> parts;
    while (parts.size() < 4) {
        const auto dot = text.find('.');
        parts.push_back(text.substr(0, dot));
        if (dot == std::string_view::npos) break;
        text.remove_prefix(dot + 1);
    }
    if (by_urgency && parts.size() == 4 && parts[0] == "u") {
        const auto priority = whole(parts[1]);
        const auto time = whole(parts[2]);
        if (priority && time) return Cursor{*priority, *time, std::string(parts[3])};
    }
    if (!by_urgency && parts.size() == 3 && parts[0] == "t") {
        if (const auto time = whole(parts[1])) return Cursor{0, *time, std::string(parts[2])};
    }
    return std::nullopt;
}

}  // namespace

core::Result<std::string> Tickets::next_number() {
    auto n = next_of(db_, "ticket");
    if (!n) return core::fail(n.error());
    return ticket_number(*n);
}

core::Result<void> Tickets::append(Ticket& ticket, const std::vector<Happening>& what, const Doer& by, core::Time at) {
    assert(!what.empty());
    Kept kept{ticket, {}, 0};
    if (ticket.version > 0) {
        auto before = find_kept(db_, ticket.number);
        if (!before) return core::fail(before.error());
        if (!*before || (*before)->ticket.version != ticket.version) {
            return core::fail(core::ErrorKind::conflict, fmt::format("{} has changed meanwhile.", ticket.number));
        }
        kept = std::move(**before);
    }
    for (const Happening& each : what) {
        const Event event{kept.ticket.version + 1, at, by, each};
        apply(kept.ticket, event);
        EventRow row{0, kept.ticket.number, event.number, std::string(kind_of(each)), at, by,
                     core::canonical(to_json(each)), kept.head, {}};
        row.hash = hash_of(row);
        auto change = db_.row<std::int64_t>(
            R"(INSERT INTO event (ticket, number, kind, at, actor, actor_name, actor_team, data, prev, hash)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            RETURNING change)",
            {row.ticket, row.number, row.kind, row.at, row.by.id, row.by.name, row.by.team, row.data, row.prev, row.hash},
            [](const core::Row& answer) { return answer.integer(0); });
        if (!change) return core::fail(change.error());
        kept.head = row.hash;
        if (is_shown(each)) kept.shown_change = change->value_or(0);
    }
    if (auto written = write_row(db_, kept); !written) return written;
    ticket = std::move(kept.ticket);
    return {};
}

core::Result<std::optional<Ticket>> Tickets::find(std::string_view number) {
    auto kept = find_kept(db_, number);
    if (!kept) return core::fail(kept.error());
    if (!*kept) return std::nullopt;
    return std::move((*kept)->ticket);
}

core::Result<std::vector<Event>> Tickets::events(std::string_view number) {
    auto rows = db_.rows<EventRow>(
        fmt::format("SELECT {} FROM event WHERE ticket = $1 ORDER BY number", event_columns), {number}, event_row_of);
    if (!rows) return core::fail(rows.error());
    std::vector<Event> events;
    for (const EventRow& row : *rows) {
        auto event = event_of(row);
        if (!event) return core::fail(event.error());
        events.push_back(std::move(*event));
    }
    return events;
}

core::Result<TicketPage> Tickets::page(const Sight& sight, const TicketFilter& filter, std::string_view cursor,
                                       int limit) {
    const bool by_urgency = sorts_by_urgency(filter);
    auto values = narrowing_values(sight, filter);
    std::string where = narrowed(sight, filter);
    if (!cursor.empty()) {
        const auto after = read_cursor(cursor, by_urgency);
        if (!after) return core::fail(core::ErrorKind::invalid, "That is no page of this list.");
        where += by_urgency ? " AND (priority < $15 OR (priority = $15 AND (received_at, number) > ($16, $17)))"
                            : " AND (updated_at < $16 OR (updated_at = $16 AND number > $17))";
        values.emplace_back(limit + 1);
        values.emplace_back(after->priority);
        values.emplace_back(after->time);
        values.emplace_back(after->number);
    } else {
        values.emplace_back(limit + 1);  // one more tells whether there is a next page
    }
    auto tickets = db_.rows_of<Ticket>(
        fmt::format("SELECT {} FROM ticket WHERE {} ORDER BY {} LIMIT $14", ticket_columns, where,
                    by_urgency ? "priority DESC, received_at, number" : "updated_at DESC, number"),
        values, ticket_of);
    if (!tickets) return core::fail(tickets.error());

    TicketPage page{std::move(*tickets), {}};
    if (static_cast<int>(page.tickets.size()) > limit) {
        page.tickets.resize(static_cast<std::size_t>(limit));
        page.next = cursor_after(page.tickets.back(), by_urgency);
    }
    return page;
}

core::Result<std::int64_t> Tickets::count(const Sight& sight, const TicketFilter& filter) {
    const auto values = narrowing_values(sight, filter);
    auto counted = db_.rows_of<std::int64_t>(
        fmt::format("SELECT count(*) FROM ticket WHERE {}", narrowed(sight, filter)), values,
        [](const core::Row& row) { return row.integer(0); });
    if (!counted) return core::fail(counted.error());
    return counted->front();
}

core::Result<std::vector<Tickets::Changed>> Tickets::changed_since(std::string_view kiosk, std::int64_t after, int limit) {
    return db_.rows<Changed>(
        fmt::format(R"(SELECT {}, shown_change FROM ticket
                        WHERE kiosk = $1 AND shown_change > $2 ORDER BY shown_change LIMIT $3)",
                    ticket_columns),
        {kiosk, after, limit},
        [](const core::Row& row) { return Changed{row.integer(columns_of_ticket), ticket_of(row)}; });
}

core::Result<std::vector<ChainFault>> Tickets::verify() {
    std::vector<ChainFault> faults;
    struct Last {
        std::string ticket;
        std::int64_t number = 0;
        std::string hash;
    };
    Last last;
    std::vector<Last> ends;
    const auto look_at = [&](const core::Row& answer) {
        const EventRow row = event_row_of(answer);
        if (row.ticket != last.ticket) {
            if (!last.ticket.empty()) ends.push_back(last);
            last = {row.ticket, 0, {}};
        }
        if (row.number != last.number + 1) {
            faults.push_back({row.ticket, row.number, fmt::format("an event before it is missing ({} follows {})",
                                                                  row.number, last.number)});
        } else if (row.prev != last.hash) {
            faults.push_back({row.ticket, row.number, "it does not follow from the event before it"});
        }
        if (hash_of(row) != row.hash) faults.push_back({row.ticket, row.number, "its content was changed"});
        last.number = row.number;
        last.hash = row.hash;
        return true;
    };
    auto seen = db_.rows<bool>(fmt::format("SELECT {} FROM event ORDER BY ticket, number", event_columns), {}, look_at);
    if (!seen) return core::fail(seen.error());
    if (!last.ticket.empty()) ends.push_back(last);

    // The rows know where each chain ends, and the counter how many there are: nothing was cut off at an end.
    auto heads = db_.rows<Last>("SELECT number, version, head FROM ticket ORDER BY number", {}, [](const core::Row& row) {
        return Last{row.text(0), row.integer(1), row.text(2)};
    });
    if (!heads) return core::fail(heads.error());
    auto at = ends.begin();
    for (const Last& head : *heads) {
        while (at != ends.end() && at->ticket < head.ticket) {
            faults.push_back({at->ticket, at->number, "there is no row for it"});
            ++at;
        }
        if (at == ends.end() || at->ticket != head.ticket) {
            faults.push_back({head.ticket, 0, "its events are gone"});
            continue;
        }
        if (at->number != head.number) {
            faults.push_back({head.ticket, at->number, fmt::format("its row counts {} events", head.number)});
        } else if (at->hash != head.hash) {
            faults.push_back({head.ticket, at->number, "its row ends with another event"});
        }
        ++at;
    }
    for (; at != ends.end(); ++at) faults.push_back({at->ticket, at->number, "there is no row for it"});

    auto counted = last_of(db_, "ticket");
    if (!counted) return core::fail(counted.error());
    if (*counted != static_cast<std::int64_t>(ends.size())) {
        faults.push_back({"", 0, fmt::format("{} numbers were given, but {} tickets have events", *counted, ends.size())});
    }
    return faults;
}

core::Result<Tickets::Rebuilt> Tickets::rebuild() {
    constexpr int at_a_time = 500;
    Rebuilt rebuilt;
    std::string after;
    for (;;) {
        auto numbers = db_.rows<std::string>(
            "SELECT ticket FROM event WHERE number = 1 AND ticket > $1 ORDER BY ticket LIMIT $2", {after, at_a_time},
            [](const core::Row& row) { return row.text(0); });
        if (!numbers) return core::fail(numbers.error());
        if (numbers->empty()) break;
        for (const std::string& number : *numbers) {
            auto rows = db_.rows<EventRow>(
                fmt::format("SELECT {} FROM event WHERE ticket = $1 ORDER BY number", event_columns), {number},
                event_row_of);
            if (!rows) return core::fail(rows.error());
            Kept sum;
            for (const EventRow& row : *rows) {
                auto event = event_of(row);
                if (!event) return core::fail(event.error());
                if (event->number != sum.ticket.version + 1) {
                    return core::fail(core::ErrorKind::corrupt,
                                      fmt::format("{}: event {} is missing", number, sum.ticket.version + 1));
                }
                apply(sum.ticket, *event);
                sum.head = row.hash;
                if (is_shown(event->what)) sum.shown_change = row.change;
            }
            auto kept = find_kept(db_, number);
            if (!kept) return core::fail(kept.error());
            ++rebuilt.tickets;
            if (*kept && **kept == sum) continue;
            rebuilt.differed.push_back(number);
            if (auto written = write_row(db_, sum); !written) return core::fail(written.error());
        }
        after = numbers->back();
    }
    auto strays = db_.rows<std::string>(
        R"(DELETE FROM ticket WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.ticket = ticket.number)
        RETURNING number)",
        {}, [](const core::Row& row) { return row.text(0); });
    if (!strays) return core::fail(strays.error());
    rebuilt.differed.insert(rebuilt.differed.end(), strays->begin(), strays->end());
    return rebuilt;
}

}  // namespace desk
