// Adds up what a session tells about the content: which searches were settled, what was opened, whether it helped.
//
// Not each keystroke is a search. One is settled when a result is opened, when the search screen is left or the session
// ends, or when its results stood there for a `look` before the words were changed; of words that only grew meanwhile the
// last ones count. All of it stays in the session's memory and is told once, when the session ends.
#pragma once

#include <optional>

#include "kiosk/app/app.hpp"

namespace kiosk::tally {

inline constexpr std::chrono::seconds look{4};

// What the action is about to leave behind.
void before(State& state, const Action& action, core::Time now);
// What it has opened or said.
void after(State& state, const Action& action, core::Time now);

// The session ends: all that it tells, or nothing when nobody searched or read. Its tally is empty afterwards.
[[nodiscard]] std::optional<catalog::Feedback> take(State& state);

}  // namespace kiosk::tally
