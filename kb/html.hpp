// Raw HTML in Markdown, reduced to its text and the tags that mean something to a reader.
//
// Nothing of it is ever given to a browser: this reads, it does not clean.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kb/markdown.hpp"
#include "kb/rich_text.hpp"

namespace kb {

struct HtmlTag {
    std::string name;  // lower case; empty for comments and declarations
    bool closing = false;
    std::map<std::string, std::string> attributes;  // names in lower case, entities decoded
};

// The tag that starts at `at` (a '<'), and moves behind it. Nothing when it is only a less-than sign.
[[nodiscard]] std::optional<HtmlTag> read_html_tag(std::string_view html, std::size_t& at);

[[nodiscard]] std::string without_entities(std::string_view text);

// Applies an inline tag (b, em, code, a, del, br …) to the style of what follows; others change nothing.
void apply_inline_tag(const HtmlTag& tag, RunStyle& style, RichTextBuilder& words);

// The blocks of a piece of HTML, which may begin or end in the middle of anything.
[[nodiscard]] std::vector<Block> html_blocks(std::string_view html);

}  // namespace kb
