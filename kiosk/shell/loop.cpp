#include "kiosk/shell/loop.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "kiosk/paint/rasteriser.hpp"

namespace kiosk {
namespace {

constexpr double frame_ms = 1000.0 / 60.0;

double milliseconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1000.0 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Since the kernel started the process: loading libraries counts. To a hundredth of a second.
double milliseconds_since_process_start() {
    const auto stat = core::read_file("/proc/self/stat", 4'096);
    if (!stat) return 0;
    // The name in parentheses may hold anything; the start is the 20th field behind it.
    std::istringstream fields(stat->substr(stat->rfind(')') + 2));
    std::string field;
    for (int i = 0; i < 20; ++i) fields >> field;
    const double start = std::strtod(field.c_str(), nullptr) * 1000.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
    return milliseconds(CLOCK_BOOTTIME) - start;
}

class Loop {
public:
    Loop(State& state, LoopParts parts) : state_(state), parts_(std::move(parts)) {}

    core::Result<void> run() {
        while (!parts_.window.should_close() && !parts_.should_end()) {
            if (auto broken = parts_.worker.broken()) return core::fail(*broken);
            const bool changed = take_all();
            const bool exposed = parts_.window.take_exposed();
            const auto changes_at = parts_.stage.changes_at_ms();
            const bool due = changes_at && *changes_at <= Window::now_ms();
            if (changed || exposed || due || parts_.stage.wants_frames()) draw(exposed);
            parts_.window.wait_events(pause());
        }
        return {};
    }

private:
    bool take_all() {
        bool changed = false;
        for (auto& [wish, picture] : parts_.worker.take_pictures()) {
            parts_.stage.picture_came(wish, std::move(picture));
            changed = true;
        }
        for (const Action& action : parts_.worker.take()) {
            apply(action);
            changed = true;
        }
        const auto events = parts_.window.take_events();
        if (!events.empty() || parts_.stage.wants_frames()) {
            for (const Action& action : parts_.stage.take(events, Window::now_ms())) apply(action);
            changed = changed || !events.empty();
        }
        if (const auto deadline = next_deadline(state_); deadline && *deadline <= parts_.clock.now()) {
            apply(Tick{});
            changed = true;
        }
        return changed;
    }

    void apply(const Action& action) {
        Effects effects = update(state_, action, moment_of(state_, parts_.clock, parts_.random));
        const bool wiped = std::any_of(effects.begin(), effects.end(), [](const Effect& e) { return std::holds_alternative<WipeSession>(e); });
        if (wiped) parts_.stage.forget();
        note_search(action, effects);
        parts_.worker.give(std::move(effects));
    }

    // How long a person waits from a key to its results on the screen.
    void note_search(const Action& action, const Effects& effects) {
        for (const Effect& effect : effects) {
            if (std::holds_alternative<FindArticles>(effect)) asked_ms_ = Window::now_ms();
        }
        const auto* search = std::get_if<search::State>(&state_.session.screens.back());
        if (std::holds_alternative<HitsCame>(action) && search && !search->waiting && asked_ms_) answered_ms_ = std::exchange(asked_ms_, {});
    }

    void draw(bool repaint_all) {
        const paint::Framebuffer target = parts_.window.framebuffer();
        last_frame_ms_ = Window::now_ms();
        parts_.stage.draw(state_, {.window = {static_cast<float>(target.width), static_cast<float>(target.height)},
                                   .scale = parts_.scale,
                                   .now_ms = last_frame_ms_,
                                   .now = parts_.clock.now()});
        const auto rects = rasteriser_.render(parts_.stage.picture(), parts_.canvas.atlas(), target, parts_.stage.background(), repaint_all);
        if (repaint_all) {
            const paint::PixelRect all{0, 0, target.width, target.height};
            parts_.window.present({&all, 1});
        } else if (!rects.empty()) {
            parts_.window.present(rects);
        }
        parts_.worker.give(parts_.stage.take_wishes());
        if (++frames_ == 1) {
            parts_.worker.first_frame_drawn();
            parts_.log.info("first_frame", {{"ms", fmt::format("{:.0f}", milliseconds_since_process_start())},
                                             {"cpu_ms", fmt::format("{:.0f}", milliseconds(CLOCK_PROCESS_CPUTIME_ID))}});
        }
        if (const auto since = std::exchange(answered_ms_, {})) {
            parts_.log.debug("results_shown", {{"ms", fmt::format("{:.1f}", Window::now_ms() - *since)}});
        }
        if (!parts_.items.empty()) write_items();
    }

    // For tests and the demo. Readers see a whole file or the one before.
    void write_items() const {
        const std::filesystem::path half = parts_.items.string() + ".new";
        std::ofstream(half, std::ios::binary) << parts_.stage.items_json(state_, frames_);
        std::error_code ignored;
        std::filesystem::rename(half, parts_.items, ignored);
    }

    std::optional<double> pause() {
        const double now = Window::now_ms();
        if (parts_.stage.wants_frames()) return std::max(0.0, last_frame_ms_ + frame_ms - now);
        std::optional<double> at_most;
        if (const auto changes = parts_.stage.changes_at_ms()) at_most = std::max(0.0, *changes - now);
        if (const auto deadline = next_deadline(state_)) {
            const std::chrono::duration<double, std::milli> left = *deadline - parts_.clock.now_precise();
            at_most = std::min(at_most.value_or(left.count()), left.count());
        }
        return at_most;
    }

    State& state_;
    LoopParts parts_;
    paint::Rasteriser rasteriser_;
    double last_frame_ms_ = 0;
    std::optional<double> asked_ms_;     // of the newest search that has no answer
    std::optional<double> answered_ms_;  // when what was answered had been asked; not drawn yet
    std::uint64_t frames_ = 0;
};

}  // namespace

Moment moment_of(const State& state, const core::Clock& clock, core::Random& random) {
    const core::Time now = clock.now();
    const catalog::Site* site = state.content->catalog.site(state.site);
    const auto today = core::local_date(now, site ? site->zone : "UTC");
    return {now, today ? *today : core::Date{std::chrono::floor<std::chrono::days>(now)}, core::make_uuid7(clock.now_precise(), random)};
}

core::Result<void> run_loop(State& state, LoopParts parts) { return Loop(state, std::move(parts)).run(); }

}  // namespace kiosk
