#include <algorithm>
#include <array>
#include <cmath>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/text_field.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::claim {

using namespace ui;

namespace {

constexpr std::array<std::string_view, 4> stations{"claim.station.received", "claim.station.checked",
                                                   "claim.station.in_progress", "claim.station.done"};

// Which station a state stands at; those behind it are done.
std::size_t station_of(std::string_view state) {
    if (state == "received") return 0;
    if (state == "awaiting_approval" || state == "approved" || state == "rejected") return 1;
    if (state == "assigned" || state == "in_progress" || state == "on_hold") return 2;
    return 3;  // resolved, closed, cancelled
}

struct Mood {
    Tone tone;
    std::string_view icon;
};
Mood mood_of(std::string_view state) {
    if (state == "resolved" || state == "closed") return {Tone::ok, "check_circle"};
    if (state == "rejected" || state == "cancelled") return {Tone::danger, "cancel"};
    if (state == "on_hold" || state == "awaiting_approval") return {Tone::warning, "hourglass_empty"};
    return {Tone::note, "schedule"};
}

// Four stations on a line; where there is no room beside each other, below each other.
float draw_line(Frame& frame, Point at, float width, const std::string& state) {
    const Theme& theme = frame.theme;
    const std::size_t here = station_of(state);
    const bool finished = here == 3;
    const float radius = frame.px(24);
    const bool upright = width < frame.px(760);
    const float step = upright ? 0 : width / static_cast<float>(stations.size());
    float y = at.y;
    float bottom = y;
    for (std::size_t i = 0; i < stations.size(); ++i) {
        const bool done = i < here || finished;
        const bool now = i == here && !finished;
        const float x = at.x + static_cast<float>(i) * step;
        const Point centre{x + radius, y + radius};
        if (i + 1 < stations.size()) {
            const Colour colour = i < here ? theme.primary : theme.line;
            const float thick = frame.px(6);
            if (upright)
                frame.fill({centre.x - thick / 2, centre.y, thick, frame.px(72)}, colour);
            else
                frame.fill({centre.x, centre.y - thick / 2, step, thick}, colour);
        }
        frame.circle(centre, radius, done || now ? theme.primary : theme.line);
        if (!done) frame.circle(centre, radius - frame.px(5), theme.surface);
        if (now) frame.circle(centre, radius - frame.px(12), theme.primary);
        if (done)
            frame.icon_in("check", {centre.x - radius, centre.y - radius, 2 * radius, 2 * radius},
                          frame.px(30), theme.on_primary);
        const std::string name = frame.tr(stations[i]);
        const Say say{.text = name,
                      .type = now ? type::strong : type::label,
                      .colour = done || now ? theme.ink : theme.ink_3,
                      .width = upright ? width - 2 * radius - frame.px(20) : step - frame.px(16)};
        if (upright) {
            frame.draw_in({x + 2 * radius + frame.px(20), y, say.width, 2 * radius}, say);
            y += frame.px(72);
            bottom = y - frame.px(24);
        } else {
            bottom = std::max(
                bottom, y + 2 * radius + frame.px(12) + frame.draw({x, y + 2 * radius + frame.px(12)}, say));
        }
    }
    return bottom;
}

std::string zone_of(const Frame& frame) {
    const catalog::Site* site = frame.state.content->catalog.site(frame.state.site);
    return site && !site->zone.empty() ? site->zone : "UTC";
}

float draw_progress(Frame& frame, const State& state, Rect area) {
    const Theme& theme = frame.theme;
    const catalog::Progress& progress = *state.progress;
    const float padding = frame.px(frame.is_narrow() ? 26 : 44);
    float& height = frame.memory.card_heights["claim"];
    card(frame, {area.x, area.y, area.width, height});
    const float x = area.x + padding;
    const float inner = area.width - 2 * padding;
    float y = area.y + padding * 0.8F;

    y += frame.draw({x, y}, {.text = progress.title, .type = type::h2, .colour = theme.ink, .width = inner});
    y += frame.px(4);
    if (!progress.ticket.empty()) {
        const std::string ticket = frame.tr("claim.ticket", {{"ticket", progress.ticket}});
        const float line = frame.draw(
            {x, y}, {.text = ticket, .type = type::caption, .colour = theme.ink_2, .width = inner});
        tell(frame, "claim.ticket", ticket, progress.ticket, {x, y, inner, line});
        y += line;
    }
    y += frame.px(20);

    const Mood mood = mood_of(progress.state);
    const std::string words = frame.tr("claim.state." + progress.state);
    const std::string since =
        frame.tr("claim.since",
                 {{"time", core::format_date_time(frame.language(), progress.updated_at, zone_of(frame))}});
    const float banner_y = y;
    y = ui::draw(frame, {x, y}, inner,
                 Banner{.tone = mood.tone, .icon = mood.icon, .title = words, .text = since});
    tell(frame, "claim.state", words, progress.state, {x, banner_y, inner, y - banner_y});
    if (state.offline) {
        y = draw_remark(frame, {x, y + frame.px(14)}, inner, "cloud_off", frame.tr("claim.last_known"),
                        theme.warning);
    }
    y = draw_line(frame, {x, y + frame.px(30)}, inner, progress.state) + frame.px(30);

    if (!progress.notes.empty()) {
        frame.fill({x, y, inner, std::max(1.0F, frame.px(2))}, theme.line);
        y += frame.px(22);
        y += frame.draw(
                 {x, y},
                 {.text = frame.tr("claim.notes"), .type = type::h3, .colour = theme.ink, .width = inner}) +
             frame.px(14);
        int number = 0;
        for (const catalog::PublicNote& note : progress.notes) {
            const float side = frame.px(52);
            frame.circle({x + side / 2, y + side / 2}, side / 2, theme.tint);
            frame.icon_in("chat", {x, y, side, side}, frame.px(28), theme.on_tint);
            const float text_x = x + side + frame.px(20);
            const float text_width = inner - side - frame.px(20);
            const float top = y;
            y +=
                frame.draw({text_x, y},
                           {.text = note.text, .type = type::body, .colour = theme.ink, .width = text_width});
            const std::string by =
                dotted({note.by, core::format_date_time(frame.language(), note.at, zone_of(frame))});
            y += frame.draw({text_x, y},
                            {.text = by, .type = type::caption, .colour = theme.ink_3, .width = text_width});
            y = std::max(y, top + side);
            tell(frame, "claim.note." + std::to_string(++number), by, note.text,
                 {text_x, top, text_width, y - top});
            y += frame.px(18);
        }
    }
    const float total = std::ceil(y + padding * 0.6F - area.y);
    if (total != height) {
        height = total;
        frame.want_another_frame();
    }
    return area.y + total;
}

}  // namespace

