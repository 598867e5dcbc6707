#include "kiosk/paint/pixels.hpp"

#include <cstddef>

namespace kiosk::paint {

std::vector<std::uint8_t> straight_rgba(const std::uint8_t* argb, int width, int height, int stride) {
    std::vector<std::uint8_t> rgba(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
    std::uint8_t* out = rgba.data();
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* in = argb + static_cast<std::ptrdiff_t>(y) * stride;
        for (int x = 0; x < width; ++x, in += 4, out += 4) {
            const unsigned alpha = in[3];
            if (alpha == 0) continue;
            const auto straight = [alpha](unsigned value) {
                return static_cast<std::uint8_t>((value * 255 + alpha / 2) / alpha);
            };
            out[0] = straight(in[2]);
            out[1] = straight(in[1]);
            out[2] = straight(in[0]);
            out[3] = static_cast<std::uint8_t>(alpha);
        }
    }
    return rgba;
}

}  // namespace kiosk::paint
