#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "desk/store/kiosks.hpp"
#include "desk/store/requests.hpp"
#include "desk/store/tickets.hpp"
#include "desk/work/changes.hpp"
#include "desk/work/publishing.hpp"
#include "tests/desk/company.hpp"

using catalog::Answer;
using company::Company;
using desk::Outcome;

namespace {

catalog::Answers broken_receipt_printer() { return {{"printer_kind", Answer("receipt")}, {"queue", Answer("true")}}; }

catalog::Receipt receipt_of(const desk::TakenIn& taken) {
    const auto json = core::parse_json(taken.receipt);
    REQUIRE(json);
    const auto receipt = catalog::Receipt::from_json(*json);
    REQUIRE(receipt);
    return *receipt;
}

std::int64_t tickets_in(Company& firm) {
    return firm.read<std::optional<std::int64_t>>([](core::Database& db) {
        return db.row<std::int64_t>("SELECT count(*) FROM ticket", {}, [](const core::Row& row) { return row.integer(0); });
    }).value();
}

desk::Received beginning_of(Company& firm, const std::string& ticket) {
    const auto events = firm.read<std::vector<desk::Event>>([&](core::Database& db) { return desk::Tickets(db).events(ticket); });
    REQUIRE(!events.empty());
    return std::get<desk::Received>(events.front().what);
}

}  // namespace

TEST_CASE("intake: a request becomes a ticket, and its receipt proves it") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());

    const auto taken = firm.deliver(kiosk.envelope(request), kiosk.id());

    CHECK(taken.outcome == Outcome::stored);
    CHECK(taken.ticket == "F-000001");
    const auto receipt = receipt_of(taken);
    CHECK(receipt.ticket == "F-000001");
    CHECK(receipt.proves(request.id, core::sha256_hex(request.canonical()), kiosk.place().receipt_key));
    const auto begun = beginning_of(firm, taken.ticket);
    CHECK(begun.team == "it-stores");
    CHECK(begun.priority == catalog::Priority::high);
    CHECK(begun.answers == request.answers);
}

TEST_CASE("intake: the same request twice is one ticket and the same receipt") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());
    const auto first = firm.deliver(kiosk.envelope(request), kiosk.id());
    firm.clock.advance(std::chrono::hours{48});

    const auto second = firm.deliver(kiosk.envelope(request), kiosk.id());

    CHECK(second.outcome == Outcome::seen);
    CHECK(second.receipt == first.receipt);
    CHECK(tickets_in(firm) == 1);
}

TEST_CASE("intake: the old answer comes before any look at the form") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());
    const auto first = firm.deliver(kiosk.envelope(request), kiosk.id());
    firm.write<std::int64_t>([](core::Database& db) { return db.run("DELETE FROM form_version"); });
    firm.close();
    firm.open();  // nothing of the form is left in memory either

    CHECK(firm.deliver(kiosk.envelope(request), kiosk.id()).receipt == first.receipt);
}

TEST_CASE("intake: a known id with other content is kept as a conflict, and nothing is lost") {
    Company firm;
    auto kiosk = firm.enrol();
    auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());
    firm.deliver(kiosk.envelope(request), kiosk.id());
    request.answers["queue"] = Answer("false");
    const auto other = kiosk.envelope(request);

    const auto taken = firm.deliver(other, kiosk.id());
    firm.deliver(kiosk.envelope(request), kiosk.id());

    CHECK(taken.outcome == Outcome::conflict);
    CHECK(taken.receipt.empty());
    CHECK(tickets_in(firm) == 1);
    const auto conflicts = firm.read<std::vector<desk::Conflict>>([](core::Database& db) { return desk::Requests(db).conflicts(10); });
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts.front().envelope == other);
}

