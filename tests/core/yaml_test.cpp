#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/yaml.hpp"

TEST_CASE("yaml: each mistake is told with its line and column") {
    const struct { const char* name; const char* text; int line; int column; } rows[] = {
        {"a bracket is open", "a: [1, 2\nb: 3\n", 2, 2},
        {"a key stands twice", "a: 1\nb: 2\na: 3\n", 3, 1},
        {"not UTF-8", "a: 1\nb: \xFF\n", 2, 1},
        {"a key that is a list", "? [a]\n: 1\n", 1, 3},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto tree = core::Yaml::parse(row.text, "x.yaml");
        REQUIRE_FALSE(tree);
        CHECK(tree.error().line == row.line);
        CHECK(tree.error().column == row.column);
        CHECK_FALSE(tree.error().remedy.empty());
    }
}

TEST_CASE("yaml: lines count from where the text starts in its file") {
    const auto tree = core::Yaml::parse("a: 1\nb: two\n", "x.md", 10);
    REQUIRE(tree);
    CHECK(tree->find("b")->line() == 11);
}

TEST_CASE("yaml: only unquoted true, false and plain whole numbers are more than text") {
    const auto tree = core::Yaml::parse("a: true\nb: 'true'\nc: 12\nd: 0412\ne: 1.5\nf: yes\ng: ~\n", "x.yaml");
    REQUIRE(tree);
    CHECK(tree->to_json().dump() == R"({"a":true,"b":"true","c":12,"d":"0412","e":"1.5","f":"yes","g":null})");
}

TEST_CASE("yaml: canonical JSON read as YAML is the same value") {
    const auto tree = core::Yaml::parse("x: {b: [1, 'two', true], a: \"line\\nend \\\"q\\\" \\\\d\"}\nü: 中文\n", "x.yaml");
    REQUIRE(tree);
    const std::string canonical = core::canonical(tree->to_json());
    const auto again = core::Yaml::parse(canonical, "x.json");
    REQUIRE(again);
    CHECK(core::canonical(again->to_json()) == canonical);
}

TEST_CASE("yaml: aliases that would grow without end are refused") {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k) bomb += (k ? ", *a" : "*a") + std::to_string(i - 1);
        bomb += "]\n";
    }
    CHECK_FALSE(core::Yaml::parse(bomb, "bomb.yaml"));
}

TEST_CASE("yaml: a reader tells what is missing, of the wrong type, or read by nobody") {
    const auto tree = core::Yaml::parse("title: [no]\ncolour: blue\ndate: soon\n", "x.yaml");
    REQUIRE(tree);
    core::Problems problems;
    core::YamlReader reader(*tree, problems);
    (void)reader.required_text("id");
    (void)reader.required_text("title");
    (void)reader.date("date");
    reader.finish();
    REQUIRE(problems.size() == 4);
    CHECK(problems[0].line_of_text() == "x.yaml:1:1: error: `id` is missing. Add `id:`.");
    CHECK(problems[1].line == 1);
    CHECK(problems[2].line == 3);
    CHECK(problems[3].severity == core::Severity::warning);
}
