#include "kiosk/app/typing.hpp"

#include <algorithm>

#include "core/base/crypto.hpp"
#include "core/base/utf8.hpp"

namespace kiosk {
namespace {

std::string printable(std::string_view text, bool lines) {
    std::string kept;
    for (const char c : core::utf8::is_valid(text) ? text : std::string_view{}) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_control = byte < 0x20 || byte == 0x7f;
        if (!is_control || (lines && c == '\n')) kept += c;
    }
    return kept;
}

std::size_t boundary_at_or_before(std::string_view text, std::size_t at) {
    if (at >= text.size()) return text.size();
    std::size_t boundary = 0;
    while (boundary < at) {
        const std::size_t next = core::utf8::next_boundary(text, boundary);
        if (next > at) break;
        boundary = next;
    }
    return boundary;
}

}  // namespace

bool Typing::insert(std::string_view more, std::size_t limit, bool lines) {
    caret = boundary_at_or_before(text, caret);
    std::string piece = printable(more, lines);
    const std::size_t there = core::utf8::length(text);
    if (there >= limit && !piece.empty()) {
        // A combining mark joins the character before it and makes the text no longer.
        std::string tried = text;
        tried.insert(caret, piece);
        if (core::utf8::length(tried) > limit) return false;
    } else {
        std::size_t end = 0;
        for (std::size_t room = limit - there; room > 0 && end < piece.size(); --room) {
            end = core::utf8::next_boundary(piece, end);
        }
        piece.resize(end);
    }
    if (piece.empty()) return false;
    text.insert(caret, piece);
    caret += piece.size();
    // What was typed may have joined with what stands behind it.
    const std::size_t boundary = boundary_at_or_before(text, caret);
    if (boundary != caret) caret = core::utf8::next_boundary(text, boundary);
    core::wipe(piece);
    return true;
}

bool Typing::backspace() {
    caret = boundary_at_or_before(text, caret);
    if (caret == 0) return false;
    const std::size_t before = core::utf8::previous_boundary(text, caret);
    text.erase(before, caret - before);
    caret = before;
    return true;
}

void Typing::move(std::size_t to) { caret = boundary_at_or_before(text, to); }

bool Typing::clear() {
    const bool had_text = !text.empty();
    core::wipe(text);
    caret = 0;
    return had_text;
}

}  // namespace kiosk
