#include "desk/work/publishing.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "core/base/file.hpp"
#include "desk/store/published.hpp"
#include "kb/release.hpp"
#include "tests/desk/company.hpp"

using company::Company;

namespace {

using Outcome = desk::PublishDone::Outcome;

core::Result<desk::PublishDone> publish(Company& firm, const std::string& channel = "stable", int percent = 100) {
    core::Problems problems;
    return desk::publish(firm.desk(), {firm.content(), channel, percent}, problems);
}

void change(Company& firm, std::string_view title) { std::ofstream(firm.content() / "services/printer-fault.yaml") << company::printer_fault(title); }

kb::StoreHead shown_on(Company& firm, std::string_view channel) {
    const auto shown = desk::on_channel(firm.desk().releases(), channel);
    REQUIRE(shown);
    REQUIRE(*shown);
    return **shown;
}

// Two holders, both needed; a key of their own may publish.
struct Offline {
    core::SigningKey a = core::make_signing_key();
    core::SigningKey b = core::make_signing_key();
    core::SigningKey publisher = core::make_signing_key();

    std::string document(const core::SigningKey& may_publish, std::int64_t epoch = 0) const {
        kb::Root root;
        root.number = 1;
        root.epoch = epoch;
        root.threshold = 2;
        root.keys = {a.public_key, b.public_key};
        root.publish.push_back({may_publish.public_key, {}, std::nullopt});
        return kb::signed_root(kb::signed_root(kb::to_bytes(root), a).value(), b).value();
    }
    static void put(Company& firm, const std::string& document) {
        std::filesystem::create_directories(firm.desk().releases() / "root");
        std::ofstream(firm.desk().releases() / "root/1.json") << document;
    }
};

std::int64_t head_version(Company& firm) {
    const auto text = core::read_file(firm.desk().releases() / "head.json");
    REQUIRE(text);
    const auto head = kb::verify_head(*text, kb::root_of_key(firm.desk().keys().release.public_key), {});
    REQUIRE(head);
    return head->version;
}

}  // namespace

TEST_CASE("publishing: content becomes a signed release, forms and names") {
    Company firm(false);
    const auto done = publish(firm);
    REQUIRE(done);
    CHECK(done->outcome == Outcome::built);
    CHECK(done->is_new);
    CHECK(done->version == 1);
    CHECK(done->services == 4);
    CHECK(done->new_forms == 4);
    CHECK(done->articles == 1);
    CHECK(head_version(firm) == 1);
    const auto newest = firm.read<std::optional<desk::Release>>([](core::Database& db) { return desk::Published(db).newest_release(); });
    CHECK(newest.value().version == 1);
    const auto lists = firm.read<desk::Lists>([](core::Database& db) { return desk::Published(db).lists(); });
    CHECK(lists.team("it-stores", "de") == "IT der Filialen");
    CHECK(lists.team("gone-team", "de") == "gone-team");
    CHECK(lists.site("harbour-street", "en") == "Harbour Street");
    CHECK(lists.service("printer-fault", "de") == "Drucker defekt melden");
    CHECK(lists.department_of_team.at("it-stores") == "it");
}

TEST_CASE("publishing: the same content again changes nothing; a change is a new version") {
    Company firm;
    auto again = publish(firm);
    REQUIRE(again);
    CHECK(again->outcome == Outcome::unchanged);
    CHECK_FALSE(again->is_new);
    CHECK(again->version == 1);
    CHECK(head_version(firm) == 1);

    std::ofstream(firm.content() / "services/printer-fault.yaml") << company::printer_fault("Printer trouble");
    const auto changed = publish(firm);
    REQUIRE(changed);
    CHECK(changed->is_new);
    CHECK(changed->version == 2);
    CHECK(changed->new_forms == 1);

    std::ofstream(firm.content() / "services/printer-fault.yaml") << company::printer_fault();
    const auto back = publish(firm);
    REQUIRE(back);
    CHECK(back->version == 3);  // going back is going on
    CHECK(back->new_forms == 0);
}

TEST_CASE("publishing: a mistake stops it, is told by line, and changes nothing") {
    Company firm;
    std::ofstream(firm.content() / "services/printer-fault.yaml") << company::printer_fault() + "sites: twice\n";
    core::Problems problems;
    const auto done = desk::publish(firm.desk(), {firm.content()}, problems);
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == core::ErrorKind::invalid);
    REQUIRE(core::has_error(problems));
    CHECK(head_version(firm) == 1);
    const auto forms = firm.read<std::optional<std::int64_t>>([](core::Database& db) {
        return db.row<std::int64_t>("SELECT count(*) FROM form_version", {}, [](const core::Row& row) { return row.integer(0); });
    });
    CHECK(forms == 4);
}

TEST_CASE("publishing: after a crash between disk and database the next version is larger than any seen") {
    Company firm;
    firm.write<std::int64_t>([](core::Database& db) { return db.run("DELETE FROM release"); });
    const auto done = publish(firm);
    REQUIRE(done);
    CHECK(done->version == 2);
}

TEST_CASE("publishing: a folder that is not there is said to be, and only one publishes at a time") {
    Company firm;
    core::Problems problems;
    CHECK(desk::publish(firm.desk(), {"/nowhere"}, problems).error().kind == core::ErrorKind::not_found);
    firm.desk().publishing() = true;
    CHECK(desk::publish(firm.desk(), {firm.content()}, problems).error().kind == core::ErrorKind::unavailable);
}

