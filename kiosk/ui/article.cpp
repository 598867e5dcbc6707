#include <algorithm>
#include <cmath>

#include "kiosk/ui/article_view.hpp"
#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::article {

using namespace ui;

namespace {

const std::string reading_area = "article";

// From where the reader came; an article opened from a list of a topic lights nothing.
std::string searched_words(const kiosk::State& state) {
    const auto& screens = state.session.screens;
    for (auto screen = screens.rbegin(); screen != screens.rend(); ++screen) {
        const auto* search = std::get_if<search::State>(&*screen);
        if (!search) continue;
        return search->found.searched.empty() ? search->query : search->found.searched;
    }
    return {};
}

std::vector<const catalog::Service*> services_of(const Frame& frame, const kb::Article& article) {
    const catalog::Catalog& catalog = frame.state.content->catalog;
    std::vector<const catalog::Service*> services;
    for (const std::string& id : article.services) {
        if (const catalog::Service* service = catalog.service(id)) services.push_back(service);
    }
    for (const catalog::Service& service : catalog.services) {
        const bool names_it = std::find(service.articles.begin(), service.articles.end(), article.slug) !=
                              service.articles.end();
        if (names_it && std::find(services.begin(), services.end(), &service) == services.end())
            services.push_back(&service);
    }
    if (services.empty()) {
        if (const catalog::Service* ask = catalog.service("not-sure")) services.push_back(ask);
    }
    return services;
}

struct HelpedRow {
    std::string question;
    Button yes;
    Button no;
    float question_width = 0;
    float button_width = 0;
    bool fits = false;  // question and answers beside each other
};

HelpedRow helped_row(const State& state, Frame& frame, float width) {
    HelpedRow row{.question = frame.tr("article.did_it_help"),
                  .yes = {.id = "article.helpful.yes",
                          .label = frame.tr("article.yes"),
                          .icon = "thumb_up",
                          .deeds = {Action{SayHelped{true}}}},
                  .no = {.id = "article.helpful.no",
                         .label = frame.tr("article.no"),
                         .icon = "thumb_down",
                         .deeds = {Action{SayHelped{false}}},
                         .selected = state.helped == Helped::no}};
    row.button_width = std::max(size_of(frame, row.yes).width, size_of(frame, row.no).width);
    row.question_width = frame.measure({.text = row.question, .type = type::h3}).width;
    row.fits = row.question_width + 2 * row.button_width + 3 * frame.px(16) <= width;
    return row;
}

// "Did this help?" with what follows from the answer. Answers the bottom.
float draw_helped(const State& state, Frame& frame, Rect area, bool in_a_row) {
    const Theme& theme = frame.theme;
    float y = area.y;
    if (state.helped == Helped::yes) {
        return draw_remark(frame, {area.x, y}, area.width, "check_circle", frame.tr("article.helped_thanks"),
                           theme.ok, type::label);
    }
    const HelpedRow row = helped_row(state, frame, area.width);
    const float gap = frame.px(16);
    const float height = frame.target(unit::button);
    if (in_a_row && row.fits) {
        frame.draw_in({area.x, y, std::ceil(row.question_width) + 1, height},
                      {.text = row.question, .type = type::h3, .colour = theme.ink});
        const float x = area.right() - 2 * row.button_width - gap;
        ui::draw(frame, {x, y, row.button_width, height}, row.yes);
        ui::draw(frame, {x + row.button_width + gap, y, row.button_width, height}, row.no);
        return y + height;
    }
    y += frame.draw({area.x, y},
                    {.text = row.question, .type = type::h3, .colour = theme.ink, .width = area.width}) +
         frame.px(16);
    const float half = std::floor((area.width - gap) / 2);
    ui::draw(frame, {area.x, y, half, height}, row.yes);
    ui::draw(frame, {area.x + half + gap, y, half, height}, row.no);
    return y + height;
}

float draw_offers(Frame& frame, const kb::Article& article, Rect area) {
    const auto services = services_of(frame, article);
    float y = area.y;
    y += frame.draw({area.x, y}, {.text = frame.tr("article.ask_instead"),
                                  .type = type::label,
                                  .colour = frame.theme.ink_2,
                                  .width = area.width});
    y += frame.px(14);
    bool first = true;
    for (const catalog::Service* service : services) {
        const Button button{.id = "article.service." + service->id,
                            .label = frame.read(service->title),
                            .icon = service->icon.empty() ? "assignment" : std::string_view(service->icon),
                            .look = first ? Look::primary : Look::tonal,
                            .deeds = {Action{OpenService{service->id}}}};
        first = false;
        const float height = std::max(
            frame.target(unit::button),
            frame.measure({.text = button.label, .type = type::label, .width = area.width - frame.px(84)})
                    .height +
                frame.px(34));
        ui::draw(frame, {area.x, y, area.width, height}, button);
        y += height + frame.px(12);
    }
    const Button all{.id = "article.services",
                     .label = frame.tr("search.all_forms"),
                     .look = Look::quiet,
                     .deeds = {Action{OpenServices{}}},
                     .onward = true};
    ui::draw(frame,
             {area.x, y, std::min(area.width, size_of(frame, all).width), frame.target(unit::bar_button)},
             all);
    return y + frame.target(unit::bar_button);
}

float draw_contents(Frame& frame, const std::vector<Heading>& headings, const std::string& current,
                    Rect area) {
    const Theme& theme = frame.theme;
    float y = area.y;
    for (const Heading& heading : headings) {
        const std::string id = "article.toc." + heading.anchor;
        const bool here = heading.anchor == current;
        const Say say{.text = heading.words,
                      .type = type::label,
                      .colour = here ? theme.on_tint : theme.ink_2,
                      .width = area.width - frame.px(20)};
        const float height = std::max(frame.target(unit::row), frame.measure(say).height + frame.px(26));
        const Rect row = Rect{area.x - frame.px(16), y, area.width + frame.px(32), height}.snapped();
        if (here || frame.press_of(id) > 0) frame.fill(row, theme.tint, frame.px(unit::radius_row));
        if (here)
            frame.fill({row.x, row.y + frame.px(14), frame.px(6), row.height - frame.px(28)}, theme.primary,
                       frame.px(3));
        frame.draw_in({area.x + frame.px(10), row.y, say.width, row.height}, say);
        frame.focus_ring(id, row, frame.px(unit::radius_row));
        frame.item({.id = id,
                    .role = Role::link,
                    .label = heading.words,
                    .rect = row,
                    .selected = here,
                    .deeds = {JumpToAnchor{heading.anchor}}});
        y += height;
    }
    return y;
}

float draw_text(const State& state, Frame& frame, ScrollArea& area, Rect column) {
    const Theme& theme = frame.theme;
    const kb::Article& article = *state.article;
    float y = column.y;
    if (const catalog::Topic* topic = frame.state.content->catalog.topic(article.category)) {
        y += frame.draw({column.x, y}, {.text = frame.read(topic->title),
                                        .type = {22, 600, 1.35F},
                                        .colour = theme.primary,
                                        .width = column.width});
        y += frame.px(6);
    }
    y += frame.draw({column.x, y}, {.text = article.title,
                                    .type = frame.is_narrow() ? type::h2 : type::h1,
                                    .colour = theme.ink,
                                    .width = column.width,
                                    .flow = Flow::own,
                                    .language = article.language});
    y += frame.px(14);
    std::vector<std::string> facts{frame.count("article.minutes", article.reading_minutes())};
    if (!article.author.empty()) facts.push_back(frame.tr("article.by", {{"author", article.author}}));
    if (article.updated)
        facts.push_back(
            frame.tr("article.updated", {{"date", core::format_date(frame.language(), *article.updated)}}));
    y = draw_remark(frame, {column.x, y}, column.width, "schedule", dotted(facts), theme.ink_2);
    y += frame.px(26);
    if (article.language != frame.language()) {
        y = ui::draw(frame, {column.x, y}, column.width,
                     Banner{.tone = Tone::note,
                            .icon = "language",
                            .text = frame.tr("article.other_language",
                                             {{"language", core::own_name_of(article.language)}})});
        y += frame.px(26);
    }
    return draw_blocks(frame, state.article, {column.x, y}, column.width, area, searched_words(frame.state));
}

float draw_waiting(Frame& frame, Rect column) {
    const Colour grey = frame.theme.surface_2;
    float y = column.y;
    for (const float part : {0.3F, 0.8F, 0.0F, 1.0F, 0.95F, 0.6F}) {
        if (part > 0) frame.fill({column.x, y, column.width * part, frame.px(30)}, grey, frame.px(8));
        y += frame.px(52);
    }
    return y;
}

}  // namespace

