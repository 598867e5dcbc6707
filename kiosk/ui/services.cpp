#include <algorithm>

#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::services {

using namespace ui;

void draw(const State& state, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const catalog::Catalog& catalog = frame.state.content->catalog;
    const float margin = frame.margin();
    ScrollArea scroll(frame, "services." + state.department, bar.page, theme.background);
    const Rect column{margin, scroll.top() + frame.px(frame.is_short() ? 4 : 14), bar.page.width - 2 * margin,
                      0};
    float y = column.y;
    y += frame.draw({column.x, y}, {.text = frame.tr("services.title"),
                                    .type = frame.is_narrow() ? type::h2 : type::h1,
                                    .colour = theme.ink,
                                    .width = column.width});
    y += frame.px(6);
    y += frame.draw({column.x, y}, {.text = frame.tr("services.hint"),
                                    .type = type::body,
                                    .colour = theme.ink_2,
                                    .width = column.width});
    y += frame.px(22);

    const auto of_department = [&](const std::string& department) {
        std::vector<ServiceCard> cards;
        for (const catalog::Service& service : catalog.services) {
            if (service.department == department)
                cards.push_back({.id = "services.service." + service.id, .service = &service});
        }
        return cards;
    };
    std::vector<Chip> chips{{.id = "services.department.all",
                             .label = frame.tr("services.all"),
                             .selected = state.department.empty(),
                             .role = Role::option,
                             .deeds = {Action{OpenServices{}}}}};
    for (const catalog::Department& department : catalog.departments) {
        if (of_department(department.id).empty()) continue;
        chips.push_back({.id = "services.department." + department.id,
                         .label = frame.read(department.title),
                         .icon = department.icon,
                         .selected = state.department == department.id,
                         .role = Role::option,
                         .deeds = {Action{OpenServices{department.id}}}});
    }
    y = draw_chips(frame, {column.x, y, column.width, 0}, chips) + frame.px(32);

    for (const catalog::Department& department : catalog.departments) {
        if (!state.department.empty() && state.department != department.id) continue;
        const auto cards = of_department(department.id);
        if (cards.empty()) continue;
        const float icon = frame.px(34);
        const std::string name = frame.read(department.title);
        const Say heading{
            .text = name, .type = type::h3, .colour = theme.ink, .width = column.width - icon - frame.px(14)};
        frame.icon(department.icon, {column.x, y + frame.px(1), icon, icon}, theme.primary);
        y += frame.draw({column.x + icon + frame.px(14), y}, heading) + frame.px(16);
        y = draw_service_cards(frame, {column.x, y, column.width, 0}, cards) + frame.px(36);
    }
    scroll.end(y + frame.px(16));
}

}  // namespace kiosk::services
