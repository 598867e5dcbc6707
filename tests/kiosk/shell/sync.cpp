#include "kiosk/shell/sync.hpp"

#include <map>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "kiosk/shell/enrol.hpp"
#include "tests/kiosk/shell/http_desk.hpp"
#include "tests/kiosk/shell/kit.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

core::Json items_of(const Got& got) {
    const auto json = core::parse_json(got.body);
    return json ? json->at("items") : core::Json::array();
}

// The kiosk's half is real; the other half is a real server that behaves as the test wants.
struct SyncKit : Kit {
    HttpDesk http{[](const Got&) { return Given{404, "application/problem+json", "{}", ""}; }};
    std::unique_ptr<kiosk::DeskClient> client;
    std::unique_ptr<kiosk::Sync> sync;
    std::map<std::string, std::string> arrived;
    std::int64_t newest_release = 0;
    std::string release_tag;
    std::chrono::seconds desk_ahead{0};

    SyncKit() {
        auto made = kiosk::DeskClient::make(http.url(), clock);
        REQUIRE(made);
        client = std::move(*made);
        client->sign_as(identity.kiosk, identity.signing.secret_key);
        sync = std::make_unique<kiosk::Sync>(
            identity, *outbox, *feedback, *client, clock, random, core::Log::to_nowhere(),
            kiosk::Sync::Told{[] {}, [this](const std::string& id, const std::string& ticket) { arrived[id] = ticket; },
                              [this](std::int64_t version, const std::string& tag) {
                                  newest_release = version;
                                  release_tag = tag;
                              }});
    }
    // Lets everything that is due happen, and its answers come.
    void settle() {
        (void)sync->step();
        while (client->under_way() > 0) {
            client->run(100ms);
            if (client->under_way() == 0) (void)sync->step();
        }
    }
    [[nodiscard]] Given changes(std::vector<std::int64_t> missing = {}) const {
        catalog::Changes changes;
        changes.cursor = "7";
        changes.now = clock.now() + desk_ahead;
        changes.missing = std::move(missing);
        changes.release_version = 3;
        return {200, "application/json", core::canonical(changes.to_json()), ""};
    }
    [[nodiscard]] core::Json result(const core::Json& item, const std::string& outcome) const {
        const std::string id = item.at("id");
        const auto receipt = desk.receipt(id, item.at("hash"), "IT-" + id.substr(id.size() - 1));
        const bool has_receipt = outcome == "stored" || outcome == "seen" || outcome == "quarantined";
        return catalog::Delivery{id, outcome, has_receipt ? core::canonical(receipt.to_json()) : "", ""}.to_json();
    }
    // A desk that takes everything in.
    [[nodiscard]] HttpDesk::Reply good_desk() {
        return [this](const Got& got) {
            if (got.target.starts_with("/api/v1/kiosks/self/changes")) return changes();
            if (got.target == "/api/v1/outbox") {
                core::Json results = core::Json::array();
                for (const core::Json& item : items_of(got)) results.push_back(result(item, "stored"));
                return Given{200, "application/json", core::canonical({{"results", results}}), ""};
            }
            return Given{404, "application/problem+json", "{}", ""};
        };
    }
};

}  // namespace

TEST_CASE("sync: what waits is handed in, and the receipt settles it") {
    SyncKit kit;
    kit.http.set_reply(kit.good_desk());
    kit.put(1);
    kit.put(2);
    kit.settle();

    CHECK(kit.entry(1).state == "sent");
    CHECK(kit.entry(2).state == "sent");
    CHECK(kit.arrived == std::map<std::string, std::string>{{request_id(1), "IT-1"}, {request_id(2), "IT-2"}});
    CHECK(kit.sync->is_online());
    CHECK(kit.newest_release == 3);
    CHECK(kit.outbox->fact("cursor") == std::string("7"));
}

