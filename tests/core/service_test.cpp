#include <doctest/doctest.h>

#include "core/catalog/service.hpp"

namespace {

const std::string good = R"(id: lift
title: {en: Lift out of order, de: Aufzug außer Betrieb}
icon: elevator
department: facilities
category: building
keywords: {en: [lift, elevator], de: [Aufzug]}
audience: staff
sites: all
kind: incident
routing:
  team: facilities-stores
  rules: [{when: {field: office, is: true}, team: facilities-office}]
priority:
  default: normal
  rules: [{when: {field: inside, is: true}, priority: urgent}]
steps:
  - id: what
    title: What
    fields:
      - {id: inside, type: yes_no, label: Is somebody inside?, required: true}
      - {id: office, type: yes_no, label: In the office?}
)";

}  // namespace

TEST_CASE("service: a good one is read whole") {
    core::Problems problems;
    const auto service = catalog::parse_service(good, "services/lift.yaml", problems);
    for (const auto& problem : problems) MESSAGE(problem.line_of_text());
    REQUIRE(service);
    CHECK(problems.empty());
    CHECK(service->title.in("de") == "Aufzug außer Betrieb");
    CHECK(service->keywords.in("en") == "lift, elevator");
    CHECK(service->sites.empty());
    CHECK(service->routing.at(0).team == "facilities-office");
    CHECK(service->priorities.at(0).priority == catalog::Priority::urgent);
}

TEST_CASE("service: an earlier version reads back from its canonical form, with the same hash") {
    core::Problems problems;
    const auto service = catalog::parse_service(good, "lift.yaml", problems);
    REQUIRE(service);
    const auto again = catalog::parse_service(service->canonical, "lift.json", problems);
    REQUIRE(again);
    CHECK(again->version == service->version);
    CHECK(again->canonical == service->canonical);
    CHECK(again->form.order == service->form.order);
}

TEST_CASE("service: comments and order do not make a new version, words do") {
    core::Problems problems;
    const auto first = catalog::parse_service(good, "lift.yaml", problems);
    const auto commented = catalog::parse_service("# a comment\n" + good, "lift.yaml", problems);
    std::string changed = good;
    changed.replace(changed.find("somebody"), 8, "anybody!");
    const auto other = catalog::parse_service(changed, "lift.yaml", problems);
    CHECK(commented->version == first->version);
    CHECK(other->version != first->version);
}

TEST_CASE("service: what would strand a request is refused") {
    const struct { const char* name; const char* from; const char* to; const char* says; } rows[] = {
        {"no team", "  team: facilities-stores\n", "", "`team` is missing"},
        {"a rule on an unknown field", "{field: office, is: true}", "{field: floor, is: true}", "no field of this form"},
        {"an unknown priority", "priority: urgent", "priority: asap", "no priority 'asap'"},
        {"an unknown kind", "kind: incident", "kind: wish", "no kind 'wish'"},
        {"approval without approvers", "kind: incident", "kind: incident\napproval: [{rule: any}]", "without approvers"},
        {"no form", "steps:", "stages:", "has no form"},
        {"no title", "title: {en: Lift out of order, de: Aufzug außer Betrieb}\n", "", "`title` is missing"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::string text = good;
        REQUIRE(text.find(row.from) != std::string::npos);
        text.replace(text.find(row.from), std::string_view(row.from).size(), row.to);
        core::Problems problems;
        CHECK_FALSE(catalog::parse_service(text, "services/lift.yaml", problems));
        bool told = false;
        for (const auto& problem : problems) {
            CHECK(problem.file == "services/lift.yaml");
            told = told || problem.what.find(row.says) != std::string::npos;
        }
        CHECK(told);
    }
}
