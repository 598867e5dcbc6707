#include <algorithm>
#include <cmath>
#include <functional>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/text_field.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::search {

using namespace ui;

namespace {

constexpr std::string_view results_area = "search";

std::vector<paint::Span> highlighted(const Frame& frame, const kb::Ranges& ranges) {
    std::vector<paint::Span> spans;
    for (const auto& [begin, end] : ranges) {
        spans.push_back(
            {.begin = begin, .end = end, .colour = frame.theme.ink, .background = frame.theme.highlight});
    }
    return spans;
}

bool passes(const kb::Hit& hit, Filter filter) {
    return filter == Filter::all || (filter == Filter::forms) == (hit.kind == kb::HitKind::service);
}

// One result: what it is, its words with the matches lit, and where it belongs.
class HitCard {
public:
    HitCard(Frame& frame, const kb::Hit& hit, float width) : frame_(frame), hit_(hit) {
        const bool narrow = frame.is_narrow();
        padding_ = frame.px(26);
        badge_ = frame.px(narrow ? 56 : 72);
        chevron_ = frame.px(40);
        indent_ = padding_ + badge_ + frame.px(narrow ? 18 : 28);
        text_width_ = width - indent_ - chevron_ - padding_ - frame.px(10);
        title_spans_ = highlighted(frame, hit.title_matches);
        snippet_spans_ = highlighted(frame, hit.snippet_matches);

        const catalog::Catalog& catalog = frame.state.content->catalog;
        const catalog::Topic* topic = catalog.topic(hit.category);
        std::vector<std::string> parts{frame.tr(is_form() ? "search.form" : "search.answer")};
        if (topic) parts.push_back(frame.read(topic->title));
        if (!hit.language.empty() && hit.language != frame.language())
            parts.push_back(core::own_name_of(hit.language));
        meta_ = dotted(parts);
        height_ =
            frame.measure(title()).height + frame.measure(meta()).height + frame.px(10) + 2 * frame.px(22);
        if (!hit.snippet.empty()) height_ += frame.measure(snippet()).height + frame.px(6);
        height_ = std::max(height_, badge_ + 2 * frame.px(22));
    }

    [[nodiscard]] float height() const { return height_; }