TEST_CASE("sync: the desk says which channel, and hears what is shown, soon when it is something else") {
    SyncKit kit;
    std::string channel = "canary";
    kit.http.set_reply([&](const Got&) {
        catalog::Changes changes;
        changes.now = kit.clock.now();
        changes.release_version = 4;
        changes.channel = channel;
        changes.release_tag = "a-tag";
        return Given{200, "application/json", core::canonical(changes.to_json()), ""};
    });
    kit.sync->set_shows({"3-0123abcd", "stable", "current"});
    CHECK(kit.sync->channel() == "stable");
    kit.settle();
    CHECK(kit.http.seen().at(0).target == "/api/v1/kiosks/self/changes?after=&release=3-0123abcd&channel=stable&state=current");
    CHECK(kit.sync->channel() == "canary");
    CHECK(kit.outbox->fact("channel") == std::string("canary"));
    CHECK(kit.newest_release == 4);
    CHECK(kit.release_tag == "a-tag");

    kit.sync->set_shows({"3-0123abcd", "stable", "current"});
    kit.clock.advance(2s);
    kit.settle();
    CHECK(kit.http.seen().size() == 1);  // nothing new to tell
    kit.sync->set_shows({"3-0123abcd", "canary", "held_back"});
    kit.clock.advance(2s);
    kit.settle();
    REQUIRE(kit.http.seen().size() == 2);
    CHECK(kit.http.seen().at(1).target.ends_with("&channel=canary&state=held_back"));

    // A path is made of it.
    channel = "../../keys";
    kit.clock.advance(100s);
    kit.settle();
    CHECK(kit.http.seen().size() == 3);
    CHECK(kit.sync->channel() == "canary");
}

TEST_CASE("sync: a captive portal that answers 200 with a page takes nothing out of the outbox") {
    SyncKit kit;
    kit.http.set_reply([](const Got&) { return Given{200, "text/html", "<h1>Welcome to our guest network</h1>", ""}; });
    kit.put(1);
    kit.settle();

    CHECK(!kit.http.seen().empty());
    CHECK(kit.entry(1).state == "waiting");
    CHECK(kit.entry(1).has_box);
    CHECK(!kit.sync->is_online());
    CHECK(kit.arrived.empty());

    SUBCASE("and when the portal is gone, it goes at once") {
        kit.http.set_reply(kit.good_desk());
        kit.clock.advance(kiosk::longest_poll_pause);
        kit.settle();
        CHECK(kit.entry(1).state == "sent");
        CHECK(kit.sync->is_online());
    }
}

TEST_CASE("sync: a portal that even answers JSON cannot forge a receipt") {
    SyncKit kit;
    const DeskKeys impostor;
    kit.put(1);
    kit.http.set_reply([&](const Got& got) {
        if (got.target != "/api/v1/outbox") return Given{200, "application/json", "{}", ""};
        core::Json results = core::Json::array();
        for (const core::Json& item : items_of(got)) {
            const auto receipt = impostor.receipt(item.at("id"), item.at("hash"));
            results.push_back(catalog::Delivery{item.at("id"), "stored", core::canonical(receipt.to_json()), ""}.to_json());
        }
        return Given{200, "application/json", core::canonical({{"results", results}}), ""};
    });
    kit.settle();

    CHECK(kit.entry(1).state == "waiting");
    CHECK(kit.entry(1).problem.find("does not prove") != std::string::npos);
    CHECK(kit.arrived.empty());
}

TEST_CASE("sync: each item has its own outcome") {
    SyncKit kit;
    for (int number = 1; number <= 6; ++number) kit.put(number);
    const std::map<std::string, std::string> outcomes{
        {request_id(1), "stored"}, {request_id(2), "seen"},  {request_id(3), "quarantined"},
        {request_id(4), "conflict"}, {request_id(5), "retry"}, {request_id(6), "refused"}};
    kit.http.set_reply([&](const Got& got) {
        if (got.target != "/api/v1/outbox") return kit.changes();
        core::Json results = core::Json::array();
        for (const core::Json& item : items_of(got)) {
            results.push_back(kit.result(item, outcomes.at(item.at("id"))));
        }
        return Given{200, "application/json", core::canonical({{"results", results}}), ""};
    });
    (void)kit.sync->step();
    while (kit.client->under_way() > 0) kit.client->run(100ms);

    for (int number : {1, 2, 3}) CHECK(kit.entry(number).state == "sent");
    CHECK(kit.entry(4).state == "quarantined");
    CHECK(kit.entry(4).has_box);
    CHECK(kit.entry(5).state == "waiting");
    CHECK(kit.entry(6).state == "quarantined");
}

