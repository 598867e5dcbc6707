#include <algorithm>
#include <cmath>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/text_field.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::home {

using namespace ui;

namespace {

std::string counts_of(Frame& frame, const std::string& topic, float width) {
    const TopicCounts& counts = topic_counts(frame);
    const auto found = counts.by_topic.find(topic);
    const auto [answers, forms] = found == counts.by_topic.end() ? std::pair{0, 0} : found->second;
    if (forms == 0) return frame.count("home.answers", answers);
    if (answers == 0) return frame.count("home.forms", forms);
    const std::string first = frame.count("home.answers", answers);
    const std::string second = frame.count("home.forms", forms);
    const std::string line = frame.tr("home.answers_and_forms", {{"answers", first}, {"forms", second}});
    // Where there is no room for both beside each other, each has its line: never "9 answers · 2" and
    // "forms".
    return frame.measure({.text = line, .type = type::caption}).width <= width ? line : first + "\n" + second;
}

// An icon with words below or beside it, by the room there is.
float draw_topics(Frame& frame, Rect area) {
    const Theme& theme = frame.theme;
    const auto& topics = frame.state.content->catalog.topics;
    const float gap = frame.px(20);
    const bool upright = frame.is_wide();
    const float least = frame.px(upright ? 228 : 350);
    const Grid grid(area, columns_for(area.width, least, gap, topics.size(), upright ? 5 : 2), gap);
    const float padding = frame.px(upright ? 22 : 24);
    const float side = frame.px(upright ? 60 : 72);
    const float text_width =
        upright ? grid.width() - 2 * padding : grid.width() - 2 * padding - side - frame.px(22);

    const auto title_of = [&](const std::string& text) {
        return Say{.text = text, .type = type::h3, .colour = theme.ink, .width = text_width};
    };
    const auto counts_say = [&](const std::string& text) {
        return Say{.text = text, .type = type::caption, .colour = theme.ink_3, .width = text_width};
    };
    // All tiles are as high as the highest, so that the wall of them is calm.
    float text_height = 0;
    for (const catalog::Topic& topic : topics) {
        text_height = std::max(text_height,
                               frame.measure(title_of(frame.read(topic.title))).height +
                                   frame.measure(counts_say(counts_of(frame, topic.id, text_width))).height);
    }
    const float height = std::ceil(upright ? side + text_height + 2 * padding + frame.px(6)
                                           : std::max(side, text_height) + 2 * padding);
    float bottom = area.y;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        const catalog::Topic& topic = topics[i];
        const std::string id = "home.topic." + topic.id;
        const Rect rect =
            Rect{grid.x(i), area.y + static_cast<float>(grid.row(i)) * (height + gap), grid.width(), height}
                .snapped();
        bottom = rect.bottom();
        const CategoryTint& tint = theme.category(topic.colour);
        card(frame, rect, Elevation::high, frame.press_of(id), unit::radius_card);

        const std::string title = frame.read(topic.title);
        const std::string counts = counts_of(frame, topic.id, text_width);
        const float words = frame.measure(title_of(title)).height + frame.measure(counts_say(counts)).height;
        float x = rect.x + padding;
        float y = 0;
        if (upright) {
            badge(frame, {x, rect.y + padding, side, side}, topic.icon, tint.tint, tint.icon);
            y = rect.bottom() - padding + frame.px(4) - words;
        } else {
            badge(frame, {x, std::round(rect.centre().y - side / 2), side, side}, topic.icon, tint.tint,
                  tint.icon);
            x += side + frame.px(22);
            y = std::round(rect.centre().y - words / 2);
        }
        y += frame.draw({x, y}, title_of(title));
        frame.draw({x, y}, counts_say(counts));
        frame.focus_ring(id, rect, frame.px(unit::radius_card));
        frame.item({.id = id,
                    .role = Role::button,
                    .label = title,
                    .value = counts,
                    .rect = rect,
                    .deeds = {Action{OpenTopic{topic.id}}}});
    }
    return bottom;
}

