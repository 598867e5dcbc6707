// Takes the JavaScript out of MDX, so that Markdown is left.
#pragma once

#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace kb {

// The result has as many lines as `body`. Imports, exports and expressions go; components go and what stands between
// their tags stays, with their title or label in bold before it. Code is not touched. One warning a kind of component.
[[nodiscard]] std::string without_jsx(std::string_view body, const std::string& file, int first_line, core::Problems& problems);

}  // namespace kb
