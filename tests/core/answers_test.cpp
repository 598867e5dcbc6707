#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/catalog/answers.hpp"

using catalog::Answer;
using catalog::Answers;
using catalog::Fault;

namespace {

catalog::Form form_of(const std::string& fields) {
    const auto tree = core::Yaml::parse("- id: one\n  title: One\n  fields:\n" + fields, "f.yaml");
    if (!tree) MESSAGE(tree.error().line_of_text());
    REQUIRE(tree);
    core::Problems problems;
    auto form = catalog::parse_form(*tree, problems);
    for (const auto& problem : problems) MESSAGE(problem.line_of_text());
    REQUIRE(form);
    return *form;
}

catalog::Surroundings world() {
    catalog::Surroundings world;
    world.today = core::Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}};
    world.own_site = "quay";
    world.sites = {{"quay", core::Text("Quay"), {}}, {"lane", core::Text("Lane"), {}}};
    world.places["quay"] = {{"till-1", core::Text("Till 1"), {}}};
    world.places["lane"] = {{"dock", core::Text("Dock"), {}}};
    return world;
}

const char* printer = R"(
    - id: kind
      type: choice
      label: Which?
      required: true
      choices: [{value: receipt, label: Receipt}, {value: label, label: Label}]
    - {id: serial, type: text, label: Serial, required: true, show_when: {field: kind, is: label}, constraint: {matches: "TP-[0-9]{4}"}}
    - {id: old, type: yes_no, label: Old?, show_when: {field: serial, answered: true}}
    - id: part
      type: choice
      label: Part
      choices: [{value: roll, label: Roll}, {value: ribbon, label: Ribbon, only_when: {field: kind, is: label}}]
)";

}  // namespace

TEST_CASE("answers: a field that is not shown keeps its value, reads as blank, and is never required") {
    const auto form = form_of(printer);
    Answers answers{{"kind", Answer("label")}, {"serial", Answer("TP-4410")}, {"old", Answer("true")}};
    CHECK(catalog::judge(form, answers, world()).of("old").shown);

    catalog::set_answer(form, answers, "kind", Answer("receipt"), world());
    const auto state = catalog::judge(form, answers, world());
    CHECK_FALSE(state.of("serial").shown);
    CHECK_FALSE(state.of("serial").required);
    CHECK_FALSE(state.of("old").shown);  // its condition reads a hidden field
    CHECK(state.is_complete());
    CHECK(answers.at("serial").one() == "TP-4410");

    catalog::set_answer(form, answers, "kind", Answer("label"), world());
    CHECK(catalog::judge(form, answers, world()).of("serial").shown);
}

TEST_CASE("answers: nothing of a hidden field is left when a form is finalised") {
    const auto form = form_of(printer);
    const Answers answers{{"kind", Answer("receipt")}, {"serial", Answer("TP-4410")}, {"old", Answer("true")}, {"stranger", Answer("x")}};
    const Answers final = catalog::finalised(form, answers, world());
    CHECK(final == Answers{{"kind", Answer("receipt")}});
    CHECK(catalog::to_json(final).dump() == R"({"kind":"receipt"})");
}

TEST_CASE("answers: a choice that is not offered any more is cleared, and so on down the line") {
    const auto form = form_of(R"(
    - {id: a, type: choice, label: A, choices: [{value: x, label: X}, {value: y, label: Y}]}
    - {id: b, type: choice, label: B, choices: [{value: p, label: P, only_when: {field: a, is: x}}, {value: q, label: Q}]}
    - {id: c, type: choices, label: C, choices: [{value: r, label: R, only_when: {field: b, is: p}}, {value: s, label: S}]}
)");
    Answers answers{{"a", Answer("x")}, {"b", Answer("p")}, {"c", Answer::list({"r", "s"})}};
    REQUIRE(catalog::judge(form, answers, world()).is_complete());
    catalog::set_answer(form, answers, "a", Answer("y"), world());
    CHECK(answers == Answers{{"a", Answer("y")}, {"c", Answer::list({"s"})}});
}

TEST_CASE("answers: places hang on the chosen site, or on the kiosk's own") {
    const auto form = form_of(R"(
    - {id: site, type: site, label: Site}
    - {id: there, type: place, label: There, of: site}
    - {id: here, type: place, label: Here}
)");
    Answers answers{{"site", Answer("lane")}, {"there", Answer("dock")}, {"here", Answer("till-1")}};
    CHECK(catalog::judge(form, answers, world()).is_complete());
    catalog::set_answer(form, answers, "site", Answer("quay"), world());
    CHECK_FALSE(answers.contains("there"));
    CHECK(answers.contains("here"));
    CHECK(catalog::judge(form, answers, world()).of("there").offers.front().value == "till-1");
}

