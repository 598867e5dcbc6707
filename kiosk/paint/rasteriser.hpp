// Paints ImGui's draw data into memory, and only where it differs from the frame before.
//
// The frame is divided into tiles of 64 × 64 pixels. All that touches a tile is folded, in order, into a
// number; a tile with another number than before is painted anew from its background up. So no screen
// has to tell what it changed, and an unchanged frame costs only the folding.
//
// The target keeps its pixels between two calls. Whoever hands in other memory, or wrote into it,
// says `repaint_all`. The same draw data gives the same pixels on every x86-64 machine.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kiosk/paint/geometry.hpp"

struct ImDrawData;

namespace kiosk::paint {

class Atlas;

// Four bytes a pixel: B, G, R and one that is always 255. This is what X11 shows and cairo calls RGB24.
struct Framebuffer {
    std::uint8_t* pixels = nullptr;
    int width = 0;
    int height = 0;
    int stride = 0;  // bytes from row to row
};

// In whole pixels.
struct PixelRect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;

    friend bool operator==(const PixelRect&, const PixelRect&) = default;
};

class Rasteriser {
public:
    Rasteriser();
    ~Rasteriser();
    Rasteriser(const Rasteriser&) = delete;
    Rasteriser& operator=(const Rasteriser&) = delete;

    // Gives what was painted, as few rectangles; none if nothing changed. They stay until the next call.
    std::span<const PixelRect> render(const ImDrawData& data, const Atlas& atlas, const Framebuffer& target,
                                      Colour background, bool repaint_all = false);

    // For tests: every primitive goes through the general path for triangles.
    void set_only_triangles(bool only);

private:
    struct Self;
    std::unique_ptr<Self> self_;
};

}  // namespace kiosk::paint
