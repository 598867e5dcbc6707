#include "kb/template_tags.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// `page "/travel#meals"` → name and quoted arguments, which may have names: `figure src="x.png" alt="a till"`.
struct Tag {
    std::string name;
    std::vector<std::string> quoted;
    std::map<std::string, std::string> named;
};

Tag read_tag(std::string_view inside) {
    Tag tag;
    std::size_t at = 0;
    while (at < inside.size() && (is_blank(inside[at]) || inside[at] == '-' || inside[at] == '%' ||
                                  inside[at] == '<' || inside[at] == '/')) {
        ++at;
    }
    const std::size_t start = at;
    while (at < inside.size() && !is_blank(inside[at]) && inside[at] != '"' && inside[at] != '(' && inside[at] != '|') ++at;
    tag.name = std::string(inside.substr(start, std::min<std::size_t>(at - start, 40)));
    while (at < inside.size()) {
        const char c = inside[at];
        if (c == '"' || c == '\'') {
            const std::size_t end = inside.find(c, at + 1);
            if (end == std::string_view::npos) break;
            tag.quoted.emplace_back(inside.substr(at + 1, end - at - 1));
            if (at > 0 && inside[at - 1] == '=') {
                const std::string_view before = inside.substr(0, at - 1);
                tag.named[std::string(before.substr(before.find_last_of(" \t\n") + 1))] = tag.quoted.back();
            }
            at = end + 1;
        } else {
            ++at;
        }
    }
    return tag;
}

std::string first_named(const Tag& tag, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (const auto found = tag.named.find(name); found != tag.named.end() && !found->second.empty()) return found->second;
    }
    return {};
}

// What is dropped may span lines; the lines stay.
std::string only_line_ends(std::string_view text) {
    return std::string(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), '\n');
}

class Remover {
public:
    Remover(std::string_view body, const std::string& file, int first_line, core::Problems& problems)
        : body_(body), file_(file), first_line_(first_line), problems_(problems) {
        out_.reserve(body.size());
    }

    std::string run() {
        while (at_ < body_.size()) {
            if (at_line_start() && copy_code_fence()) continue;
            if (copy_code_span()) continue;
            if (drop_comment()) continue;
            if (drop_tag("{%", "%}")) continue;
            if (drop_tag("{{", "}}")) continue;
            if (drop_attributes()) continue;
            if (keep_footnote()) continue;
            out_ += body_[at_++];
        }
        for (const auto& [name, seen] : seen_) {
            problems_.push_back({core::Severity::warning, file_, seen.line, seen.column,
                                 fmt::format("the tag `{}` means nothing here and is left out{}", name,
                                             seen.times > 1 ? fmt::format(" ({} times)", seen.times) : ""),
                                 "Write what it would show as Markdown."});
        }
        return std::move(out_);
    }

private:
    struct Seen {
        int line = 0;
        int column = 0;
        int times = 0;
    };

    [[nodiscard]] bool at_line_start() const { return at_ == 0 || body_[at_ - 1] == '\n'; }

    [[nodiscard]] std::size_t end_of_line(std::size_t from) const {
        const std::size_t end = body_.find('\n', from);
        return end == std::string_view::npos ? body_.size() : end + 1;
    }

    // ``` or ~~~, indented by any amount since it may stand in a list.
    [[nodiscard]] std::string_view fence_at(std::size_t line_start) const {
        std::size_t i = line_start;
        while (i < body_.size() && (body_[i] == ' ' || body_[i] == '>')) ++i;
        if (i >= body_.size() || (body_[i] != '`' && body_[i] != '~')) return {};
        std::size_t end = i;
        while (end < body_.size() && body_[end] == body_[i]) ++end;
        return end - i >= 3 ? body_.substr(i, end - i) : std::string_view{};
    }

    bool copy_code_fence() {
        const std::string_view open = fence_at(at_);
        if (open.empty()) return false;
        std::size_t line = end_of_line(at_);
        while (line < body_.size()) {
            const std::string_view close = fence_at(line);
            const std::size_t next = end_of_line(line);
            const bool closes = close.size() >= open.size() && close.front() == open.front();
            line = next;
            if (closes) break;
        }
        out_ += body_.substr(at_, line - at_);
        at_ = line;
        return true;
    }

    // Articles have no footnotes; "[^1]" stays as it is written, and is not taken for a link's label.
    bool keep_footnote() {
        if (body_.substr(at_, 2) != "[^" || (at_ > 0 && body_[at_ - 1] == '\\')) return false;
        out_ += "\\[^";
        at_ += 2;
        return true;
    }

    bool copy_code_span() {
        if (body_[at_] != '`') return false;
        std::size_t end = at_;
        while (end < body_.size() && body_[end] == '`') ++end;
        const std::string_view ticks = body_.substr(at_, end - at_);
        // A span ends in its paragraph; looking no further than this also bounds the work.
        constexpr std::size_t longest_span = 1000;
        const std::string_view window = body_.substr(end, longest_span);
        const std::size_t paragraph = std::min(window.find("\n\n"), window.size());
        const std::size_t close = window.substr(0, paragraph).find(ticks);
        const std::size_t stop = close == std::string_view::npos ? end : end + close + ticks.size();
        out_ += body_.substr(at_, stop - at_);
        at_ = stop;
        return true;
    }

