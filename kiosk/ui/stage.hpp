// The stage shows the kiosk's state and tells what was touched. It is all that the shell knows of ui.
//
//   for (const Action& action : stage.take(events, now_ms)) update(state, action, moment);
//   stage.draw(state, {.window = {1920, 1080}, .scale = 1, .now_ms = now_ms, .now = now});
//   rasteriser.render(stage.picture(), canvas.atlas(), target, stage.background());
//
// Touches are judged by what was drawn last, since that is what the person saw. `take` stops after the
// first touch that changes something, and goes on with the rest in its next call, after the next draw: so
// while `wants_frames()` says so, call take (with no events) and draw again. Everything runs on the drawing
// thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kiosk/app/app.hpp"
#include "kiosk/paint/canvas.hpp"
#include "kiosk/paint/pictures.hpp"
#include "kiosk/ui/input.hpp"
#include "kiosk/ui/registry.hpp"

namespace kiosk::ui {

// What drawing must know beside the state.
struct View {
    paint::Size window;  // pixels
    // Pixels of a theme unit, from the panel's millimetres: 1 on a 24" panel of 1920 × 1080. The session's
    // text scale is multiplied on top.
    float scale = 1;
    double now_ms = 0;  // of the clock that input events use
    core::Time now;
};

// A picture that an article shows and that is to be decoded on the worker.
struct PictureWish {
    std::string path;  // relative to the content folder
    paint::PictureRequest request;
};

class Stage {
public:
    // Reads themes/*.yaml and keyboards/*.yaml below `assets`. The canvas must outlive the stage.
    [[nodiscard]] static core::Result<std::unique_ptr<Stage>> open(paint::Canvas& canvas,
                                                                   const std::filesystem::path& assets);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // Whether anything was touched at all is told by a leading Touched.
    [[nodiscard]] Actions take(std::span<const InputEvent> events, double now_ms);

    void draw(const State& state, const View& view);
    [[nodiscard]] const ImDrawData& picture() const;  // of the last draw
    [[nodiscard]] paint::Colour background() const;   // what is below everything
    [[nodiscard]] const Registry& registry() const;
    Registry& registry();

    // Something moves, waits to be judged or is still to be laid out: draw again within 1/60 s.
    [[nodiscard]] bool wants_frames() const;
    // Else: when the picture changes by itself (the seconds of the idle warning).
    [[nodiscard]] std::optional<double> changes_at_ms() const;

    // Each wish is told once; until its picture came, its place is kept free. No picture: its text is shown
    // instead.
    [[nodiscard]] std::vector<PictureWish> take_wishes();
    void picture_came(const PictureWish& wish, std::optional<paint::Picture> picture);

    // The registry and what surrounds it as JSON, for tests and the demo.
    [[nodiscard]] std::string items_json(const State& state, std::uint64_t frame) const;

    // The session is over: scroll places, carets, layouts and all told of the person are overwritten and
    // dropped.
    void forget();

private:
    struct Self;
    explicit Stage(std::unique_ptr<Self> self);
    std::unique_ptr<Self> self_;
};

}  // namespace kiosk::ui