TEST_CASE("publishing: a release goes to more kiosks, or to another channel, as it was built") {
    Company firm;
    const auto same = publish(firm, "stable", 100);
    REQUIRE(same);
    CHECK(same->outcome == Outcome::unchanged);

    change(firm, "Printer trouble");
    const auto first = publish(firm, "canary", 10);
    REQUIRE(first);
    CHECK(first->outcome == Outcome::built);
    CHECK(first->version == 2);
    CHECK_FALSE(first->before);
    CHECK(shown_on(firm, "canary").percent == 10);
    CHECK(shown_on(firm, "stable").version == 1);

    firm.clock.advance(std::chrono::hours{24});  // another day is no other content
    const auto more = publish(firm, "canary", 50);
    REQUIRE(more);
    CHECK(more->outcome == Outcome::signed_on);
    CHECK_FALSE(more->is_new);
    CHECK(more->version == 2);
    CHECK(more->before->percent == 10);
    CHECK(shown_on(firm, "canary").percent == 50);
    CHECK(shown_on(firm, "canary").manifest == first->manifest);

    const auto all = publish(firm);
    REQUIRE(all);
    CHECK(all->outcome == Outcome::signed_on);
    CHECK(all->version == 2);
    CHECK(shown_on(firm, "stable").manifest == first->manifest);

    // Back to what the channels have left behind: under a new number, once.
    change(firm, "Report a broken printer");
    const auto back = publish(firm);
    REQUIRE(back);
    CHECK(back->outcome == Outcome::built);
    CHECK(back->version == 3);
    CHECK(publish(firm, "canary")->outcome == Outcome::signed_on);
    CHECK(shown_on(firm, "canary").version == 3);
}

TEST_CASE("publishing: unchanged content keeps its release, and its head from running out") {
    Company firm;
    const auto until = shown_on(firm, "stable").expires;
    firm.clock.advance(desk::head_is_fresh_for - std::chrono::seconds{1});
    CHECK(publish(firm)->outcome == Outcome::unchanged);
    CHECK(shown_on(firm, "stable").expires == until);
    firm.clock.advance(std::chrono::seconds{1});
    const auto again = publish(firm);
    REQUIRE(again);
    CHECK(again->outcome == Outcome::signed_on);
    CHECK(again->version == 1);
    CHECK(shown_on(firm, "stable").expires == until + desk::head_is_fresh_for);
}

TEST_CASE("publishing: what only an offline key may sign is built, and shown nowhere before it is signed") {
    Company firm;
    const Offline offline;
    Offline::put(firm, offline.document(offline.publisher));
    change(firm, "Printer trouble");
    const auto built = publish(firm);
    REQUIRE(built);
    CHECK(built->outcome == Outcome::to_sign);
    CHECK(built->is_new);
    CHECK(built->version == 2);
    CHECK(head_version(firm) == 1);
    const auto again = publish(firm);
    REQUIRE(again);
    CHECK(again->outcome == Outcome::to_sign);
    CHECK_FALSE(again->is_new);
    CHECK(again->manifest == built->manifest);

    kb::SignOrder signing;
    signing.store = firm.desk().releases();
    signing.manifest = built->manifest;
    signing.now = firm.clock.now();
    signing.key = offline.publisher;
    REQUIRE(kb::sign_release(signing));
    const auto done = publish(firm);
    REQUIRE(done);
    CHECK(done->outcome == Outcome::unchanged);
    CHECK(done->version == 2);
}

TEST_CASE("publishing: a root that names this desk's key is followed, into its epoch too") {
    Company firm;
    const Offline offline;
    Offline::put(firm, offline.document(firm.desk().keys().release, 1));
    // Nothing has changed, but no kiosk takes a release of the old epoch any more.
    const auto done = publish(firm);
    REQUIRE(done);
    CHECK(done->outcome == Outcome::built);
    CHECK(done->version == kb::versions_of_an_epoch + 1);
    CHECK(publish(firm)->outcome == Outcome::unchanged);
}

TEST_CASE("publishing: names of channels and percentages are checked before anything changes") {
    Company firm;
    CHECK(publish(firm, "../stable").error().kind == core::ErrorKind::invalid);
    CHECK(publish(firm, "").error().kind == core::ErrorKind::invalid);
    CHECK(publish(firm, "stable", 101).error().kind == core::ErrorKind::invalid);
    CHECK(publish(firm, "stable", -1).error().kind == core::ErrorKind::invalid);
    CHECK(shown_on(firm, "stable").version == 1);
}

TEST_CASE("publishing: for customers' kiosks only what is public, as a release of its own") {
    Company firm;
    core::Problems problems;
    const desk::PublishOrder lobby{firm.content(), "lobby", 100, {"public"}};
    const auto first = desk::publish(firm.desk(), lobby, problems);
    REQUIRE(first);
    CHECK(first->outcome == Outcome::built);
    const auto manifest = kb::stored_manifest(firm.desk().releases(), first->manifest);
    REQUIRE(manifest);
    CHECK(manifest->audience == std::vector<std::string>{"public"});
    CHECK_FALSE(manifest->file("services/printer-fault.yaml"));  // for staff
    CHECK(desk::publish(firm.desk(), lobby, problems)->outcome == Outcome::unchanged);
    CHECK(publish(firm)->outcome == Outcome::unchanged);  // the stable one is not touched
    CHECK(desk::publish(firm.desk(), {firm.content(), "lobby", 100, {}}, problems).error().kind == core::ErrorKind::invalid);
}
