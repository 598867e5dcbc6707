// A field that a person types into: text, caret, and where a tap puts it.
//
// What is typed and where the caret stands is the state's; here it is only shown.
#pragma once

#include <string>
#include <vector>

#include "kiosk/ui/frame.hpp"

namespace kiosk::ui {

struct TextField {
    std::string id;
    std::string label;  // told, not drawn
    std::string text;
    std::string placeholder = {};
    std::size_t caret = 0;
    bool active = false;  // the keyboard types into it
    bool faulty = false;
    bool many_lines = false;
    bool pill = false;  // as round as it is high, with a shadow: a search
    std::string_view icon = {};
    Type type = type::field;
    float room_at_end = 0;  // units, for a button inside
    std::vector<Deed> deeds = {};
};

// Of the whole field; grows with the text when it has many lines.
[[nodiscard]] float height_of(Frame& frame, const TextField& field, float width);
void draw(Frame& frame, Rect rect, const TextField& field);

}  // namespace kiosk::ui
