#include "kiosk/shell/outbox.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "core/catalog/claim_code.hpp"
#include "kiosk/shell/enrol.hpp"
#include "tests/kiosk/shell/kit.hpp"

using namespace support;
using namespace std::chrono_literals;

TEST_CASE("outbox: a request gets a claim code, and waits for the desk") {
    Kit kit;
    const std::string code = kit.put(1);

    CHECK(catalog::read_claim_code(code) == code);
    CHECK(code.starts_with("K7-0001-"));
    CHECK(kit.outbox->waiting() == 1);
    CHECK(kit.entry(1).state == "waiting");
}

TEST_CASE("outbox: sequence numbers have no gaps, also when a put fails") {
    Kit kit;
    kit.put(1);
    catalog::Request huge = request(2, std::string(catalog::largest_request_bytes, 'x'));
    CHECK(!kit.outbox->put(huge, {"K7", kit.identity.seal_key, 0}, kit.clock.now_precise()));
    CHECK(!kit.outbox->put(request(3), {"K7", "no key at all", 0}, kit.clock.now_precise()));
    kit.put(4);
    kit.open();
    kit.put(5);

    CHECK(kit.entry(1).sequence == 1);
    CHECK(kit.entry(4).sequence == 2);
    CHECK(kit.entry(5).sequence == 3);
}

TEST_CASE("outbox: a request that was thanked for survives the process being killed at any moment") {
    Kit kit;
    kit.outbox.reset();
    kit.db.reset();
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);

    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(pipe_ends[0]);
        auto db = kiosk::open_outbox(kit.data.outbox(), core::SqliteMode::read_write);
        if (!db) ::_exit(1);
        SeededRandom random(7);
        kiosk::Outbox outbox(**db, random);
        for (int number = 1;; ++number) {
            auto code = outbox.put(request(number), {"K7", kit.identity.seal_key, 0}, kit.clock.now_precise());
            if (!code) ::_exit(2);
            // Thanked for: from here on the parent counts on it.
            if (::write(pipe_ends[1], &number, sizeof number) != sizeof number) ::_exit(3);
        }
    }
    ::close(pipe_ends[1]);
    int thanked = 0;
    while (thanked < 5) REQUIRE(::read(pipe_ends[0], &thanked, sizeof thanked) == sizeof thanked);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    for (int more = 0; ::read(pipe_ends[0], &more, sizeof more) == sizeof more;) thanked = more;
    ::close(pipe_ends[0]);

    kit.open();
    auto all = kit.outbox->list(kit.clock.now_precise());
    REQUIRE(all);
    // One more may be on disk than was thanked for; never one less.
    CHECK(static_cast<int>(all->size()) >= thanked);
    CHECK(static_cast<int>(all->size()) <= thanked + 1);
    for (std::size_t i = 0; i < all->size(); ++i) CHECK((*all)[i].sequence == static_cast<std::int64_t>(i + 1));
    kit.put(900);
    CHECK(kit.entry(900).sequence == static_cast<std::int64_t>(all->size() + 1));
}

TEST_CASE("outbox: only a receipt that the desk signed for this very request settles it") {
    Kit kit;
    kit.put(1);
    kit.put(2);
    const auto claimed = kit.claim();
    REQUIRE(claimed.size() == 2);
    const std::string hash = claimed[0].envelope.hash;
    const catalog::Receipt good = kit.desk.receipt(request_id(1), hash);
    const DeskKeys impostor;

    catalog::Receipt changed = good;
    changed.ticket = "IT-2";
    catalog::Receipt unsigned_one = good;
    unsigned_one.signature.clear();
    const struct {
        const char* name;
        catalog::Receipt receipt;
    } rows[] = {
        {"signed by somebody else", impostor.receipt(request_id(1), hash)},
        {"of another request", kit.desk.receipt(request_id(2), claimed[1].envelope.hash)},
        {"of other content", kit.desk.receipt(request_id(1), claimed[1].envelope.hash)},
        {"changed on the way", changed},
        {"not signed", unsigned_one},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto settled = kit.outbox->settle(request_id(1), row.receipt, kit.identity.receipt_key, kit.clock.now());
        REQUIRE(!settled);
        CHECK(settled.error().kind == core::ErrorKind::denied);
        CHECK(kit.entry(1).state == "claimed");
    }

    CHECK(kit.outbox->settle(request_id(1), good, kit.identity.receipt_key, kit.clock.now()));
    CHECK(kit.entry(1).state == "sent");
    CHECK(kit.entry(1).ticket == "IT-1");
    CHECK(kit.outbox->waiting() == 1);
}

