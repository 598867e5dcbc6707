// What each screen does with the actions that concern it alone; `app.cpp` handles what leads from screen to screen.
#pragma once

#include "kiosk/app/app.hpp"

namespace kiosk {

inline constexpr std::size_t longest_search = 200;  // characters
inline constexpr std::size_t longest_code = 32;

// What a screen may read besides its own state.
struct Around {
    const Content& content;
    const std::string& language;
    const std::string& site;
    core::Date today;

    [[nodiscard]] catalog::Surroundings surroundings() const { return content.catalog.surroundings(site, today); }
};

namespace search {
Effects update(State& screen, const Action& action, const Around& around);
// Asks again for what is shown: the language or the content is another.
Effects refresh(State& screen, const Around& around);
void wipe(State& screen);
}  // namespace search

namespace article {
Effects update(State& screen, const Action& action, const Around& around);
Effects refresh(State& screen, const Around& around);
// The id of an article given by its id or by the part that all translations share; empty when there is none.
std::string find(std::string_view id_or_slug, const Around& around);
}  // namespace article

namespace form {
struct Beginning {
    std::string request_id;
    std::string article;
    std::string search_words;
};
State begin(const catalog::Service& service, const Beginning& from, const Around& around);
Effects update(State& screen, const Action& action, const Around& around);
// Back inside of the form; false on its first step.
bool step_back(State& screen, const Around& around);
[[nodiscard]] bool is_touched(const State& screen, const Around& around);
void wipe(State& screen);
}  // namespace form

namespace receipt {
Effects update(State& screen, const Action& action);
}

namespace claim {
Effects update(State& screen, const Action& action);
Effects look_up(State& screen);
}  // namespace claim

}  // namespace kiosk