TEST_CASE("sync: a poison item is set aside alone, and the rest of its batch arrives") {
    SyncKit kit;
    for (int number = 1; number <= 4; ++number) kit.put(number);
    // A desk that chokes on number 2, and on any batch that holds it, without saying which it was.
    kit.http.set_reply([&](const Got& got) {
        const bool has_poison = got.body.find(request_id(2)) != std::string::npos;
        if (got.target.starts_with("/api/v1/kiosks/")) return kit.changes();
        if (has_poison) return Given{422, "application/problem+json", R"({"title":"Not acceptable"})", ""};
        if (got.method == "PUT") {
            const auto item = core::parse_json(got.body);
            const auto receipt = kit.desk.receipt(item->at("id"), item->at("hash"));
            return Given{201, "application/json", core::canonical(receipt.to_json()), ""};
        }
        return kit.good_desk()(got);
    });
    for (int round = 0; round < 8; ++round) kit.settle();

    CHECK(kit.entry(1).state == "sent");
    CHECK(kit.entry(2).state == "quarantined");
    CHECK(kit.entry(3).state == "sent");
    CHECK(kit.entry(4).state == "sent");
}

TEST_CASE("sync: a desk that is busy says when to come back") {
    SyncKit kit;
    kit.put(1);
    kit.http.set_reply([](const Got&) { return Given{503, "application/problem+json", "{}", "Retry-After: 40\r\n"}; });
    kit.settle();
    CHECK(kit.entry(1).state == "waiting");
    CHECK(kit.entry(1).next_try_at == kit.clock.now_precise() + 40s);
}

TEST_CASE("sync: a desk that denies us is left alone for an hour, and nothing is lost") {
    SyncKit kit;
    kit.put(1);
    kit.http.set_reply([](const Got&) { return Given{403, "application/problem+json", R"({"type":"urn:foyer:problem:withdrawn"})", ""}; });
    kit.settle();
    const auto calls = kit.http.seen().size();
    kit.clock.advance(30min);
    kit.settle();
    CHECK(kit.http.seen().size() == calls);
    CHECK(kit.entry(1).state == "waiting");
    CHECK(!kit.sync->is_online());

    kit.http.set_reply(kit.good_desk());
    kit.clock.advance(31min);
    kit.settle();
    CHECK(kit.entry(1).state == "sent");
}

TEST_CASE("sync: a clock that is wrong is corrected by the desk's, never locked out") {
    SyncKit kit;
    kit.put(1);
    kit.desk_ahead = 3h;
    const core::Time desk_now = kit.clock.now() + kit.desk_ahead;
    kit.http.set_reply([&](const Got& got) {
        const std::string input = got.headers.at("signature-input");
        const auto at_created = input.find("created=") + 8;
        const auto created = core::from_seconds(std::stoll(input.substr(at_created)));
        if (created + 15min < desk_now) {
            return Given{401, "application/problem+json",
                         core::canonical({{"type", "urn:foyer:problem:clock-skew"}, {"now", core::to_text(desk_now)}}), ""};
        }
        return kit.good_desk()(got);
    });
    for (int round = 0; round < 4; ++round) {
        kit.settle();
        kit.clock.advance(2s);
    }
    CHECK(kit.sync->clock_offset() == doctest::Approx(3 * 3600).epsilon(0.01));
    CHECK(kit.entry(1).state == "sent");
}

TEST_CASE("sync: what the desk misses is handed in again") {
    SyncKit kit;
    kit.put(1);
    kit.http.set_reply(kit.good_desk());
    kit.settle();
    REQUIRE(kit.entry(1).state == "sent");
    kit.arrived.clear();

    kit.http.set_reply([&](const Got& got) {
        return got.target.starts_with("/api/v1/kiosks/") ? kit.changes({1}) : kit.good_desk()(got);
    });
    kit.clock.advance(80s);
    (void)kit.sync->step();
    while (kit.client->under_way() > 0) kit.client->run(100ms);
    (void)kit.sync->step();
    while (kit.client->under_way() > 0) kit.client->run(100ms);
    CHECK(kit.arrived.count(request_id(1)) == 1);
}

TEST_CASE("sync: at rest the desk's period decides, with a fifth of chance either way") {
    SyncKit kit;
    kit.http.set_reply(kit.good_desk());
    kit.settle();
    const auto next = kit.sync->step();
    CHECK(next >= kit.clock.now_precise() + 48s);
    CHECK(next <= kit.clock.now_precise() + 72s);
}