    void draw(Rect rect) {
        const Theme& theme = frame_.theme;
        rect = rect.snapped();
        const std::string id = (is_form() ? "search.hit.service." : "search.hit.article.") + hit_.id;
        card(frame_, rect, Elevation::low, frame_.press_of(id), unit::radius_button + 2);

        const catalog::Service* service =
            is_form() ? frame_.state.content->catalog.service(hit_.id) : nullptr;
        const CategoryTint& tint = tint_of(frame_, hit_.category);
        const std::string_view icon = service && !service->icon.empty() ? std::string_view(service->icon)
                                      : is_form()                       ? "assignment"
                                                                        : "article";
        badge(frame_, {rect.x + padding_, rect.y + frame_.px(24), badge_, badge_}, icon, tint.tint,
              tint.icon);

        const float x = rect.x + indent_;
        float y = rect.y + frame_.px(22);
        y += frame_.draw({x, y}, title());
        if (!hit_.snippet.empty()) {
            y += frame_.px(6);
            y += frame_.draw({x, y}, snippet());
        }
        y += frame_.px(10);
        frame_.draw({x, y}, meta());
        frame_.icon_onward("chevron_right", "chevron_left",
                           {rect.right() - padding_ - chevron_ + frame_.px(8),
                            std::round(rect.centre().y - chevron_ / 2), chevron_, chevron_},
                           theme.primary);
        frame_.focus_ring(id, rect, frame_.px(unit::radius_button + 2));
        const Action open = is_form() ? Action{OpenService{hit_.id}} : Action{Follow{hit_.id, hit_.anchor}};
        frame_.item({.id = id,
                     .role = Role::button,
                     .label = hit_.title,
                     .value = meta_,
                     .rect = rect,
                     .deeds = {open}});
    }

private:
    [[nodiscard]] bool is_form() const { return hit_.kind == kb::HitKind::service; }
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
    [[nodiscard]] Say snippet() const {
        return {.text = hit_.snippet,
                .type = {24, 400, 1.45F},
                .colour = frame_.theme.ink_2,
                .width = text_width_,
                .lines = 2,
                .may_be_cut = true,
                .language = hit_.language,
                .spans = snippet_spans_};
    }
    [[nodiscard]] Say meta() const {
        return {.text = meta_,
                .type = type::caption,
                .colour = frame_.theme.ink_3,
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
    float height_ = 0;
    std::vector<paint::Span> title_spans_;
    std::vector<paint::Span> snippet_spans_;
    std::string meta_;
};

// The way out when no answer fits: ask a person.
float draw_way_out(Frame& frame, Rect area, bool prominent) {
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
    return draw_row(frame, area, buttons, unit::m);
}

float draw_nothing_found(Frame& frame, const State& state, Rect area) {
    const float bottom =
        draw_empty(frame, area, "search_off", frame.tr("search.nothing", {{"words", state.query}}),
                   frame.tr("search.nothing_hint"));
    std::vector<ServiceCard> cards;
    if (const catalog::Service* ask = frame.state.content->catalog.service("not-sure")) {
        cards.push_back({.id = "search.service." + ask->id, .service = ask});
    }
    float y = bottom + frame.px(30);
    if (!cards.empty()) {
        const float width = std::min(area.width, frame.px(760));
        y = draw_service_cards(frame, {std::round(area.centre().x - width / 2), y, width, 0}, cards) +
            frame.px(24);
    }
    const Button forms{.id = "search.services",
                       .label = frame.tr("search.all_forms"),
                       .icon = "assignment",
                       .look = cards.empty() ? Look::primary : Look::outlined,
                       .deeds = {Action{OpenServices{}}}};
    const Size size = size_of(frame, forms);
    const float width = std::min(size.width, area.width);
    ui::draw(frame, {std::round(area.centre().x - width / 2), y, width, size.height}, forms);
    return y + size.height;
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

    // Another search starts from its top. Only a number of it is kept.
    const std::size_t shown =
        std::hash<std::string>{}(state.found_for) * 4 + static_cast<std::size_t>(state.filter);
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
        if (state.query.empty() && !browsing)
            y = draw_beginning(frame, {column.x, y, column.width, 0});
        else if (!state.waiting)
            y = draw_nothing_found(frame, state, {column.x, y, column.width, 0});
        scroll.end(y + frame.px(40));
        return;
    }

    const auto forms = std::count_if(hits.begin(), hits.end(),
                                     [](const kb::Hit& hit) { return hit.kind == kb::HitKind::service; });
    const auto all = static_cast<std::int64_t>(hits.size());
    const auto chip = [&](std::string id, std::string_view key, Filter filter, std::int64_t number) {
        return Chip{.id = std::move(id),
                    .label = frame.count(key, number),
                    .selected = state.filter == filter,
                    .role = Role::option,
                    .deeds = {Action{ChooseFilter{filter}}}};
    };
    y = draw_chips(frame, {column.x, y, column.width, 0},
                   {chip("search.filter.all", "search.filter_all", Filter::all, all),
                    chip("search.filter.answers", "search.filter_answers", Filter::answers, all - forms),
                    chip("search.filter.forms", "search.filter_forms", Filter::forms, forms)});
    y += frame.px(20);
    for (const auto& [typed, searched] : state.found.corrected) {
        const std::string text = frame.tr("search.corrected", {{"typed", typed}, {"searched", searched}});
        y = draw_remark(frame, {column.x, y}, column.width, "info", text, theme.ink_2) + frame.px(14);
    }

    const float gap = frame.px(18);
    float usual = frame.px(190);
    for (const kb::Hit& hit : hits) {
        if (!passes(hit, state.filter)) continue;
        // Far below the view a guess will do: hundreds of results are not laid out for the three that are
        // seen.
        if (y > view.bottom() + view.height) {
            y += usual + gap;
            continue;
        }
        HitCard card(frame, hit, column.width);
        usual = card.height();
        card.draw({column.x, y, column.width, card.height()});
        y += card.height() + gap;
    }
    y += frame.px(14);
    y += frame.draw(
        {column.x, y},
        {.text = frame.tr("search.way_out"), .type = type::h3, .colour = theme.ink, .width = column.width});
    y = draw_way_out(frame, {column.x, y + frame.px(16), column.width, 0}, false);
    scroll.end(y + frame.px(40));
}

}  // namespace kiosk::search