void draw(const State& state, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const float margin = frame.margin();
    Rect page = bar.page;
    if (!state.progress) {
        page = draw_keyboard(frame, page,
                             {.kind = Keyboard::Kind::code,
                              .enter = frame.tr("claim.look_up"),
                              .enter_icon = "search",
                              .enter_deeds = {Action{TypeText{"\n"}}},
                              .hide_deeds = {}});
    }
    ScrollArea scroll(frame, "claim", page, theme.background);
    const float width = std::min(page.width - 2 * margin, frame.px(1240));
    const Rect column{std::round((page.width - width) / 2),
                      scroll.top() + frame.px(frame.is_short() ? 2 : 14), width, 0};
    float y = column.y;
    if (!frame.is_short() || state.progress) {
        y += frame.draw({column.x, y}, {.text = frame.tr("claim.title"),
                                        .type = frame.is_narrow() ? type::h2 : type::h1,
                                        .colour = theme.ink,
                                        .width = column.width});
        y += frame.px(6);
        y += frame.draw({column.x, y}, {.text = frame.tr("claim.hint"),
                                        .type = type::body,
                                        .colour = theme.ink_2,
                                        .width = column.width});
        y += frame.px(22);
    }

    const Button look{.id = "claim.look_up",
                      .label = frame.tr("claim.look_up"),
                      .icon = "search",
                      .look = Look::primary,
                      .deeds = {Action{LookUpClaim{}}},
                      .enabled = !state.typed.empty()};
    const Button another{.id = "claim.another",
                         .label = frame.tr("claim.another"),
                         .icon = "close",
                         .deeds = {Action{ClearText{}}}};
    const Button& button = state.progress ? another : look;
    const float gap = frame.px(16);
    const float height = frame.target(unit::field_height);
    const float button_width = std::min(column.width, size_of(frame, button).width);
    const bool side_by_side = column.width - button_width - gap >= frame.px(360);
    const float field_width = side_by_side ? column.width - button_width - gap : column.width;
    ui::draw(frame, {column.x, y, field_width, height},
             TextField{.id = "claim.field",
                       .label = frame.tr("claim.field"),
                       .text = state.typed,
                       .placeholder = frame.tr("home.claim_example"),
                       .caret = state.caret,
                       .active = !state.progress,
                       .faulty = state.wrong_code,
                       .icon = "confirmation_number",
                       .type = type::search});
    if (!side_by_side) y += height + gap;
    ui::draw(frame,
             {side_by_side ? column.right() - button_width : column.x, y,
              side_by_side ? button_width : column.width, height},
             button);
    y += height + frame.px(20);

    if (state.wrong_code) {
        y = draw_remark(frame, {column.x, y}, column.width, "error", frame.tr("claim.wrong_code"),
                        theme.danger, type::label);
    } else if (state.waiting) {
        y = draw_remark(frame, {column.x, y}, column.width, "hourglass_empty", frame.tr("claim.waiting"),
                        theme.ink_2, type::label);
    } else if (state.not_found) {
        y = ui::draw(
            frame, {column.x, y}, column.width,
            Banner{.tone = Tone::warning, .icon = "search_off", .text = frame.tr("claim.not_found")});
    } else if (state.offline && !state.progress) {
        y = ui::draw(frame, {column.x, y}, column.width,
                     Banner{.tone = Tone::warning, .icon = "cloud_off", .text = frame.tr("claim.offline")});
    } else if (state.progress) {
        y = draw_progress(frame, state, {column.x, y + frame.px(8), column.width, 0});
    }
    scroll.end(y + frame.px(36));
}

}  // namespace kiosk::claim
