#include <algorithm>
#include <array>
#include <cmath>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::ui {

namespace {

struct Sync {
    std::string words;
    std::string_view icon;
    Tone tone = Tone::plain;
    std::string value;
};

// The truth, in one line: nothing says "sent" that the desk has not confirmed.
Sync sync_of(const Frame& frame) {
    const SyncState& sync = frame.state.sync;
    if (!sync.enrolled) {
        if (sync.waiting > 0)
            return {frame.count("bar.sync.kept", sync.waiting), "save", Tone::plain, "not_connected"};
        return {frame.tr("bar.sync.not_connected"), "link_off", Tone::plain, "not_connected"};
    }
    if (!sync.online) {
        if (sync.waiting > 0) {
            return {frame.count("bar.sync.offline_waiting", sync.waiting), "cloud_off", Tone::warning,
                    "offline"};
        }
        return {frame.tr("bar.sync.offline"), "cloud_off", Tone::warning, "offline"};
    }
    if (sync.waiting > 0)
        return {frame.count("bar.sync.waiting", sync.waiting), "cloud_upload", Tone::note, "waiting"};
    return {frame.tr("bar.sync.all_sent"), "cloud_done", Tone::ok, "sent"};
}

constexpr float pill_height = 60;

float pill_width(Frame& frame, const Sync& sync, bool with_words) {
    const float icon = frame.px(30);
    if (!with_words) return std::max(frame.target(unit::bar_button), icon);
    return frame.px(24 + 14 + 24) + icon +
           std::ceil(frame.measure({.text = sync.words, .type = type::caption}).width) + 1;
}

void draw_pill(Frame& frame, Rect rect, const Sync& sync, bool with_words) {
    const Colours colours = colours_of(frame, sync.tone);
    const float height = std::max(frame.px(pill_height), frame.px(type::caption.size * 2));
    const Rect pill = Rect{rect.x, rect.centre().y - height / 2, rect.width, height}.snapped();
    frame.fill(pill, colours.ground, pill.height / 2);
    if (frame.theme.outline) frame.border(pill, colours.ink, frame.px(2), pill.height / 2);
    const float icon = frame.px(30);
    if (with_words) {
        frame.icon(sync.icon, {pill.x + frame.px(24), std::round(pill.centre().y - icon / 2), icon, icon},
                   colours.ink);
        const float x = pill.x + frame.px(24 + 14) + icon;
        frame.draw_in({x, pill.y, pill.right() - frame.px(24) - x + 1, pill.height},
                      {.text = sync.words, .type = type::caption, .colour = colours.ink, .lines = 1});
    } else {
        frame.icon_in(sync.icon, pill, icon, colours.ink);
    }
    tell(frame, "bar.sync", sync.words, sync.value, pill);
}

ThemeName next_theme(ThemeName theme) {
    switch (theme) {
        case ThemeName::light:
            return ThemeName::dark;
        case ThemeName::dark:
            return ThemeName::high_contrast;
        case ThemeName::high_contrast:
            break;
    }
    return ThemeName::light;
}

std::string_view key_of(ThemeName theme) {
    switch (theme) {
        case ThemeName::light:
            return "bar.theme.light";
        case ThemeName::dark:
            return "bar.theme.dark";
        case ThemeName::high_contrast:
            break;
    }
    return "bar.theme.high_contrast";
}

constexpr std::array text_scales{1.0F, 1.25F, 1.5F, 2.0F};

float next_scale(float scale) {
    for (const float step : text_scales) {
        if (step > scale + 0.01F) return step;
    }
    return text_scales.front();
}

void draw_company(Frame& frame, Rect rect, bool with_words) {
    const Theme& theme = frame.theme;
    const float side = std::min(frame.px(64), rect.height);
    const Rect logo = Rect{rect.x, rect.centre().y - side / 2, side, side}.snapped();
    frame.fill(logo, theme.primary, frame.px(16));
    frame.icon_in("support", logo, side * 0.56F, theme.on_primary);
    if (!with_words) return;

    const catalog::Catalog& catalog = frame.state.content->catalog;
    const catalog::Site* site = catalog.site(frame.state.site);
    const std::string subtitle =
        site ? frame.tr("bar.site", {{"number", site->number}, {"site", frame.read(site->title)}})
             : frame.tr("bar.help_desk");
    const float x = logo.right() + frame.px(20);
    const Say name{.text = catalog.company,
                   .type = type::h3,
                   .colour = theme.ink,
                   .width = rect.right() - x,
                   .lines = 1,
                   .may_be_cut = true};
    const Say below{.text = subtitle,
                    .type = type::caption,
                    .colour = theme.ink_2,
                    .width = rect.right() - x,
                    .lines = 1,
                    .may_be_cut = true};
    const float height = frame.measure(name).height + frame.measure(below).height;
    float y = std::round(rect.centre().y - height / 2);
    y += frame.draw({x, y}, name);
    frame.draw({x, y}, below);
}

}  // namespace

