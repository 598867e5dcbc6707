#include "kb/rich_text.hpp"

#include <utility>

namespace kb {
namespace {

bool is_plain(const RunStyle& style) {
    return !style.bold && !style.italic && !style.code && !style.strike && style.link.empty();
}

// Han and Kana take three bytes from E3 to E9 and are written without spaces, so a line end between two of them is none.
bool ends_in_han_or_kana(std::string_view text) {
    if (text.size() < 3) return false;
    const auto lead = static_cast<unsigned char>(text[text.size() - 3]);
    return lead >= 0xE3 && lead <= 0xE9;
}
bool starts_with_han_or_kana(std::string_view text) {
    if (text.size() < 3) return false;
    const auto lead = static_cast<unsigned char>(text.front());
    return lead >= 0xE3 && lead <= 0xE9;
}

}  // namespace

void RichTextBuilder::mark(std::size_t begin, const RunStyle& style) {
    if (is_plain(style) || begin == words_.text.size()) return;
    Span span{begin, words_.text.size(), style.bold, style.italic, style.code, style.strike, style.link};
    if (!words_.spans.empty()) {
        Span& last = words_.spans.back();
        Span joined = span;
        joined.begin = last.begin;
        joined.end = last.end;
        if (last.end == begin && last == joined) {
            last.end = span.end;
            return;
        }
    }
    words_.spans.push_back(std::move(span));
}

void RichTextBuilder::add(std::string_view text, const RunStyle& style, bool exact) {
    if (text.empty()) return;
    if (const auto broken = std::exchange(soft_break_, std::nullopt)) {
        const bool at_start = words_.text.empty() || words_.text.back() == '\n' || words_.text.back() == ' ';
        const bool unspaced = ends_in_han_or_kana(words_.text) && starts_with_han_or_kana(text);
        if (!at_start && !unspaced) {
            words_.text += ' ';
            mark(words_.text.size() - 1, *broken);
        }
    }
    const std::size_t begin = words_.text.size();
    if (exact) {
        words_.text += text;
    } else {
        for (const char c : text) {
            const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
            if (!blank) {
                words_.text += c;
            } else if (!words_.text.empty() && words_.text.back() != ' ' && words_.text.back() != '\n') {
                words_.text += ' ';
            }
        }
    }
    mark(begin, style);
}

void RichTextBuilder::hard_break() {
    while (words_.text.ends_with(' ')) words_.text.pop_back();
    if (!words_.text.empty()) words_.text += '\n';
    soft_break_.reset();
    for (Span& span : words_.spans) span.end = std::min(span.end, words_.text.size());
}

RichText RichTextBuilder::take() {
    while (!words_.text.empty() && (words_.text.back() == ' ' || words_.text.back() == '\n')) words_.text.pop_back();
    for (Span& span : words_.spans) span.end = std::min(span.end, words_.text.size());
    std::erase_if(words_.spans, [](const Span& span) { return span.begin >= span.end; });
    soft_break_.reset();
    return std::exchange(words_, {});
}

}  // namespace kb
