#include "desk/work/changes.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "desk/work/handling.hpp"
#include "desk/work/publishing.hpp"
#include "tests/desk/company.hpp"

using company::actor;
using company::Company;
using namespace desk;

namespace {

catalog::Changes changes(Company& firm, const std::string& kiosk, const std::string& cursor) {
    return firm.read<catalog::Changes>([&](core::Database& db) -> core::Result<catalog::Changes> {
        auto found = Kiosks(db).find(kiosk);
        if (!found) return core::fail(found.error());
        return changes_for(db, firm.desk().releases(), **found, cursor, firm.clock.now());
    });
}

void act(Company& firm, const std::string& number, Action action, std::string text) {
    Command command;
    command.action = action;
    command.text = std::move(text);
    command.code = Resolution::solved;
    firm.write<Ticket>([&](core::Database& db) { return handle(db, actor("ines", {"it-stores"}), number, command, firm.clock.now()); });
}

}  // namespace

TEST_CASE("changes: a kiosk is told of its own requests, once each, as they move") {
    Company firm;
    auto kiosk = firm.enrol();
    auto other = firm.enrol();
    const auto number = firm.printer_ticket(kiosk);
    firm.printer_ticket(other);

    auto told = changes(firm, kiosk.id(), "");
    REQUIRE(told.requests.size() == 1);
    CHECK(told.requests[0].ticket == number);
    CHECK(told.requests[0].state == "received");
    CHECK(told.release_version == 1);
    CHECK(changes(firm, kiosk.id(), told.cursor).requests.empty());
    CHECK(changes(firm, kiosk.id(), told.cursor).cursor == told.cursor);

    act(firm, number, Action::internal_note, "Hm.");
    CHECK(changes(firm, kiosk.id(), told.cursor).requests.empty());
    firm.clock.advance(std::chrono::minutes{1});
    act(firm, number, Action::start, "");
    told = changes(firm, kiosk.id(), told.cursor);
    REQUIRE(told.requests.size() == 1);
    CHECK(told.requests[0].state == "in_progress");
    CHECK(told.requests[0].updated_at == firm.clock.now());
    CHECK(told.requests[0].notes.empty());
}

TEST_CASE("changes: the desk asks a kiosk to come soon after it sent something") {
    Company firm;
    auto kiosk = firm.enrol();
    CHECK(changes(firm, kiosk.id(), "").poll_after_seconds == 60);
    firm.printer_ticket(kiosk);
    CHECK(changes(firm, kiosk.id(), "").poll_after_seconds == 5);
    firm.clock.advance(keenness);
    CHECK(changes(firm, kiosk.id(), "").poll_after_seconds == 60);
}

TEST_CASE("changes: more than fit one answer come in the next, at once") {
    Company firm;
    auto kiosk = firm.enrol();
    for (int i = 0; i < 201; ++i) firm.printer_ticket(kiosk);
    const auto first = changes(firm, kiosk.id(), "");
    CHECK(first.requests.size() == 200);
    CHECK(first.poll_after_seconds == 0);
    const auto rest = changes(firm, kiosk.id(), first.cursor);
    CHECK(rest.requests.size() == 1);
    CHECK(rest.poll_after_seconds == 5);
}

TEST_CASE("changes: a kiosk hears its channel, and when there may be something to fetch for it") {
    Company firm;
    auto kiosk = firm.enrol();
    auto other = firm.enrol();
    const auto first = changes(firm, kiosk.id(), "");
    CHECK(first.channel == "stable");
    CHECK(first.release_version == 1);
    CHECK(changes(firm, other.id(), "").release_tag == first.release_tag);

    firm.write<std::int64_t>([](core::Database& db) { return Kiosks(db).set_channel("K1", "canary"); });
    const auto moved = changes(firm, kiosk.id(), "");
    CHECK(moved.channel == "canary");
    CHECK(moved.release_tag != first.release_tag);

    std::ofstream(firm.content() / "services/printer-fault.yaml") << company::printer_fault("Printer trouble");
    core::Problems problems;
    REQUIRE(publish(firm.desk(), {firm.content(), "canary"}, problems));
    CHECK(changes(firm, kiosk.id(), "").release_version == 2);
    CHECK(changes(firm, kiosk.id(), "").release_tag != moved.release_tag);
    CHECK(changes(firm, other.id(), "").release_version == 1);
    CHECK(changes(firm, other.id(), "").release_tag == first.release_tag);

    std::filesystem::create_directories(firm.desk().releases() / "root");
    std::ofstream(firm.desk().releases() / "root/1.json") << "{}";
    CHECK(changes(firm, other.id(), "").release_tag != first.release_tag);
}

TEST_CASE("changes: a made-up cursor is refused") {
    Company firm;
    const auto kiosk = firm.enrol();
    auto reader = firm.desk().readers().lend();
    const auto found = Kiosks(**reader).find(kiosk.id());
    for (const char* cursor : {"x", "-1", "1x", "99999999999999999999"}) {
        CAPTURE(std::string(cursor));
        CHECK(changes_for(**reader, firm.desk().releases(), **found, cursor, firm.clock.now()).error().kind == core::ErrorKind::invalid);
    }
}

TEST_CASE("changes: with the claim code a person reads state and public notes, signed by the team") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"),
                                       {{"printer_kind", catalog::Answer("receipt")}, {"queue", catalog::Answer("true")}}, firm.clock.now());
    const auto number = firm.deliver(kiosk.envelope(request), kiosk.id()).ticket;
    act(firm, number, Action::internal_note, "Third time this week.");
    act(firm, number, Action::public_note, "Somebody is on the way.");
    act(firm, number, Action::resolve, "New roller.");

    std::string typed;
    for (const char c : request.claim_code) {
        if (c != '-') typed += static_cast<char>(std::tolower(c));
    }
    const auto progress = firm.read<catalog::Progress>([&](core::Database& db) { return find_by_claim_code(db, typed); });
    CHECK(progress.ticket == number);
    CHECK(progress.state == "resolved");
    CHECK(progress.title == request.title);
    REQUIRE(progress.notes.size() == 2);
    CHECK(progress.notes[0].text == "Somebody is on the way.");
    CHECK(progress.notes[0].by == "IT der Filialen");  // in the language of the request; never a name
    CHECK(progress.notes[1].text == "New roller.");

    auto reader = firm.desk().readers().lend();
    auto mistyped = request.claim_code;
    std::swap(mistyped[mistyped.size() - 3], mistyped[mistyped.size() - 4]);
    if (mistyped != request.claim_code) CHECK(find_by_claim_code(**reader, mistyped).error().kind == core::ErrorKind::invalid);
    const auto unsent = kiosk.request("printer-fault", "v", {}, firm.clock.now());
    CHECK(find_by_claim_code(**reader, unsent.claim_code).error().kind == core::ErrorKind::not_found);
}

TEST_CASE("changes: that a kiosk was seen is written only every few minutes") {
    Kiosk kiosk;
    const auto now = support::at("2026-11-24T09:00:00Z");
    const catalog::Shows shows{"12-0123abcd", "stable", "current"};
    kiosk.shows = shows;
    CHECK(should_note_seen(kiosk, shows, now));
    kiosk.last_seen_at = now;
    CHECK_FALSE(should_note_seen(kiosk, shows, now + seen_is_noted_every - std::chrono::seconds{1}));
    CHECK(should_note_seen(kiosk, shows, now + seen_is_noted_every));
    CHECK(should_note_seen(kiosk, {"13-4567cdef", "stable", "current"}, now));
}
