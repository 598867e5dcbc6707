#include <doctest/doctest.h>

#include <map>

#include "core/catalog/condition.hpp"
#include "core/catalog/decimal.hpp"

using catalog::Answer;

namespace {

const core::Date today{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}};

bool holds(const std::string& yaml, const std::map<std::string, Answer, std::less<>>& answers) {
    const auto tree = core::Yaml::parse(yaml, "x.yaml");
    REQUIRE(tree);
    core::Problems problems;
    const auto condition = catalog::parse_condition(*tree, problems);
    REQUIRE(condition);
    static const Answer blank;
    return catalog::holds(*condition, [&](std::string_view field) -> const Answer& {
        const auto it = answers.find(field);
        return it == answers.end() ? blank : it->second;
    }, today);
}

}  // namespace

TEST_CASE("condition: each operator on an answer and on a blank") {
    const struct { const char* condition; Answer answer; bool expected; bool of_blank; } rows[] = {
        {"{field: f, is: lift}", Answer("lift"), true, false},
        {"{field: f, is: lift}", Answer("light"), false, false},
        {"{field: f, is: true}", Answer("true"), true, false},
        {"{field: f, is_not: lift}", Answer("light"), true, true},
        {"{field: f, is_not: lift}", Answer("lift"), false, true},
        {"{field: f, one_of: [a, b]}", Answer("b"), true, false},
        {"{field: f, none_of: [a, b]}", Answer("b"), false, true},
        {"{field: f, none_of: [a, b]}", Answer("c"), true, true},
        {"{field: f, contains: wet}", Answer("it is wet here"), true, false},
        {"{field: f, contains: a}", Answer::list({"b", "a"}), true, false},
        {"{field: f, contains: a}", Answer::list({"abc"}), false, false},
        {"{field: f, more_than: 9.5}", Answer("10"), true, false},
        {"{field: f, more_than: 10}", Answer("10.0"), false, false},
        {"{field: f, less_than: -2}", Answer("-10"), true, false},
        {"{field: f, at_least: 500}", Answer("500"), true, false},
        {"{field: f, at_most: 0.30}", Answer("0.3"), true, false},
        {"{field: f, at_most: 3}", Answer("no number"), false, false},
        {"{field: f, before: today+7}", Answer("2026-11-30"), true, false},
        {"{field: f, before: 2026-11-24}", Answer("2026-11-24"), false, false},
        {"{field: f, after: today-1}", Answer("2026-11-24"), true, false},
        {"{field: f, answered: true}", Answer("x"), true, false},
        {"{field: f, answered: false}", Answer("x"), false, true},
        {"{field: f, matches: 'TP-[0-9]{4}'}", Answer("TP-4410"), true, false},
        {"{field: f, matches: 'TP-[0-9]{4}'}", Answer("xTP-4410"), false, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.condition);
        CHECK(holds(row.condition, {{"f", row.answer}}) == row.expected);
        CHECK(holds(row.condition, {}) == row.of_blank);
    }
}

TEST_CASE("condition: all, any and not nest") {
    const char* text = R"(
all:
  - {field: cost, more_than: 500}
  - any: [{field: dept, one_of: [hr, it]}, {not: {field: site, answered: true}}])";
    CHECK(holds(text, {{"cost", Answer("501")}, {"dept", Answer("it")}, {"site", Answer("x")}}));
    CHECK(holds(text, {{"cost", Answer("501")}}));
    CHECK_FALSE(holds(text, {{"cost", Answer("501")}, {"site", Answer("x")}}));
    CHECK_FALSE(holds(text, {{"dept", Answer("it")}}));
}

TEST_CASE("condition: each mistake is told at its place") {
    const struct { const char* text; int line; const char* says; } rows[] = {
        {"lighting", 1, "here must stand a condition"},
        {"{field: f, equals: 1}", 1, "there is no operator `equals`"},
        {"{field: f}", 1, "one operator"},
        {"{field: f, is: a, is_not: b}", 1, "one operator"},
        {"all: {field: f, is: a}", 1, "join a list"},
        {"all:\n  - {field: f, is: a}\n  - {field: f, at_least: many}", 3, "must be a number"},
        {"{field: f, one_of: a}", 1, "takes a list"},
        {"{field: f, is: [a]}", 1, "takes one value"},
        {"{field: f, matches: '['}", 1, "regular expression"},
        {"{field: f, before: soon}", 1, "must be a date"},
        {"{field: f, answered: maybe}", 1, "true or false"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto tree = core::Yaml::parse(row.text, "x.yaml");
        REQUIRE(tree);
        core::Problems problems;
        CHECK_FALSE(catalog::parse_condition(*tree, problems));
        REQUIRE_FALSE(problems.empty());
        CHECK(problems.front().line == row.line);
        CHECK(problems.front().what.find(row.says) != std::string::npos);
    }
}

TEST_CASE("decimal: numbers are compared exactly, however they were typed") {
    CHECK(catalog::normal_decimal("007,50") == "7.5");
    CHECK(catalog::normal_decimal("-0.0") == "0");
    CHECK(catalog::normal_decimal(".5") == "0.5");
    for (const char* no : {"", "-", ".", "1.2.3", "1e5", "12 000", "1234567890123456789012345"}) CHECK_FALSE(catalog::normal_decimal(no));
    CHECK(catalog::compare_decimals("0.1", "0.10000000000000000001") < 0);
    CHECK(catalog::compare_decimals("-2", "-10") > 0);
    CHECK(catalog::compare_decimals("10", "9.99") > 0);
    CHECK(catalog::compare_decimals("5", "5") == 0);
}
