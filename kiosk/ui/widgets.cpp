#include "kiosk/ui/widgets.hpp"

#include <algorithm>
#include <cmath>

namespace kiosk::ui {

namespace {

constexpr float button_padding = 30;
constexpr float button_icon = 30;
constexpr float button_icon_gap = 14;
constexpr float chip_padding = 24;

struct ButtonColours {
    Colour ground;
    Colour ink;
    Colour edge;
    bool has_ground = true;
    bool has_edge = false;
};

ButtonColours colours_of(const Frame& frame, const Button& button, float press) {
    const Theme& theme = frame.theme;
    if (!button.enabled) return {theme.surface_2, theme.ink_3, theme.line, true, theme.outline};
    switch (button.look) {
        case Look::primary:
            return {theme.primary.mixed(theme.primary_pressed, press), theme.on_primary, {}, true, false};
        case Look::outlined:
            return {theme.surface.mixed(theme.tint, press), theme.ink, theme.control, true, true};
        case Look::tonal:
            return {theme.tint.mixed(theme.primary, press * 0.2F), theme.on_tint, theme.line, true,
                    theme.outline};
        case Look::quiet:
            return {theme.tint, theme.primary, {}, press > 0, false};
        case Look::danger:
            return {theme.surface.mixed(theme.danger_tint, press), theme.danger, theme.danger, true, true};
    }
    return {};
}

float label_width(Frame& frame, const std::string& label) {
    return frame.measure({.text = label, .type = type::label}).width;
}

}  // namespace

Size size_of(Frame& frame, const Button& button) {
    const float height = frame.target(button.height);
    const float icon = button.icon.empty() ? 0 : frame.px(button_icon);
    if (button.icon_only) return {std::max(height, frame.target(unit::bar_button)), height};
    const float arrow = button.onward ? frame.px(button_icon + button_icon_gap) : 0;
    const float padding = button.look == Look::quiet ? 16 : button_padding;
    return {std::ceil(label_width(frame, button.label)) + 1 + icon +
                (icon > 0 ? frame.px(button_icon_gap) : 0) + arrow + 2 * frame.px(padding),
            height};
}

void draw(Frame& frame, Rect rect, const Button& button) {
    rect = rect.snapped();
    const float press = frame.press_of(button.id);
    const ButtonColours colours = colours_of(frame, button, press);
    const float radius = frame.px(unit::radius_button);
    const float stroke = frame.px(frame.theme.outline ? 3 : unit::stroke);
    if (button.look == Look::primary && button.enabled) frame.shadow(rect, radius, Elevation::low);
    if (colours.has_ground) frame.fill(rect, colours.ground, radius);
    if (button.selected) {
        frame.border(rect, frame.theme.primary, frame.px(unit::stroke_selected), radius);
    } else if (colours.has_edge) {
        frame.border(rect, colours.edge, stroke, radius);
    }

    const float icon = frame.px(button_icon);
    if (button.icon_only) {
        frame.icon_in(button.icon, rect, icon * 1.1F, colours.ink);
    } else {
        const float gap = frame.px(button_icon_gap);
        const float before = button.icon.empty() ? 0 : icon + gap;
        const float after = button.onward ? icon + gap : 0;
        const float padding = frame.px(button.look == Look::quiet ? 12 : 18);
        const float room = rect.width - 2 * padding - before - after;
        const Say say{
            .text = button.label, .type = type::label, .colour = colours.ink, .width = room, .lines = 2};
        const auto layout = frame.layout(say);
        const float width = std::min(room, std::ceil(layout->width()) + 1);
        float x = std::round(rect.x + (rect.width - before - after - width) / 2);
        if (before > 0) {
            const Rect box{x, std::round(rect.centre().y - icon / 2), icon, icon};
            if (button.icon == "arrow_back") {
                frame.icon_onward("arrow_back", "arrow_forward", box, colours.ink);
            } else {
                frame.icon(button.icon, box, colours.ink);
            }
            x += before;
        }
        Say exact = say;
        exact.width = std::max(width, 1.0F);
        // The same breaks as measured, in a box that hugs the words.
        exact.lines = layout->line_count() > 1 ? 2 : 1;
        frame.draw({x, std::round(rect.centre().y - layout->height() / 2)}, exact);
        if (after > 0) {
            frame.icon_onward("arrow_forward", "arrow_back",
                              {x + width + gap, std::round(rect.centre().y - icon / 2), icon, icon},
                              colours.ink);
        }
    }
    frame.focus_ring(button.id, rect, radius);
    frame.item({.id = button.id,
                .role = Role::button,
                .label = button.label,
                .value = button.value,
                .rect = rect,
                .enabled = button.enabled,
                .selected = button.selected,
                .deeds = button.deeds});
}

std::vector<Rect> places_in_row(Frame& frame, Rect row, const std::vector<Button>& buttons,
                                float gap_units) {
    const float gap = frame.px(gap_units);
    float x = row.x;
    float y = row.y;
    float bottom = row.y;
    std::vector<Rect> places;
    for (const Button& button : buttons) {
        Size size = size_of(frame, button);
        size.width = std::min(size.width, row.width);
        if (x > row.x && x + size.width > row.right()) {
            x = row.x;
            y = bottom + gap;
        }
        places.push_back({x, y, size.width, size.height});
        bottom = std::max(bottom, y + size.height);
        x += size.width + gap;
    }
    return places;
}

float draw_row(Frame& frame, Rect row, const std::vector<Button>& buttons, float gap_units) {
    const std::vector<Rect> places = places_in_row(frame, row, buttons, gap_units);
    for (std::size_t i = 0; i < buttons.size(); ++i) draw(frame, places[i], buttons[i]);
    return places.empty() ? row.y : places.back().bottom();
}

float draw_chips(Frame& frame, Rect area, const std::vector<Chip>& chips, int rows) {
    const Theme& theme = frame.theme;
    const float gap = frame.px(14);
    const float height = frame.target(unit::chip);
    float x = area.x;
    float y = area.y;
    int row = 1;
    for (const Chip& chip : chips) {
        const float icon = chip.icon.empty() ? 0 : frame.px(28 + 10);
        const float padding = frame.px(chip_padding);
        const float width =
            std::min(area.width, std::ceil(label_width(frame, chip.label)) + 1 + icon + 2 * padding);
        if (x > area.x && x + width > area.right()) {
            if (rows > 0 && row >= rows) break;
            ++row;
            x = area.x;
            y += height + gap;
        }
        const Rect rect = Rect{x, y, width, height}.snapped();
        const float press = frame.press_of(chip.id);
        const float radius = rect.height / 2;
        if (chip.selected) {
            frame.fill(rect, theme.primary, radius);
        } else {
            frame.fill(rect, theme.surface.mixed(theme.tint, press), radius);
            frame.border(rect, theme.outline ? theme.control : theme.line, frame.px(unit::stroke), radius);
        }
        const Colour ink = chip.selected ? theme.on_primary : theme.ink;
        if (icon > 0) {
            frame.icon(
                chip.icon,
                {rect.x + padding, std::round(rect.centre().y - frame.px(14)), frame.px(28), frame.px(28)},
                chip.selected ? ink : theme.primary);
        }
        frame.draw_in(
            {rect.x + padding + icon, rect.y, rect.width - 2 * padding - icon, rect.height},
            {.text = chip.label, .type = type::label, .colour = ink, .lines = 1, .may_be_cut = true});
        frame.focus_ring(chip.id, rect, radius);
        frame.item({.id = chip.id,
                    .role = chip.role,
                    .label = chip.label,
                    .rect = rect,
                    .selected = chip.selected,
                    .deeds = chip.deeds});
        x += rect.width + gap;
    }
    return y + height;
}

void card(Frame& frame, Rect rect, Elevation elevation, float press, float radius_units) {
    const Theme& theme = frame.theme;
    rect = rect.snapped();
    const float radius = frame.px(radius_units);
    frame.shadow(rect, radius, elevation);
    frame.fill(rect, theme.surface.mixed(theme.tint, press), radius);
    if (theme.outline) frame.border(rect, theme.line, frame.px(3), radius);
}

void badge(Frame& frame, Rect rect, std::string_view icon, Colour tint, Colour ink) {
    rect = rect.snapped();
    const float radius = rect.width * 0.25F;
    frame.fill(rect, tint, radius);
    if (frame.theme.outline) frame.border(rect, ink, frame.px(2), radius);
    frame.icon_in(icon, rect, rect.width * 0.53F, ink);
}

namespace {
constexpr float option_padding = 26;
constexpr float option_icon = 40;
constexpr float option_mark = 30;

float option_text_width(const Frame& frame, const Option& option, float width) {
    const float icon = option.icon.empty() ? 0 : option_icon + 22;
    return width - frame.px(2 * option_padding + icon + option_mark + 14);
}
}  // namespace

float height_of(Frame& frame, const Option& option, float width) {
    const float text =
        frame
            .measure(
                {.text = option.label, .type = type::label, .width = option_text_width(frame, option, width)})
            .height;
    return std::max(frame.target(option.icon.empty() ? unit::button : 100), text + frame.px(44));
}

void draw(Frame& frame, Rect rect, const Option& option) {
    const Theme& theme = frame.theme;
    rect = rect.snapped();
    const float press = frame.press_of(option.id);
    const float radius = frame.px(unit::radius_button);
    frame.fill(rect, option.selected ? theme.tint : theme.surface.mixed(theme.tint, press), radius);
    const float stroke = option.selected ? unit::stroke_selected : theme.outline ? 3 : unit::stroke;
    frame.border(rect, option.selected ? theme.primary : theme.control, frame.px(stroke), radius);

    const Colour ink = option.selected ? theme.on_tint : theme.ink;
    float x = rect.x + frame.px(option_padding);
    if (!option.icon.empty()) {
        const float icon = frame.px(option_icon);
        frame.icon(option.icon, {x, std::round(rect.centre().y - icon / 2), icon, icon},
                   option.selected ? theme.primary : theme.ink_2);
        x += icon + frame.px(22);
    }
    frame.draw_in({x, rect.y, option_text_width(frame, option, rect.width), rect.height},
                  {.text = option.label, .type = type::label, .colour = ink});

    const float mark = frame.px(option_mark);
    const Rect box{rect.right() - frame.px(option_padding - 6) - mark, std::round(rect.centre().y - mark / 2),
                   mark, mark};
    const std::string_view empty_mark = option.many ? "check_box_outline_blank" : "radio_button_unchecked";
    const std::string_view set_mark = option.many ? "check_box" : "check_circle";
    frame.icon(option.selected ? set_mark : empty_mark, box, option.selected ? theme.primary : theme.control);

    frame.focus_ring(option.id, rect, radius);
    frame.item({.id = option.id,
                .role = Role::option,
                .label = option.label,
                .value = option.selected ? "true" : "false",
                .rect = rect,
                .selected = option.selected,
                .deeds = option.deeds});
}

float draw_options(Frame& frame, Rect area, const std::vector<Option>& options, float least_width_units) {
    const float gap = frame.px(unit::m + 4);
    const Grid grid(area, columns_for(area.width, frame.px(least_width_units), gap, options.size(), 4), gap);
    float y = area.y;
    for (std::size_t first = 0; first < options.size(); first += static_cast<std::size_t>(grid.columns())) {
        const std::size_t end = std::min(options.size(), first + static_cast<std::size_t>(grid.columns()));
        float height = 0;
        for (std::size_t i = first; i < end; ++i)
            height = std::max(height, height_of(frame, options[i], grid.width()));
        for (std::size_t i = first; i < end; ++i)
            draw(frame, {grid.x(i), y, grid.width(), height}, options[i]);
        y += height + gap;
    }
    return options.empty() ? area.y : y - gap;
}

Colours colours_of(const Frame& frame, Tone tone) {
    const Theme& theme = frame.theme;
    switch (tone) {
        case Tone::plain:
            return {theme.surface_2, theme.ink_2};
        case Tone::note:
            return {theme.tint, theme.on_tint};
        case Tone::ok:
            return {theme.ok_tint, theme.ok};
        case Tone::warning:
            return {theme.warning_tint, theme.warning};
        case Tone::danger:
            return {theme.danger_tint, theme.danger};
    }
    return {};
}

float draw(Frame& frame, Point at, float width, const Banner& banner) {
    const Colours colours = colours_of(frame, banner.tone);
    const float padding = frame.px(22);
    const float icon = frame.px(32);
    const float text_width = width - 2 * padding - icon - frame.px(18);
    const Say title{.text = banner.title, .type = type::strong, .colour = colours.ink, .width = text_width};
    const Say text{.text = banner.text, .type = type::label, .colour = colours.ink, .width = text_width};
    const float title_height = banner.title.empty() ? 0 : frame.measure(title).height + frame.px(4);
    const float height = title_height + frame.measure(text).height + 2 * padding;

    const Rect rect = Rect{at.x, at.y, width, height}.snapped();
    const float radius = frame.px(unit::radius_field);
    frame.fill(rect, colours.ground, radius);
    if (frame.theme.outline) frame.border(rect, colours.ink, frame.px(2), radius);
    const float first_line = frame.px(type::label.size * type::label.line_height);
    frame.icon(banner.icon,
               {rect.x + padding, std::round(rect.y + padding + (first_line - icon) / 2), icon, icon},
               colours.ink);
    const float x = rect.x + padding + icon + frame.px(18);
    float y = rect.y + padding;
    if (!banner.title.empty()) {
        frame.draw({x, y}, title);
        y += title_height;
    }
    frame.draw({x, y}, text);
    return rect.bottom();
}

float draw_remark(Frame& frame, Point at, float width, std::string_view icon, std::string_view text,
                  Colour colour, Type type) {
    const float size = frame.px(type.size * 1.2F);
    const float line = std::round(frame.px(type.size) * type.line_height);
    frame.icon(icon, {at.x, std::round(at.y + (line - size) / 2), size, size}, colour);
    const float indent = size + frame.px(12);
    return at.y + frame.draw({at.x + indent, at.y},
                             {.text = text, .type = type, .colour = colour, .width = width - indent});
}

void tell(Frame& frame, std::string id, std::string label, std::string value, Rect rect) {
    frame.item({.id = std::move(id),
                .role = Role::text,
                .label = std::move(label),
                .value = std::move(value),
                .rect = rect});
}

int columns_for(float width, float least, float gap, std::size_t count, int most) {
    const int fitting = std::clamp(static_cast<int>((width + gap) / (least + gap)), 1, most);
    if (count == 0) return fitting;
    const int amount = static_cast<int>(count);
    if (amount <= fitting) return amount;
    const int rows = (amount + fitting - 1) / fitting;
    return (amount + rows - 1) / rows;  // the same number of rows, filled evenly
}

}  // namespace kiosk::ui
