// The look as tokens: colours from assets/themes, type and measures from here.
//
// Sizes are theme units: a unit is one pixel on a 24" panel of 1920 × 1080. Frame makes pixels of them.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "kiosk/app/app.hpp"
#include "kiosk/paint/geometry.hpp"

namespace kiosk::ui {

struct CategoryTint {
    paint::Colour icon;
    paint::Colour tint;
};

struct Theme {
    paint::Colour background, hero, surface, surface_2;
    paint::Colour ink, ink_2, ink_3;
    paint::Colour line;     // decoration
    paint::Colour control;  // the edge of what can be touched
    paint::Colour primary, primary_pressed, on_primary;
    paint::Colour tint, on_tint;
    paint::Colour highlight;
    paint::Colour ok, ok_tint, warning, warning_tint, danger, danger_tint;
    paint::Colour focus;
    paint::Colour keyboard, key, key_special, key_edge;
    paint::Colour scrim;
    std::vector<CategoryTint> categories;  // eight
    float shadow = 1;                      // times a shadow's opacity
    bool outline = false;  // cards and tinted boxes have an edge, since no shadow parts them from the ground

    [[nodiscard]] const CategoryTint& category(int colour) const;
};

// Each colour by the name it has in the files.
[[nodiscard]] const std::vector<std::pair<std::string_view, paint::Colour Theme::*>>& colour_names();

// Colours that can meet on a screen, with the contrast that WCAG asks for: text 4.5, the edges of controls 3.
struct Pair {
    std::string_view foreground;
    std::string_view background;
    double least = 4.5;
};
[[nodiscard]] const std::vector<Pair>& pairs_that_meet();
[[nodiscard]] double contrast(paint::Colour a, paint::Colour b);

struct Themes {
    Theme light, dark, high_contrast;

    [[nodiscard]] static core::Result<Themes> load(const std::filesystem::path& folder);
    [[nodiscard]] const Theme& of(ThemeName name) const;
};

struct Type {
    float size;
    int weight;
    float line_height;
};

namespace type {
inline constexpr Type display{64, 700, 1.12F};
inline constexpr Type h1{46, 700, 1.18F};
inline constexpr Type h2{34, 600, 1.25F};
inline constexpr Type h3{28, 600, 1.28F};
inline constexpr Type body{26, 400, 1.5F};
inline constexpr Type label{25, 500, 1.3F};
inline constexpr Type strong{25, 600, 1.3F};
inline constexpr Type caption{22, 500, 1.35F};
inline constexpr Type key{30, 500, 1.3F};
inline constexpr Type field{29, 400, 1.3F};
inline constexpr Type search{32, 400, 1.3F};
inline constexpr Type code{76, 700, 1.2F};
}  // namespace type

namespace unit {
// Space.
inline constexpr float xs = 8;
inline constexpr float s = 12;
inline constexpr float m = 16;
inline constexpr float l = 24;
inline constexpr float xl = 32;
inline constexpr float xxl = 48;
// Corners.
inline constexpr float radius_key = 14;
inline constexpr float radius_row = 16;
inline constexpr float radius_field = 18;
inline constexpr float radius_button = 20;
inline constexpr float radius_card = 26;
// Heights.
inline constexpr float button = 84;
inline constexpr float bar_button = 76;
inline constexpr float chip = 64;
inline constexpr float field_height = 84;
inline constexpr float hero_search = 96;
inline constexpr float row = 78;
inline constexpr float key_height = 80;
inline constexpr float gap = 10;
// Strokes.
inline constexpr float stroke = 2;
inline constexpr float stroke_selected = 4;
inline constexpr float focus_gap = 5;
// A finger's target, whatever the scale: pixels.
inline constexpr float least_target_px = 44;
}  // namespace unit

}  // namespace kiosk::ui
