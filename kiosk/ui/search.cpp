#include <algorithm>
#include <cmath>
#include <functional>

#include "kiosk/ui/article_view.hpp"
#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/text_field.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::search {

using namespace ui;

namespace {

constexpr std::string_view results_area = "search";
constexpr float least_results = 250;  // units that must be left of the page for a row of suggestions

std::vector<paint::Span> highlighted(const Frame& frame, const kb::Ranges& ranges) {
    std::vector<paint::Span> spans;
    for (const auto& [begin, end] : ranges) {
        spans.push_back(
            {.begin = begin, .end = end, .colour = frame.theme.ink, .background = frame.theme.highlight});
    }
    return spans;
}

// What was searched, as it was understood.
const std::string& words_of(const State& state) {
    return state.found.searched.empty() ? state.found_for : state.found.searched;
}

std::string_view icon_of(kb::HitKind kind) {
    switch (kind) {
        case kb::HitKind::article:
            return "article";
        case kb::HitKind::service:
            return "assignment";
        case kb::HitKind::problem:
            return "campaign";
    }
    return {};
}

std::string_view key_of(kb::HitKind kind) {
    switch (kind) {
        case kb::HitKind::article:
            return "search.answer";
        case kb::HitKind::service:
            return "search.form";
        case kb::HitKind::problem:
            return "search.problem";
    }
    return {};
}

Action open(kb::HitKind kind, const std::string& id, const std::string& anchor) {
    switch (kind) {
        case kb::HitKind::article:
            return Follow{id, anchor};
        case kb::HitKind::service:
            return OpenService{id};
        case kb::HitKind::problem:
            return OpenProblem{id};
    }
    return Touched{};
}

// One result: what it is, its words with the matches lit, and where it belongs. A known problem says at once what to
// do, and has the forms below that people would reach for.
class HitCard {
public:
    HitCard(Frame& frame, const kb::Hit& hit, const std::string& searched, float width)
        : frame_(frame), hit_(hit), text_(hit.snippet) {
        const bool narrow = frame.is_narrow();
        padding_ = frame.px(26);
        badge_ = frame.px(narrow ? 56 : 72);
        chevron_ = frame.px(40);
        indent_ = padding_ + badge_ + frame.px(narrow ? 18 : 28);
        text_width_ = width - indent_ - chevron_ - padding_ - frame.px(10);
        title_spans_ = highlighted(frame, hit.title_matches);

        const catalog::Catalog& catalog = frame.state.content->catalog;
        if (const catalog::KnownProblem* known = known_problem()) {
            text_ = known->meanwhile.read(hit.language, catalog.fallback).text;
            text_spans_ = highlighted(frame, matches_in(text_, searched));
            for (const std::string& id : known->services) {
                const catalog::Service* service = catalog.service(id);
                if (!service) continue;
                offers_.push_back({.id = "search.hit.problem." + hit.id + ".form." + id,
                                   .label = frame.read(service->title),
                                   .icon = service->icon.empty() ? "assignment" : std::string_view(service->icon),
                                   .deeds = {Action{OpenService{id}}},
                                   .height = unit::bar_button});
            }
        } else {
            text_spans_ = highlighted(frame, hit.snippet_matches);
        }
        const catalog::Topic* topic = catalog.topic(hit.category);
        std::vector<std::string> parts{frame.tr(key_of(hit.kind))};
        if (topic) parts.push_back(frame.read(topic->title));
        if (!hit.language.empty() && hit.language != frame.language())
            parts.push_back(core::own_name_of(hit.language));
        meta_ = dotted(parts);
        upper_height_ =
            frame.measure(title()).height + frame.measure(meta()).height + frame.px(10) + 2 * frame.px(22);
        if (has_heading()) upper_height_ += frame.measure(heading()).height + frame.px(4);
        if (!text_.empty()) upper_height_ += frame.measure(text()).height + frame.px(6);
        upper_height_ = std::max(upper_height_, badge_ + 2 * frame.px(22));
        height_ = upper_height_;
        if (!offers_.empty()) {
            height_ += places_in_row(frame, offers_in({0, 0, width, 0}), offers_).back().bottom() + frame.px(24);
        }
    }

