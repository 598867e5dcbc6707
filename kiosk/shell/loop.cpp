#include "kiosk/shell/loop.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>

#include <fmt/format.h>

#include "kiosk/paint/rasteriser.hpp"

namespace kiosk {
namespace {

constexpr double frame_ms = 1000.0 / 60.0;

double cpu_ms() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1000.0 + static_cast<double>(used.tv_nsec) / 1e6;
}

class Loop {
public:
    Loop(State& state, LoopParts parts) : state_(state), parts_(std::move(parts)) {}

    void run() {
        while (!parts_.window.should_close() && !parts_.should_end()) {
            const bool changed = take_all();
            const bool exposed = parts_.window.take_exposed();
            const auto changes_at = parts_.stage.changes_at_ms();
            const bool due = changes_at && *changes_at <= Window::now_ms();
            if (changed || exposed || due || parts_.stage.wants_frames()) draw(exposed);
            parts_.window.wait_events(pause());
        }
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
        parts_.worker.give(std::move(effects));
    }

    void draw(bool repaint_all) {
        const paint::Framebuffer target = parts_.window.framebuffer();
        last_frame_ms_ = Window::now_ms();
        parts_.stage.draw(state_, {.window = {static_cast<float>(target.width), static_cast<float>(target.height)},
                                   .scale = parts_.scale,
                                   .now_ms = last_frame_ms_,
                                   .now = parts_.clock.now()});
        const auto rects = rasteriser_.render(parts_.stage.picture(), parts_.canvas.atlas(), target, parts_.stage.background(), repaint_all);
        if (!rects.empty()) parts_.window.present(rects);
        parts_.worker.give(parts_.stage.take_wishes());
        if (++frames_ == 1) {
            parts_.log.info("first_frame", {{"ms", fmt::format("{:.0f}", Window::now_ms() - parts_.started_ms)}, {"cpu_ms", fmt::format("{:.0f}", cpu_ms())}});
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
    std::uint64_t frames_ = 0;
};

}  // namespace

Moment moment_of(const State& state, const core::Clock& clock, core::Random& random) {
    const core::Time now = clock.now();
    const catalog::Site* site = state.content->catalog.site(state.site);
    const auto today = core::local_date(now, site ? site->zone : "UTC");
    return {now, today ? *today : core::Date{std::chrono::floor<std::chrono::days>(now)}, core::make_uuid7(clock.now_precise(), random)};
}

void run_loop(State& state, LoopParts parts) { Loop(state, std::move(parts)).run(); }

}  // namespace kiosk
