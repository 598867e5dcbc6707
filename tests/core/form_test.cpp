#include <doctest/doctest.h>

#include "core/catalog/form.hpp"

namespace {

core::Problems problems_of(const std::string& fields) {
    const auto tree = core::Yaml::parse("- id: one\n  title: One\n  fields:\n" + fields, "f.yaml");
    REQUIRE(tree);
    core::Problems problems;
    const auto form = catalog::parse_form(*tree, problems);
    CHECK(form.has_value() != core::has_error(problems));
    return problems;
}

}  // namespace

TEST_CASE("form: each mistake an editor can make is told by line and name") {
    const struct { const char* name; const char* fields; int line; const char* says; } rows[] = {
        {"unknown type", "    - {id: a, type: colour, label: A}\n", 4, "no field type 'colour'"},
        {"an id twice", "    - {id: a, type: text, label: A}\n    - {id: a, type: text, label: B}\n", 5, "'a' stands twice"},
        {"no choices", "    - {id: a, type: choice, label: A}\n", 4, "offers no choices"},
        {"a choice twice", "    - {id: a, type: choice, label: A, choices: [{value: x, label: X}, {value: x, label: Y}]}\n", 4, "'x' stands twice"},
        {"an unknown field", "    - {id: a, type: text, label: A, show_when: {field: z, is: 1}}\n", 4, "no field of this form"},
        {"a cycle", "    - {id: a, type: text, label: A, show_when: {field: b, is: 1}}\n    - {id: b, type: text, label: B, show_when: {field: a, is: 1}}\n", 4, "in a circle"},
        {"itself", "    - {id: a, type: text, label: A, show_when: {field: a, is: 1}}\n", 4, "in a circle"},
        {"required but unreachable",
         "    - {id: a, type: choice, label: A, choices: [{value: x, label: X}]}\n    - {id: b, type: text, label: B, required: true, show_when: {field: a, is: y}}\n", 5, "can never be shown"},
        {"unreachable through another",
         "    - {id: a, type: yes_no, label: A}\n    - {id: b, type: yes_no, label: B, show_when: {field: a, is: maybe}}\n    - {id: c, type: text, label: C, required: true, show_when: {field: b, is: true}}\n", 5, "'b' can never be shown"},
        {"a bad expression", "    - {id: a, type: text, label: A, constraint: {matches: '['}}\n", 4, "regular expression"},
        {"a required note", "    - {id: a, type: note, label: A, required: true}\n", 4, "cannot be required"},
        {"a place of no site", "    - {id: a, type: text, label: A}\n    - {id: b, type: place, label: B, of: a}\n", 5, "no site field"},
        {"no label", "    - {id: a, type: text}\n", 4, "`label` is missing"},
        {"a bad prefill", "    - {id: a, type: text, label: A, prefill: weather}\n", 4, "nothing prefills"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto problems = problems_of(row.fields);
        REQUIRE_FALSE(problems.empty());
        CHECK(problems.front().line == row.line);
        CHECK(problems.front().what.find(row.says) != std::string::npos);
        CHECK_FALSE(problems.front().remedy.empty());
    }
}

TEST_CASE("form: fields are judged after those they read, wherever they stand") {
    const auto tree = core::Yaml::parse(R"(
- id: one
  title: One
  fields:
    - {id: late, type: text, label: L, show_when: {field: early, is: x}}
    - {id: early, type: text, label: E}
)", "f.yaml");
    core::Problems problems;
    const auto form = catalog::parse_form(*tree, problems);
    REQUIRE(form);
    CHECK(form->order == std::vector<std::string>{"early", "late"});
}
