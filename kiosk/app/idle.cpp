#include <algorithm>

#include "kiosk/app/app.hpp"

namespace kiosk {

std::optional<std::chrono::seconds> idle_limit(const Screen& screen) {
    using std::chrono::seconds;
    using Limit = std::optional<seconds>;
    return std::visit(core::overloaded{
                          [](const home::State&) -> Limit { return std::nullopt; },
                          [](const search::State&) -> Limit { return seconds{60}; },
                          // Long enough to read a step and try it at the till; the warning asks before anything is lost.
                          [](const article::State&) -> Limit { return seconds{60}; },
                          [](const problem::State&) -> Limit { return seconds{60}; },
                          [](const services::State&) -> Limit { return seconds{60}; },
                          [](const form::State&) -> Limit { return seconds{120}; },
                          // The code has to be copied or photographed.
                          [](const receipt::State&) -> Limit { return seconds{90}; },
                          // What stands here is about one person.
                          [](const claim::State&) -> Limit { return seconds{60}; },
                          [](const language::State&) -> Limit { return seconds{45}; },
                      },
                      screen);
}

}  // namespace kiosk