// What is broken now, the newest first, so that nobody need search for it.
float draw_known_problems(Frame& frame, Rect area) {
    const Theme& theme = frame.theme;
    const catalog::Catalog& catalog = frame.state.content->catalog;
    std::vector<const catalog::KnownProblem*> known_problems;
    for (const catalog::KnownProblem& known : catalog.known_problems) known_problems.push_back(&known);
    std::stable_sort(known_problems.begin(), known_problems.end(),
                     [](const auto* one, const auto* other) { return one->since > other->since; });

    const float padding = frame.px(26);
    const float icon = frame.px(34);
    const float chevron = frame.px(32);
    const float bar = frame.px(6);
    const float indent = bar + frame.px(18);
    const float inner = area.width - 2 * padding;
    const std::string heading = frame.tr("home.problems");
    const Say heading_say{
        .text = heading, .type = type::h3, .colour = theme.ink, .width = inner - icon - frame.px(16)};
    const auto say_of = [&](const catalog::KnownProblem& known) {
        const auto title = known.title.read(frame.language(), catalog.fallback);
        return Say{.text = title.text,
                   .type = type::label,
                   .colour = theme.ink,
                   .width = inner - indent - chevron,
                   .language = title.language};
    };
    const auto height_of = [&](const catalog::KnownProblem& known) {
        return std::max(frame.target(unit::row), frame.measure(say_of(known)).height + frame.px(24));
    };
    const float head = std::max(icon, frame.measure(heading_say).height) + frame.px(10);
    float height = frame.px(22) + head + frame.px(12);
    for (const auto* known : known_problems) height += height_of(*known);
    const Rect rect = Rect{area.x, area.y, area.width, height}.snapped();
    card(frame, rect);

    float y = rect.y + frame.px(22);
    frame.icon("campaign", {rect.x + padding, y + frame.px(1), icon, icon}, theme.warning);
    frame.draw({rect.x + padding + icon + frame.px(16), y}, heading_say);
    y += head;
    for (const auto* known : known_problems) {
        const std::string id = "home.problem." + known->id;
        const Say say = say_of(*known);
        const Rect row = Rect{rect.x + padding, y, inner, height_of(*known)}.snapped();
        if (frame.press_of(id) > 0)
            frame.fill(row.inset(-frame.px(12), 0), theme.tint, frame.px(unit::radius_row));
        frame.fill({row.x, row.y + frame.px(12), bar, row.height - frame.px(24)}, theme.warning, bar / 2);
        frame.draw_in({row.x + indent, row.y, say.width, row.height}, say);
        frame.icon_onward("chevron_right", "chevron_left",
                          {row.right() - chevron + frame.px(6), std::round(row.centre().y - chevron / 2),
                           chevron, chevron},
                          theme.primary);
        frame.focus_ring(id, row, frame.px(unit::radius_row));
        frame.item({.id = id,
                    .role = Role::button,
                    .label = std::string(say.text),
                    .rect = row,
                    .deeds = {Action{OpenProblem{known->id}}}});
        y = row.bottom();
    }
    return rect.bottom();
}

