#include <algorithm>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::language {

using namespace ui;

void draw(const State&, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const Content& content = *frame.state.content;
    const float margin = frame.margin();
    ScrollArea scroll(frame, "language", bar.page, theme.background);
    const Rect column{margin, scroll.top() + frame.px(14), bar.page.width - 2 * margin, 0};
    float y = column.y;
    const float icon = frame.px(52);
    const std::string title = frame.tr("language.title");
    const Say heading{.text = title,
                      .type = frame.is_narrow() ? type::h2 : type::h1,
                      .colour = theme.ink,
                      .width = column.width - icon - frame.px(22)};
    const float head = std::max(icon, frame.measure(heading).height);
    frame.icon_in("language", {column.x, y, icon, head}, icon, theme.primary);
    frame.draw_in({column.x + icon + frame.px(22), y, heading.width, head}, heading);
    y += head + frame.px(28);

    const auto translated = content.words.languages();
    const float gap = frame.px(22);
    const float padding = frame.px(28);
    const auto& languages = content.catalog.languages;
    const Grid grid({column.x, y, column.width, 0},
                    columns_for(column.width, frame.px(400), gap, languages.size(), 4), gap);
    const float text_width = grid.width() - 2 * padding - frame.px(44);
    const float height = frame.px(142);
    for (std::size_t i = 0; i < languages.size(); ++i) {
        const core::Language& language = languages[i];
        const std::string id = "language." + language;
        const bool chosen = language == frame.language();
        const Rect rect =
            Rect{grid.x(i), y + static_cast<float>(grid.row(i)) * (height + gap), grid.width(), height}
                .snapped();
        const float radius = frame.px(unit::radius_button + 2);
        card(frame, rect, Elevation::low, chosen ? 1 : frame.press_of(id), unit::radius_button + 2);
        if (chosen) frame.border(rect, theme.primary, frame.px(unit::stroke_selected), radius);
        const std::string name = core::own_name_of(language);
        // Only in its own words: an English greeting below "العربية" would help nobody.
        const bool has_words = std::find(translated.begin(), translated.end(), language) != translated.end();
        const std::string hello = has_words ? content.words.say(language, "language.hello") : std::string{};
        const Flow flow = core::is_right_to_left(language) == frame.mirrored() ? Flow::start : Flow::end;
        const Say name_say{.text = name,
                           .type = type::h2,
                           .colour = chosen ? theme.on_tint : theme.ink,
                           .width = text_width,
                           .lines = 1,
                           .flow = flow,
                           .language = language};
        const Say hello_say{.text = hello,
                            .type = type::caption,
                            .colour = chosen ? theme.on_tint : theme.ink_2,
                            .width = text_width,
                            .lines = 2,
                            .flow = flow,
                            .language = language};
        const float words = frame.measure(name_say).height +
                            (hello.empty() ? 0 : frame.measure(hello_say).height + frame.px(4));
        const float x = rect.x + padding + (flow == Flow::end ? frame.px(44) : 0);
        float text_y = std::round(rect.centre().y - words / 2);
        text_y += frame.draw({x, text_y}, name_say) + frame.px(4);
        frame.draw({x, text_y}, hello_say);
        if (chosen) {
            const float mark = frame.px(34);
            frame.icon("check_circle",
                       {flow == Flow::end ? rect.x + frame.px(22) : rect.right() - frame.px(22) - mark,
                        rect.y + frame.px(22), mark, mark},
                       theme.primary);
        }
        frame.focus_ring(id, rect, radius);
        frame.item({.id = id,
                    .role = Role::option,
                    .label = name,
                    .rect = rect,
                    .selected = chosen,
                    .deeds = {Action{ChooseLanguage{language}}}});
    }
    const float rows = languages.empty() ? 0 : static_cast<float>(grid.row(languages.size() - 1) + 1);
    scroll.end(y + rows * (height + gap) + frame.px(16));
}

}  // namespace kiosk::language
