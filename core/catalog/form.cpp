#include "core/catalog/form.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "core/catalog/decimal.hpp"

namespace catalog {
namespace {

struct NamedType {
    std::string_view name;
    FieldType type;
};
constexpr NamedType types[] = {
    {"text", FieldType::text},     {"long_text", FieldType::long_text}, {"number", FieldType::number},
    {"money", FieldType::money},   {"date", FieldType::date},           {"time", FieldType::time},
    {"yes_no", FieldType::yes_no}, {"choice", FieldType::choice},       {"choices", FieldType::choices},
    {"rating", FieldType::rating}, {"person", FieldType::person},       {"site", FieldType::site},
    {"place", FieldType::place},   {"asset", FieldType::asset},         {"email", FieldType::email},
    {"phone", FieldType::phone},   {"note", FieldType::note},
};

constexpr std::pair<std::string_view, Prefill> prefills[] = {
    {"search", Prefill::search}, {"article", Prefill::article}, {"site", Prefill::site}, {"today", Prefill::today}};

Constraint parse_constraint(const core::Yaml& node, core::Problems& problems) {
    Constraint constraint;
    core::YamlReader reader(node, problems);
    const auto number = [&](std::string_view key) -> std::optional<std::string> {
        const core::Yaml* value = reader.take(key);
        if (!value) return std::nullopt;
        auto normal = value->is_text() ? normal_decimal(value->text()) : std::nullopt;
        if (!normal) problems.push_back(value->error(fmt::format("`{}` must be a number", key), "Write digits."));
        return normal;
    };
    const auto date = [&](std::string_view key) -> std::string {
        const core::Yaml* value = reader.take(key);
        if (!value) return {};
        if (value->is_text() && read_date(value->text(), core::Date{})) return value->text();
        problems.push_back(value->error(fmt::format("`{}` must be a date", key), "Write 2026-11-24, today or today+14."));
        return {};
    };
    constraint.at_least = number("at_least");
    constraint.at_most = number("at_most");
    constraint.min_length = reader.integer("min_length");
    constraint.max_length = reader.integer("max_length");
    constraint.before = date("before");
    constraint.after = date("after");
    constraint.matches = reader.text("matches");
    try {
        const std::regex tried(constraint.matches);
    } catch (const std::regex_error&) {
        problems.push_back(node.find("matches")->error("`matches` is no regular expression", "Check brackets and backslashes."));
    }
    reader.finish();
    return constraint;
}

std::optional<Condition> optional_condition(core::YamlReader& reader, std::string_view key) {
    const core::Yaml* node = reader.take(key);
    return node ? parse_condition(*node, reader.problems()) : std::nullopt;
}

std::vector<Choice> parse_choices(const core::Yaml& list, core::Problems& problems) {
    std::vector<Choice> choices;
    if (!list.is_list()) {
        problems.push_back(list.error("`choices` must be a list", "Write each on a line with `- {value: …, label: …}`."));
        return choices;
    }
    std::set<std::string> values;
    for (const core::Yaml& item : list.items()) {
        core::YamlReader reader(item, problems);
        Choice choice;
        choice.value = reader.required_text("value");
        choice.label = reader.required_words("label");
        choice.icon = reader.text("icon");
        choice.only_when = optional_condition(reader, "only_when");
        reader.finish();
        if (!values.insert(choice.value).second) {
            problems.push_back(item.error(fmt::format("the choice '{}' stands twice", choice.value), "Keep one of them."));
        }
        choices.push_back(std::move(choice));
    }
    return choices;
}

Field parse_field(const core::Yaml& node, core::Problems& problems) {
    core::YamlReader reader(node, problems);
    Field field;
    field.line = node.line();
    field.column = node.column();
    field.id = reader.required_text("id");
    const std::string type = reader.required_text("type");
    if (const auto known = field_type(type)) {
        field.type = *known;
    } else if (!type.empty()) {
        problems.push_back(node.find("type")->error(fmt::format("there is no field type '{}'", type),
                                                    "See the list of types in content/README.md."));
    }
    field.label = reader.required_words("label");
    field.hint = reader.words("hint");
    field.icon = reader.text("icon");
    field.required = reader.truth("required", false);
    field.required_when = optional_condition(reader, "required_when");
    field.show_when = optional_condition(reader, "show_when");
    if (const core::Yaml* value = reader.take("default")) field.default_value = value->text();
    if (const std::string name = reader.text("prefill"); !name.empty()) {
        const auto* known = std::find_if(std::begin(prefills), std::end(prefills), [&](const auto& p) { return p.first == name; });
        if (known != std::end(prefills)) {
            field.prefill = known->second;
        } else {
            problems.push_back(node.find("prefill")->error(fmt::format("nothing prefills from '{}'", name), "Use search, article, site or today."));
        }
    }
    if (const core::Yaml* constraint = reader.take("constraint")) field.constraint = parse_constraint(*constraint, problems);
    field.constraint.message = reader.words("message");
    if (const core::Yaml* choices = reader.take("choices")) field.choices = parse_choices(*choices, problems);
    field.of = reader.text("of");
    reader.finish();

    const bool takes_choices = field.type == FieldType::choice || field.type == FieldType::choices;
    if (takes_choices && field.choices.empty()) {
        problems.push_back(node.error(fmt::format("the field '{}' offers no choices", field.id), "Add `choices:`."));
    }
    if (field.type == FieldType::note && field.required) {
        problems.push_back(node.error(fmt::format("the note '{}' cannot be required", field.id), "Take `required` out."));
    }
    return field;
}

// All fields whose answers decide about this one.
std::vector<std::string> read_by(const Field& field) {
    std::vector<std::string> all;
    const auto add = [&](const std::optional<Condition>& condition) {
        if (!condition) return;
        for (auto& name : fields_of(*condition)) all.push_back(std::move(name));
    };
    add(field.show_when);
    add(field.required_when);
    for (const Choice& choice : field.choices) add(choice.only_when);
    if (!field.of.empty()) all.push_back(field.of);
    return all;
}

// A condition that no set of answers can make true. Only what is certain is told: a test for a value that a choice
// field never offers, and joined conditions made of such tests.
bool never_holds(const Condition& condition, const Form& form) {
    switch (condition.kind) {
        case Condition::Kind::all:
            return std::any_of(condition.parts.begin(), condition.parts.end(), [&](const Condition& p) { return never_holds(p, form); });
        case Condition::Kind::any:
            return std::all_of(condition.parts.begin(), condition.parts.end(), [&](const Condition& p) { return never_holds(p, form); });
        case Condition::Kind::negation: return false;
        case Condition::Kind::test: break;
    }
    const Field* field = form.find(condition.field);
    if (!field || condition.op == Operator::is_not || condition.op == Operator::none_of) return false;
    if (condition.op == Operator::answered) return condition.operands.front() == "true" && field->type == FieldType::note;
    if (field->show_when && never_holds(*field->show_when, form)) return true;
    if (condition.op != Operator::is && condition.op != Operator::one_of) return false;
    const auto offered = [&](const std::string& value) {
        switch (field->type) {
            case FieldType::choice:
            case FieldType::choices:
                return std::any_of(field->choices.begin(), field->choices.end(), [&](const Choice& c) { return c.value == value; });
            case FieldType::yes_no: return value == "true" || value == "false";
            case FieldType::note: return false;
            default: return true;
        }
    };
    return std::none_of(condition.operands.begin(), condition.operands.end(), offered);
}

class Ordering {
public:
    Ordering(const Form& form, core::Problems& problems, const std::string& file) : form_(form), problems_(problems), file_(file) {}

