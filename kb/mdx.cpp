#include "kb/mdx.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_piece = 4000;  // of a tag or an expression; looking no further bounds the work
constexpr std::array<std::string_view, 3> spoken_attributes{"title", "label", "summary"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_capital(c) || (c >= 'a' && c <= 'z'); }
bool is_name(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':'; }

std::string line_ends_of(std::string_view text) { return std::string(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), '\n'); }

// Behind the string that begins at `at`; the end of the text when nothing closes it.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

// Behind the brace that closes the one at `at`; nothing when none does.
std::optional<std::size_t> end_of_braces(std::string_view text, std::size_t at) {
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"' || c == '\'' || c == '`') {
            at = end_of_string(text, at);
            continue;
        }
        if (c == '{') ++depth;
        ++at;
        if (c == '}' && --depth == 0) return at;
    }
    return std::nullopt;
}

// What an expression says when it is only a string: {'words'}, {require("./x.png").default}.
std::optional<std::string> only_string_in(std::string_view expression) {
    const std::size_t open = expression.find_first_of("\"'`");
    if (open == std::string_view::npos) return std::nullopt;
    const std::size_t end = end_of_string(expression, open);
    if (expression.find_first_of("\"'`$?+", end) != std::string_view::npos || end < open + 2) return std::nullopt;
    return std::string(expression.substr(open + 1, end - open - 2));
}

struct JsxTag {
    std::string_view name;  // empty for <> and </>
    bool is_closing = false;
    bool closes_itself = false;
    std::vector<std::pair<std::string, std::string>> attributes;  // those that are strings
    std::size_t length = 0;
};

std::optional<JsxTag> read_tag(std::string_view text) {
    JsxTag tag;
    if (text.size() < 2 || (text[1] != '/' && text[1] != '>' && !is_letter(text[1]))) return std::nullopt;
    std::size_t at = 1;
    tag.is_closing = at < text.size() && text[at] == '/';
    if (tag.is_closing) ++at;
    const std::size_t name = at;
    while (at < text.size() && is_name(text[at])) ++at;
    tag.name = text.substr(name, at - name);
    if (tag.name.find(':') != std::string_view::npos) return std::nullopt;  // <https://example.org>
    while (at < text.size() && text[at] != '>') {
        if (is_blank(text[at])) {
            ++at;
        } else if (text[at] == '/') {
            tag.closes_itself = true;
            ++at;
        } else if (text[at] == '{') {
            const auto end = end_of_braces(text, at);
            if (!end) return std::nullopt;
            at = *end;
        } else if (is_name(text[at])) {
            const std::size_t begin = at;
            while (at < text.size() && is_name(text[at])) ++at;
            std::string attribute(text.substr(begin, at - begin));
            if (at >= text.size() || text[at] != '=') continue;
            ++at;
            if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
                const std::size_t end = end_of_string(text, at);
                tag.attributes.emplace_back(std::move(attribute), text.substr(at + 1, end - at > 2 ? end - at - 2 : 0));
                at = end;
            } else if (at < text.size() && text[at] == '{') {
                const auto end = end_of_braces(text, at);
                if (!end) return std::nullopt;
                if (auto words = only_string_in(text.substr(at + 1, *end - at - 2))) tag.attributes.emplace_back(std::move(attribute), std::move(*words));
                at = *end;
            }
        } else {
            return std::nullopt;
        }
    }
    if (at >= text.size()) return std::nullopt;
    tag.length = at + 1;
    return tag;
}

class Remover {
public:
    Remover(std::string_view body, const std::string& file, int first_line, core::Problems& problems) : body_(body), file_(file), first_line_(first_line), problems_(problems) {}

    std::string run() {
        while (at_ < body_.size()) {
            if (at_line_start() && (copy_fence() || drop_module_code())) continue;
            if (at_line_start()) drop_indentation();
            if (at_ >= body_.size() || copy_code_span() || drop_expression() || drop_component()) continue;
            if (body_[at_] == '\\' && at_ + 1 < body_.size() && body_[at_ + 1] != '\n') out_ += body_[at_++];
            out_ += body_[at_++];
        }
        for (const auto& [name, seen] : seen_) {
            problems_.push_back({core::Severity::warning, file_, seen.line, 1,
                                 fmt::format("{} of MDX shows nothing here{}", name, seen.times > 1 ? fmt::format(" ({} times)", seen.times) : ""),
                                 "Look at what it showed, and write that as Markdown."});
        }
        return std::move(out_);
    }

private:
    struct Seen {
        int line = 0;
        int times = 0;
    };

    [[nodiscard]] bool at_line_start() const { return at_ == 0 || body_[at_ - 1] == '\n'; }
    [[nodiscard]] std::size_t next_line(std::size_t from) const { return std::min(body_.find('\n', from), body_.size() - 1) + 1; }
    [[nodiscard]] std::string_view line_at(std::size_t from) const { return body_.substr(from, next_line(from) - from); }

    static std::string_view fence_of(std::string_view line) {
        line = core::utf8::trimmed(line);
        if (!line.starts_with("```") && !line.starts_with("~~~")) return {};
        return line.substr(0, line.find_first_not_of(line[0]));
    }

    // With the indentation of its components taken off, like all else.
    bool copy_fence() {
        const std::string_view open = fence_of(line_at(at_));
        if (open.empty()) return false;
        bool is_first = true;
        while (at_ < body_.size()) {
            drop_indentation();
            const std::string_view line = line_at(at_);
            out_ += line;
            at_ += line.size();
            const std::string_view close = fence_of(line);
            if (!std::exchange(is_first, false) && close.size() >= open.size() && close[0] == open[0]) break;
        }
        return true;
    }

