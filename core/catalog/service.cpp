#include "core/catalog/service.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/catalog/keywords.hpp"

namespace catalog {
namespace {

constexpr std::pair<std::string_view, Kind> kinds[] = {
    {"incident", Kind::incident}, {"request", Kind::request}, {"hr_case", Kind::hr_case}, {"question", Kind::question}};
constexpr std::pair<std::string_view, Priority> priorities[] = {
    {"low", Priority::low}, {"normal", Priority::normal}, {"high", Priority::high}, {"urgent", Priority::urgent}};

void parse_routing(const core::Yaml* node, Service& service, core::Problems& problems) {
    if (!node) {
        problems.push_back({core::Severity::error, {}, 1, 1, "the service names no team", "Add `routing: {team: …}`."});
        return;
    }
    core::YamlReader reader(*node, problems);
    service.team = reader.required_text("team");
    if (const core::Yaml* rules = reader.take("rules")) {
        for (const core::Yaml& item : rules->items()) {
            core::YamlReader rule(item, problems);
            const core::Yaml* when = rule.take("when");
            auto condition = when ? parse_condition(*when, problems) : std::nullopt;
            if (!when) problems.push_back(item.error("a routing rule needs `when`", "Add `when: {field: …, is: …}`."));
            std::string team = rule.required_text("team");
            rule.finish();
            if (condition) service.routing.push_back({std::move(*condition), std::move(team)});
        }
    }
    reader.finish();
}

std::optional<Priority> parse_priority_name(core::YamlReader& reader, std::string_view key) {
    const std::string name = reader.text(key, "normal");
    const auto priority = priority_from(name);
    if (!priority) {
        reader.problems().push_back(reader.map().find(key)->error(fmt::format("there is no priority '{}'", name), "Use low, normal, high or urgent."));
    }
    return priority;
}

void parse_priority(const core::Yaml* node, Service& service, core::Problems& problems) {
    if (!node) return;
    core::YamlReader reader(*node, problems);
    service.default_priority = parse_priority_name(reader, "default").value_or(Priority::normal);
    if (const core::Yaml* rules = reader.take("rules")) {
        for (const core::Yaml& item : rules->items()) {
            core::YamlReader rule(item, problems);
            const core::Yaml* when = rule.take("when");
            auto condition = when ? parse_condition(*when, problems) : std::nullopt;
            if (!when) problems.push_back(item.error("a priority rule needs `when`", "Add `when: {field: …, is: …}`."));
            const auto priority = parse_priority_name(rule, "priority");
            rule.finish();
            if (condition && priority) service.priorities.push_back({std::move(*condition), *priority});
        }
    }
    reader.finish();
}

void parse_approval(const core::Yaml* node, Service& service, core::Problems& problems) {
    if (!node) return;
    if (!node->is_list()) {
        problems.push_back(node->error("`approval` must be a list of levels", "Write `- {approvers: [manager], rule: any}`."));
        return;
    }
    for (const core::Yaml& item : node->items()) {
        core::YamlReader reader(item, problems);
        ApprovalLevel level;
        level.approvers = reader.texts("approvers");
        level.rule = reader.text("rule", "any");
        reader.finish();
        if (level.approvers.empty()) problems.push_back(item.error("an approval without approvers", "Add `approvers: [manager]`."));
        if (level.rule != "any" && level.rule != "all") {
            problems.push_back(item.error(fmt::format("there is no approval rule '{}'", level.rule), "Use any or all."));
        }
        service.approval.push_back(std::move(level));
    }
}

void check_rule_fields(const Service& service, const std::string& file, core::Problems& problems) {
    const auto check = [&](const Condition& condition) {
        for (const std::string& field : fields_of(condition)) {
            // Without a field of that name, `site` is where the request was made.
            if (field != "site" && !service.form.find(field)) {
                problems.push_back({core::Severity::error, file, condition.line, condition.column,
                                    fmt::format("a rule reads '{}', which is no field of this form", field), "Correct the field's id."});
            }
        }
    };
    for (const RoutingRule& rule : service.routing) check(rule.when);
    for (const PriorityRule& rule : service.priorities) check(rule.when);
}

}  // namespace

std::string_view name_of(Kind kind) {
    for (const auto& [name, value] : kinds) {
        if (value == kind) return name;
    }
    return "request";
}

std::string_view name_of(Priority priority) {
    for (const auto& [name, value] : priorities) {
        if (value == priority) return name;
    }
    return "normal";
}

std::optional<Priority> priority_from(std::string_view name) {
    for (const auto& [known, value] : priorities) {
        if (known == name) return value;
    }
    return std::nullopt;
}

std::optional<Service> parse_service(std::string_view text, const std::string& file, core::Problems& problems) {
    const auto tree = core::Yaml::parse(text, file);
    if (!tree) {
        problems.push_back(tree.error());
        return std::nullopt;
    }
    core::Problems found;
    core::YamlReader reader(*tree, found);
    Service service;
    service.id = reader.required_text("id");
    service.title = reader.required_words("title");
    service.summary = reader.words("summary");
    service.expected = reader.words("expected");
    service.icon = reader.text("icon");
    service.department = reader.required_text("department");
    service.category = reader.text("category");
    service.keywords = parse_keywords(reader.take("keywords"), found);
    service.audience = reader.texts("audience");
    service.sites = reader.texts("sites");
    if (service.sites == std::vector<std::string>{"all"}) service.sites.clear();
    service.articles = reader.texts("articles");
    const std::string kind = reader.text("kind", "request");
    const auto* known = std::find_if(std::begin(kinds), std::end(kinds), [&](const auto& k) { return k.first == kind; });
    if (known == std::end(kinds)) {
        found.push_back(tree->find("kind")->error(fmt::format("there is no kind '{}'", kind), "Use incident, request, hr_case or question."));
    } else {
        service.kind = known->second;
    }
    parse_routing(reader.take("routing"), service, found);
    parse_priority(reader.take("priority"), service, found);
    parse_approval(reader.take("approval"), service, found);
    service.confidential = reader.text("confidential");
    service.process = reader.text("process");
    service.sla = reader.text("sla");
    if (const core::Yaml* steps = reader.take("steps")) {
        if (auto form = parse_form(*steps, found)) {
            service.form = std::move(*form);
            check_rule_fields(service, file, found);
        }
    } else {
        found.push_back(tree->error("the service has no form", "Add `steps:`."));
    }
    reader.finish();

    if (!core::hand_over(std::move(found), file, problems)) return std::nullopt;
    service.canonical = core::canonical(tree->to_json());
    service.version = core::sha256_hex(service.canonical);
    return service;
}

}  // namespace catalog