    [[nodiscard]] float height() const { return height_; }

    void draw(Rect rect) {
        const Theme& theme = frame_.theme;
        rect = rect.snapped();
        const std::string id = "search.hit." + std::string(kb::name_of(hit_.kind)) + "." + hit_.id;
        card(frame_, rect, Elevation::low, frame_.press_of(id), unit::radius_button + 2);

        const bool is_problem = hit_.kind == kb::HitKind::problem;
        const catalog::Service* service =
            hit_.kind == kb::HitKind::service ? frame_.state.content->catalog.service(hit_.id) : nullptr;
        const CategoryTint& tint = tint_of(frame_, hit_.category);
        badge(frame_, {rect.x + padding_, rect.y + frame_.px(24), badge_, badge_},
              service && !service->icon.empty() ? std::string_view(service->icon) : icon_of(hit_.kind),
              is_problem ? theme.warning_tint : tint.tint, is_problem ? theme.warning : tint.icon);

        const Rect upper = Rect{rect.x, rect.y, rect.width, upper_height_}.snapped();
        const float x = rect.x + indent_;
        float y = rect.y + frame_.px(22);
        y += frame_.draw({x, y}, title());
        if (has_heading()) {
            y += frame_.px(4);
            const float icon = frame_.px(24);
            const float line = std::round(frame_.px(type::caption.size) * type::caption.line_height);
            frame_.icon_onward("subdirectory_arrow_right", "subdirectory_arrow_left",
                               {x, std::round(y + (line - icon) / 2), icon, icon}, theme.primary);
            y += frame_.draw({x + heading_indent(), y}, heading());
        }
        if (!text_.empty()) {
            y += frame_.px(6);
            y += frame_.draw({x, y}, text());
        }
        y += frame_.px(10);
        frame_.draw({x, y}, meta());
        frame_.icon_onward("chevron_right", "chevron_left",
                           {rect.right() - padding_ - chevron_ + frame_.px(8),
                            std::round(upper.centre().y - chevron_ / 2), chevron_, chevron_},
                           theme.primary);
        frame_.focus_ring(id, upper, frame_.px(unit::radius_button + 2));
        frame_.item({.id = id,
                     .role = Role::button,
                     .label = hit_.title,
                     .value = meta_,
                     .rect = upper,
                     .deeds = {open(hit_.kind, hit_.id, hit_.anchor)}});
        draw_row(frame_, offers_in({rect.x, upper.bottom(), rect.width, 0}), offers_);
    }

private:
    [[nodiscard]] const catalog::KnownProblem* known_problem() const {
        return hit_.kind == kb::HitKind::problem ? frame_.state.content->catalog.known_problem(hit_.id) : nullptr;
    }
    // The section that is opened, unless the title says the same.
    [[nodiscard]] bool has_heading() const { return !hit_.anchor.empty() && hit_.heading != hit_.title; }
    [[nodiscard]] float heading_indent() const { return frame_.px(32); }
    // Below the words; where these are narrow, below the badge too.
    [[nodiscard]] Rect offers_in(Rect below) const {
        const float indent = frame_.is_narrow() ? padding_ : indent_;
        return {below.x + indent, below.y, below.width - indent - padding_, 0};
    }
    [[nodiscard]] Say title() const {
        return {.text = hit_.title,
                .type = type::h3,
                .colour = frame_.theme.ink,
                .width = text_width_,
                .lines = 3,
                .may_be_cut = true,
                .language = hit_.language,
                .spans = title_spans_};
    }
    [[nodiscard]] Say heading() const {
        return {.text = hit_.heading,
                .type = type::caption,
                .colour = frame_.theme.primary,
                .width = text_width_ - heading_indent(),
                .lines = 1,
                .may_be_cut = true,
                .language = hit_.language};
    }
    [[nodiscard]] Say text() const {
        return {.text = text_,
                .type = {24, 400, 1.45F},
                .colour = hit_.kind == kb::HitKind::problem ? frame_.theme.ink : frame_.theme.ink_2,
                .width = text_width_,
                .lines = hit_.kind == kb::HitKind::problem ? 8 : 2,
                .may_be_cut = true,
                .language = hit_.language,
                .spans = text_spans_};
    }
    [[nodiscard]] Say meta() const {
        return {.text = meta_,
                .type = type::caption,
                .colour = hit_.kind == kb::HitKind::problem ? frame_.theme.warning : frame_.theme.ink_3,
                .width = text_width_,
                .lines = 2,
                .may_be_cut = true};
    }

