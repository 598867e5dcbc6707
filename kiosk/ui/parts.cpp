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

std::vector<const ArticleTitle*> articles_named(const Frame& frame, const std::vector<std::string>& names) {
    std::vector<const ArticleTitle*> articles;
    const Content& content = *frame.state.content;
    std::vector<std::string> languages{frame.language()};
    languages.insert(languages.end(), content.catalog.fallback.begin(), content.catalog.fallback.end());
    for (const std::string& name : names) {
        for (const std::string& language : languages) {
            const std::string id = language + "/" + name;
            const auto found = std::find_if(content.articles.begin(), content.articles.end(),
                                            [&](const ArticleTitle& title) { return title.id == id; });
            if (found == content.articles.end()) continue;
            articles.push_back(&*found);
            break;
        }
    }
    return articles;
}

float draw_article_links(Frame& frame, const std::string& id_prefix,
                         const std::vector<const ArticleTitle*>& articles, Rect area) {
    float y = area.y;
    for (const ArticleTitle* article : articles) {
        const std::string id = id_prefix + article->id.substr(article->id.find('/') + 1);
        const float icon = frame.px(30);
        const Say say{.text = article->title,
                      .type = type::label,
                      .colour = frame.theme.primary,
                      .width = area.width - icon - frame.px(16),
                      .language = article->language};
        const float height = std::max(frame.target(unit::row), frame.measure(say).height + frame.px(22));
        const Rect row = Rect{area.x, y, area.width, height}.snapped();
        if (frame.press_of(id) > 0)
            frame.fill(row.inset(-frame.px(12), 0), frame.theme.tint, frame.px(unit::radius_row));
        frame.icon("article", {row.x, std::round(row.centre().y - icon / 2), icon, icon}, frame.theme.ink_2);
        frame.draw_in({row.x + icon + frame.px(16), row.y, say.width, row.height}, say);
        frame.focus_ring(id, row, frame.px(unit::radius_row));
        frame.item({.id = id,
                    .role = Role::link,
                    .label = article->title,
                    .rect = row,
                    .deeds = {Action{Follow{article->id, {}}}}});
        y += height;
    }
    return y;
}

float draw_boxed(Frame& frame, const std::string& key, Rect area,
                 const std::function<float(Rect)>& content) {
    float& height = frame.memory.card_heights[key];
    card(frame, {area.x, area.y, area.width, height});
    const float padding = frame.px(30);
    const float bottom = content({area.x + padding, area.y + frame.px(24), area.width - 2 * padding, 0});
    const float needed = std::ceil(bottom - area.y + frame.px(26));
    if (needed != height) frame.want_another_frame();
    height = needed;
    return area.y + height;
}

Rect draw_keyboard(Frame& frame, Rect page, const Keyboard& keyboard) {
    draw(frame, frame.keyboards, keyboard);
    return {page.x, page.y, page.width, page.height - height_of(frame, frame.keyboards, keyboard)};
}

}  // namespace kiosk::ui
