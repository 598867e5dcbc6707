// Where a request goes and how soon: from the service's own rules and the answers.
#pragma once

#include <string>
#include <string_view>

#include "core/catalog/answers.hpp"
#include "core/catalog/service.hpp"

namespace desk {

inline constexpr std::string_view safety_department = "safety";

struct Placement {
    std::string team;
    catalog::Priority priority = catalog::Priority::normal;
    bool operator==(const Placement&) const = default;
};

// The first rule that holds wins. A condition on `site` reads the form's answer, or else where the request was made.
// Safety is never below `high`.
[[nodiscard]] Placement place(const catalog::Service& service, const catalog::Answers& answers, std::string_view site,
                              core::Date today);

}  // namespace desk
