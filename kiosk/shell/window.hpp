// The window: input from GLFW's callbacks into our own queue, pixels to the screen by shared memory.
//
// ImGui 1.86 polls and loses presses shorter than a frame; the callbacks lose nothing. All calls but `wake` come from
// the main thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "kiosk/paint/geometry.hpp"
#include "kiosk/paint/rasteriser.hpp"
#include "kiosk/ui/input.hpp"

namespace kiosk {

class Window {
public:
    struct Size {
        int width = 0;
        int height = 0;
    };
    // No size: the whole screen. `unavailable` where there is no display.
    [[nodiscard]] static core::Result<std::unique_ptr<Window>> open(std::optional<Size> size);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    [[nodiscard]] bool should_close() const;
    [[nodiscard]] std::vector<ui::InputEvent> take_events();

    // Drawn into, then presented in parts. Another size of the window is another memory: then `is_new` was true once.
    [[nodiscard]] paint::Framebuffer framebuffer();
    // What was shown may be lost (uncovered, resized): everything must be drawn and presented again.
    [[nodiscard]] bool take_exposed();
    void present(std::span<const paint::PixelRect> rects);

    // Theme units a pixel has: 1 on a 24" panel of 1920 × 1080.
    [[nodiscard]] float scale_of_panel() const;

    // Milliseconds of the clock that input events carry.
    [[nodiscard]] static double now_ms();
    void wait_events(std::optional<double> at_most_ms);
    static void wake();  // from any thread

private:
    struct Inside;
    explicit Window(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace kiosk
