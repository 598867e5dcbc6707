#include "desk/rules/ticket.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "desk/rules/command.hpp"
#include "tests/support/clock.hpp"

using namespace desk;
using support::at;

namespace {

const core::Time nine = at("2026-11-24T09:00:00Z");

Received received() {
    Received it;
    it.number = "F-000001";
    it.request = "019331f5-2a6f-7b1c-8d3e-5f60718293a4";
    it.claim_code = "K7-0042-R4TX-9";
    it.service = "printer-fault";
    it.service_version = std::string(64, 'a');
    it.kind = "incident";
    it.title = "Drucker melden";
    it.language = "de";
    it.department = "it";
    it.site = "harbour-street";
    it.kiosk = "019331f5-0000-7000-8000-000000000001";
    it.captured_at = nine - std::chrono::minutes{5};
    it.clock_offset = -3;
    it.team = "it-stores";
    it.priority = catalog::Priority::high;
    it.answers = {{"queue", catalog::Answer("true")}, {"seen", catalog::Answer::list({"red light", "noise"})}};
    it.article = "en/printer";
    it.search_words = "printer broken";
    return it;
}

// One of each kind, in the order of the variant.
std::vector<Happening> one_of_each() {
    return {received(),
            ApprovalRequested{{"manager", "team:it-stores"}},
            Approved{"Fine."},
            Rejected{"Too dear."},
            Assigned{"ines"},
            Started{},
            Held{HoldReason::third_party, "Part ordered."},
            Resumed{},
            Resolved{Resolution::workaround, "Use till 2."},
            Closed{},
            Cancelled{"Sent twice."},
            Reopened{"It is back."},
            PublicNote{"On the way."},
            InternalNote{"Third time this week."},
            Transferred{"it-office", "Theirs."},
            PriorityChanged{catalog::Priority::urgent, "A queue."}};
}

Ticket ticket_after(const std::vector<Happening>& what) {
    std::vector<Event> events;
    for (const Happening& each : what) {
        const auto number = static_cast<std::int64_t>(events.size()) + 1;
        events.push_back({number, nine + std::chrono::minutes{number - 1}, {"ines", "Ines", "it-stores"}, each});
    }
    return sum_of(events);
}

// A shortest way into each state.
Ticket ticket_in(State state) {
    switch (state) {
        case State::received: return ticket_after({received()});
        case State::awaiting_approval: return ticket_after({received(), ApprovalRequested{{"manager"}}});
        case State::approved: return ticket_after({received(), ApprovalRequested{{"manager"}}, Approved{}});
        case State::rejected: return ticket_after({received(), ApprovalRequested{{"manager"}}, Rejected{"No."}});
        case State::assigned: return ticket_after({received(), Assigned{"ines"}});
        case State::in_progress: return ticket_after({received(), Assigned{"ines"}, Started{}});
        case State::on_hold: return ticket_after({received(), Assigned{"ines"}, Held{HoldReason::requester, ""}});
        case State::resolved: return ticket_after({received(), Resolved{Resolution::solved, "Done."}});
        case State::closed: return ticket_after({received(), Resolved{Resolution::solved, "Done."}, Closed{}});
        case State::cancelled: return ticket_after({received(), Cancelled{"Sent twice."}});
    }
    return {};
}

constexpr State all_states[] = {State::received, State::awaiting_approval, State::approved, State::rejected,
                                State::assigned, State::in_progress,       State::on_hold,  State::resolved,
                                State::closed,   State::cancelled};

}  // namespace