TEST_CASE("intake: what is not from an enrolled kiosk is refused") {
    Company firm;
    auto kiosk = firm.enrol();
    auto other = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());
    const auto good = kiosk.envelope(request);
    auto tampered = *core::parse_json(good);
    tampered["sequence"] = 9;
    company::Kiosk stranger(kiosk.place(), core::make_signing_key());
    auto unknown = *core::parse_json(good);
    unknown["kiosk"] = "019331f5-2a6f-7b1c-8d3e-5f60718293a4";

    const struct {
        const char* name;
        std::string envelope;
        std::string carrier;
        core::ErrorKind kind;
    } rows[] = {
        {"changed on the way", core::canonical(tampered), kiosk.id(), core::ErrorKind::denied},
        {"signed by another key", stranger.envelope(request), kiosk.id(), core::ErrorKind::denied},
        {"of a kiosk nobody knows", core::canonical(unknown), "", core::ErrorKind::denied},
        {"carried by another kiosk", good, other.id(), core::ErrorKind::denied},
        {"no JSON", "<html>Welcome to our Wi-Fi</html>", kiosk.id(), core::ErrorKind::invalid},
        {"no envelope", "{}", kiosk.id(), core::ErrorKind::invalid},
        {"too large", std::string(catalog::largest_request_bytes + 1, ' '), kiosk.id(), core::ErrorKind::invalid},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        const auto taken = desk::deliver(firm.desk(), row.envelope, row.carrier);
        REQUIRE_FALSE(taken);
        CHECK(taken.error().kind == row.kind);
    }
    CHECK(tickets_in(firm) == 0);

    firm.write<bool>([&](core::Database& db) { return desk::Kiosks(db).set_active(kiosk.place().short_name, false); });
    const auto revoked = desk::deliver(firm.desk(), good, kiosk.id());
    REQUIRE_FALSE(revoked);
    CHECK(revoked.error().kind == core::ErrorKind::denied);
}

TEST_CASE("intake: an authentic request that cannot become a ticket is quarantined, with a receipt") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto version = firm.version_of("printer-fault");
    const auto with = [&](catalog::Answers answers) { return kiosk.request("printer-fault", version, std::move(answers), firm.clock.now()); };
    const struct {
        const char* name;
        catalog::Request request;
        const char* reason;
        const char* details;
    } rows[] = {
        {"a form that was never published", kiosk.request("umbrella", version, {}, firm.clock.now()), "unknown_form", "umbrella"},
        {"a version that was never published", kiosk.request("printer-fault", core::sha256_hex("x"), {}, firm.clock.now()), "unknown_form", "printer-fault"},
        {"a missing answer", with({{"printer_kind", Answer("receipt")}}), "wrong_answers", "'queue' is missing"},
        {"a choice not offered", with({{"printer_kind", Answer("3d")}, {"queue", Answer("true")}}), "wrong_answers", "'printer_kind'"},
        {"an answer that breaks its rule", with({{"printer_kind", Answer("label")}, {"queue", Answer("true")}, {"serial", Answer("12")}}), "wrong_answers", "'serial'"},
        {"a field the form does not have", with({{"printer_kind", Answer("receipt")}, {"queue", Answer("true")}, {"salary", Answer("12")}}), "wrong_answers", "'salary'"},
        {"a date far in the future", with({{"printer_kind", Answer("receipt")}, {"queue", Answer("true")}, {"since", Answer("2027-01-01")}}), "wrong_answers", "'since'"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        const auto taken = firm.deliver(kiosk.envelope(row.request), kiosk.id());
        CHECK(taken.outcome == Outcome::quarantined);
        CHECK(taken.ticket.empty());
        CHECK(receipt_of(taken).proves(row.request.id, core::sha256_hex(row.request.canonical()), kiosk.place().receipt_key));
        const auto item = firm.read<std::optional<desk::Quarantined>>([&](core::Database& db) { return desk::Requests(db).quarantined(row.request.id); });
        REQUIRE(item);
        CHECK(item->reason == row.reason);
        CHECK(item->details.find(row.details) != std::string::npos);
        // Who looks at the quarantine reads nothing that a person typed.
        for (const char* typed : {"3d", "12", "2027"}) CHECK(item->details.find(typed) == std::string::npos);
        CHECK(firm.deliver(kiosk.envelope(row.request), kiosk.id()).receipt == taken.receipt);
        const auto progress = firm.read<catalog::Progress>([&](core::Database& db) { return desk::find_by_claim_code(db, row.request.claim_code); });
        CHECK(progress.state == "received");
    }
    CHECK(tickets_in(firm) == 0);
}

