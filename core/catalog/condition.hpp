// Conditions are data, readable aloud, and mean the same at the kiosk, the desk and in an export.
//
// A condition reads answers through a function, so that a field that is not shown reads as blank.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/yaml.hpp"

namespace catalog {

// An answer: nothing, one text (numbers in normal form, dates as 2026-11-24, yes_no as "true" and "false"),
// or several choices.
struct Answer {
    std::vector<std::string> values;
    bool several = false;  // of a field that takes several, so that it travels as a list

    Answer() = default;
    explicit Answer(std::string one) { values.push_back(std::move(one)); }
    static Answer list(std::vector<std::string> many) {
        Answer answer;
        answer.values = std::move(many);
        answer.several = true;
        return answer;
    }
    [[nodiscard]] bool blank() const { return values.empty() || (values.size() == 1 && values[0].empty()); }
    [[nodiscard]] std::string_view one() const { return values.empty() ? std::string_view{} : values.front(); }
    bool operator==(const Answer&) const = default;
};

enum class Operator {
    is, is_not, one_of, none_of, contains, more_than, less_than, at_least, at_most, before, after, answered, matches,
};

struct Condition {
    enum class Kind { all, any, negation, test };
    Kind kind = Kind::all;  // "all of nothing" holds
    std::vector<Condition> parts;
    std::string field;
    Operator op = Operator::is;
    std::vector<std::string> operands;
    int line = 0;
    int column = 0;
};

// Mistakes go to `problems`, and then there is no condition.
[[nodiscard]] std::optional<Condition> parse_condition(const core::Yaml& node, core::Problems& problems);

using ReadAnswer = std::function<const Answer&(std::string_view field)>;

// A blank answer fails every test but `is_not`, `none_of` and `answered: false`.
[[nodiscard]] bool holds(const Condition& condition, const ReadAnswer& read, core::Date today);

// Each field named in it, once.
[[nodiscard]] std::vector<std::string> fields_of(const Condition& condition);

// "today", "today+14", "today-1" or a date.
[[nodiscard]] std::optional<core::Date> read_date(std::string_view text, core::Date today);

}  // namespace catalog
