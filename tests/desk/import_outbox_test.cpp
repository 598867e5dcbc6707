#include "desk/work/import_outbox.hpp"

#include <doctest/doctest.h>

#include "tests/desk/company.hpp"

using catalog::Answer;
using company::Company;

TEST_CASE("import: a queue that came on a stick is taken in once, bad lines or not") {
    Company firm;
    auto kiosk = firm.enrol();
    const support::Folder stick;
    const auto version = firm.version_of("printer-fault");
    std::string lines;
    for (int i = 0; i < 120; ++i) {
        const auto request = kiosk.request("printer-fault", version, {{"printer_kind", Answer("receipt")}, {"queue", Answer("true")}}, firm.clock.now());
        lines += kiosk.envelope(request) + "\n";
        if (i == 50) lines += "torn in hal\n\n";
    }
    const auto file = stick.write("outbox.jsonl", lines);

    const auto first = desk::import_outbox(firm.desk(), file);
    REQUIRE(first);
    CHECK(first->stored == 120);
    CHECK(first->receipts.size() == 120);
    REQUIRE(first->refused.size() == 1);
    CHECK(first->refused[0].line == 52);

    const auto again = desk::import_outbox(firm.desk(), file);
    REQUIRE(again);
    CHECK(again->stored == 0);
    CHECK(again->seen == 120);
    CHECK(again->receipts == first->receipts);
}

TEST_CASE("import: a file that is not there is said to be") {
    Company firm;
    const auto done = desk::import_outbox(firm.desk(), "/nowhere/outbox.jsonl");
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == core::ErrorKind::not_found);
}
