#include "kiosk/ui/calendar.hpp"

#include <algorithm>
#include <cmath>

#include "kiosk/ui/widgets.hpp"

namespace kiosk::ui {

namespace {

constexpr float widest_day = 104;
constexpr float day_height = 72;

// 0 for Monday.
unsigned weekday_of(core::Date date) {
    return (std::chrono::weekday{std::chrono::sys_days{date}}.c_encoding() + 6) % 7;
}

}  // namespace

float draw(Frame& frame, Rect area, const Calendar& calendar) {
    const Theme& theme = frame.theme;
    auto [entry, is_new] = frame.memory.months.try_emplace(calendar.field, calendar.begin);
    if (is_new) {
        if (const auto chosen = core::parse_date(calendar.chosen))
            entry->second = chosen->year() / chosen->month();
    }
    const std::chrono::year_month month = entry->second;
    const float gap = frame.px(6);
    const float width = std::min(area.width, 7 * frame.px(widest_day) + 6 * gap);
    const Grid grid({area.x, area.y, width, 0}, 7, gap);
    const std::string prefix = "form.date." + calendar.field + ".";

    const float side = frame.target(unit::bar_button);
    const auto turn = [&](std::string_view name, std::string_view label, int by, std::string_view ltr,
                          std::string_view rtl, float x) {
        const std::string id = prefix + std::string(name);
        const Rect rect = Rect{x, area.y, side, side}.snapped();
        frame.fill(rect, theme.surface.mixed(theme.tint, frame.press_of(id)), frame.px(unit::radius_row));
        frame.border(rect, theme.control, frame.px(unit::stroke), frame.px(unit::radius_row));
        const float icon = frame.px(38);
        frame.icon_onward(
            ltr, rtl,
            {std::round(rect.centre().x - icon / 2), std::round(rect.centre().y - icon / 2), icon, icon},
            theme.ink);
        frame.focus_ring(id, rect, frame.px(unit::radius_row));
        frame.item({.id = id,
                    .role = Role::button,
                    .label = frame.tr(label),
                    .rect = rect,
                    .deeds = {TurnMonth{calendar.field, by}}});
    };
    turn("previous", "form.previous_month", -1, "chevron_left", "chevron_right", area.x);
    turn("next", "form.next_month", 1, "chevron_right", "chevron_left", area.x + width - side);
    frame.draw_in({area.x + side, area.y, width - 2 * side, side},
                  {.text = core::month_name(frame.language(), month),
                   .type = type::h3,
                   .colour = theme.ink,
                   .lines = 2,
                   .flow = Flow::centre});
    float y = area.y + side + frame.px(14);

    const auto names = core::weekday_names(frame.language());
    float names_height = 0;
    for (std::size_t day = 0; day < 7 && day < names.size(); ++day) {
        names_height = std::max(names_height, frame.draw({grid.x(day), y}, {.text = names[day],
                                                                            .type = type::caption,
                                                                            .colour = theme.ink_3,
                                                                            .width = grid.width(),
                                                                            .lines = 1,
                                                                            .may_be_cut = true,
                                                                            .flow = Flow::centre}));
    }
    y += names_height + frame.px(8);

    const core::Date first = month / 1;
    const core::Date last{month / std::chrono::last};
    const std::size_t offset = weekday_of(first);
    const float height = frame.target(day_height);
    const float radius = frame.px(unit::radius_row);
    for (unsigned day = 1; day <= static_cast<unsigned>(last.day()); ++day) {
        const core::Date date = month / day;
        const std::string iso = core::to_text(date);
        const std::string id = prefix + iso;
        const std::size_t cell = offset + day - 1;
        const Rect rect =
            Rect{grid.x(cell), y + static_cast<float>(grid.row(cell)) * (height + gap), grid.width(), height}
                .snapped();
        const bool allowed = calendar.is_allowed(date);
        const bool chosen = iso == calendar.chosen;
        const bool today = date == calendar.today;
        if (chosen)
            frame.fill(rect, theme.primary, radius);
        else if (allowed)
            frame.fill(rect, theme.surface_2.mixed(theme.tint, frame.press_of(id)), radius);
        if (theme.outline && allowed && !chosen) frame.border(rect, theme.control, frame.px(2), radius);
        if (today && !chosen) frame.border(rect, theme.primary, frame.px(3), radius);
        const Colour ink = chosen ? theme.on_primary : allowed ? theme.ink : theme.ink_3;
        const std::string number = core::format_number(frame.language(), day);
        frame.draw_in(rect, {.text = number,
                             .type = chosen || today ? type::strong : type::label,
                             .colour = ink,
                             .lines = 1,
                             .flow = Flow::centre});
        if (!allowed) {
            // Not by its colour alone.
            const float half = frame.px(15);
            frame.fill({std::round(rect.centre().x - half), std::round(rect.centre().y), 2 * half,
                        std::max(1.0F, frame.px(2))},
                       theme.ink_3);
        }
        frame.focus_ring(id, rect, radius);
        frame.item({.id = id,
                    .role = Role::option,
                    .label = core::format_date(frame.language(), date),
                    .value = iso,
                    .rect = rect,
                    .enabled = allowed,
                    .selected = chosen,
                    .deeds = {Action{SetAnswer{calendar.field, catalog::Answer{iso}}}}});
    }
    const auto rows = static_cast<float>((offset + static_cast<unsigned>(last.day()) + 6) / 7);
    return y + rows * (height + gap) - gap;
}

}  // namespace kiosk::ui