    bool copy_code_span() {
        if (body_[at_] != '`') return false;
        const std::size_t after = std::min(body_.find_first_not_of('`', at_), body_.size());
        const std::string_view ticks = body_.substr(at_, after - at_);
        const std::string_view window = body_.substr(after, longest_piece);
        const std::size_t close = window.substr(0, window.find("\n\n")).find(ticks);
        const std::size_t end = close == std::string_view::npos ? after : after + close + ticks.size();
        out_ += body_.substr(at_, end - at_);
        at_ = end;
        return true;
    }

    // `import Tabs from '@theme/Tabs';` and `export const …`, to the next empty line outside of braces.
    bool drop_module_code() {
        const std::string_view rest = body_.substr(at_);
        if (!rest.starts_with("import ") && !rest.starts_with("export ")) return false;
        const std::string_view before = body_.substr(0, at_);
        if (!core::utf8::trimmed(before).empty() && !before.ends_with("\n\n") && !before.ends_with("\r\n\r\n")) return false;
        // "import is a word of English as well."
        if (line_at(at_).find_first_of("'\"={(") == std::string_view::npos) return false;
        int depth = 0;
        while (at_ < body_.size()) {
            const std::string_view line = line_at(at_);
            if (depth <= 0 && core::utf8::trimmed(line).empty()) break;
            depth += static_cast<int>(std::count(line.begin(), line.end(), '{') - std::count(line.begin(), line.end(), '}'));
            out_ += line_ends_of(line);
            at_ += line.size();
        }
        return true;
    }

    // In MDX an indented line is no code: what stands in a component is indented as its first line is.
    void drop_indentation() {
        if (indentations_.empty()) return;
        const std::string_view line = line_at(at_);
        const std::size_t here = std::min(line.find_first_not_of(" \t"), line.size());
        if (core::utf8::trimmed(line).empty()) return;
        if (!indentations_.back()) indentations_.back() = here;
        at_ += std::min(here, *indentations_.back());
    }

    bool drop_expression() {
        if (body_[at_] != '{' || work_left_ == 0 || body_.substr(at_).starts_with("{#")) return false;  // "## Title {#its-anchor}"
        const std::string_view window = body_.substr(at_, longest_piece);
        const auto end = looked(end_of_braces(window, 0));
        if (!end) return false;
        const std::string_view inside = core::utf8::trimmed(window.substr(1, *end - 2));
        const auto words = inside.empty() || std::string_view("\"'`").find(inside[0]) == std::string_view::npos ? std::nullopt : only_string_in(inside);
        if (words) {
            out_ += *words;
        } else if (!inside.starts_with("/*")) {
            note("an expression in braces");
        }
        if (!words || words->find('\n') == std::string::npos) out_ += line_ends_of(window.substr(0, *end));
        at_ += *end;
        return true;
    }

    bool drop_component() {
        if (body_[at_] != '<' || work_left_ == 0) return false;
        const auto tag = looked(read_tag(body_.substr(at_, longest_piece)));
        if (!tag) return false;
        if (!tag->name.empty() && !is_capital(tag->name[0])) {
            // HTML stays; only what its attributes compute goes.
            const std::string_view written = body_.substr(at_, tag->length);
            if (written.find('{') == std::string_view::npos) return false;
            out_ += fmt::format("<{}{}", tag->is_closing ? "/" : "", tag->name);
            for (const auto& [name, value] : tag->attributes) out_ += fmt::format(" {}=\"{}\"", name, value);
            out_ += '>' + line_ends_of(written);
        } else {
            if (tag->is_closing && !indentations_.empty()) indentations_.pop_back();
            if (!tag->is_closing && !tag->closes_itself) indentations_.emplace_back();
            for (const std::string_view spoken : spoken_attributes) {
                const auto said = std::find_if(tag->attributes.begin(), tag->attributes.end(), [spoken](const auto& each) { return each.first == spoken; });
                if (said == tag->attributes.end() || core::utf8::trimmed(said->second).empty() || said->second.find('\n') != std::string::npos) continue;
                out_ += fmt::format("**{}** ", core::utf8::trimmed(said->second));
                break;
            }
            if (!tag->is_closing && !tag->name.empty()) note(fmt::format("the component <{}>", tag->name.substr(0, 40)));
            out_ += line_ends_of(body_.substr(at_, tag->length));
        }
        at_ += tag->length;
        return true;
    }

    template <class Found>
    Found looked(Found found) {
        if (!found) work_left_ -= std::min(work_left_, longest_piece);
        return found;
    }

    void note(const std::string& name) {
        Seen& seen = seen_[name];
        if (++seen.times > 1) return;
        seen.line = first_line_ + static_cast<int>(std::count(body_.begin(), body_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    }

    std::string_view body_;
    const std::string& file_;
    int first_line_;
    core::Problems& problems_;
    std::string out_;
    std::size_t at_ = 0;
    std::vector<std::optional<std::size_t>> indentations_;  // of open components, once a line of theirs was seen
    std::size_t work_left_ = 32u << 20;  // bytes that may be looked at in vain
    std::map<std::string, Seen> seen_;
};

}  // namespace

std::string without_jsx(std::string_view body, const std::string& file, int first_line, core::Problems& problems) { return Remover(body, file, first_line, problems).run(); }

}  // namespace kb