TEST_CASE("outbox: the box goes a week after the receipt, the row after ninety days, and what is not sent never") {
    Kit kit;
    kit.put(1);
    kit.put(2);
    const auto claimed = kit.claim();
    REQUIRE(kit.outbox->settle(request_id(1), kit.desk.receipt(request_id(1), claimed[0].envelope.hash),
                               kit.identity.receipt_key, kit.clock.now()));

    kit.clock.advance(kiosk::box_retention - 1h);
    REQUIRE(kit.outbox->purge(kit.clock.now()));
    CHECK(kit.entry(1).has_box);

    kit.clock.advance(1h);
    REQUIRE(kit.outbox->purge(kit.clock.now()));
    CHECK(!kit.entry(1).has_box);
    CHECK(kit.entry(2).has_box);

    kit.clock.advance(kiosk::row_retention);
    REQUIRE(kit.outbox->purge(kit.clock.now()));
    CHECK(kit.outbox->list(kit.clock.now_precise())->size() == 1);
    CHECK(kit.entry(2).has_box);
}

TEST_CASE("outbox: what the desk misses goes again as long as the box is there") {
    Kit kit;
    kit.put(1);
    const auto claimed = kit.claim();
    const auto receipt = kit.desk.receipt(request_id(1), claimed[0].envelope.hash);
    REQUIRE(kit.outbox->settle(request_id(1), receipt, kit.identity.receipt_key, kit.clock.now()));

    CHECK(kit.outbox->send_again({1, 17}, kit.clock.now_precise()) == 1);
    CHECK(kit.claim().size() == 1);
    REQUIRE(kit.outbox->settle(request_id(1), receipt, kit.identity.receipt_key, kit.clock.now()));

    kit.clock.advance(kiosk::box_retention);
    REQUIRE(kit.outbox->purge(kit.clock.now()));
    CHECK(kit.outbox->send_again({1}, kit.clock.now_precise()) == 0);
}

TEST_CASE("outbox: a claimed request is not claimed twice, and is due again when its answer never came") {
    Kit kit;
    kit.put(1);
    CHECK(kit.claim().size() == 1);
    CHECK(kit.claim().empty());

    kit.clock.advance(kiosk::claim_length);
    CHECK(kit.claim().size() == 1);

    // The kiosk died on the way.
    kit.open();
    CHECK(kit.claim().size() == 1);
}

TEST_CASE("outbox: the oldest goes first") {
    Kit kit;
    for (int number : {1, 2, 3}) kit.put(number);
    const auto claimed = kit.claim(2);
    REQUIRE(claimed.size() == 2);
    CHECK(claimed[0].envelope.id == request_id(1));
    CHECK(claimed[1].envelope.id == request_id(2));
}

TEST_CASE("outbox: pauses grow with each failed try, are spread by chance, and end at ten minutes") {
    Kit kit;
    kit.put(1);
    std::set<std::int64_t> pauses;
    for (int attempt = 1; attempt <= 16; ++attempt) {
        REQUIRE(kit.claim().size() == 1);
        REQUIRE(kit.outbox->postpone(request_id(1), "offline", kit.clock.now_precise()));
        const auto pause = kit.entry(1).next_try_at - kit.clock.now_precise();
        CHECK(pause >= 0ms);
        CHECK(pause <= std::min<std::chrono::milliseconds>(500ms * (1 << attempt), kiosk::longest_backoff));
        pauses.insert(pause.count());
        kit.clock.advance(pause + 1ms);
    }
    CHECK(pauses.size() > 10);
    CHECK(*pauses.rbegin() > 60'000);
}

TEST_CASE("outbox: the desk's own word about when to come back wins") {
    Kit kit;
    kit.put(1);
    REQUIRE(kit.claim().size() == 1);
    REQUIRE(kit.outbox->postpone(request_id(1), "429", kit.clock.now_precise(), 90s));
    CHECK(kit.entry(1).next_try_at == kit.clock.now_precise() + 90s);
}

TEST_CASE("outbox: nothing waits for its pause when the network is back") {
    Kit kit;
    kit.put(1);
    REQUIRE(kit.claim().size() == 1);
    REQUIRE(kit.outbox->postpone(request_id(1), "offline", kit.clock.now_precise(), 500s));
    CHECK(kit.claim().empty());
    REQUIRE(kit.outbox->hurry(kit.clock.now_precise()));
    CHECK(kit.claim().size() == 1);
}

TEST_CASE("outbox: a request that must go alone goes alone, and the rest goes on") {
    Kit kit;
    for (int number : {1, 2, 3}) kit.put(number);
    REQUIRE(kit.claim().size() == 3);
    REQUIRE(kit.outbox->send_alone(request_id(1), kit.clock.now_precise()));
    for (int number : {2, 3}) REQUIRE(kit.outbox->send_later(request_id(number)));

    auto claimed = kit.claim();
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].alone);
    REQUIRE(kit.outbox->quarantine(request_id(1), "422"));
    claimed = kit.claim();
    CHECK(claimed.size() == 2);
    CHECK(kit.entry(1).state == "quarantined");

    // An operator can have it tried again.
    CHECK(kit.outbox->retry(request_id(1), kit.clock.now_precise()) == 1);
    CHECK(kit.entry(1).state == "waiting");
    CHECK(kit.outbox->retry("no-such-id", kit.clock.now_precise()) == 0);
}