TEST_CASE("sync: a claim code asks the desk, and falls back to what the kiosk knows") {
    SyncKit kit;
    kit.http.set_reply(kit.good_desk());
    const std::string code = kit.put(1);
    std::optional<catalog::Progress> progress;
    bool offline = false;
    const auto look_up = [&](const std::string& asked) {
        bool came = false;
        kit.sync->look_up(asked, [&](std::optional<catalog::Progress> p, bool o) {
            progress = std::move(p);
            offline = o;
            came = true;
        });
        while (!came) kit.client->run(100ms);
    };

    SUBCASE("while it waits, it says so") {
        kit.http.set_reply([](const Got&) { return Given{200, "text/html", "portal", ""}; });
        look_up(code);
        REQUIRE(progress);
        CHECK(progress->state == "waiting");
        CHECK(offline);
    }
    SUBCASE("the desk knows best, notes included") {
        kit.settle();
        catalog::Progress told{request_id(1), code, "IT-1", "Report a till fault", "resolved", kit.clock.now(), {}};
        told.notes.push_back({kit.clock.now(), "Store IT", "New cable fitted"});
        kit.http.set_reply([&](const Got& got) {
            CHECK(got.target == "/api/v1/claims/" + code);
            return Given{200, "application/json", core::canonical(told.to_json()), ""};
        });
        look_up(code);
        REQUIRE(progress);
        CHECK(!offline);
        CHECK(progress->notes.at(0).text == "New cable fitted");

        // Later, without a network: the last known state, marked as such, and no notes.
        kit.http.set_reply([](const Got&) { return Given{502, "text/html", "", ""}; });
        look_up(code);
        REQUIRE(progress);
        CHECK(offline);
        CHECK(progress->state == "resolved");
        CHECK(progress->notes.empty());
        CHECK(!kit.is_in_any_file("New cable fitted"));
    }
    SUBCASE("a code that nobody knows") {
        look_up("K9-0001-AAAA-B");
        CHECK(!progress);
        CHECK(!offline);
    }
}

TEST_CASE("enrol: a code becomes a place at the desk, and what was queued before arrives there") {
    Kit kit(false);
    const std::string code = kit.put(1, "before");
    HttpDesk http([&](const Got& got) {
        const auto json = core::parse_json(got.body);
        if (got.target != "/api/v1/enrol" || core::text_at(*json, "code") != "ABCDE12345") {
            return Given{403, "application/problem+json", R"({"title":"Not allowed","detail":"This code is not valid."})", ""};
        }
        return Given{201, "application/json", core::canonical(kit.desk.enrolment().to_json()), ""};
    });

    auto refused = kiosk::enrol(kit.data, *kit.outbox, http.url(), "WRONG", kit.clock);
    REQUIRE(!refused);
    CHECK(refused.error().kind == core::ErrorKind::denied);
    CHECK(refused.error().message.find("This code is not valid.") != std::string::npos);
    CHECK(!kiosk::load_identity(kit.data)->is_enrolled());

    auto identity = kiosk::enrol(kit.data, *kit.outbox, http.url() + "/", " ABCDE12345 ", kit.clock);
    REQUIRE_MESSAGE(identity, identity.error().message);
    CHECK(identity->short_name == "K7");
    CHECK(kiosk::load_identity(kit.data)->desk == http.url());
    CHECK(!*kiosk::unenrolled_key(kit.data));
    CHECK(catalog::open_envelope(kit.claim()[0].envelope, kit.desk.seal));

    auto elsewhere = kiosk::enrol(kit.data, *kit.outbox, "https://other.example", "ABCDE12345", kit.clock);
    REQUIRE(!elsewhere);
    CHECK(elsewhere.error().kind == core::ErrorKind::conflict);
}

TEST_CASE("enrol: a page that is no desk enrols nobody") {
    Kit kit(false);
    const HttpDesk http([](const Got&) { return Given{200, "text/html", "<html>", ""}; });
    auto identity = kiosk::enrol(kit.data, *kit.outbox, http.url(), "ABCDE12345", kit.clock);
    REQUIRE(!identity);
    CHECK(identity.error().kind == core::ErrorKind::unavailable);
    CHECK(*kiosk::unenrolled_key(kit.data));
}