TEST_CASE("ticket: the table of states, whole") {
    // Columns: received, awaiting_approval, approved, rejected, assigned, in_progress, on_hold, resolved, closed, cancelled.
    // What stands there is the state after; "." means it is refused.
    const struct {
        Happening what;
        const char* after[10];
    } rows[] = {
        {ApprovalRequested{{"manager"}}, {"awaiting_approval", ".", ".", ".", ".", ".", ".", ".", ".", "."}},
        {Approved{}, {".", "approved", ".", ".", ".", ".", ".", ".", ".", "."}},
        {Rejected{"No."}, {".", "rejected", ".", ".", ".", ".", ".", ".", ".", "."}},
        {Assigned{"otto"}, {"assigned", ".", "assigned", ".", "assigned", "in_progress", "on_hold", ".", ".", "."}},
        {Started{}, {".", ".", ".", ".", "in_progress", ".", ".", ".", ".", "."}},
        {Held{}, {".", ".", ".", ".", "on_hold", "on_hold", ".", ".", ".", "."}},
        {Resumed{}, {".", ".", ".", ".", ".", ".", "in_progress", ".", ".", "."}},
        {Resolved{Resolution::solved, "Done."}, {"resolved", ".", "resolved", ".", "resolved", "resolved", "resolved", ".", ".", "."}},
        {Closed{}, {".", ".", ".", "closed", ".", ".", ".", "closed", ".", "."}},
        {Cancelled{"Twice."}, {"cancelled", "cancelled", "cancelled", ".", "cancelled", "cancelled", "cancelled", ".", ".", "."}},
        {Reopened{"Again."}, {".", ".", ".", ".", ".", ".", ".", "received", "received", "."}},
        {PublicNote{"Hello."}, {"received", "awaiting_approval", "approved", "rejected", "assigned", "in_progress", "on_hold", "resolved", "closed", "cancelled"}},
        {InternalNote{"Hm."}, {"received", "awaiting_approval", "approved", "rejected", "assigned", "in_progress", "on_hold", "resolved", "closed", "cancelled"}},
        {Transferred{"it-office", "Theirs."}, {"received", "awaiting_approval", "approved", ".", "received", "received", "received", ".", ".", "."}},
        {PriorityChanged{catalog::Priority::low, ""}, {"received", "awaiting_approval", "approved", ".", "assigned", "in_progress", "on_hold", ".", ".", "."}},
    };
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < std::size(all_states); ++i) {
            CAPTURE(std::string(kind_of(row.what)));
            CAPTURE(std::string(name_of(all_states[i])));
            Ticket ticket = ticket_in(all_states[i]);
            REQUIRE(ticket.state == all_states[i]);
            const core::Time now = nine + std::chrono::hours{1};
            const auto may = may_happen(ticket, row.what, now);
            if (std::string_view(row.after[i]) == ".") {
                REQUIRE_FALSE(may);
                CHECK(may.error().kind == core::ErrorKind::conflict);
                CHECK(may.error().message.find("F-000001") != std::string::npos);
            } else {
                REQUIRE(may);
                apply(ticket, {ticket.version + 1, now, {}, row.what});
                CHECK(name_of(ticket.state) == row.after[i]);
            }
        }
    }
}

TEST_CASE("ticket: it is received once, and first") {
    CHECK(may_happen({}, received(), nine));
    CHECK_FALSE(may_happen({}, Started{}, nine));
    CHECK_FALSE(may_happen(ticket_in(State::received), received(), nine));
}

TEST_CASE("ticket: what the requester reads has to be written") {
    const Happening rows[] = {Rejected{" "}, Cancelled{""}, PublicNote{"\n"}, InternalNote{""}, Resolved{Resolution::solved, ""},
                              Reopened{""}, Transferred{"it-office", ""}};
    for (const Happening& what : rows) {
        CAPTURE(std::string(kind_of(what)));
        const State from = std::holds_alternative<Rejected>(what)   ? State::awaiting_approval
                           : std::holds_alternative<Reopened>(what) ? State::resolved
                                                                    : State::assigned;
        const auto may = may_happen(ticket_in(from), what, nine);
        REQUIRE_FALSE(may);
        CHECK(may.error().kind == core::ErrorKind::invalid);
    }
}

TEST_CASE("ticket: resolved, it opens again for fourteen days") {
    Ticket ticket = ticket_in(State::in_progress);
    apply(ticket, {ticket.version + 1, nine, {}, Resolved{Resolution::solved, "Done."}});
    CHECK(may_happen(ticket, Reopened{"Again."}, nine + reopen_within));
    const auto late = may_happen(ticket, Reopened{"Again."}, nine + reopen_within + std::chrono::seconds{1});
    REQUIRE_FALSE(late);
    CHECK(late.error().message.find("14 days") != std::string::npos);
    apply(ticket, {ticket.version + 1, nine, {}, Reopened{"Again."}});
    CHECK(ticket.state == State::in_progress);  // whoever had it has it again
    CHECK_FALSE(ticket.resolution);
}