Bar draw_bar(Frame& frame) {
    const bool at_home = frame.state.session.screens.size() == 1;
    const float button_height = frame.target(unit::bar_button);
    const float above = frame.px(frame.is_short() ? 10 : 20);
    const float margin = frame.margin();
    const float gap = frame.px(frame.is_narrow() ? 8 : 16);
    const Rect row{margin, above, frame.view.window.width - 2 * margin, button_height};
    const bool choosing_language =
        std::holds_alternative<language::State>(frame.state.session.screens.back());

    const Sync sync = sync_of(frame);
    Button back{.id = "bar.back",
                .label = frame.tr("bar.back"),
                .icon = "arrow_back",
                .look = Look::quiet,
                .deeds = {Action{Back{}}},
                .height = unit::bar_button};
    Button start_over{.id = "bar.start_over",
                      .label = frame.tr("bar.start_over"),
                      .icon = "home",
                      .look = Look::quiet,
                      .deeds = {Action{StartOver{}}},
                      .height = unit::bar_button};
    Button language{.id = "bar.language",
                    .label = core::own_name_of(frame.language()),
                    .icon = "language",
                    .deeds = {Action{OpenLanguages{}}},
                    .selected = choosing_language,
                    .height = unit::bar_button,
                    .value = frame.language()};
    const float scale = frame.state.session.text_scale;
    const Button text_size{.id = "bar.text_size",
                           .label = frame.tr("bar.text_size"),
                           .icon = "format_size",
                           .deeds = {Action{ChooseTextScale{next_scale(scale)}}},
                           .icon_only = true,
                           .height = unit::bar_button,
                           .value = std::to_string(std::lround(scale * 100))};
    const ThemeName theme = frame.state.session.theme;
    const Button colours{.id = "bar.theme",
                         .label = frame.tr(key_of(theme)),
                         .icon = "contrast",
                         .deeds = {Action{ChooseTheme{next_theme(theme)}}},
                         .icon_only = true,
                         .height = unit::bar_button,
                         .value = frame.tr(key_of(theme))};

    // Words give way to icons, least needed first, until the row fits.
    bool sync_words = true;
    bool company_words = true;
    const auto right_width = [&] {
        return pill_width(frame, sync, sync_words) + size_of(frame, language).width +
               size_of(frame, text_size).width + size_of(frame, colours).width + 3 * gap;
    };
    const auto left_width = [&] {
        if (at_home) return frame.px(64) + (company_words ? frame.px(260) : 0);
        return size_of(frame, back).width + size_of(frame, start_over).width + gap;
    };
    const auto is_tight = [&] { return left_width() + right_width() + gap > row.width; };
    if (is_tight() && !at_home) start_over.icon_only = true;
    if (is_tight()) language.icon_only = true;
    if (is_tight()) sync_words = false;
    if (is_tight()) company_words = false;
    if (is_tight()) back.icon_only = true;

    float left = row.x;
    float right = row.right();
    const auto place_right = [&](float width) {
        right -= width;
        const Rect rect{right, row.y, width, row.height};
        right -= gap;
        return rect;
    };
    if (!at_home) {
        // A quiet button has no edge to align: its icon stands at the margin.
        const float outdent = back.icon_only ? 0 : frame.px(12);
        const float back_width = size_of(frame, back).width;
        draw(frame, {left - outdent, row.y, back_width, row.height}, back);
        left += back_width - outdent + gap;
        const float start_width = size_of(frame, start_over).width;
        draw(frame, {left, row.y, start_width, row.height}, start_over);
        left += start_width + gap;
    }
    const Rect colours_rect = place_right(size_of(frame, colours).width);
    const Rect size_rect = place_right(size_of(frame, text_size).width);
    const Rect language_rect = place_right(size_of(frame, language).width);
    const Rect pill_rect = place_right(pill_width(frame, sync, sync_words));
    if (at_home) {
        draw_company(frame, {left, row.y, right - left, row.height}, company_words);
        left = right;
    }
    draw_pill(frame, pill_rect, sync, sync_words);
    draw(frame, language_rect, language);
    draw(frame, size_rect, text_size);
    draw(frame, colours_rect, colours);

    const float bottom = row.bottom() + above;
    return {.page = {0, bottom, frame.view.window.width, frame.view.window.height - bottom},
            .middle = {left, row.y, std::max(0.0F, right - left), row.height}};
}

}  // namespace kiosk::ui
