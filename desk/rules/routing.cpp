#include "desk/rules/routing.hpp"

#include <algorithm>

namespace desk {

Placement place(const catalog::Service& service, const catalog::Answers& answers, std::string_view site,
                core::Date today) {
    static const catalog::Answer blank;
    const catalog::Answer own_site{std::string(site)};
    const catalog::ReadAnswer read = [&](std::string_view field) -> const catalog::Answer& {
        if (const auto found = answers.find(field); found != answers.end()) return found->second;
        return field == "site" ? own_site : blank;
    };

    Placement placement{service.team, service.default_priority};
    for (const catalog::RoutingRule& rule : service.routing) {
        if (catalog::holds(rule.when, read, today)) {
            placement.team = rule.team;
            break;
        }
    }
    for (const catalog::PriorityRule& rule : service.priorities) {
        if (catalog::holds(rule.when, read, today)) {
            placement.priority = rule.priority;
            break;
        }
    }
    if (service.department == safety_department) {
        placement.priority = std::max(placement.priority, catalog::Priority::high);
    }
    return placement;
}

}  // namespace desk