    Frame& frame_;
    const kb::Hit& hit_;
    float padding_ = 0;
    float badge_ = 0;
    float chevron_ = 0;
    float indent_ = 0;
    float text_width_ = 0;
    float upper_height_ = 0;
    float height_ = 0;
    std::string_view text_;
    std::vector<paint::Span> title_spans_;
    std::vector<paint::Span> text_spans_;
    std::vector<Button> offers_;
    std::string meta_;
};

constexpr float between_cards = 18;

// The way out when no answer fits: ask a person.
std::vector<Button> ways_out(const Frame& frame, bool prominent) {
    std::vector<Button> buttons;
    if (const catalog::Service* ask = frame.state.content->catalog.service("not-sure")) {
        buttons.push_back({.id = "search.service." + ask->id,
                           .label = frame.read(ask->title),
                           .icon = ask->icon.empty() ? "contact_support" : std::string_view(ask->icon),
                           .look = prominent ? Look::primary : Look::tonal,
                           .deeds = {Action{OpenService{ask->id}}}});
    }
    buttons.push_back({.id = "search.services",
                       .label = frame.tr("search.all_forms"),
                       .icon = "assignment",
                       .look = buttons.empty() && prominent ? Look::primary : Look::outlined,
                       .deeds = {Action{OpenServices{}}}});
    return buttons;
}

// Not the end: a person to ask, and what else there is.
float draw_nothing_found(Frame& frame, const State& state, Rect area) {
    float y = draw_empty(frame, area, "search_off", frame.tr("search.nothing", {{"words", state.found_for}}),
                         frame.tr("search.nothing_hint"));
    y += frame.px(30);
    const std::vector<Button> buttons = ways_out(frame, true);
    const std::vector<Rect> places = places_in_row(frame, {area.x, y, area.width, 0}, buttons, unit::m);
    float right = area.x;
    for (const Rect& place : places) right = std::max(right, place.right());
    const float indent = std::round((area.right() - right) / 2);
    y = draw_row(frame, {area.x + indent, y, right - area.x, 0}, buttons, unit::m) + frame.px(40);
    if (state.found.instead.empty()) return y;

    y += frame.draw({area.x, y}, {.text = frame.tr("search.instead"),
                                  .type = type::h3,
                                  .colour = frame.theme.ink,
                                  .width = area.width});
    y += frame.px(18);
    std::vector<ServiceCard> forms;
    for (const kb::Hit& hit : state.found.instead) {
        const catalog::Service* service =
            hit.kind == kb::HitKind::service ? frame.state.content->catalog.service(hit.id) : nullptr;
        if (service) forms.push_back({.id = "search.instead.service." + hit.id, .service = service});
    }
    if (!forms.empty())
        y = draw_service_cards(frame, {area.x, y, area.width, 0}, forms) + frame.px(between_cards);
    for (const kb::Hit& hit : state.found.instead) {
        if (hit.kind == kb::HitKind::service) continue;
        HitCard card(frame, hit, {}, area.width);
        card.draw({area.x, y, area.width, card.height()});
        y += card.height() + frame.px(between_cards);
    }
    return y;
}

// Titles, headings and names that continue the words: the first ones that fit into one row. What leads to an answer
// opens it, a mere name completes the words.
void draw_suggestions(Frame& frame, const State& state, Rect row) {
    std::vector<Chip> chips;
    for (const kb::Suggestion& one : state.found.suggestions) {
        const bool leads_on = !one.id.empty();
        chips.push_back({.id = "search.suggestion." + (leads_on ? one.id + "#" + one.anchor : one.text),
                         .label = one.text,
                         .icon = leads_on ? icon_of(one.kind) : "search",
                         .deeds = {leads_on ? open(one.kind, one.id, one.anchor) : Action{TakeWords{one.text}}}});
    }
    draw_chips(frame, row, chips, 1);
}

float draw_filters(Frame& frame, const State& state, Rect row) {
    std::vector<Chip> chips;
    const auto add = [&](std::string id, std::string_view key, Filter filter) {
        if (count(state, filter) == 0) return;
        chips.push_back({.id = std::move(id),
                         .label = frame.count(key, static_cast<std::int64_t>(count(state, filter))),
                         .selected = shown_filter(state) == filter,
                         .role = Role::option,
                         .deeds = {Action{ChooseFilter{filter}}}});
    };
    add("search.filter.all", "search.filter_all", Filter::all);
    add("search.filter.answers", "search.filter_answers", Filter::answers);
    add("search.filter.forms", "search.filter_forms", Filter::forms);
    add("search.filter.problems", "search.filter_problems", Filter::problems);
    return draw_chips(frame, row, chips);
}

// Before the first letter: what people come for.
float draw_beginning(Frame& frame, Rect area) {
    float y = area.y;
    y += frame.draw(
        {area.x, y},
        {.text = frame.tr("search.begin"), .type = type::h3, .colour = frame.theme.ink, .width = area.width});
    y += frame.px(18);
    std::vector<ServiceCard> cards;
    for (const catalog::Service* service : popular_services(frame, 6)) {
        cards.push_back({.id = "search.service." + service->id, .service = service, .with_summary = false});
    }
    return draw_service_cards(frame, {area.x, y, area.width, 0}, cards, 380);
}

float draw_topic(Frame& frame, const std::string& id, Point at, float width) {
    const catalog::Topic* topic = frame.state.content->catalog.topic(id);
    if (!topic) return at.y;
    const CategoryTint& tint = frame.theme.category(topic->colour);
    const float side = frame.px(72);
    badge(frame, {at.x, at.y, side, side}, topic->icon, tint.tint, tint.icon);
    const float x = at.x + side + frame.px(22);
    const std::string title = frame.read(topic->title);
    const Say say{.text = title,
                  .type = frame.is_narrow() ? type::h2 : type::h1,
                  .colour = frame.theme.ink,
                  .width = width - side - frame.px(22)};
    const float height = std::max(side, frame.measure(say).height);
    frame.draw_in({x, at.y, say.width, height}, say);
    return at.y + height;
}

}  // namespace

