// A form as data: steps of fields, and where each field stands in the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/language.hpp"
#include "core/base/yaml.hpp"
#include "core/catalog/condition.hpp"

namespace catalog {

enum class FieldType {
    text, long_text, number, money, date, time, yes_no, choice, choices, rating, person, site, place, asset, email, phone, note,
};
[[nodiscard]] std::string_view name_of(FieldType type);
[[nodiscard]] std::optional<FieldType> field_type(std::string_view name);

// What a field starts with, from where the person comes from.
enum class Prefill { none, search, article, site, today };

struct Choice {
    std::string value;
    core::Text label;
    std::string icon;
    std::optional<Condition> only_when;
};

struct Constraint {
    std::optional<std::string> at_least;  // number or rating
    std::optional<std::string> at_most;
    std::optional<std::int64_t> min_length;  // in characters
    std::optional<std::int64_t> max_length;
    std::string matches;                 // a regular expression (ECMAScript) for the whole text
    std::string before;                  // dates, as read_date takes them; both exclusive
    std::string after;
    core::Text message;
};

struct Field {
    std::string id;
    FieldType type = FieldType::text;
    core::Text label;
    core::Text hint;
    std::string icon;
    bool required = false;
    std::optional<Condition> required_when;
    std::optional<Condition> show_when;
    std::optional<std::string> default_value;
    Prefill prefill = Prefill::none;
    Constraint constraint;
    std::vector<Choice> choices;
    std::string of;  // place: the site field it hangs on; empty for the kiosk's own site
    int line = 0;
    int column = 0;
};

struct Step {
    std::string id;
    core::Text title;
    std::vector<Field> fields;
};

struct Form {
    std::vector<Step> steps;

    [[nodiscard]] const Field* find(std::string_view field) const;
    // Field ids so ordered that each stands after those its conditions read.
    std::vector<std::string> order;
};

// Limits of one answer when the form names none.
inline constexpr std::size_t longest_text = 200;         // characters
inline constexpr std::size_t longest_long_text = 4'000;  // characters

// Reads the `steps:` list. Cycles, conditions on unknown fields, a choice without choices, required fields that
// can never be shown: all are problems, by field and line. Nothing is answered when one is an error.
[[nodiscard]] std::optional<Form> parse_form(const core::Yaml& steps, core::Problems& problems);

}  // namespace catalog
