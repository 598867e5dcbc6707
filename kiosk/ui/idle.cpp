#include <algorithm>
#include <cmath>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::ui {

namespace {

std::int64_t seconds_left(const Frame& frame) {
    const Session& session = frame.state.session;
    const auto limit = idle_limit(session.screens.back()).value_or(std::chrono::seconds{0});
    const auto end = session.last_touch + limit + warning_length;
    return std::clamp<std::int64_t>((end - frame.view.now).count(), 0, warning_length.count());
}

}  // namespace

void draw_idle_warning(Frame& frame) {
    const Theme& theme = frame.theme;
    frame.registry.cover_all();
    frame.fill(frame.screen(), theme.scrim.faded(theme.outline ? 0.85F : 0.62F));

    const float width = std::min(frame.view.window.width - 2 * frame.margin(), frame.px(860));
    const float padding = frame.px(frame.is_narrow() ? 26 : 48);
    const float inner = width - 2 * padding;
    const float ring = frame.px(frame.is_short() ? 48 : 68);
    const std::string title = frame.tr("idle.title");
    const std::string text = frame.tr("idle.text");
    const Say title_say{.text = title,
                        .type = frame.is_narrow() ? type::h2 : type::h1,
                        .colour = theme.ink,
                        .width = inner,
                        .flow = Flow::centre};
    const Say text_say{
        .text = text, .type = type::body, .colour = theme.ink_2, .width = inner, .flow = Flow::centre};
    Button stay{.id = "idle.stay",
                .label = frame.tr("idle.stay"),
                .icon = "timer",
                .look = Look::primary,
                .deeds = {Action{StillHere{}}}};
    Button leave{.id = "idle.leave", .label = frame.tr("bar.start_over"), .deeds = {Action{StartOver{}}}};

    const float gap = frame.px(20);
    const float button = frame.target(unit::button);
    const float leave_width = size_of(frame, leave).width + frame.px(20);
    const bool side_by_side = size_of(frame, stay).width + gap + leave_width <= inner;
    const float buttons = side_by_side ? button : 2 * button + gap;
    const Rect screen = frame.screen();
    const float least = 2 * padding + frame.measure(title_say).height + frame.px(32) + buttons;
    const float for_text = frame.px(8) + frame.measure(text_say).height;
    const float for_ring = 2 * ring + frame.px(20);
    // Large text on a small screen: title and buttons must be there, then the seconds, then the explanation.
    const float room = screen.height - 2 * frame.px(8);
    const bool has_ring = least + for_ring <= room;
    const bool has_text = least + (has_ring ? for_ring : 0) + for_text <= room;
    const float height = std::ceil(least + (has_ring ? for_ring : 0) + (has_text ? for_text : 0));
    const Rect rect =
        Rect{(screen.width - width) / 2, std::max(frame.px(8), (screen.height - height) / 2), width, height}
            .snapped();
    card(frame, rect, Elevation::top, 0, 28);

    float y = rect.y + padding;
    const std::int64_t left = seconds_left(frame);
    const Rect seconds{rect.centre().x - ring, y, 2 * ring, 2 * ring};
    if (has_ring) {
        frame.circle(seconds.centre(), ring, theme.primary);
        frame.circle(seconds.centre(), ring - frame.px(10), theme.surface);
        frame.draw_in(seconds, {.text = core::format_number(frame.language(), left),
                                .type = type::h1,
                                .colour = theme.ink,
                                .lines = 1,
                                .flow = Flow::centre});
        y += for_ring;
    }
    tell(frame, "idle.seconds", title, std::to_string(left), seconds);
    y += frame.draw({rect.x + padding, y}, title_say);
    if (has_text) y += frame.px(8) + frame.draw({rect.x + padding, y + frame.px(8)}, text_say);
    y += frame.px(32);
    if (side_by_side) {
        draw(frame, {rect.x + padding, y, inner - gap - leave_width, button}, stay);
        draw(frame, {rect.x + padding + inner - leave_width, y, leave_width, button}, leave);
    } else {
        draw(frame, {rect.x + padding, y, inner, button}, stay);
        draw(frame, {rect.x + padding, y + button + gap, inner, button}, leave);
    }
}

}  // namespace kiosk::ui