void draw(const State& state, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const float margin = frame.margin();
    Rect page = bar.page;

    if (state.keyboard) {
        page = draw_keyboard(frame, page,
                             {.enter = frame.tr("keyboard.search"),
                              .enter_icon = "search",
                              .enter_deeds = {Action{TypeText{"\n"}}},
                              .hide_deeds = {Action{ShowKeyboard{false}}}});
    }

    // The field stands in the bar where there is room, else below it.
    Rect box;
    const bool in_bar = frame.is_wide() && bar.middle.width >= frame.px(520);
    float y = page.y;
    if (in_bar) {
        box = {bar.middle.x + frame.px(16), bar.middle.y - frame.px(3), bar.middle.width - frame.px(32),
               bar.middle.height + frame.px(6)};
    } else {
        box = {margin, y, page.width - 2 * margin, frame.target(unit::button)};
        y = box.bottom() + frame.px(16);
    }
    box = box.snapped();
    ui::draw(frame, box,
             TextField{.id = "search.field",
                       .label = frame.tr("home.search"),
                       .text = state.query,
                       .placeholder = frame.tr("home.search_example"),
                       .caret = state.caret,
                       .active = true,
                       .pill = true,
                       .icon = "search",
                       .type = frame.is_narrow() ? type::field : type::search,
                       .room_at_end = 44,
                       .deeds = {Action{ShowKeyboard{true}}}});
    if (!state.query.empty()) {
        const float side = box.height;
        const Rect rect{box.right() - side, box.y, side, side};
        frame.icon_in("close", rect, frame.px(36),
                      frame.press_of("search.clear") > 0 ? theme.primary_pressed : theme.primary);
        frame.focus_ring("search.clear", rect.inset(frame.px(8)), side / 2);
        frame.item({.id = "search.clear",
                    .role = Role::button,
                    .label = frame.tr("search.clear"),
                    .rect = rect,
                    .deeds = {Action{ClearText{}}}});
    }

    // The row above the keys is kept free also when there is nothing to suggest, so that nothing jumps.
    const float chip = frame.target(unit::chip);
    const float strip = chip + 2 * frame.px(14);
    const bool suggests_above_keys = state.keyboard && page.bottom() - y - strip >= frame.px(least_results);
    if (suggests_above_keys) {
        page.height -= strip;
        const Rect ground{0, page.bottom(), page.width, strip};
        frame.fill(ground, theme.keyboard);
        draw_suggestions(frame, state, {margin, ground.y + frame.px(14), page.width - 2 * margin, 0});
    }

    // Another search starts from its top. Only a number of it is kept.
    const std::size_t shown =
        std::hash<std::string>{}(state.found_for) * 4 + static_cast<std::size_t>(shown_filter(state));
    if (frame.memory.results_shown != shown) {
        frame.memory.results_shown = shown;
        frame.memory.scrolls[std::string(results_area)] = {};
    }

    const Rect view{0, y, page.width, page.bottom() - y};
    ScrollArea scroll(frame, std::string(results_area), view, theme.background);
    const Rect column{margin, scroll.top() + frame.px(6), page.width - 2 * margin, 0};
    y = column.y;
    const bool browsing = state.query.empty() && !state.topic.empty();
    if (browsing) y = draw_topic(frame, state.topic, {column.x, y}, column.width) + frame.px(22);

    const auto& hits = state.found.hits;
    if (hits.empty()) {
        // What stands there stays until the next answer comes: no letter leaves the screen empty for a moment.
        if (state.found_for.empty() && !browsing)
            y = draw_beginning(frame, {column.x, y, column.width, 0});
        else
            y = draw_nothing_found(frame, state, {column.x, y, column.width, 0});
        scroll.end(y + frame.px(40));
        return;
    }

    // Where both have no room, suggestions help while a person types, filters when they read.
    if (state.keyboard && !suggests_above_keys) {
        draw_suggestions(frame, state, {column.x, y, column.width, 0});
        y += chip + frame.px(20);
    } else if (!state.keyboard || !frame.is_narrow()) {
        y = draw_filters(frame, state, {column.x, y, column.width, 0}) + frame.px(20);
    }
    if (!state.found.searched.empty()) {
        y = draw_remark(frame, {column.x, y}, column.width, "spellcheck",
                        frame.tr("search.showing", {{"words", state.found.searched}}), theme.ink, type::label);
        y += frame.px(16);
    }

    const Filter filter = shown_filter(state);
    const float gap = frame.px(between_cards);
    float usual = frame.px(190);
    for (const kb::Hit& hit : hits) {
        if (!passes(hit, filter)) continue;
        // Far below the view a guess will do: hundreds of results are not laid out for the three that are
        // seen.
        if (y > view.bottom() + view.height) {
            y += usual + gap;
            continue;
        }
        HitCard card(frame, hit, words_of(state), column.width);
        usual = card.height();
        card.draw({column.x, y, column.width, card.height()});
        y += card.height() + gap;
    }
    y += frame.px(14);
    y += frame.draw(
        {column.x, y},
        {.text = frame.tr("search.way_out"), .type = type::h3, .colour = theme.ink, .width = column.width});
    y = draw_row(frame, {column.x, y + frame.px(16), column.width, 0}, ways_out(frame, false), unit::m);
    scroll.end(y + frame.px(40));
}

}  // namespace kiosk::search