TEST_CASE("ticket: what was approved stays approved when it goes to another team") {
    Ticket ticket = ticket_in(State::approved);
    apply(ticket, {ticket.version + 1, nine, {}, Assigned{"ines"}});
    apply(ticket, {ticket.version + 1, nine, {}, Transferred{"it-office", "Theirs."}});
    CHECK(ticket.state == State::approved);
    CHECK(ticket.team == "it-office");
    CHECK(ticket.assignee.empty());
}

TEST_CASE("ticket: categories drive clocks") {
    const struct {
        State state;
        const char* category;
    } rows[] = {{State::received, "not_started"}, {State::awaiting_approval, "waiting_on_other"}, {State::approved, "not_started"},
                {State::rejected, "done"},        {State::assigned, "running"},                   {State::in_progress, "running"},
                {State::on_hold, "waiting_on_requester"}, {State::resolved, "done"}, {State::closed, "done"}, {State::cancelled, "done"}};
    for (const auto& row : rows) {
        CAPTURE(std::string(name_of(row.state)));
        CHECK(name_of(ticket_in(row.state).category()) == row.category);
    }
    CHECK(ticket_after({received(), Assigned{"ines"}, Held{HoldReason::third_party, ""}}).category() == Category::waiting_on_other);
}

TEST_CASE("ticket: the first public word of a team is the first response, and no other is") {
    const Doer kiosk{"kiosk:1", "K1", ""}, desk{"desk", "Foyer", ""}, ines{"ines", "Ines", "it-stores"};
    Ticket ticket;
    apply(ticket, {1, nine, kiosk, received()});
    apply(ticket, {2, nine + std::chrono::minutes{1}, desk, PublicNote{"We have it."}});
    apply(ticket, {3, nine + std::chrono::minutes{2}, ines, InternalNote{"Hm."}});
    apply(ticket, {4, nine + std::chrono::minutes{3}, ines, Assigned{"ines"}});
    CHECK_FALSE(ticket.first_response_at);
    apply(ticket, {5, nine + std::chrono::minutes{4}, ines, PublicNote{"On my way."}});
    apply(ticket, {6, nine + std::chrono::minutes{5}, ines, PublicNote{"Here."}});
    CHECK(ticket.first_response_at == nine + std::chrono::minutes{4});
    CHECK(ticket.updated_at == nine + std::chrono::minutes{5});
}

TEST_CASE("ticket: the requester reads public words only, and does not see inner ones happen") {
    for (const Happening& what : one_of_each()) {
        CAPTURE(std::string(kind_of(what)));
        const std::string kind(kind_of(what));
        const bool reads = kind == "public_note" || kind == "resolved" || kind == "rejected" || kind == "cancelled";
        CHECK(public_text({1, nine, {}, what}).has_value() == reads);
        CHECK(is_shown(what) == (kind != "internal_note" && kind != "priority_changed"));
    }
}

TEST_CASE("ticket: how events are kept is pinned, and reads back") {
    const auto golden = core::read_file(std::string(FOYER_SOURCE) + "/tests/data/desk/events.txt");
    REQUIRE(golden);
    const auto all = one_of_each();
    REQUIRE(all.size() == std::variant_size_v<Happening>);
    std::string lines;
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i].index() == i);
        const auto data = core::canonical(to_json(all[i]));
        lines += std::string(kind_of(all[i])) + " " + data + "\n";
        const auto again = happening_from(kind_of(all[i]), *core::parse_json(data));
        REQUIRE(again);
        CHECK(again->index() == i);
        CHECK(core::canonical(to_json(*again)) == data);
    }
    CHECK(lines == *golden);
}

TEST_CASE("ticket: a kept event with a member missing or wrong is an error, not a guess") {
    for (const Happening& what : one_of_each()) {
        const core::Json whole = to_json(what);
        for (const auto& [key, value] : whole.items()) {
            CAPTURE(std::string(kind_of(what)));
            CAPTURE(key);
            auto without = whole;
            without.erase(key);
            CHECK_FALSE(happening_from(kind_of(what), without));
            auto wrong = whole;
            wrong[key] = nullptr;
            CHECK_FALSE(happening_from(kind_of(what), wrong));
        }
    }
    CHECK_FALSE(happening_from("teleported", core::Json::object()));
}