void draw(const State& state, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const float margin = frame.margin();
    const Rect page = bar.page;
    if (state.missing && !state.article) {
        const Rect area{margin, page.y + frame.px(30), page.width - 2 * margin, 0};
        const float y = draw_empty(frame, area, "help_outline", frame.tr("article.missing"),
                                   frame.tr("article.missing_hint"));
        const Button search{.id = "article.search",
                            .label = frame.tr("home.search"),
                            .icon = "search",
                            .look = Look::primary,
                            .deeds = {Action{OpenSearch{}}}};
        const float width = std::min(area.width, size_of(frame, search).width);
        ui::draw(
            frame,
            {std::round(area.centre().x - width / 2), y + frame.px(30), width, frame.target(unit::button)},
            search);
        return;
    }

    Measures& measures = frame.memory.measures;
    if (state.article && (measures.article != state.article || measures.anchor_seen != state.anchor)) {
        if (measures.article != state.article) frame.memory.scrolls[reading_area] = {};
        measures.hold(state.anchor);
        measures.anchor_seen = state.anchor;
    }

    const bool wide = frame.is_wide();
    const float side = wide ? frame.px(430) : 0;
    const float between = wide ? frame.px(32) : 0;
    const float below = frame.px(frame.is_short() ? 12 : 32);
    const float padding = frame.px(frame.is_narrow() ? 28 : 64);
    const Rect sheet =
        Rect{margin, page.y, page.width - 2 * margin - side - between, page.height - below}.snapped();

    // In one column, the question stands at the foot, always in reach.
    float foot = 0;
    const float foot_padding = frame.px(28);
    const bool asks_below = !wide && state.article && state.helped == Helped::not_said && !frame.is_short() &&
                            helped_row(state, frame, sheet.width - 2 * foot_padding).fits;
    if (asks_below) foot = frame.target(unit::button) + 2 * frame.px(20) + frame.px(18);

    card(frame, {sheet.x, sheet.y, sheet.width, sheet.height - foot}, Elevation::high, 0, 28);
    float blocks_top = 0;
    {
        ScrollArea scroll(frame, reading_area,
                          Rect{sheet.x, sheet.y, sheet.width, sheet.height - foot}.inset(frame.px(3)),
                          theme.surface, frame.px(26));
        const float reading_width = std::min(sheet.width - 2 * padding, frame.px(1240));
        const Rect column{sheet.x + padding, scroll.top() + frame.px(frame.is_narrow() ? 28 : 44),
                          reading_width, 0};
        float y = state.article ? draw_text(state, frame, scroll, column) : draw_waiting(frame, column);
        blocks_top = column.y - scroll.top();
        if (state.article && !wide) {
            if (!asks_below)
                y = draw_helped(state, frame, {column.x, y + frame.px(24), column.width, 0}, true);
            if (state.helped == Helped::no)
                y = draw_offers(frame, *state.article, {column.x, y + frame.px(24), column.width, 0});
            if (const auto related = articles_named(frame, state.article->related); !related.empty()) {
                y += frame.px(30);
                y += frame.draw({column.x, y}, {.text = frame.tr("article.related"),
                                                .type = type::h3,
                                                .colour = theme.ink,
                                                .width = column.width});
                y = draw_article_links(frame, "article.related.", related,
                                       {column.x, y + frame.px(8), column.width, 0});
            }
        }
        scroll.end(y + frame.px(36));
    }
    if (asks_below) {
        const Rect box =
            Rect{sheet.x, sheet.bottom() - foot + frame.px(18), sheet.width, foot - frame.px(18)}.snapped();
        card(frame, box, Elevation::high);
        draw_helped(state, frame,
                    {box.x + foot_padding, box.y + frame.px(20), box.width - 2 * foot_padding, 0}, true);
    }
    if (!wide || !state.article) return;

    const kb::Article& article = *state.article;
    ScrollArea scroll(frame, "article.side",
                      {sheet.right() + between - frame.px(24), page.y - frame.px(20), side + frame.px(48),
                       page.bottom() - page.y + frame.px(20)},
                      theme.background);
    const float x = sheet.right() + between;
    float y = scroll.top() + frame.px(20);
    const auto boxed = [&](const std::string& key, const std::function<float(Rect)>& content) {
        y = draw_boxed(frame, key, {x, y, side, 0}, content) + frame.px(24);
    };
    if (const auto headings = headings_of(article); headings.size() > 1) {
        boxed("toc", [&](Rect inside) {
            const float title = frame.draw(inside.origin(), {.text = frame.tr("article.contents"),
                                                             .type = type::strong,
                                                             .colour = theme.ink,
                                                             .width = inside.width});
            return draw_contents(frame, headings, current_anchor(frame, article, reading_area, blocks_top),
                                 {inside.x, inside.y + title + frame.px(12), inside.width, 0});
        });
    }
    boxed("helped", [&](Rect inside) {
        float bottom = draw_helped(state, frame, inside, false);
        if (state.helped == Helped::no)
            bottom = draw_offers(frame, article, {inside.x, bottom + frame.px(24), inside.width, 0});
        return bottom;
    });
    if (const auto related = articles_named(frame, article.related); !related.empty()) {
        boxed("related", [&](Rect inside) {
            const float title = frame.draw(inside.origin(), {.text = frame.tr("article.related"),
                                                             .type = type::strong,
                                                             .colour = theme.ink,
                                                             .width = inside.width});
            return draw_article_links(frame, "article.related.", related,
                                      {inside.x, inside.y + title + frame.px(6), inside.width, 0});
        });
    }
    scroll.end(y + frame.px(8));
}

}  // namespace kiosk::article