TEST_CASE("intake: what cannot be opened or read is quarantined, too") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());

    auto place = kiosk.place();
    place.seal_key = core::make_seal_key().public_key;
    company::Kiosk mistaken(place, kiosk.key());
    const auto sealed_to_another = firm.deliver(mistaken.envelope(request), kiosk.id());
    CHECK(sealed_to_another.outcome == Outcome::quarantined);

    auto twin = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());
    twin.claim_code = "K1-0001-AAAA-A";
    const auto malformed = firm.deliver(kiosk.envelope(twin), kiosk.id());
    CHECK(malformed.outcome == Outcome::quarantined);
    CHECK(malformed.problem.find("claim code") != std::string::npos);
}

TEST_CASE("intake: what a hidden field holds is in no ticket") {
    Company firm;
    auto kiosk = firm.enrol();
    auto answers = broken_receipt_printer();
    answers["serial"] = Answer("TP-4410");  // only asked of label printers
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), answers, firm.clock.now());

    const auto taken = firm.deliver(kiosk.envelope(request), kiosk.id());

    REQUIRE(taken.outcome == Outcome::stored);
    CHECK(beginning_of(firm, taken.ticket).answers == broken_receipt_printer());
    const auto data = firm.read<std::optional<std::string>>([&](core::Database& db) {
        return db.row<std::string>("SELECT data FROM event WHERE number = 1", {}, [](const core::Row& row) { return row.text(0); });
    });
    CHECK(data.value().find("TP-4410") == std::string::npos);
}

TEST_CASE("intake: a request is judged by its own version of the form, also years later") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto old = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());
    std::filesystem::remove(firm.content() / "services/printer-fault.yaml");
    std::ofstream(firm.content() / "articles/en/printer.md") << "---\ntitle: Printers\ncategory: computers\n---\nOpen it.\n";
    core::Problems problems;
    REQUIRE(desk::publish(firm.desk(), {firm.content()}, problems));
    firm.clock.advance(std::chrono::days{700});

    CHECK(firm.deliver(kiosk.envelope(old), kiosk.id()).outcome == Outcome::stored);
}

TEST_CASE("intake: what waits for an unknown form becomes a ticket when the form is published") {
    Company firm;
    auto kiosk = firm.enrol();
    std::ofstream(firm.content() / "services/printer-fault.yaml") << company::printer_fault("Printer trouble");
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), firm.clock.now());
    const auto early = firm.deliver(kiosk.envelope(request), kiosk.id());
    REQUIRE(early.outcome == Outcome::quarantined);

    core::Problems problems;
    const auto published = desk::publish(firm.desk(), {firm.content()}, problems);

    REQUIRE(published);
    CHECK(published->from_quarantine == 1);
    const auto again = firm.deliver(kiosk.envelope(request), kiosk.id());
    CHECK(again.outcome == Outcome::seen);
    CHECK(again.ticket == "F-000001");
    CHECK(again.receipt == early.receipt);
}

TEST_CASE("intake: a person takes a quarantined request in, for one team's eyes") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("umbrella", core::sha256_hex("umbrella"), {{"colour", Answer("red")}}, firm.clock.now());
    firm.deliver(kiosk.envelope(request), kiosk.id());
    const auto manager = company::actor("mara", {}, {desk::Role::manager});
    const auto accept = [&](const desk::Actor& who, std::string team) {
        return firm.desk().writer().run_for<std::string>([&](core::Database& db) {
            return desk::accept_quarantined(db, firm.desk().keys(), who, request.id, team, firm.clock.now());
        });
    };

    CHECK(accept(company::actor("ines", {"it-stores"}), "it-stores").error().kind == core::ErrorKind::denied);
    CHECK(accept(manager, "nobody").error().kind == core::ErrorKind::invalid);
    const auto number = accept(manager, "it-stores");
    REQUIRE(number);
    CHECK(accept(manager, "it-stores").error().kind == core::ErrorKind::not_found);

    const auto ticket = firm.read<std::optional<desk::Ticket>>([&](core::Database& db) { return desk::Tickets(db).find(*number); });
    REQUIRE(ticket);
    CHECK(desk::can_see(company::actor("ines", {"it-stores"}), *ticket));
    CHECK_FALSE(desk::can_see(company::actor("otto", {"it-office"}), *ticket));
    CHECK_FALSE(desk::can_see(manager, *ticket));
}

