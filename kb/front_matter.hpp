// Cuts a Markdown file into its front matter and its body.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/base/problem.hpp"
#include "core/base/yaml.hpp"

namespace kb {

struct FrontMatter {
    enum class Kind { yaml, toml, json };
    Kind kind = Kind::yaml;
    std::string_view text;  // without its fences, JSON with its braces; empty when there is none
    int line = 1;           // where it starts in the file
    std::string_view body;
    int body_line = 1;
};

// `---` and YAML; `+++` and TOML; `---json`, `---toml`; or JSON between lines `{` and `}`. The views point into `text`. An
// opening line that is never closed is an error, and everything is body.
[[nodiscard]] FrontMatter split_front_matter(std::string_view text, const std::string& file, core::Problems& problems);

// Its values, whatever it is written in. Of TOML and of JSON with escapes that YAML does not have, only lines are exact.
[[nodiscard]] tl::expected<core::Yaml, core::Problem> parse_front_matter(const FrontMatter& parts, const std::string& file);

}  // namespace kb
