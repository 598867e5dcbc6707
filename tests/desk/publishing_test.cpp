#include "desk/work/publishing.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "core/base/file.hpp"
#include "desk/store/published.hpp"
#include "kb/release.hpp"
#include "tests/desk/company.hpp"

using company::Company;

namespace {

core::Result<desk::PublishDone> publish(Company& firm) {
    core::Problems problems;
    return desk::publish(firm.desk(), firm.content(), problems);
}

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
    const auto done = desk::publish(firm.desk(), firm.content(), problems);
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
    CHECK(desk::publish(firm.desk(), "/nowhere", problems).error().kind == core::ErrorKind::not_found);
    firm.desk().publishing() = true;
    CHECK(desk::publish(firm.desk(), firm.content(), problems).error().kind == core::ErrorKind::unavailable);
}
