// Judges fingers, wheel and keys by what was drawn last, and tells what is to happen.
//
// A press arms the item under it, and the release on it acts; keys of the keyboard act on the press. A finger
// that moves on beyond the slop scrolls instead, and the item is let go. One thing happens at a time: after
// it, what is shown may be another screen, so the rest of the queue waits for the next frame.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kiosk/ui/input.hpp"
#include "kiosk/ui/keyboard.hpp"
#include "kiosk/ui/memory.hpp"
#include "kiosk/ui/registry.hpp"

namespace kiosk::ui {

class Hands {
public:
    Hands(const Registry& registry, Memory& memory, const Keyboards& keyboards)
        : registry_(registry), memory_(memory), keyboards_(keyboards) {}

    Actions take(std::span<const InputEvent> events, double now_ms);
    // Moves what was flung, up to this moment.
    void move_on(double now_ms);
    // What `take` judges by is now this new frame. `zoom` is pixels a unit.
    void frame_drawn(const State& state, float zoom);

    [[nodiscard]] bool is_moving() const;
    [[nodiscard]] bool is_waiting() const { return !queue_.empty(); }
    void forget();

private:
    struct Finger {
        paint::Point start;
        paint::Point at;
        std::string armed;
        std::string area;
        float offset_at_start = 0;
        bool dragging = false;
        std::vector<std::pair<double, float>> trail;  // of the last moments: time and y
    };

    void pressed(const PointerPressed& event);
    void moved(const PointerMoved& event);
    void released(const PointerReleased& event);
    void wheel(const Wheel& event);
    void key(const KeyPressed& event);
    void characters(const Characters& event);
    void let_go(double time_ms);
    void act(const Item& item, std::optional<paint::Point> where);
    void move_focus(int by);
    void move_caret(Key key);
    void scroll_page(float pages);
    [[nodiscard]] const TextPlace* caret_place() const;
    [[nodiscard]] const Area* main_area() const;

    const Registry& registry_;
    Memory& memory_;
    const Keyboards& keyboards_;
    std::deque<InputEvent> queue_;
    std::optional<Finger> finger_;
    Actions out_;
    bool acted_ = false;  // something happened that the next frame shows
    double now_ms_ = 0;
    double moved_on_ms_ = 0;
    float zoom_ = 1;
    std::string shown_keyboard_;
    std::vector<core::Language> languages_;
};

}  // namespace kiosk::ui
