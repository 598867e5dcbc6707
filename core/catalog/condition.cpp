#include "core/catalog/condition.hpp"

#include <algorithm>
#include <charconv>
#include <regex>

#include <fmt/format.h>

#include "core/catalog/decimal.hpp"

namespace catalog {
namespace {

struct Named {
    std::string_view name;
    Operator op;
};
constexpr Named operators[] = {
    {"is", Operator::is},
    {"is_not", Operator::is_not},
    {"one_of", Operator::one_of},
    {"none_of", Operator::none_of},
    {"contains", Operator::contains},
    {"more_than", Operator::more_than},
    {"less_than", Operator::less_than},
    {"at_least", Operator::at_least},
    {"at_most", Operator::at_most},
    {"before", Operator::before},
    {"after", Operator::after},
    {"answered", Operator::answered},
    {"matches", Operator::matches},
};

bool compares_numbers(Operator op) {
    return op == Operator::more_than || op == Operator::less_than || op == Operator::at_least || op == Operator::at_most;
}

// Mistakes in one operand; empty when it is fine.
std::string trouble_with(Operator op, const core::Yaml& operand) {
    if (compares_numbers(op) && !normal_decimal(operand.text())) return "must be a number";
    if ((op == Operator::before || op == Operator::after) && !read_date(operand.text(), core::Date{})) {
        return "must be a date like 2026-11-24, or today+14";
    }
    if (op == Operator::answered && !operand.truth()) return "must be true or false";
    if (op == Operator::matches) {
        try {
            const std::regex tried(operand.text());
        } catch (const std::regex_error&) {
            return "is no regular expression";
        }
    }
    return {};
}

std::optional<std::vector<Condition>> parse_parts(const core::Yaml& list, core::Problems& problems) {
    if (!list.is_list()) {
        problems.push_back(list.error("`all` and `any` join a list of conditions", "Write each on a line with `- `."));
        return std::nullopt;
    }
    std::vector<Condition> parts;
    for (const core::Yaml& item : list.items()) {
        auto part = parse_condition(item, problems);
        if (!part) return std::nullopt;
        parts.push_back(std::move(*part));
    }
    return parts;
}

std::optional<Condition> parse_test(const core::Yaml& node, core::Problems& problems) {
    const core::Yaml* field = node.find("field");
    if (!field || !field->is_text() || node.entries().size() != 2) {
        problems.push_back(node.error("a condition names one `field` and one operator", "Write it like {field: problem, is: lighting}."));
        return std::nullopt;
    }
    const std::pair<core::Yaml, core::Yaml>& entry = node.entries()[node.entries()[0].first.text() == "field" ? 1 : 0];
    const core::Yaml& key = entry.first;
    const core::Yaml& value = entry.second;
    const auto* named = std::find_if(std::begin(operators), std::end(operators), [&](const Named& n) { return n.name == key.text(); });
    if (named == std::end(operators)) {
        problems.push_back(key.error(fmt::format("there is no operator `{}`", key.text()),
                                     "Use is, is_not, one_of, none_of, contains, more_than, less_than, at_least, at_most, before, after, answered or matches."));
        return std::nullopt;
    }
    Condition test;
    test.kind = Condition::Kind::test;
    test.field = field->text();
    test.op = named->op;
    test.line = node.line();
    test.column = node.column();
    const bool takes_list = test.op == Operator::one_of || test.op == Operator::none_of;
    const std::vector<core::Yaml> one{value};
    if (takes_list != value.is_list() || (!takes_list && !value.is_text())) {
        problems.push_back(value.error(fmt::format("`{}` takes {}", key.text(), takes_list ? "a list" : "one value"),
                                       takes_list ? "Write [one, two]." : "Write one value."));
        return std::nullopt;
    }
    for (const core::Yaml& operand : takes_list ? value.items() : one) {
        if (const std::string trouble = trouble_with(test.op, operand); !trouble.empty()) {
            problems.push_back(operand.error(fmt::format("the value of `{}` {}", key.text(), trouble), "Correct the value."));
            return std::nullopt;
        }
        test.operands.push_back(compares_numbers(test.op) ? *normal_decimal(operand.text()) : operand.text());
    }
    return test;
}

bool has(const Answer& answer, std::string_view value) {
    return std::find(answer.values.begin(), answer.values.end(), value) != answer.values.end();
}

bool test_holds(const Condition& test, const Answer& answer, core::Date today) {
    const std::string_view operand = test.operands.empty() ? std::string_view{} : std::string_view(test.operands.front());
    const auto any_operand = [&] {
        return std::any_of(test.operands.begin(), test.operands.end(), [&](const std::string& o) { return has(answer, o); });
    };
    switch (test.op) {
        case Operator::is_not: return !has(answer, operand);
        case Operator::none_of: return !any_operand();
        case Operator::answered: return answer.blank() != (operand == "true");
        default: break;
    }
    if (answer.blank()) return false;
    const std::string_view value = answer.one();
    switch (test.op) {
        case Operator::is: return answer.values.size() == 1 && value == operand;
        case Operator::one_of: return any_operand();
        case Operator::contains:
            return answer.several ? has(answer, operand) : value.find(operand) != std::string_view::npos;
        case Operator::more_than:
        case Operator::less_than:
        case Operator::at_least:
        case Operator::at_most: {
            const auto number = normal_decimal(value);
            if (!number) return false;
            const auto order = compare_decimals(*number, operand);
            if (test.op == Operator::more_than) return order > 0;
            if (test.op == Operator::less_than) return order < 0;
            return test.op == Operator::at_least ? order >= 0 : order <= 0;
        }
        case Operator::before:
        case Operator::after: {
            const auto date = core::parse_date(value);
            const auto limit = read_date(operand, today);
            if (!date || !limit) return false;
            return test.op == Operator::before ? *date < *limit : *date > *limit;
        }
        case Operator::matches: {
            // std::regex recurses for each character; an answer is bounded, and so is this.
            if (value.size() > 1'000) return false;
            try {
                return std::regex_match(value.begin(), value.end(), std::regex(std::string(operand)));
            } catch (const std::regex_error&) {
                return false;
            }
        }
        default: return false;
    }
}

void gather(const Condition& condition, std::vector<std::string>& fields) {
    if (condition.kind == Condition::Kind::test) {
        if (std::find(fields.begin(), fields.end(), condition.field) == fields.end()) fields.push_back(condition.field);
    }
    for (const Condition& part : condition.parts) gather(part, fields);
}

}  // namespace

std::optional<Condition> parse_condition(const core::Yaml& node, core::Problems& problems) {
    if (!node.is_map() || node.entries().empty()) {
        problems.push_back(node.error("here must stand a condition", "Write it like {field: problem, is: lighting}."));
        return std::nullopt;
    }
    const auto& [key, value] = node.entries().front();
    const bool joins = key.text() == "all" || key.text() == "any" || key.text() == "not";
    if (!joins) return parse_test(node, problems);
    if (node.entries().size() != 1) {
        problems.push_back(node.error(fmt::format("`{}` must stand alone in its condition", key.text()), "Nest conditions instead."));
        return std::nullopt;
    }
    Condition joined;
    joined.line = node.line();
    joined.column = node.column();
    if (key.text() == "not") {
        auto part = parse_condition(value, problems);
        if (!part) return std::nullopt;
        joined.kind = Condition::Kind::negation;
        joined.parts.push_back(std::move(*part));
        return joined;
    }
    auto parts = parse_parts(value, problems);
    if (!parts) return std::nullopt;
    joined.kind = key.text() == "all" ? Condition::Kind::all : Condition::Kind::any;
    joined.parts = std::move(*parts);
    return joined;
}

bool holds(const Condition& condition, const ReadAnswer& read, core::Date today) {
    const auto part_holds = [&](const Condition& part) { return holds(part, read, today); };
    switch (condition.kind) {
        case Condition::Kind::all: return std::all_of(condition.parts.begin(), condition.parts.end(), part_holds);
        case Condition::Kind::any: return std::any_of(condition.parts.begin(), condition.parts.end(), part_holds);
        case Condition::Kind::negation: return !part_holds(condition.parts.front());
        case Condition::Kind::test: return test_holds(condition, read(condition.field), today);
    }
    return false;
}

std::vector<std::string> fields_of(const Condition& condition) {
    std::vector<std::string> fields;
    gather(condition, fields);
    return fields;
}

std::optional<core::Date> read_date(std::string_view text, core::Date today) {
    if (!text.starts_with("today")) {
        const auto date = core::parse_date(text);
        return date ? std::optional(*date) : std::nullopt;
    }
    text.remove_prefix(5);
    int days = 0;
    if (!text.empty()) {
        if (text.front() != '+' && text.front() != '-') return std::nullopt;
        const bool back = text.front() == '-';
        const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), days);
        if (error != std::errc{} || end != text.data() + text.size() || days > 36'500) return std::nullopt;
        if (back) days = -days;
    }
    if (!today.ok()) return core::Date{std::chrono::year{2000}, std::chrono::January, std::chrono::day{1}};
    return core::Date{std::chrono::sys_days{today} + std::chrono::days{days}};
}

}  // namespace catalog
