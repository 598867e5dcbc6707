// A service: what people can ask for, as an editor wrote it (content/README.md tells the keys).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/yaml.hpp"
#include "core/catalog/form.hpp"

namespace catalog {

enum class Kind { incident, request, hr_case, question };
enum class Priority { low, normal, high, urgent };
[[nodiscard]] std::string_view name_of(Kind kind);
[[nodiscard]] std::string_view name_of(Priority priority);
[[nodiscard]] std::optional<Priority> priority_from(std::string_view name);

struct RoutingRule {
    Condition when;
    std::string team;
};
struct PriorityRule {
    Condition when;
    Priority priority = Priority::normal;
};
struct ApprovalLevel {
    std::vector<std::string> approvers;  // "manager", "team:it-stores", "person:10017", "field:boss"
    std::string rule;                    // any | all
};

struct Service {
    std::string id;
    std::string version;  // SHA-256 of the canonical form: two contents are never one version
    core::Text title;
    core::Text summary;
    core::Text expected;
    core::Text keywords;  // one text a language, words separated by ", "
    std::string icon;
    std::string department;
    std::string category;
    Kind kind = Kind::request;
    std::vector<std::string> audience;  // "public", "staff" or roles
    std::vector<std::string> sites;     // empty means all
    std::vector<std::string> articles;
    std::string team;
    std::vector<RoutingRule> routing;
    Priority default_priority = Priority::normal;
    std::vector<PriorityRule> priorities;
    std::string confidential;  // a class, or empty
    std::vector<ApprovalLevel> approval;
    std::string process;
    std::string sla;
    Form form;

    std::string canonical;  // the JSON whose hash is the version; parse_service reads it back
};

// Takes YAML as an editor wrote it, or the canonical JSON of an earlier version. Nothing when a problem is an error.
[[nodiscard]] std::optional<Service> parse_service(std::string_view text, const std::string& file,
                                                   core::Problems& problems);

}  // namespace catalog