    // Of a comment in a sentence, cmark 0.29 shows every word when it holds "--" or begins with ">". One that begins a
    // line it knows by itself, and what is indented may be code.
    bool drop_comment() {
        if (!body_.substr(at_).starts_with("<!--")) return false;
        const std::string_view before = body_.substr(line_start(), at_ - line_start());
        if (core::utf8::trimmed(before).empty() || before.starts_with("    ") || before.starts_with('\t')) return false;
        const std::string_view inside = body_.substr(at_ + 4);
        const std::size_t end = inside.starts_with(">") ? at_ + 5 : inside.starts_with("->") ? at_ + 6 : end_of("-->", at_ + 4);
        if (end == 0 || body_.substr(at_, end - at_).find("\n\n") != std::string_view::npos) return false;
        out_ += only_line_ends(body_.substr(at_, end - at_));
        at_ = end;
        return true;
    }

    // Behind the next `close`, or 0. Where it was looked for in vain, it is not looked for again.
    std::size_t end_of(const std::string& close, std::size_t from) {
        constexpr std::size_t longest_tag = 4000;
        std::size_t& clear_to = clear_to_[close];
        const std::size_t start = std::max(from, clear_to);
        const std::size_t window_end = std::min(from + longest_tag, body_.size());
        const std::size_t found = start < window_end ? body_.substr(start, window_end - start).find(close) : std::string_view::npos;
        if (found != std::string_view::npos) return start + found + close.size();
        clear_to = std::max(clear_to, window_end > close.size() ? window_end - close.size() : 0);  // it may begin in the last bytes
        return 0;
    }

    std::size_t line_start() {
        const std::size_t last = body_.substr(looked_to_, at_ - looked_to_).rfind('\n');
        if (last != std::string_view::npos) line_start_ = looked_to_ + last + 1;
        looked_to_ = at_;
        return line_start_;
    }

    bool drop_tag(std::string_view open, std::string_view close) {
        if (!body_.substr(at_).starts_with(open)) return false;
        std::size_t end = end_of(std::string(close), at_ + open.size());
        if (end == 0) return false;
        const Tag tag = read_tag(body_.substr(at_ + open.size(), end - close.size() - at_ - open.size()));
        if (open == "{%" && tag.name == "comment") {
            const std::size_t end_comment = body_.find("endcomment", end);
            if (end_comment != std::string_view::npos) {
                const std::size_t after = body_.find(close, end_comment);
                if (after != std::string_view::npos) end = after + close.size();
            }
        } else if ((tag.name == "figure" || tag.name == "img") && tag.named.contains("src")) {
            out_ += fmt::format("![{}](<{}>)", first_named(tag, {"alt", "caption", "title"}), tag.named.at("src"));
        } else if (tag.name == "image" && !tag.quoted.empty()) {
            out_ += fmt::format("![{}]({})", tag.quoted.size() > 1 ? tag.quoted[1] : "", tag.quoted[0]);
        } else if (!tag.quoted.empty() && is_link_target()) {
            out_ += tag.quoted[0];
        } else {
            note(fmt::format("{}{}{}", open, tag.name.empty() ? "…" : tag.name, close));
        }
        out_ += only_line_ends(body_.substr(at_, end - at_));
        at_ = end;
        return true;
    }

    // [words]({% page "/x" %}) or <a href="{{ … }}">
    [[nodiscard]] bool is_link_target() const { return out_.ends_with("](") || out_.ends_with("href=\""); }

    // kramdown: "{: .class}" and "{:toc}". Heading ids "{#id}" stay for the parser.
    bool drop_attributes() {
        if (!body_.substr(at_).starts_with("{:")) return false;
        const std::size_t end = body_.find('}', at_);
        if (end == std::string_view::npos || end >= end_of_line(at_)) return false;
        at_ = end + 1;
        return true;
    }

    void note(const std::string& name) {
        Seen& seen = seen_[core::utf8::repaired(name)];
        if (++seen.times > 1) return;
        const std::string_view before = body_.substr(0, at_);
        const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
        seen.line = first_line_ + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
        seen.column = static_cast<int>(core::utf8::length(before.substr(line_start))) + 1;
    }

    std::string_view body_;
    const std::string& file_;
    int first_line_;
    core::Problems& problems_;
    std::string out_;
    std::size_t at_ = 0;
    std::map<std::string, Seen> seen_;
    std::map<std::string, std::size_t> clear_to_;  // up to where there is none of these
    std::size_t line_start_ = 0;
    std::size_t looked_to_ = 0;
};

}  // namespace

std::string without_template_tags(std::string_view body, const std::string& file, int first_line,
                                  core::Problems& problems) {
    return Remover(body, file, first_line, problems).run();
}

}  // namespace kb
