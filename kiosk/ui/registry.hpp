// Everything that a person can touch, told anew each frame: the one source for hit testing, focus order and
// tests.
//
// Order is drawing order, which is reading order. What lies on top was drawn later.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kiosk/app/app.hpp"
#include "kiosk/paint/geometry.hpp"

namespace kiosk::ui {

// What only the drawing side knows about.
struct ScrollTo {
    std::string area;
    float offset = 0;
};
struct JumpToAnchor {
    std::string anchor;
};
struct ToggleShift {};
struct ToggleSymbols {};
struct NextKeyboard {};
struct TurnMonth {
    std::string field;
    int by = 0;
};
// A tap into a text: the caret goes to where the finger is.
struct PlaceCaret {
    std::string item;  // the field that was tapped
};

using Deed = std::variant<Action, ScrollTo, JumpToAnchor, ToggleShift, ToggleSymbols, NextKeyboard, TurnMonth,
                          PlaceCaret>;

enum class Role : std::uint8_t { button, field, option, link, key, text };
[[nodiscard]] std::string_view name_of(Role role);

struct Item {
    std::string id = {};
    Role role = Role::button;
    std::string label = {};
    std::string value = {};
    paint::Rect rect = {};     // in window pixels, also where scrolled out of view
    paint::Rect visible = {};  // what of it is in view; empty when nothing is
    bool enabled = true;
    bool selected = false;
    bool on_press = false;  // acts when the finger comes down, not when it leaves
    bool covered = false;   // below an overlay
    std::string area = {};  // the scroll area it is in, or empty
    std::vector<Deed> deeds = {};

    [[nodiscard]] bool is_interactive() const { return role != Role::text; }
};

// A region that a finger can drag.
struct Area {
    std::string id = {};
    paint::Rect rect = {};
    float content_height = 0;
    bool covered = false;
};

// A text as it was drawn; kept only while watching, for the checks of the layout.
struct TextNote {
    std::string text = {};
    paint::Rect rect = {};
    paint::Rect clip = {};
    bool cut = false;
    bool may_be_cut = false;
    int unknown_glyphs = 0;
};

class Registry {
public:
    void begin_frame();
    Item& add(Item item);
    void add_area(Area area);
    // All that was added so far lies below an overlay.
    void cover_all();

    [[nodiscard]] const std::vector<Item>& items() const { return items_; }
    [[nodiscard]] const std::vector<Area>& areas() const { return areas_; }
    [[nodiscard]] const Item* find(std::string_view id) const;
    // The topmost at a point that can be touched.
    [[nodiscard]] const Item* at(paint::Point point) const;
    [[nodiscard]] const Area* area_at(paint::Point point) const;
    [[nodiscard]] const Area* area(std::string_view id) const;

    void watch_texts(bool watch) { watching_ = watch; }
    [[nodiscard]] bool is_watching() const { return watching_; }
    void add_text(TextNote note) { texts_.push_back(std::move(note)); }
    [[nodiscard]] const std::vector<TextNote>& texts() const { return texts_; }

    // Overwrites what was told of the session.
    void forget();

private:
    std::vector<Item> items_;
    std::vector<Area> areas_;
    std::vector<TextNote> texts_;
    bool watching_ = false;
};

}  // namespace kiosk::ui
