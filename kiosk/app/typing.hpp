// Text under a caret. Characters are what people count as one: a flag or a letter with its accents goes at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kiosk {

// A text that is being edited where it is kept; `caret` is a byte offset between two characters.
struct Typing {
    std::string& text;
    std::size_t& caret;

    // Takes as much of `more` as the limit (in characters) leaves room for. What is not UTF-8 or not printable is
    // left out; line feeds stay only where `lines` allows them. Tells whether anything changed.
    bool insert(std::string_view more, std::size_t limit, bool lines = false);
    bool backspace();
    void move(std::size_t to);  // to the boundary at or before
    bool clear();
};

}  // namespace kiosk