TEST_CASE("intake: a form with approvers waits for them") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("laptop", firm.version_of("laptop"), {{"details", Answer("A lighter one")}}, firm.clock.now());
    const auto taken = firm.deliver(kiosk.envelope(request), kiosk.id());
    const auto ticket = firm.read<std::optional<desk::Ticket>>([&](core::Database& db) { return desk::Tickets(db).find(taken.ticket); });
    REQUIRE(ticket);
    CHECK(ticket->state == desk::State::awaiting_approval);
}

TEST_CASE("intake: the time a person knows is the kiosk's, corrected, and never in the future") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto now = firm.clock.now();
    const struct {
        const char* name;
        std::int64_t claimed;  // seconds from now
        std::int64_t offset;
        std::int64_t kept;
    } rows[] = {
        {"an hour ago", -3600, 0, -3600},
        {"a clock that runs ten minutes behind", -4200, 600, -3600},
        {"a clock that runs ahead, and says so", 3600, -7200, -3600},
        {"a clock that runs ahead, and does not know", 3600, 0, 0},
        {"an offset that is no offset", -60, std::numeric_limits<std::int64_t>::max(), 0},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"), broken_receipt_printer(), now + std::chrono::seconds{row.claimed});
        auto envelope = catalog::seal_request(request, kiosk.place().seal_key);
        REQUIRE(envelope);
        envelope->kiosk = kiosk.id();
        envelope->sequence = 1;
        envelope->clock_offset = row.offset;
        REQUIRE(envelope->sign(kiosk.key().secret_key));
        const auto taken = firm.deliver(core::canonical(envelope->to_json()), kiosk.id());
        REQUIRE(taken.outcome == Outcome::stored);
        CHECK(beginning_of(firm, taken.ticket).captured_at == now + std::chrono::seconds{row.kept});
    }
}

TEST_CASE("intake: around midnight the kiosk's day counts") {
    Company firm;
    firm.clock.set(support::at("2026-11-24T00:30:00Z"));
    auto kiosk = firm.enrol();
    auto answers = broken_receipt_printer();
    answers["since"] = Answer("2026-11-25");  // where the kiosk's clock is, it is the day after already
    const auto near = kiosk.request("printer-fault", firm.version_of("printer-fault"), answers, firm.clock.now());
    CHECK(firm.deliver(kiosk.envelope(near), kiosk.id()).outcome == Outcome::stored);
    answers["since"] = Answer("2026-11-26");
    const auto far = kiosk.request("printer-fault", firm.version_of("printer-fault"), answers, firm.clock.now());
    CHECK(firm.deliver(kiosk.envelope(far), kiosk.id()).outcome == Outcome::quarantined);
}

TEST_CASE("intake: in a batch each request has its own result") {
    Company firm;
    auto kiosk = firm.enrol();
    const auto version = firm.version_of("printer-fault");
    auto good = kiosk.request("printer-fault", version, broken_receipt_printer(), firm.clock.now());
    const auto unknown = kiosk.request("umbrella", version, {}, firm.clock.now());
    const auto first = kiosk.envelope(good);
    good.answers["queue"] = Answer("false");
    auto forged = *core::parse_json(first);
    forged["hash"] = core::sha256_hex("another");

    const auto results = desk::deliver_batch(
        firm.desk(), {first, "nonsense", kiosk.envelope(unknown), core::canonical(forged), first, kiosk.envelope(good)}, kiosk.id());

    REQUIRE(results);
    std::vector<std::string> outcomes;
    for (const auto& result : *results) outcomes.push_back(result.outcome);
    CHECK(outcomes == std::vector<std::string>{"stored", "refused", "quarantined", "refused", "seen", "conflict"});
    CHECK((*results)[0].receipt == (*results)[4].receipt);
    CHECK((*results)[3].id == good.id);
    CHECK(tickets_in(firm) == 1);
    CHECK_FALSE(desk::deliver_batch(firm.desk(), std::vector<std::string>(catalog::largest_batch + 1, first), kiosk.id()));
}