namespace {

std::vector<catalog::FeedbackBatch> feedback_seen(const HttpDesk& http) {
    std::vector<catalog::FeedbackBatch> batches;
    for (const Got& got : http.seen()) {
        if (got.target != "/api/v1/feedback") continue;
        const auto json = core::parse_json(got.body);
        REQUIRE(json);
        auto batch = catalog::FeedbackBatch::from_json(*json);
        REQUIRE_MESSAGE(batch, batch.error().message);
        batches.push_back(std::move(*batch));
    }
    return batches;
}

Given counted(const Got& got) {
    const auto number = core::integer_at(*core::parse_json(got.body), "number");
    return {200, "application/json", core::canonical(catalog::FeedbackTaken{*number, "counted"}.to_json()), ""};
}

}  // namespace

TEST_CASE("sync: what was searched and read travels with the poll, and is gone once the desk has it") {
    SyncKit kit;
    kit.http.set_reply([&](const Got& got) { return got.target == "/api/v1/feedback" ? counted(got) : kit.good_desk()(got); });
    for (std::size_t i = 0; i <= catalog::largest_feedback_batch; ++i) kit.tell("till");
    kit.settle();
    kit.settle();
    const auto batches = feedback_seen(kit.http);
    REQUIRE(batches.size() == 2);
    CHECK(batches[0].number < batches[1].number);
    CHECK(batches[0].boxes.size() == catalog::largest_feedback_batch);
    CHECK(batches[1].boxes.size() == 1);
    CHECK(*kit.feedback->waiting() == 0);
    kit.settle();
    CHECK(feedback_seen(kit.http).size() == 2);
}

TEST_CASE("sync: feedback waits until no request waits") {
    SyncKit kit;
    kit.tell("till");
    kit.put(1);
    bool takes_requests = false;
    kit.http.set_reply([&](const Got& got) {
        if (got.target == "/api/v1/feedback") return counted(got);
        if (got.target == "/api/v1/outbox" && !takes_requests) return Given{503, "application/problem+json", "{}", "Retry-After: 40\r\n"};
        return kit.good_desk()(got);
    });
    kit.settle();
    CHECK(kit.sync->is_online());
    CHECK(feedback_seen(kit.http).empty());

    takes_requests = true;
    for (int round = 0; round < 3; ++round) {
        kit.clock.advance(80s);
        kit.settle();
    }
    CHECK(kit.entry(1).state == "sent");
    CHECK(feedback_seen(kit.http).size() == 1);
}

TEST_CASE("sync: a batch whose answer was lost, or that no desk answered, goes again as it was") {
    const struct {
        const char* name;
        Given answer;
    } rows[] = {
        {"a portal's page", {200, "text/html", "<h1>Welcome</h1>", ""}},
        {"JSON of somebody else", {200, "application/json", "{}", ""}},
        {"another batch's answer", {200, "application/json", R"({"number":77,"outcome":"counted","v":1})", ""}},
        {"a busy desk", {503, "application/problem+json", "{}", "Retry-After: 1\r\n"}},
        {"a desk that cannot do that yet", {404, "application/problem+json", "{}", ""}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        SyncKit kit;
        kit.tell("till");
        bool is_lost = true;
        kit.http.set_reply([&](const Got& got) {
            if (got.target != "/api/v1/feedback") return kit.good_desk()(got);
            return is_lost ? row.answer : counted(got);
        });
        kit.settle();
        CHECK(*kit.feedback->waiting() == 1);
        kit.tell("drawer");
        is_lost = false;
        for (int round = 0; round < 12; ++round) {
            kit.clock.advance(80s);
            kit.settle();
        }
        const auto batches = feedback_seen(kit.http);
        REQUIRE(batches.size() >= 3);
        CHECK(batches[0].number == batches[1].number);
        CHECK(batches[0].boxes == batches[1].boxes);
        CHECK(batches.back().number > batches[0].number);
        CHECK(*kit.feedback->waiting() == 0);
    }
}

TEST_CASE("sync: feedback that the desk will never take is given up, and told as lost") {
    SyncKit kit;
    kit.tell("till");
    kit.http.set_reply([&](const Got& got) {
        return got.target == "/api/v1/feedback" ? Given{422, "application/problem+json", "{}", ""} : kit.good_desk()(got);
    });
    kit.settle();
    CHECK(*kit.feedback->waiting() == 0);

    kit.http.set_reply([&](const Got& got) { return got.target == "/api/v1/feedback" ? counted(got) : kit.good_desk()(got); });
    kit.tell("drawer");
    kit.clock.advance(80s);
    kit.settle();
    const auto batches = feedback_seen(kit.http);
    REQUIRE(batches.size() == 2);
    CHECK(batches[1].lost == 1);
}
