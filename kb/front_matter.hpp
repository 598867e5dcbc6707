// Cuts a Markdown file into its front matter and its body.
#pragma once

#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace kb {

struct FrontMatter {
    std::string_view yaml;  // without the dashes; empty when there is none
    int yaml_line = 1;      // where it starts in the file
    std::string_view body;
    int body_line = 1;
};

// The views point into `text`. TOML front matter (`+++`) is skipped with a warning; an opening line that is never
// closed is an error, and everything is body.
[[nodiscard]] FrontMatter split_front_matter(std::string_view text, const std::string& file,
                                             core::Problems& problems);

}  // namespace kb