TEST_CASE("answers: each fault is told") {
    const struct { const char* name; const char* field; const char* answer; std::optional<Fault> fault; } rows[] = {
        {"missing", "type: text, required: true", "", Fault::missing},
        {"only spaces would be blank", "type: text", "", std::nullopt},
        {"no number", "type: number", "many", Fault::not_a_number},
        {"number with a comma", "type: number", "3,5", std::nullopt},
        {"too small", "type: number, constraint: {at_least: 1}", "0", Fault::too_small},
        {"too large", "type: money, constraint: {at_most: 99.99}", "100", Fault::too_large},
        {"the limit itself", "type: money, constraint: {at_most: 99.99}", "99.990", std::nullopt},
        {"too short", "type: text, constraint: {min_length: 3}", "äö", Fault::too_short},
        {"length counts characters", "type: text, constraint: {max_length: 2}", "äö", std::nullopt},
        {"too long", "type: text, constraint: {max_length: 2}", "abc", Fault::too_long},
        {"not matching", "type: text, constraint: {matches: 'A+'}", "AAB", Fault::not_matching},
        {"no such day", "type: date", "2026-02-30", Fault::not_a_date},
        {"too early", "type: date, constraint: {after: today}", "2026-11-24", Fault::too_early},
        {"early enough", "type: date, constraint: {after: today-1}", "2026-11-24", std::nullopt},
        {"too late", "type: date, constraint: {before: today+14}", "2026-12-08", Fault::too_late},
        {"a time", "type: time", "23:59", std::nullopt},
        {"no time", "type: time", "24:00", Fault::not_a_date},
        {"an address", "type: email", "a@b.example", std::nullopt},
        {"no address", "type: email", "a at b", Fault::not_matching},
        {"a phone", "type: phone", "+44 117 496 0000", std::nullopt},
        {"no phone", "type: phone", "call me", Fault::not_matching},
        {"yes", "type: yes_no", "true", std::nullopt},
        {"neither", "type: yes_no", "perhaps", Fault::not_offered},
        {"a rating", "type: rating", "5", std::nullopt},
        {"beyond", "type: rating", "6", Fault::not_offered},
        {"an unknown site", "type: site", "moon", Fault::not_offered},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto form = form_of(std::string("    - {id: f, label: F, ") + row.field + "}\n");
        Answers answers;
        if (*row.answer) answers["f"] = Answer(row.answer);
        CHECK(catalog::judge(form, answers, world()).of("f").fault == row.fault);
    }
}

TEST_CASE("answers: the desk does not judge sites of an old form that are gone") {
    const auto form = form_of("    - {id: f, type: site, label: F}\n");
    auto later = world();
    later.knows_places = false;
    CHECK(catalog::judge(form, {{"f", Answer("closed-store")}}, later).is_complete());
}

TEST_CASE("answers: required_when follows its condition") {
    const auto form = form_of(R"(
    - {id: cost, type: money, label: Cost}
    - {id: why, type: text, label: Why, required_when: {field: cost, more_than: 500}}
)");
    CHECK(catalog::judge(form, {{"cost", Answer("500")}}, world()).is_complete());
    CHECK(catalog::judge(form, {{"cost", Answer("500.01")}}, world()).of("why").fault == Fault::missing);
}

TEST_CASE("answers: a form starts with defaults and what is known of the person's way here") {
    const auto form = form_of(R"(
    - {id: what, type: long_text, label: What, prefill: search}
    - {id: site, type: site, label: Site, prefill: site}
    - {id: day, type: date, label: Day, prefill: today}
    - {id: pieces, type: number, label: Pieces, default: 1}
)");
    const auto answers = catalog::starting_answers(form, world(), {{catalog::Prefill::search, "till blank"}, {catalog::Prefill::site, "quay"}});
    CHECK(answers == Answers{{"what", Answer("till blank")}, {"site", Answer("quay")}, {"day", Answer("2026-11-24")}, {"pieces", Answer("1")}});
}

TEST_CASE("answers: finalised values are in normal form and travel as text") {
    const auto form = form_of(R"(
    - {id: n, type: number, label: N}
    - {id: t, type: text, label: T}
    - {id: c, type: choices, label: C, choices: [{value: a, label: A}]}
    - {id: hello, type: note, label: Hello}
)");
    const Answers final = catalog::finalised(form, {{"n", Answer("007,50")}, {"t", Answer("  x ")}, {"c", Answer::list({"a"})}, {"hello", Answer("x")}}, world());
    CHECK(catalog::to_json(final).dump() == R"({"c":["a"],"n":"7.5","t":"x"})");
    const auto again = catalog::answers_from(catalog::to_json(final));
    REQUIRE(again);
    CHECK(*again == final);
    CHECK_FALSE(catalog::answers_from(*core::parse_json(R"({"a": 5})")));
}

TEST_CASE("answers: people read labels and dates in their language") {
    const auto form = form_of(R"(
    - id: c
      type: choices
      label: C
      choices: [{value: a, label: {en: Apple, de: Apfel}}, {value: b, label: {en: Bread, de: Brot}}]
    - {id: d, type: date, label: D}
    - {id: y, type: yes_no, label: Y}
)");
    CHECK(catalog::readable(*form.find("c"), Answer::list({"a", "b"}), world(), "de", "Ja", "Nein") == "Apfel, Brot");
    CHECK(catalog::readable(*form.find("d"), Answer("2026-11-24"), world(), "de", "Ja", "Nein") == "24. November 2026");
    CHECK(catalog::readable(*form.find("y"), Answer("false"), world(), "de", "Ja", "Nein") == "Nein");
}
