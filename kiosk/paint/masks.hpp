// Coverage masks: how much of each pixel a shape covers, 0 to 255. Pure arithmetic.
//
// They are the corners of larger shapes, so that a box of any size is drawn from a few small blocks
// on whole pixels, sharp, and the same each time.
#pragma once

#include <cstdint>
#include <vector>

namespace kiosk::paint {

struct Mask {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;  // tight rows
};

// The left top quarter of a filled disc: radius × radius pixels.
[[nodiscard]] Mask corner_mask(int radius);

// The left top quarter of a ring, `stroke` wide inwards from the radius: radius × radius pixels.
[[nodiscard]] Mask ring_mask(int radius, int stroke);

// The left top corner of a box's soft shadow, from where it starts (`blur` pixels outside of the box) to
// where both its edges are straight: 2 × blur + radius + 1 pixels square. Its last row and column
// stand for any length of a straight edge, its last pixel for the inside.
[[nodiscard]] Mask shadow_mask(int radius, int blur);

}  // namespace kiosk::paint
