#include "desk/rules/routing.hpp"

#include <doctest/doctest.h>

#include "tests/desk/company.hpp"

using catalog::Answer;
using catalog::Priority;

namespace {

catalog::Service service_of(const std::string& text) {
    core::Problems problems;
    auto service = catalog::parse_service(text, "test.yaml", problems);
    REQUIRE(service);
    return *service;
}

}  // namespace

TEST_CASE("routing: team and priority follow the form's rules") {
    const auto printer = service_of(company::printer_fault());
    const core::Date today = *core::parse_date("2026-11-24");
    const struct {
        const char* name;
        catalog::Answers answers;
        const char* site;
        desk::Placement placed;
    } rows[] = {
        {"as the form says", {{"queue", Answer("false")}}, "harbour-street", {"it-stores", Priority::normal}},
        {"people wait", {{"queue", Answer("true")}}, "harbour-street", {"it-stores", Priority::high}},
        {"from the head office", {{"queue", Answer("false")}}, "head-office", {"it-office", Priority::normal}},
        {"about another site", {{"site", Answer("harbour-street")}}, "head-office", {"it-stores", Priority::normal}},
        {"nothing answered", {}, "", {"it-stores", Priority::normal}},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(desk::place(printer, row.answers, row.site, today) == row.placed);
    }
}

TEST_CASE("routing: the first rule that holds wins, and safety is never below high") {
    auto service = service_of(company::printer_fault());
    service.routing.push_back({*catalog::parse_condition(*core::Yaml::parse("{field: queue, is: true}", "t"), *std::make_unique<core::Problems>()), "late"});
    const core::Date today = *core::parse_date("2026-11-24");
    CHECK(desk::place(service, {{"queue", Answer("true")}}, "head-office", today).team == "it-office");
    CHECK(desk::place(service, {{"queue", Answer("true")}}, "harbour-street", today).team == "late");

    service.department = "safety";
    service.priorities.clear();
    for (const auto& [given, kept] : {std::pair{Priority::low, Priority::high}, {Priority::normal, Priority::high},
                                      {Priority::high, Priority::high}, {Priority::urgent, Priority::urgent}}) {
        service.default_priority = given;
        CHECK(desk::place(service, {}, "", today).priority == kept);
    }
}
