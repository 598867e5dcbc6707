// What was told about content, in a form that tests can read.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace kb_test {

[[nodiscard]] inline std::string told(const core::Problems& problems) {
    std::string all;
    for (const core::Problem& problem : problems) all += problem.line_of_text() + "\n";
    return all;
}

[[nodiscard]] inline bool tells(const core::Problems& problems, std::string_view words) { return told(problems).find(words) != std::string::npos; }

}  // namespace kb_test
