// The main thread: waits for hands, the worker or a deadline, decides, and draws only what changed.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/id.hpp"
#include "core/base/log.hpp"
#include "kiosk/app/app.hpp"
#include "kiosk/paint/canvas.hpp"
#include "kiosk/shell/window.hpp"
#include "kiosk/shell/worker.hpp"
#include "kiosk/ui/stage.hpp"

namespace kiosk {

// What the deciding side may know of now, at the kiosk's site.
[[nodiscard]] Moment moment_of(const State& state, const core::Clock& clock, core::Random& random);

struct LoopParts {
    Window& window;
    paint::Canvas& canvas;
    ui::Stage& stage;
    Worker& worker;
    const core::Clock& clock;
    core::Random& random;
    core::Log log;
    float scale = 1;
    std::filesystem::path items;       // the item file, or empty
    std::function<bool()> should_end;  // a signal came
};

// Runs until the window is closed or `should_end` says so. An error: it cannot go on.
[[nodiscard]] core::Result<void> run_loop(State& state, LoopParts parts);

}  // namespace kiosk
