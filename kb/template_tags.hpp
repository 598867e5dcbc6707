// Takes the tags of site generators (Hugo, Nunjucks, Liquid, kramdown) out of Markdown before it is parsed.
#pragma once

#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace kb {

// The result has as many lines as `body`, so places in it are places in the file. What stands between a pair of tags
// stays; a comment's text goes, also of an HTML comment in a sentence. Code is not touched. One warning a kind of tag.
[[nodiscard]] std::string without_template_tags(std::string_view body, const std::string& file, int first_line,
                                                core::Problems& problems);

}  // namespace kb
