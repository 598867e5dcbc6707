// TOML as YAML: the front matter of Hugo and Zola, for the reader that knows YAML only.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/base/problem.hpp"

namespace kb {

// A map on the lines that the TOML has, so that a place in it is at least the right line. What stands in `[taxonomies]`
// comes to the top, as if it stood there.
[[nodiscard]] tl::expected<std::string, core::Problem> yaml_from_toml(std::string_view toml, const std::string& file, int first_line);

}  // namespace kb