TEST_CASE("outbox: the same request again takes the place of what was not yet tried, and is refused afterwards") {
    Kit kit;
    kit.put(1, "first");
    const std::string code = kit.put(1, "second");
    CHECK(kit.outbox->waiting() == 1);
    CHECK(kit.entry(1).sequence == 1);
    CHECK((*kit.outbox->find(code))->id == request_id(1));

    REQUIRE(kit.claim().size() == 1);
    auto third = kit.outbox->put(request(1, "third"), {"K7", kit.identity.seal_key, 0}, kit.clock.now_precise());
    REQUIRE(!third);
    CHECK(third.error().kind == core::ErrorKind::conflict);
}

TEST_CASE("outbox: what was typed and the claim code are in no file of the data folder") {
    const std::string canary = "kingfisher-canary-4711";
    for (const bool enrolled : {true, false}) {
        CAPTURE(enrolled);
        Kit kit(enrolled);
        const std::string code = kit.put(1, canary);
        REQUIRE(kit.claim().size() == 1);

        CHECK(!kit.is_in_any_file(canary));
        CHECK(!kit.is_in_any_file(code));
        CHECK(!kit.is_in_any_file("Report a till fault"));
        // The search works: what must be there is found.
        CHECK(kit.is_in_any_file(request_id(1)));
    }
}

TEST_CASE("outbox: the desk opens what was sealed to it, and the kiosk cannot") {
    Kit kit;
    const std::string code = kit.put(1, "secret words");
    const auto envelope = kiosk::signed_envelope(kit.claim()[0].envelope, kit.identity);
    REQUIRE(envelope);

    CHECK(envelope->kiosk == "kiosk-7");
    CHECK(envelope->is_signed_by(kit.identity.signing.public_key));
    auto payload = catalog::open_envelope(*envelope, kit.desk.seal);
    REQUIRE(payload);
    auto opened = catalog::Request::parse(*payload);
    REQUIRE(opened);
    CHECK(opened->claim_code == code);
    CHECK(opened->answers.at("details").one() == "secret words");
    CHECK(!catalog::open_envelope(*envelope, core::make_seal_key()));
}

TEST_CASE("outbox: requests from before enrolment are sealed to the desk, and the old key is gone") {
    Kit kit(false);
    const std::string code = kit.put(1, "before the desk");
    CHECK(code.starts_with("K0-"));
    CHECK(!kit.outbox->export_lines(kit.identity, [](std::string) -> core::Result<void> { return {}; }));
    const auto own = kiosk::unenrolled_key(kit.data);
    REQUIRE(own);
    REQUIRE(*own);
    const std::string hash = kit.claim()[0].envelope.hash;

    auto joined = kiosk::keep_enrolment(kit.data, kit.identity, kit.desk.enrolment(), "https://desk.example");
    REQUIRE(joined);
    REQUIRE(kiosk::finish_enrolment(kit.data, *joined, *kit.outbox));

    CHECK(!*kiosk::unenrolled_key(kit.data));
    CHECK(!kit.is_in_any_file((*own)->secret_key));
    kit.clock.advance(kiosk::claim_length);
    const auto claimed = kit.claim();
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].envelope.hash == hash);
    CHECK(claimed[0].envelope.seal_key == kit.desk.seal.public_key);
    auto payload = catalog::open_envelope(claimed[0].envelope, kit.desk.seal);
    REQUIRE(payload);
    CHECK(catalog::Request::parse(*payload)->claim_code == code);
    CHECK(!catalog::open_envelope(claimed[0].envelope, **own));

    // A crash in between is finished at the next start, and a second time changes nothing.
    CHECK(kiosk::finish_enrolment(kit.data, *joined, *kit.outbox));
}