    std::vector<std::string> run() {
        for (const Step& step : form_.steps) {
            for (const Field& field : step.fields) visit(field);
        }
        return std::move(order_);
    }

private:
    enum class Mark { none, open, done };

    void visit(const Field& field) {
        Mark& mark = marks_[field.id];
        if (mark == Mark::done) return;
        if (mark == Mark::open) {
            tell(field, fmt::format("the conditions of '{}' wait for each other in a circle", field.id),
                 "Let the condition read an earlier field.");
            return;
        }
        mark = Mark::open;
        for (const std::string& name : read_by(field)) {
            if (const Field* other = form_.find(name)) {
                visit(*other);
            } else {
                tell(field, fmt::format("the field '{}' reads '{}', which is no field of this form", field.id, name), "Correct the field's id.");
            }
        }
        marks_[field.id] = Mark::done;
        order_.push_back(field.id);
    }

    void tell(const Field& field, std::string what, std::string remedy) {
        problems_.push_back({core::Severity::error, file_, field.line, field.column, std::move(what), std::move(remedy)});
    }

    const Form& form_;
    core::Problems& problems_;
    const std::string& file_;
    std::map<std::string, Mark> marks_;
    std::vector<std::string> order_;
};

}  // namespace

std::string_view name_of(FieldType type) {
    for (const NamedType& named : types) {
        if (named.type == type) return named.name;
    }
    return "text";
}

std::optional<FieldType> field_type(std::string_view name) {
    for (const NamedType& named : types) {
        if (named.name == name) return named.type;
    }
    return std::nullopt;
}

const Field* Form::find(std::string_view id) const {
    for (const Step& step : steps) {
        for (const Field& field : step.fields) {
            if (field.id == id) return &field;
        }
    }
    return nullptr;
}

std::optional<Form> parse_form(const core::Yaml& steps, core::Problems& problems) {
    core::Problems found;
    Form form;
    if (!steps.is_list() || steps.items().empty()) {
        problems.push_back(steps.error("a form needs at least one step", "Add `steps:` with `- {id: …, title: …, fields: […]}`."));
        return std::nullopt;
    }
    std::set<std::string> ids;
    for (const core::Yaml& node : steps.items()) {
        core::YamlReader reader(node, found);
        Step step;
        step.id = reader.required_text("id");
        step.title = reader.required_words("title");
        const core::Yaml* fields = reader.take("fields");
        if (!fields || !fields->is_list() || fields->items().empty()) {
            found.push_back(node.error(fmt::format("the step '{}' has no fields", step.id), "Add `fields:`."));
        } else {
            for (const core::Yaml& item : fields->items()) {
                Field field = parse_field(item, found);
                if (!ids.insert(field.id).second) {
                    found.push_back(item.error(fmt::format("the field id '{}' stands twice", field.id), "Give each field its own id."));
                }
                step.fields.push_back(std::move(field));
            }
        }
        reader.finish();
        form.steps.push_back(std::move(step));
    }
    form.order = Ordering(form, found, steps.file()).run();
    const bool has_circle = core::has_error(found);  // then "can never be shown" would ask itself
    for (const Step& step : form.steps) {
        for (const Field& field : step.fields) {
            if (!has_circle && field.show_when && never_holds(*field.show_when, form)) {
                found.push_back({field.required ? core::Severity::error : core::Severity::warning, steps.file(), field.line, field.column,
                                 fmt::format("the {}field '{}' can never be shown", field.required ? "required " : "", field.id),
                                 "Check the value that its `show_when` asks for."});
            }
            if (field.type == FieldType::place && !field.of.empty()) {
                const Field* of = form.find(field.of);
                if (of && of->type != FieldType::site) {
                    found.push_back({core::Severity::error, steps.file(), field.line, field.column,
                                     fmt::format("'{}' hangs on '{}', which is no site field", field.id, field.of), "Name a field of type site."});
                }
            }
        }
    }
    if (!core::hand_over(std::move(found), steps.file(), problems)) return std::nullopt;
    return form;
}

}  // namespace catalog
