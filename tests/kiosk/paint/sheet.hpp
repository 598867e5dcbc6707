// A canvas and a framebuffer for one test. The scan of the fonts is kept from test to test.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <imgui.h>

#include "kiosk/paint/canvas.hpp"
#include "kiosk/paint/rasteriser.hpp"

namespace kiosk::paint {

inline FontPlaces test_fonts() {
    return {{}, std::filesystem::path(FOYER_BIN).parent_path() / "test-fonts"};
}

inline std::unique_ptr<Canvas> open_canvas(AtlasLimits limits = {}) {
    auto canvas = Canvas::open(test_fonts(), limits);
    REQUIRE_MESSAGE(canvas.has_value(), canvas.error().message);
    return std::move(*canvas);
}

struct Pixels {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> bytes;

    Pixels(int the_width, int the_height)
        : width(the_width), height(the_height), bytes(static_cast<std::size_t>(the_width * the_height * 4), 0x77) {}
    [[nodiscard]] Framebuffer frame() { return {bytes.data(), width, height, width * 4}; }
    [[nodiscard]] Colour at(int x, int y) const {
        const std::uint8_t* p = bytes.data() + (y * width + x) * 4;
        return {p[2], p[1], p[0], 255};
    }
};

// Calls `paint(list)` in a frame, and rasterises it.
template <class Paint>
std::span<const PixelRect> draw_frame(Canvas& canvas, Rasteriser& rasteriser, Pixels& pixels, Paint paint,
                                      Colour background = white, bool repaint_all = false) {
    canvas.begin_frame({static_cast<float>(pixels.width), static_cast<float>(pixels.height)}, 1.0F / 60);
    paint(*ImGui::GetBackgroundDrawList());
    return rasteriser.render(canvas.end_frame(), canvas.atlas(), pixels.frame(), background, repaint_all);
}

}  // namespace kiosk::paint