// The way to all forms, and to those of one department.
float draw_services(Frame& frame, Rect area, bool with_departments) {
    const Theme& theme = frame.theme;
    const catalog::Catalog& catalog = frame.state.content->catalog;
    const float padding = frame.px(26);
    const float icon = frame.px(34);
    const float chevron = frame.px(32);
    const float inner = area.width - 2 * padding;
    const std::string title = frame.tr("home.services");
    const std::string hint = frame.tr("home.services_hint");
    const Say title_say{
        .text = title, .type = type::h3, .colour = theme.ink, .width = inner - icon - chevron - frame.px(30)};
    const Say hint_say{.text = hint, .type = type::caption, .colour = theme.ink_2, .width = title_say.width};
    const float head = frame.measure(title_say).height + frame.measure(hint_say).height + 2 * frame.px(20);

    std::vector<const catalog::Department*> departments;
    for (const catalog::Department& department : catalog.departments) {
        const bool has_forms =
            std::any_of(catalog.services.begin(), catalog.services.end(),
                        [&](const auto& service) { return service.department == department.id; });
        if (has_forms && with_departments) departments.push_back(&department);
    }
    const float row = frame.target(66);
    const float height =
        head + static_cast<float>(departments.size()) * row + (departments.empty() ? 0 : frame.px(14));
    const Rect rect = Rect{area.x, area.y, area.width, height}.snapped();
    card(frame, rect);

    const auto chevron_at = [&](Rect line) {
        frame.icon_onward("chevron_right", "chevron_left",
                          {line.right() - padding - chevron + frame.px(6),
                           std::round(line.centre().y - chevron / 2), chevron, chevron},
                          theme.primary);
    };
    const Rect top{rect.x, rect.y, rect.width, head};
    if (const float press = frame.press_of("home.services"); press > 0) {
        frame.fill(top.inset(frame.px(10)), theme.tint, frame.px(unit::radius_row));
    }
    frame.icon("assignment", {top.x + padding, top.y + frame.px(21), icon, icon}, theme.primary);
    const float x = top.x + padding + icon + frame.px(16);
    const float title_height = frame.draw({x, top.y + frame.px(20)}, title_say);
    frame.draw({x, top.y + frame.px(20) + title_height}, hint_say);
    chevron_at(top);
    frame.focus_ring("home.services", top.inset(frame.px(6)), frame.px(unit::radius_row));
    frame.item({.id = "home.services",
                .role = Role::button,
                .label = title,
                .value = hint,
                .rect = top,
                .deeds = {Action{OpenServices{}}}});

    float y = top.bottom();
    for (const catalog::Department* department : departments) {
        const std::string id = "home.department." + department->id;
        const Rect line{rect.x, y, rect.width, row};
        frame.fill({rect.x + padding, y, inner, std::max(1.0F, frame.px(1))}, theme.line);
        if (frame.press_of(id) > 0)
            frame.fill(line.inset(frame.px(10), frame.px(4)), theme.tint, frame.px(unit::radius_row));
        frame.icon(department->icon,
                   {line.x + padding + frame.px(3), std::round(line.centre().y - frame.px(14)), frame.px(28),
                    frame.px(28)},
                   theme.ink_2);
        const std::string name = frame.read(department->title);
        frame.draw_in({x, line.y, line.right() - padding - chevron - x, row},
                      {.text = name, .type = type::label, .colour = theme.ink, .lines = 2});
        chevron_at(line);
        frame.focus_ring(id, line.inset(frame.px(8), frame.px(4)), frame.px(unit::radius_row));
        frame.item({.id = id,
                    .role = Role::button,
                    .label = name,
                    .rect = line,
                    .deeds = {Action{OpenServices{department->id}}}});
        y += row;
    }
    return rect.bottom();
}

// "Where is my request?": with the code from the receipt.
float draw_claim(Frame& frame, Rect area, float least_height = 0) {
    const Theme& theme = frame.theme;
    const float padding = frame.px(26);
    const float icon = frame.px(34);
    const std::string title = frame.tr("home.claim");
    const std::string hint = frame.tr("home.claim_hint");
    const float inner = area.width - 2 * padding;
    const Say title_say{
        .text = title, .type = type::h3, .colour = theme.ink, .width = inner - icon - frame.px(16)};
    const Say hint_say{.text = hint, .type = type::caption, .colour = theme.ink_2, .width = inner};
    const float field = frame.target(72);
    const float head =
        std::max(icon, frame.measure(title_say).height) + frame.px(8) + frame.measure(hint_say).height;
    const float height = std::max(least_height, head + field + frame.px(18) + 2 * frame.px(22));
    const Rect rect = Rect{area.x, area.y, area.width, height}.snapped();
    const float press = frame.press_of("home.claim");
    card(frame, rect, Elevation::high);

    float y = rect.y + frame.px(22);
    frame.icon("confirmation_number", {rect.x + padding, y + frame.px(1), icon, icon}, theme.primary);
    y += std::max(icon, frame.draw({rect.x + padding + icon + frame.px(16), y}, title_say)) + frame.px(8);
    frame.draw({rect.x + padding, y}, hint_say);
    const Rect box = Rect{rect.x + padding, rect.bottom() - frame.px(22) - field, inner, field}.snapped();
    const float radius = frame.px(unit::radius_field);
    frame.fill(box, theme.surface.mixed(theme.tint, press), radius);
    frame.border(box, theme.control, frame.px(theme.outline ? 3 : unit::stroke), radius);
    frame.draw_in({box.x + frame.px(24), box.y, box.width - frame.px(48), box.height},
                  {.text = frame.tr("home.claim_example"),
                   .type = type::field,
                   .colour = theme.ink_3,
                   .lines = 1,
                   .may_be_cut = true});
    frame.focus_ring("home.claim", rect, frame.px(unit::radius_card));
    frame.item({.id = "home.claim",
                .role = Role::button,
                .label = title,
                .value = hint,
                .rect = rect,
                .deeds = {Action{OpenClaim{}}}});
    return rect.bottom();
}

}  // namespace

