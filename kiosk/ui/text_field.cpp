#include "kiosk/ui/text_field.hpp"

#include <algorithm>
#include <cmath>

namespace kiosk::ui {

namespace {

constexpr float padding = 26;
constexpr int least_lines = 3;
constexpr float caret_width = 3;

float icon_room(const TextField& field) { return field.icon.empty() ? 0 : 40 + 20; }

Rect inside(const Frame& frame, Rect rect, const TextField& field) {
    const float start = frame.px((field.pill ? 34 : padding) + icon_room(field));
    const float end = frame.px((field.pill ? 34 : padding) + field.room_at_end);
    return {rect.x + start, rect.y, std::max(1.0F, rect.width - start - end), rect.height};
}

Say say_of(const Frame& frame, const TextField& field, float width) {
    return {.text = field.text,
            .type = field.type,
            .colour = frame.theme.ink,
            .width = field.many_lines ? width : -1,
            .flow = Flow::own};
}

}  // namespace

float height_of(Frame& frame, const TextField& field, float width) {
    const float one = frame.target(unit::field_height);
    if (!field.many_lines) return one;
    const Rect inner = inside(frame, {0, 0, width, one}, field);
    const auto layout = frame.layout(say_of(frame, field, inner.width));
    const float lines = static_cast<float>(std::max(least_lines, layout->line_count() + 1));
    return std::max(one, lines * layout->line_height() + 2 * frame.px(18));
}

void draw(Frame& frame, Rect rect, const TextField& field) {
    const Theme& theme = frame.theme;
    rect = rect.snapped();
    const float radius = field.pill ? rect.height / 2 : frame.px(unit::radius_field);
    const float press = field.active ? 0 : frame.press_of(field.id);
    if (field.pill) frame.shadow(rect, radius, Elevation::high);
    frame.fill(rect, theme.surface.mixed(theme.tint, press), radius);
    const Colour edge = field.faulty ? theme.danger : field.active ? theme.primary : theme.control;
    const bool strong = field.active || field.faulty;
    frame.border(rect, edge, frame.px(strong ? 3 : theme.outline ? 3 : unit::stroke), radius);

    if (!field.icon.empty()) {
        const float icon = frame.px(40);
        frame.icon(field.icon,
                   {rect.x + frame.px(field.pill ? 34 : padding), std::round(rect.centre().y - icon / 2),
                    icon, icon},
                   theme.primary);
    }

    const Rect inner = inside(frame, rect, field);
    frame.push_clip({inner.x - frame.px(6), inner.y, inner.width + frame.px(12), inner.height});
    if (field.text.empty() && !field.placeholder.empty()) {
        Say hint{.text = field.placeholder,
                 .type = field.type,
                 .colour = theme.ink_3,
                 .width = inner.width - frame.px(6),
                 .lines = 1,
                 .may_be_cut = true};
        if (frame.layout(hint)->cut()) hint.text = field.label;  // half an example helps nobody
        frame.draw_in({inner.x + frame.px(6), inner.y, hint.width, inner.height}, hint);
    }

    const Say say = say_of(frame, field, inner.width);
    const auto layout = frame.layout(say);
    const Rect box = frame.out(inner);
    const std::size_t caret = std::min(field.caret, field.text.size());
    const paint::Caret at = layout->caret(caret);
    const bool from_right = field.text.empty() ? frame.mirrored() : layout->starts_right_to_left();

    float x = box.x;
    float y = std::round(box.centre().y - layout->line_height() / 2);
    if (field.many_lines) {
        y = box.y + frame.px(18);
    } else if (field.text.empty()) {
        x = from_right ? box.right() : box.x;
    } else if (layout->width() <= box.width) {
        if (from_right) x = box.right() - layout->width();
    } else if (field.active) {
        // As little as keeps the caret in view.
        const float before = from_right ? box.right() - layout->width() : box.x;
        x = std::clamp(before, box.x - at.top.x, box.right() - at.top.x);
    } else if (from_right) {
        x = box.right() - layout->width();
    }
    {
        const Frame::Unmirrored as_is(frame);
        Say plain = say;
        plain.may_be_cut = true;
        frame.draw({x, y}, plain);
        if (field.active) {
            const float width = std::max(2.0F, frame.px(caret_width));
            const float caret_x = field.text.empty() ? x : x + at.top.x;
            frame.fill({std::round(caret_x - width / 2), std::round(y + at.top.y + 1), width,
                        std::max(layout->line_height(), at.height) - 2},
                       theme.primary);
        }
    }
    frame.pop_clip();

    frame.memory.text_places.push_back({.item = field.id,
                                        .layout = layout,
                                        .origin = {x, y},
                                        .caret = caret,
                                        .length = field.text.size(),
                                        .has_caret = field.active});
    std::vector<Deed> deeds = field.deeds;
    deeds.emplace_back(PlaceCaret{field.id});
    frame.focus_ring(field.id, rect, radius);
    frame.item({.id = field.id,
                .role = Role::field,
                .label = field.label,
                .value = field.text,
                .rect = rect,
                .selected = field.active,
                .deeds = std::move(deeds)});
}

}  // namespace kiosk::ui
