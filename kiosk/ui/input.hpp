// What hands do, as values: from a real window, from XI2 touch or from a test, all in one queue.
//
// Positions are in window pixels. Times are milliseconds of one steady clock, the one given to Stage::draw.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace kiosk::ui {

struct PointerMoved {
    float x = 0;
    float y = 0;
    double time_ms = 0;
};
struct PointerPressed {
    float x = 0;
    float y = 0;
    double time_ms = 0;
    bool touch = false;
};
struct PointerReleased {
    float x = 0;
    float y = 0;
    double time_ms = 0;
};
// The finger is taken away from us: a second one came, or the window lost it. Nothing is clicked.
struct PointerCancelled {};
struct Wheel {
    float x = 0;
    float y = 0;
    float steps = 0;  // positive shows what is above
    double time_ms = 0;
};

// Only the keys that do something; all else is swallowed.
enum class Key : std::uint8_t {
    tab,
    enter,
    escape,
    backspace,
    left,
    right,
    up,
    down,
    home,
    end,
    page_up,
    page_down
};
struct KeyPressed {
    Key key = Key::tab;
    bool shift = false;
    bool control = false;
};
// What a physical keyboard typed.
struct Characters {
    std::string utf8;
};

using InputEvent = std::variant<PointerMoved, PointerPressed, PointerReleased, PointerCancelled, Wheel,
                                KeyPressed, Characters>;

}  // namespace kiosk::ui
