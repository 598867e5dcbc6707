#include "kb/front_matter.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "kb/toml_text.hpp"

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

constexpr std::size_t largest_json = 256u << 10;

// Behind the brace that closes the first; nothing when none does, or when it is no JSON at all.
std::optional<std::size_t> end_of_json(std::string_view text) {
    const std::string_view first = core::utf8::trimmed(text.substr(0, text.find('\n')));
    if (!first.starts_with('{')) return std::nullopt;
    const std::string_view next = core::utf8::trimmed(text.substr(text.find('{') + 1, largest_json));
    if (!next.starts_with('"') && !next.starts_with('}')) return std::nullopt;
    int depth = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < std::min(text.size(), largest_json); ++at) {
        const char c = text[at];
        if (in_string) {
            if (c == '\\') ++at;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return at + 1;
        }
    }
    return std::nullopt;
}

std::optional<FrontMatter::Kind> kind_of(std::string_view fence) {
    if (fence == "---" || fence == "---yaml") return FrontMatter::Kind::yaml;
    if (fence == "+++" || fence == "---toml") return FrontMatter::Kind::toml;
    if (fence == "---json") return FrontMatter::Kind::json;
    return std::nullopt;
}

int lines_in(std::string_view text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

}  // namespace

FrontMatter split_front_matter(std::string_view text, const std::string& file, core::Problems& problems) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    FrontMatter parts;
    parts.body = text;
    if (const auto end = end_of_json(text)) {
        std::size_t at = *end;
        if (!core::utf8::trimmed(take_line(text, at)).empty()) return parts;  // words on the line: no front matter
        parts.kind = FrontMatter::Kind::json;
        parts.text = text.substr(0, *end);
        parts.body = text.substr(at);
        parts.body_line = 1 + lines_in(text.substr(0, at));
        return parts;
    }
    std::size_t at = 0;
    const std::string_view fence = without_line_end(take_line(text, at));
    const auto kind = kind_of(fence);
    if (!kind) return parts;

    const std::size_t start = at;
    const std::string_view closing = fence.substr(0, 3);
    int line = 2;
    while (at < text.size()) {
        const std::size_t line_start = at;
        const std::string_view here = without_line_end(take_line(text, at));
        if (here == closing || (fence == "---" && here == "...")) {
            parts.kind = *kind;
            parts.text = text.substr(start, line_start - start);
            parts.line = 2;
            parts.body = text.substr(at);
            parts.body_line = line + 1;
            return parts;
        }
        ++line;
    }
    // A file may begin with a rule; only what looks like `key: value` was meant as front matter.
    std::size_t second = start;
    const std::string_view first_entry = take_line(text, second);
    if (first_entry.find_first_of(":=") != std::string_view::npos) {
        problems.push_back({core::Severity::error, file, 1, 1, "the front matter is never closed", fmt::format("Add a line `{}` after its last key.", closing)});
    }
    return parts;
}

tl::expected<core::Yaml, core::Problem> parse_front_matter(const FrontMatter& parts, const std::string& file) {
    if (parts.kind == FrontMatter::Kind::yaml) return core::Yaml::parse(parts.text, file, parts.line);
    if (parts.kind == FrontMatter::Kind::toml) {
        const auto yaml = yaml_from_toml(parts.text, file, parts.line);
        return yaml ? core::Yaml::parse(*yaml, file, parts.line) : tl::unexpected(yaml.error());
    }
    // JSON is YAML, but for tabs and pairs of surrogates.
    std::string json(parts.text);
    std::replace(json.begin(), json.end(), '\t', ' ');
    auto read = core::Yaml::parse(json, file, parts.line);
    if (read) return read;
    const auto strict = core::parse_json(parts.text);
    return strict ? core::Yaml::parse(strict->dump(), file, parts.line) : read;
}

}  // namespace kb
