#include <algorithm>
#include <cmath>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::problem {

using namespace ui;

namespace {

// What to do meanwhile stands out: it is what the person came for.
float draw_meanwhile(Frame& frame, const catalog::KnownProblem& known, Rect area) {
    const Theme& theme = frame.theme;
    const auto text = known.meanwhile.read(frame.language(), frame.state.content->catalog.fallback);
    const float bar = frame.px(6);
    const float indent = bar + frame.px(24);
    const Rect inside{area.x + indent, area.y, area.width - indent, 0};
    float y = area.y;
    y += frame.draw(inside.origin(), {.text = frame.tr("problem.meanwhile"),
                                      .type = type::strong,
                                      .colour = theme.warning,
                                      .width = inside.width});
    y += frame.px(8);
    y += frame.draw({inside.x, y}, {.text = text.text,
                                    .type = {30, 400, 1.45F},
                                    .colour = theme.ink,
                                    .width = std::min(inside.width, frame.px(1240)),
                                    .flow = Flow::own,
                                    .language = text.language});
    frame.fill(Rect{area.x, area.y, bar, y - area.y}.snapped(), theme.warning, bar / 2);
    tell(frame, "problem.meanwhile", std::string(text.text), {}, {area.x, area.y, area.width, y - area.y});
    return y;
}

float draw_known(Frame& frame, const catalog::KnownProblem& known, Rect area) {
    const Theme& theme = frame.theme;
    const catalog::Catalog& catalog = frame.state.content->catalog;
    const float side = frame.px(frame.is_narrow() ? 64 : 84);
    const float x = area.x + side + frame.px(frame.is_narrow() ? 18 : 28);
    badge(frame, {area.x, area.y, side, side}, "campaign", theme.warning_tint, theme.warning);

    std::vector<std::string> kind{frame.tr("search.problem")};
    if (const catalog::Topic* topic = catalog.topic(known.category)) kind.push_back(frame.read(topic->title));
    float y = area.y;
    y += frame.draw({x, y}, {.text = dotted(kind),
                             .type = {22, 600, 1.35F},
                             .colour = theme.warning,
                             .width = area.right() - x});
    y += frame.px(4);
    const auto title = known.title.read(frame.language(), catalog.fallback);
    y += frame.draw({x, y}, {.text = title.text,
                             .type = frame.is_narrow() ? type::h2 : type::h1,
                             .colour = theme.ink,
                             .width = area.right() - x,
                             .flow = Flow::own,
                             .language = title.language});
    if (known.since) {
        y += frame.px(8);
        y = draw_remark(
            frame, {x, y}, area.right() - x, "schedule",
            frame.tr("problem.since", {{"date", core::format_date(frame.language(), *known.since)}}),
            theme.ink_2);
    }
    y = std::max(y, area.y + side) + frame.px(30);
    y = draw_meanwhile(frame, known, {area.x, y, area.width, 0}) + frame.px(30);
    return draw_remark(frame, {area.x, y}, area.width, "check_circle", frame.tr("problem.known"), theme.ok,
                       type::label);
}

// For those who have another problem after all.
float draw_forms(Frame& frame, const catalog::KnownProblem& known, Rect area) {
    const catalog::Catalog& catalog = frame.state.content->catalog;
    std::vector<ServiceCard> cards;
    for (const std::string& id : known.services) {
        if (const catalog::Service* service = catalog.service(id))
            cards.push_back({.id = "problem.service." + id, .service = service});
    }
    if (const catalog::Service* ask = catalog.service("not-sure"); ask && cards.empty())
        cards.push_back({.id = "problem.service." + ask->id, .service = ask});
    float y = area.y;
    y += frame.draw(area.origin(), {.text = frame.tr("problem.something_else"),
                                    .type = type::h3,
                                    .colour = frame.theme.ink,
                                    .width = area.width});
    y = draw_service_cards(frame, {area.x, y + frame.px(16), area.width, 0}, cards) + frame.px(16);
    return draw_row(frame, {area.x, y, area.width, 0},
                    {{.id = "problem.services",
                      .label = frame.tr("search.all_forms"),
                      .icon = "assignment",
                      .look = cards.empty() ? Look::primary : Look::outlined,
                      .deeds = {Action{OpenServices{}}}}});
}

}  // namespace

void draw(const State& state, Frame& frame, const Bar& bar) {
    const catalog::KnownProblem* known = frame.state.content->catalog.known_problem(state.id);
    const bool wide = frame.is_wide();
    const float margin = frame.margin();
    const float side = wide ? frame.px(540) : 0;
    const float between = wide ? frame.px(32) : 0;
    ScrollArea scroll(frame, "problem", bar.page, frame.theme.background);
    const float top = scroll.top() + frame.px(frame.is_short() ? 4 : 14);
    const Rect column{margin, top, bar.page.width - 2 * margin - side - between, 0};
    if (!known) {  // solved while a person read of it
        const float bottom = draw_empty(frame, column, "help_outline", frame.tr("article.missing"),
                                        frame.tr("article.missing_hint"));
        return scroll.end(bottom + frame.px(40));
    }

    float y = draw_boxed(frame, "problem", column,
                         [&](Rect inside) { return draw_known(frame, *known, inside); });
    y += frame.px(28);
    if (const auto articles = articles_named(frame, known->articles); !articles.empty()) {
        y = draw_boxed(frame, "problem.articles", {column.x, y, column.width, 0}, [&](Rect inside) {
            const float title = frame.draw(inside.origin(), {.text = frame.tr("article.related"),
                                                             .type = type::strong,
                                                             .colour = frame.theme.ink,
                                                             .width = inside.width});
            return draw_article_links(frame, "problem.article.", articles,
                                      {inside.x, inside.y + title + frame.px(6), inside.width, 0});
        });
        y += frame.px(28);
    }
    if (wide) {
        y = std::max(y, draw_forms(frame, *known, {column.right() + between, top, side, 0}));
    } else {
        y = draw_forms(frame, *known, {column.x, y, column.width, 0});
    }
    scroll.end(y + frame.px(40));
}

}  // namespace kiosk::problem
