#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "kiosk/ui/stage.hpp"

namespace kiosk::ui {

namespace {

std::string_view name_of_screen(const Screen& screen) {
    return std::visit(core::overloaded{
                          [](const home::State&) { return "home"; },
                          [](const search::State&) { return "search"; },
                          [](const article::State&) { return "article"; },
                          [](const problem::State&) { return "problem"; },
                          [](const services::State&) { return "services"; },
                          [](const form::State&) { return "form"; },
                          [](const receipt::State&) { return "receipt"; },
                          [](const claim::State&) { return "claim"; },
                          [](const language::State&) { return "language"; },
                      },
                      screen);
}

// The screen waits for an answer from the worker.
bool is_waiting(const Screen& screen) {
    return std::visit(core::overloaded{
                          [](const search::State& s) { return s.waiting; },
                          [](const article::State& s) { return !s.article && !s.missing; },
                          [](const form::State& s) { return s.sending; },
                          [](const claim::State& s) { return s.waiting; },
                          [](const auto&) { return false; },
                      },
                      screen);
}

}  // namespace

std::string Stage::items_json(const State& state, std::uint64_t frame) const {
    const Screen& screen = state.session.screens.back();
    const auto whole = [](float value) { return static_cast<std::int64_t>(std::lround(value)); };
    core::Json items = core::Json::array();
    for (const Item& item : registry().items()) {
        // What a pointer in its middle would meet: an item half below an edge is clicked in the part that is
        // seen.
        const paint::Rect& rect = item.visible.empty() ? item.rect : item.visible;
        const bool visible = !item.covered && item.visible.width >= 1 && item.visible.height >= 1;
        items.push_back({{"id", item.id},
                         {"role", name_of(item.role)},
                         {"label", item.label},
                         {"value", item.value},
                         {"rect", {whole(rect.x), whole(rect.y), whole(rect.width), whole(rect.height)}},
                         {"visible", visible},
                         {"enabled", item.enabled},
                         {"focused", item.role == Role::field && item.selected},
                         {"selected", item.selected}});
    }
    const core::Json all{
        {"frame", frame},
        {"screen", name_of_screen(screen)},
        {"language", state.session.language},
        {"settled", !wants_frames()},
        {"waiting", is_waiting(screen)},
        {"sync",
         {{"enrolled", state.sync.enrolled}, {"online", state.sync.online}, {"waiting", state.sync.waiting}}},
        {"items", std::move(items)}};
    return all.dump(-1, ' ', false, core::Json::error_handler_t::replace);
}

}  // namespace kiosk::ui
