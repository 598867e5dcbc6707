// Coverage masks: how much of each pixel a shape covers, 0 to 255. Pure arithmetic.
//
// Each is a shape at its smallest size, to be cut in nine: four corners of `corner` pixels, drawn one for one,
// and between them one row and one column that stand for any length of a straight edge. So a box
// of any size comes from a few small blocks on whole pixels: sharp, and the same each time.
#pragma once

#include <cstdint>
#include <vector>

namespace kiosk::paint {

struct Mask {
    int corner = 0;
    std::vector<std::uint8_t> pixels;  // tight rows

    [[nodiscard]] int size() const { return 2 * corner + 1; }
};

// A filled box with round corners; corner = radius.
[[nodiscard]] Mask corner_mask(int radius);

// Its outline, `stroke` wide inwards; corner = the larger of radius and stroke.
[[nodiscard]] Mask ring_mask(int radius, int stroke);

// Its soft shadow, which starts `blur` pixels outside of the box; corner = 2 × blur + radius.
[[nodiscard]] Mask shadow_mask(int radius, int blur);

}  // namespace kiosk::paint
