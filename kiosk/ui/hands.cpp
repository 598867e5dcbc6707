#include "kiosk/ui/hands.hpp"

#include <algorithm>
#include <cmath>

namespace kiosk::ui {

namespace {

constexpr std::size_t longest_queue = 2'000;
constexpr float slop_units = 14;
constexpr double trail_ms = 100;
constexpr float fling_ms = 325;
constexpr float spring_ms = 70;
constexpr float rubber = 0.35F;      // how far a finger pulls beyond the end, of its way
constexpr float slowest_fling = 40;  // units a second; slower is standing still
constexpr float fastest_fling = 9'000;
constexpr float wheel_units = 120;

float pulled(float offset, float furthest) {
    if (offset < 0) return offset * rubber;
    if (offset > furthest) return furthest + (offset - furthest) * rubber;
    return offset;
}

}  // namespace

Actions Hands::take(std::span<const InputEvent> events, double now_ms) {
    now_ms_ = now_ms;
    for (const InputEvent& event : events) {
        if (queue_.size() < longest_queue) queue_.push_back(event);
    }
    out_.clear();
    while (!queue_.empty() && !acted_) {
        const InputEvent event = std::move(queue_.front());
        queue_.pop_front();
        std::visit(core::overloaded{
                       [&](const PointerPressed& e) { pressed(e); },
                       [&](const PointerMoved& e) { moved(e); },
                       [&](const PointerReleased& e) { released(e); },
                       [&](const PointerCancelled&) {
                           if (finger_) finger_->armed.clear();
                           let_go(now_ms_);
                       },
                       [&](const Wheel& e) { wheel(e); },
                       [&](const KeyPressed& e) { key(e); },
                       [&](const Characters& e) { characters(e); },
                   },
                   event);
    }
    return std::move(out_);
}

void Hands::pressed(const PointerPressed& event) {
    out_.emplace_back(Touched{});
    memory_.focus_shown = false;
    const paint::Point at{event.x, event.y};
    Finger finger{.start = at, .at = at, .armed = {}, .area = {}, .trail = {{event.time_ms, event.y}}};

    bool was_moving = false;
    if (const Area* area = registry_.area_at(at)) {
        Scroll& scroll = memory_.scrolls[area->id];
        if (scroll.furthest() >= 1) {
            finger.area = area->id;
            finger.offset_at_start = scroll.offset;
            was_moving = std::abs(scroll.velocity) > slowest_fling * zoom_;
            scroll.velocity = 0;
            scroll.held = true;
        }
    }
    const Item* item = registry_.at(at);
    if (item && item->enabled && !was_moving) {
        memory_.pressed = item->id;
        if (item->on_press) {
            finger_ = std::move(finger);
            act(*item, at);
            return;
        }
        finger.armed = item->id;
    }
    finger_ = std::move(finger);
}

void Hands::moved(const PointerMoved& event) {
    if (!finger_) return;
    finger_->at = {event.x, event.y};
    finger_->trail.emplace_back(event.time_ms, event.y);
    std::erase_if(finger_->trail,
                  [&](const auto& sample) { return sample.first < event.time_ms - trail_ms; });
    if (finger_->area.empty()) return;

    Scroll& scroll = memory_.scrolls[finger_->area];
    if (!finger_->dragging && std::abs(event.y - finger_->start.y) > slop_units * zoom_) {
        finger_->dragging = true;
        finger_->armed.clear();
        memory_.pressed.clear();
        // The content follows from here on, so that it does not jump by the slop.
        finger_->start.y = event.y;
        finger_->offset_at_start = scroll.offset;
        out_.emplace_back(Touched{});
    }
    if (finger_->dragging) {
        scroll.offset = pulled(finger_->offset_at_start + finger_->start.y - event.y, scroll.furthest());
    }
}

void Hands::released(const PointerReleased& event) {
    if (!finger_) return;
    const paint::Point at{event.x, event.y};
    const std::string armed = finger_->armed;
    if (finger_->dragging && finger_->trail.size() >= 2) {
        const auto [first_ms, first_y] = finger_->trail.front();
        const double seconds = (event.time_ms - first_ms) / 1000;
        // A finger that rested before it left does not fling.
        if (seconds > 0.005 && event.time_ms - finger_->trail.back().first < trail_ms / 2) {
            const float limit = fastest_fling * zoom_;
            memory_.scrolls[finger_->area].velocity =
                std::clamp(static_cast<float>((first_y - event.y) / seconds), -limit, limit);
        }
    }
    let_go(event.time_ms);
    if (armed.empty()) return;
    const Item* item = registry_.at(at);
    if (item && item->id == armed && item->enabled) act(*item, at);
}

void Hands::let_go(double time_ms) {
    if (!memory_.pressed.empty()) {
        memory_.released = std::move(memory_.pressed);
        memory_.released_ms = time_ms;
        memory_.pressed.clear();
    }
    if (finger_ && !finger_->area.empty()) memory_.scrolls[finger_->area].held = false;
    finger_.reset();
    moved_on_ms_ = now_ms_;
}

void Hands::wheel(const Wheel& event) {
    out_.emplace_back(Touched{});
    const Area* area = registry_.area_at({event.x, event.y});
    if (!area) return;
    Scroll& scroll = memory_.scrolls[area->id];
    scroll.velocity = 0;
    scroll.offset = std::clamp(scroll.offset - event.steps * wheel_units * zoom_, 0.0F, scroll.furthest());
}

void Hands::act(const Item& item, std::optional<paint::Point> where) {
    acted_ = true;
    for (const Deed& deed : item.deeds) {
        std::visit(core::overloaded{
                       [&](const Action& action) { out_.push_back(action); },
                       [&](const ScrollTo& to) {
                           Scroll& scroll = memory_.scrolls[to.area];
                           scroll.velocity = 0;
                           scroll.offset = std::clamp(to.offset, 0.0F, scroll.furthest());
                       },
                       [&](const JumpToAnchor& to) { memory_.measures.hold(to.anchor); },
                       [&](const ToggleShift&) { memory_.shift = !memory_.shift; },
                       [&](const ToggleSymbols&) {
                           memory_.symbols = !memory_.symbols;
                           memory_.shift = false;
                       },
                       [&](const NextKeyboard&) {
                           memory_.keyboard = next_language(keyboards_, languages_, shown_keyboard_);
                           memory_.shift = false;
                       },
                       [&](const TurnMonth& turn) {
                           auto& month = memory_.months[turn.field];
                           month += std::chrono::months{turn.by};
                       },
                       [&](const PlaceCaret& place) {
                           if (!where) return;
                           for (const TextPlace& text : memory_.text_places) {
                               if (text.item != place.item || text.length == 0) continue;
                               out_.emplace_back(MoveCaret{text.layout->byte_at(*where - text.origin)});
                           }
                       },
                   },
                   deed);
    }
}

void Hands::characters(const Characters& event) {
    out_.emplace_back(Touched{});
    // Space on what is focused presses it, unless it is a text.
    if (memory_.focus_shown && event.utf8 == " " && !caret_place()) {
        if (const Item* item = registry_.find(memory_.focus)) act(*item, std::nullopt);
        return;
    }
    // Typing at home begins a search.
    if (const Item* search = registry_.find("home.search"); search && !search->covered)
        act(*search, std::nullopt);
    out_.emplace_back(TypeText{event.utf8});
    acted_ = true;
}

void Hands::key(const KeyPressed& event) {
    out_.emplace_back(Touched{});
    const auto press = [&](std::string_view id) {
        const Item* item = registry_.find(id);
        if (item && item->enabled && !item->covered) act(*item, std::nullopt);
    };
    switch (event.key) {
        case Key::tab:
            move_focus(event.shift ? -1 : 1);
            break;
        case Key::enter:
            if (memory_.focus_shown && registry_.find(memory_.focus))
                press(memory_.focus);
            else
                press("key.enter");
            break;
        case Key::escape:
            press(registry_.find("key.hide") ? "key.hide" : "bar.back");
            break;
        case Key::backspace:
            out_.emplace_back(Backspace{});
            acted_ = true;
            break;
        case Key::left:
        case Key::right:
        case Key::home:
        case Key::end:
            if (caret_place())
                move_caret(event.key);
            else
                move_focus(event.key == Key::left || event.key == Key::home ? -1 : 1);
            break;
        case Key::up:
            memory_.focus_shown ? move_focus(-1) : scroll_page(-0.2F);
            break;
        case Key::down:
            memory_.focus_shown ? move_focus(1) : scroll_page(0.2F);
            break;
        case Key::page_up:
            scroll_page(-0.8F);
            break;
        case Key::page_down:
            scroll_page(0.8F);
            break;
    }
}

const TextPlace* Hands::caret_place() const {
    const auto found = std::find_if(memory_.text_places.begin(), memory_.text_places.end(),
                                    [](const TextPlace& place) { return place.has_caret; });
    return found == memory_.text_places.end() ? nullptr : &*found;
}

void Hands::move_caret(Key key) {
    const TextPlace* place = caret_place();
    if (!place) return;
    std::size_t to = place->caret;
    if (key == Key::left) to = place->layout->moved_left(place->caret);
    if (key == Key::right) to = place->layout->moved_right(place->caret);
    if (key == Key::home) to = 0;
    if (key == Key::end) to = place->length;
    out_.emplace_back(MoveCaret{to});
    acted_ = true;
}

// Through everything that can be touched, in reading order, round and round. Keys of the keyboard on the
// screen are left out: who presses Tab has keys.
void Hands::move_focus(int by) {
    std::vector<const Item*> order;
    for (const Item& item : registry_.items()) {
        if (item.is_interactive() && item.enabled && !item.covered && item.role != Role::key)
            order.push_back(&item);
    }
    if (order.empty()) return;
    const auto at =
        std::find_if(order.begin(), order.end(), [&](const Item* item) { return item->id == memory_.focus; });
    const auto count = static_cast<std::ptrdiff_t>(order.size());
    std::ptrdiff_t next = by > 0 ? 0 : count - 1;
    if (at != order.end())
        next = memory_.focus_shown ? (at - order.begin() + by + count) % count : at - order.begin();
    memory_.focus = order[static_cast<std::size_t>(next)]->id;
    memory_.focus_shown = true;
    memory_.reveal = memory_.focus;
    acted_ = true;
}

const Area* Hands::main_area() const {
    const Area* largest = nullptr;
    for (const Area& area : registry_.areas()) {
        if (area.covered) continue;
        if (!largest || area.rect.width * area.rect.height > largest->rect.width * largest->rect.height)
            largest = &area;
    }
    return largest;
}

void Hands::scroll_page(float pages) {
    const Area* area = main_area();
    if (!area) return;
    Scroll& scroll = memory_.scrolls[area->id];
    scroll.velocity = 0;
    scroll.offset = std::clamp(scroll.offset + pages * scroll.view_height, 0.0F, scroll.furthest());
    acted_ = true;
}

void Hands::move_on(double now_ms) {
    const auto passed = static_cast<float>(std::clamp(now_ms - moved_on_ms_, 0.0, 100.0));
    moved_on_ms_ = now_ms;
    for (auto& [id, scroll] : memory_.scrolls) {
        if (scroll.held) continue;
        const float furthest = scroll.furthest();
        if (scroll.velocity != 0) {
            const float decay = std::exp(-passed / fling_ms);
            scroll.offset += scroll.velocity * (1 - decay) * fling_ms / 1000;
            scroll.velocity *= decay;
            const bool is_out = scroll.offset < 0 || scroll.offset > furthest;
            if (is_out) scroll.velocity *= std::exp(-passed / spring_ms);
            if (std::abs(scroll.velocity) < slowest_fling * zoom_) scroll.velocity = 0;
        }
        const float home = std::clamp(scroll.offset, 0.0F, furthest);
        if (scroll.velocity == 0 && scroll.offset != home) {
            scroll.offset = home + (scroll.offset - home) * std::exp(-passed / spring_ms);
            if (std::abs(scroll.offset - home) < 1) scroll.offset = home;
        }
    }
}

bool Hands::is_moving() const {
    return std::any_of(memory_.scrolls.begin(), memory_.scrolls.end(), [](const auto& entry) {
        const Scroll& scroll = entry.second;
        return !scroll.held &&
               (scroll.velocity != 0 || scroll.offset < 0 || scroll.offset > scroll.furthest());
    });
}

void Hands::frame_drawn(const State& state, float zoom) {
    zoom_ = zoom;
    acted_ = false;
    languages_ = state.content->catalog.languages;
    shown_keyboard_ = memory_.keyboard.empty() ? state.session.language : memory_.keyboard;
}

void Hands::forget() {
    queue_.clear();
    out_.clear();
    finger_.reset();
    acted_ = false;
}

}  // namespace kiosk::ui
