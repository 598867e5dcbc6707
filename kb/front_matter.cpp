#include "kb/front_matter.hpp"

namespace kb {
namespace {

std::string_view without_line_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) {
        line.remove_suffix(1);
    }
    return line;
}

// The line at `at` with its end, and moves behind it.
std::string_view take_line(std::string_view text, std::size_t& at) {
    const std::size_t end = text.find('\n', at);
    const std::size_t next = end == std::string_view::npos ? text.size() : end + 1;
    const std::string_view line = text.substr(at, next - at);
    at = next;
    return line;
}

}  // namespace

FrontMatter split_front_matter(std::string_view text, const std::string& file, core::Problems& problems) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    FrontMatter parts;
    parts.body = text;
    std::size_t at = 0;
    const std::string_view fence = without_line_end(take_line(text, at));
    if (fence != "---" && fence != "+++") return parts;

    const std::size_t start = at;
    int line = 2;
    while (at < text.size()) {
        const std::size_t line_start = at;
        const std::string_view here = without_line_end(take_line(text, at));
        if (here == fence || (fence == "---" && here == "...")) {
            parts.body = text.substr(at);
            parts.body_line = line + 1;
            if (fence == "+++") {
                problems.push_back({core::Severity::warning, file, 1, 1, "the front matter is TOML, which is not read",
                                    "Write it as YAML between `---` lines."});
            } else {
                parts.yaml = text.substr(start, line_start - start);
                parts.yaml_line = 2;
            }
            return parts;
        }
        ++line;
    }
    // A file may begin with a rule; only what looks like `key: value` was meant as front matter.
    std::size_t second = start;
    const std::string_view first_entry = take_line(text, second);
    if (first_entry.find(':') != std::string_view::npos) {
        problems.push_back({core::Severity::error, file, 1, 1, "the front matter is never closed",
                            "Add a line `---` after its last key."});
    }
    return parts;
}

}  // namespace kb