TEST_CASE("outbox: a person's code finds what this kiosk knows, without the desk") {
    Kit kit;
    const std::string code = kit.put(1);
    kit.put(2);

    auto known = kit.outbox->find(code);
    REQUIRE(known);
    REQUIRE(*known);
    CHECK((*known)->id == request_id(1));
    CHECK(!(*known)->is_sent);

    REQUIRE(kit.outbox->settle(request_id(1), kit.desk.receipt(request_id(1), kit.claim()[0].envelope.hash),
                               kit.identity.receipt_key, kit.clock.now()));
    catalog::Progress progress{request_id(1), "", "IT-1", "A title", "in_progress", at("2026-11-24T09:00:00Z"), {}};
    progress.notes.push_back({at("2026-11-24T09:00:00Z"), "Store IT", "We ring you at noon"});
    REQUIRE(kit.outbox->note_progress(progress));
    known = kit.outbox->find(code);
    CHECK((*known)->state == "in_progress");
    CHECK(!kit.is_in_any_file("We ring you at noon"));

    SUBCASE("an older state does not replace a newer one") {
        progress.state = "received";
        progress.updated_at -= 1h;
        REQUIRE(kit.outbox->note_progress(progress));
        CHECK((*kit.outbox->find(code))->state == "in_progress");
    }
    SUBCASE("another code of the same number finds nothing") {
        std::string other;
        do {
            other = catalog::make_claim_code("K7", 1, kit.random);
        } while (other == code);
        CHECK(!*kit.outbox->find(other));
    }
}

TEST_CASE("outbox: export gives a signed line for each request that the desk has not acknowledged") {
    Kit kit;
    for (int number : {1, 2, 3}) kit.put(number);
    const auto claimed = kit.claim(1);
    REQUIRE(kit.outbox->settle(request_id(1), kit.desk.receipt(request_id(1), claimed[0].envelope.hash),
                               kit.identity.receipt_key, kit.clock.now()));
    REQUIRE(kit.outbox->quarantine(request_id(2), "422"));

    // While the kiosk runs, another program reads.
    auto reader = kiosk::open_outbox(kit.data.outbox(), core::SqliteMode::read_only);
    REQUIRE(reader);
    const kiosk::Outbox read_only(**reader, kit.random);
    std::vector<std::string> lines;
    const auto count = read_only.export_lines(kit.identity, [&](std::string line) -> core::Result<void> {
        lines.push_back(std::move(line));
        return {};
    });
    CHECK(count == 2);
    REQUIRE(lines.size() == 2);
    const auto envelope = catalog::Envelope::from_json(*core::parse_json(lines[0]));
    REQUIRE(envelope);
    CHECK(envelope->id == request_id(2));
    CHECK(envelope->is_signed_by(kit.identity.signing.public_key));
}

TEST_CASE("outbox: a damaged file is told when it is opened") {
    Kit kit;
    for (int number = 1; number < 30; ++number) kit.put(number);
    kit.outbox.reset();
    kit.db.reset();
    auto bytes = core::read_file(kit.data.outbox());
    REQUIRE(bytes);
    for (std::size_t i = 4096; i < bytes->size(); i += 64) (*bytes)[i] = 'x';
    REQUIRE(core::write_file(kit.data.outbox(), *bytes));
    auto opened = kiosk::open_outbox(kit.data.outbox(), core::SqliteMode::read_write);
    REQUIRE(!opened);
    CHECK(opened.error().kind == core::ErrorKind::corrupt);

    REQUIRE(core::write_file(kit.data.outbox(), "This is no database at all, but a text of some length."));
    opened = kiosk::open_outbox(kit.data.outbox(), core::SqliteMode::read_write);
    REQUIRE(!opened);
    CHECK(opened.error().kind == core::ErrorKind::corrupt);
}

TEST_CASE("outbox: a full disk is told as full, and nothing is thanked for") {
    Kit kit;
    kit.put(1);
    // SQLite's own bound on the file answers as a full disk does.
    auto pages = kit.db->row<std::int64_t>("PRAGMA page_count", {}, [](const core::Row& r) { return r.integer(0); });
    REQUIRE(pages);
    REQUIRE(kit.db->run("PRAGMA max_page_count=" + std::to_string(**pages)));

    const std::string long_words(20'000, 'w');
    auto code = kit.outbox->put(request(2, long_words), {"K7", kit.identity.seal_key, 0}, kit.clock.now_precise());
    REQUIRE(!code);
    CHECK(code.error().kind == core::ErrorKind::full);
    CHECK(kit.outbox->waiting() == 1);

    // When there is room again, the same Send works, and the number was not lost.
    REQUIRE(kit.db->run("PRAGMA max_page_count=100000"));
    kit.put(2, long_words);
    CHECK(kit.entry(2).sequence == 2);
}