void draw(const State&, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const float margin = frame.margin();
    const bool wide = frame.is_wide();
    const float side = wide ? frame.px(444) : 0;
    const float between = wide ? frame.px(44) : 0;
    const Rect page = bar.page;
    ScrollArea scroll(frame, "home", page, theme.background);
    const float top = scroll.top() + frame.px(frame.is_short() ? 4 : 14);
    const Rect column{margin, top, page.width - 2 * margin - side - between, 0};

    float y = top;
    y += frame.draw({column.x, y}, {.text = frame.tr("home.title"),
                                    .type = frame.is_narrow() || frame.is_short() ? type::h1 : type::display,
                                    .colour = theme.ink,
                                    .width = column.width});
    y += frame.px(8);
    y += frame.draw({column.x, y}, {.text = frame.tr("home.subtitle"),
                                    .type = type::body,
                                    .colour = theme.ink_2,
                                    .width = column.width});
    y += frame.px(22);
    const float search = frame.target(unit::hero_search);
    ui::draw(frame, {column.x, y, column.width, search},
             TextField{.id = "home.search",
                       .label = frame.tr("home.search"),
                       .text = {},
                       .placeholder = frame.tr("home.search_example"),
                       .pill = true,
                       .icon = "search",
                       .type = type::search,
                       .deeds = {Action{OpenSearch{}}}});
    y += search + frame.px(20);

    std::vector<Chip> chips;
    for (const catalog::Service* service : popular_services(frame, 6)) {
        chips.push_back({.id = "home.popular." + service->id,
                         .label = frame.read(service->title),
                         .deeds = {Action{OpenService{service->id}}}});
    }
    if (!chips.empty())
        y = draw_chips(frame, {column.x, y, column.width, 0}, chips, wide ? 1 : 2) + frame.px(26);

    const bool has_problems = !frame.state.content->catalog.known_problems.empty();
    if (has_problems && frame.is_narrow())
        y = draw_known_problems(frame, {column.x, y, column.width, 0}) + frame.px(26);
    y += frame.draw(
        {column.x, y},
        {.text = frame.tr("home.topics"), .type = type::h3, .colour = theme.ink, .width = column.width});
    y += frame.px(14);
    y = draw_topics(frame, {column.x, y, column.width, 0});

    if (wide) {
        const float x = column.right() + between;
        float side_y = top + frame.px(12);
        // Their room is that of the departments, which are one touch further on then.
        if (has_problems) side_y = draw_known_problems(frame, {x, side_y, side, 0}) + frame.px(24);
        side_y = draw_services(frame, {x, side_y, side, 0}, !has_problems) + frame.px(24);
        side_y = draw_claim(frame, {x, side_y, side, 0}, has_problems ? 0 : y - side_y);
        y = std::max(y, side_y);
    } else if (frame.is_narrow()) {
        y = draw_services(frame, {column.x, y + frame.px(28), column.width, 0}, false);
        y = draw_claim(frame, {column.x, y + frame.px(20), column.width, 0});
    } else {
        const float gap = frame.px(22);
        const float half = std::floor((column.width - gap) / 2);
        y += frame.px(32);
        const float services = draw_services(frame, {column.x, y, half, 0}, true);
        const float x = column.x + half + gap;
        if (has_problems) y = draw_known_problems(frame, {x, y, half, 0}) + gap;
        y = std::max(services, draw_claim(frame, {x, y, half, 0}));
    }
    scroll.end(y + frame.px(32));
}

}  // namespace kiosk::home
