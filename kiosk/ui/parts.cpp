#include <algorithm>
#include <cmath>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::ui {

const CategoryTint& tint_of(const Frame& frame, std::string_view topic) {
    const catalog::Topic* found = frame.state.content->catalog.topic(topic);
    return frame.theme.category(found ? found->colour : 1);
}

std::string dotted(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        if (!all.empty()) all += "  ·  ";
        all += part;
    }
    return all;
}

std::vector<const catalog::Service*> popular_services(const Frame& frame, std::size_t most) {
    const catalog::Catalog& catalog = frame.state.content->catalog;
    std::vector<const catalog::Service*> chosen;
    for (const bool incidents : {true, false}) {
        for (const catalog::Topic& topic : catalog.topics) {
            for (const catalog::Service& service : catalog.services) {
                const bool is_incident = service.kind == catalog::Kind::incident;
                if (service.category != topic.id || is_incident != incidents) continue;
                const bool is_new = std::none_of(
                    chosen.begin(), chosen.end(),
                    [&](const catalog::Service* other) { return other->category == service.category; });
                if (is_new && chosen.size() < most) chosen.push_back(&service);
                break;
            }
        }
    }
    return chosen;
}

const TopicCounts& topic_counts(Frame& frame) {
    TopicCounts& counts = frame.memory.counts;
    const Content& content = *frame.state.content;
    if (counts.content == &content && counts.language == frame.language()) return counts;

    counts = {.content = &content, .language = frame.language(), .by_topic = {}};
    // A translated article is one answer: they are told apart by what comes after the language.
    std::vector<std::pair<std::string_view, std::string_view>> seen;  // topic, article
    const auto& fallback = content.catalog.fallback;
    for (const ArticleTitle& article : content.articles) {
        const bool is_readable =
            article.language == frame.language() ||
            std::find(fallback.begin(), fallback.end(), article.language) != fallback.end();
        const std::string_view id = article.id;
        if (is_readable) seen.emplace_back(article.category, id.substr(id.find('/') + 1));
    }
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    for (const auto& [topic, article] : seen) ++counts.by_topic[std::string(topic)].first;
    for (const catalog::Service& service : content.catalog.services)
        ++counts.by_topic[service.category].second;
    return counts;
}

float draw_service_cards(Frame& frame, Rect area, const std::vector<ServiceCard>& cards,
                         float least_width_units) {
    const Theme& theme = frame.theme;
    const float gap = frame.px(20);
    const float padding = frame.px(24);
    const float side = frame.px(64);
    const float text_gap = frame.px(20);
    const float chevron = frame.px(36);
    // As many columns as fit, however few cards there are: one below the other, groups of cards form columns.
    const Grid grid(area, columns_for(area.width, frame.px(least_width_units), gap, 0, 3), gap);
    const float text_width = grid.width() - 2 * padding - side - text_gap - chevron;

    const auto title_of = [&](const ServiceCard& card, const std::string& text) {
        return Say{.text = text,
                   .type = card.with_summary ? type::h3 : type::label,
                   .colour = theme.ink,
                   .width = text_width};
    };
    const auto summary_of = [&](const std::string& text) {
        return Say{.text = text, .type = type::caption, .colour = theme.ink_2, .width = text_width};
    };
    float y = area.y;
    for (std::size_t first = 0; first < cards.size(); first += static_cast<std::size_t>(grid.columns())) {
        const std::size_t end = std::min(cards.size(), first + static_cast<std::size_t>(grid.columns()));
        float height = std::max(side + 2 * frame.px(18), frame.target(unit::row));
        for (std::size_t i = first; i < end; ++i) {
            const std::string title = frame.read(cards[i].service->title);
            const std::string summary = frame.read(cards[i].service->summary);
            float needed = frame.measure(title_of(cards[i], title)).height + 2 * padding;
            if (cards[i].with_summary && !summary.empty())
                needed += frame.measure(summary_of(summary)).height + frame.px(4);
            height = std::max(height, needed);
        }
        for (std::size_t i = first; i < end; ++i) {
            const catalog::Service& service = *cards[i].service;
            const std::string& id = cards[i].id;
            const Rect rect = Rect{grid.x(i), y, grid.width(), height}.snapped();
            const float press = frame.press_of(id);
            card(frame, rect, Elevation::low, press, unit::radius_button + 2);
            const CategoryTint& tint = tint_of(frame, service.category);
            badge(frame, {rect.x + padding, rect.centre().y - side / 2, side, side},
                  service.icon.empty() ? "assignment" : service.icon, tint.tint, tint.icon);

            const std::string title = frame.read(service.title);
            const std::string summary = cards[i].with_summary ? frame.read(service.summary) : std::string{};
            const float x = rect.x + padding + side + text_gap;
            const float title_height = frame.measure(title_of(cards[i], title)).height;
            const float summary_height =
                summary.empty() ? 0 : frame.measure(summary_of(summary)).height + frame.px(4);
            float text_y = std::round(rect.centre().y - (title_height + summary_height) / 2);
            text_y += frame.draw({x, text_y}, title_of(cards[i], title));
            if (!summary.empty()) frame.draw({x, text_y + frame.px(4)}, summary_of(summary));
            frame.icon_onward("chevron_right", "chevron_left",
                              {rect.right() - padding - chevron * 0.8F,
                               std::round(rect.centre().y - chevron / 2), chevron, chevron},
                              theme.primary);
            frame.focus_ring(id, rect, frame.px(unit::radius_button + 2));
            frame.item({.id = id,
                        .role = Role::button,
                        .label = title,
                        .rect = rect,
                        .deeds = {Action{OpenService{service.id}}}});
        }
        y += height + gap;
    }
    return cards.empty() ? area.y : y - gap;
}

float draw_empty(Frame& frame, Rect area, std::string_view icon, const std::string& title,
                 const std::string& hint) {
    const Theme& theme = frame.theme;
    const float width = std::min(area.width, frame.px(900));
    const float x = std::round(area.centre().x - width / 2);
    const float circle = frame.px(58);
    float y = area.y + frame.px(20);
    frame.circle({area.centre().x, y + circle}, circle, theme.tint);
    frame.icon_in(icon, {area.centre().x - circle, y, 2 * circle, 2 * circle}, frame.px(60), theme.on_tint);
    y += 2 * circle + frame.px(24);
    y += frame.draw(
        {x, y}, {.text = title, .type = type::h2, .colour = theme.ink, .width = width, .flow = Flow::centre});
    if (!hint.empty()) {
        y += frame.px(10);
        y += frame.draw(
            {x, y},
            {.text = hint, .type = type::body, .colour = theme.ink_2, .width = width, .flow = Flow::centre});
    }
    return y;
}

Rect draw_keyboard(Frame& frame, Rect page, const Keyboard& keyboard) {
    draw(frame, frame.keyboards, keyboard);
    return {page.x, page.y, page.width, page.height - height_of(frame, frame.keyboards, keyboard)};
}

}  // namespace kiosk::ui
