#include "kiosk/paint/masks.hpp"

#include <algorithm>
#include <cmath>

namespace kiosk::paint {
namespace {

// How much of the pixel is inside of a circle around (centre, centre), by the distance of its middle.
float disc_coverage(int x, int y, int centre, float radius) {
    const float dx = static_cast<float>(centre) - (static_cast<float>(x) + 0.5F);
    const float dy = static_cast<float>(centre) - (static_cast<float>(y) + 0.5F);
    return std::clamp(radius - std::sqrt(dx * dx + dy * dy) + 0.5F, 0.0F, 1.0F);
}

// A box that starts at (0, 0), has one round corner there and has no end.
float box_coverage(int x, int y, int radius) {
    if (x < 0 || y < 0) return 0;
    if (x >= radius || y >= radius) return 1;
    return disc_coverage(x, y, radius, static_cast<float>(radius));
}

// Mirrors what `left_top(x, y)` tells of the left top quarter, edge row and column included.
template <class Coverage>
Mask mirrored(int corner, Coverage left_top) {
    Mask mask{corner, {}};
    const int size = mask.size();
    mask.pixels.resize(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
    for (int y = 0; y <= corner; ++y) {
        for (int x = 0; x <= corner; ++x) {
            const auto value = static_cast<std::uint8_t>(left_top(x, y) * 255.0F + 0.5F);
            for (const int row : {y, size - 1 - y}) {
                for (const int column : {x, size - 1 - x}) {
                    mask.pixels[static_cast<std::size_t>(row) * static_cast<std::size_t>(size) +
                                static_cast<std::size_t>(column)] = value;
                }
            }
        }
    }
    return mask;
}

// Averages each value with its `reach` neighbours on both sides; before the line there is nothing, after it more
// of its last value. The sum runs along, so the reach costs nothing.
void box_blur(float* line, int length, int step, int reach, std::vector<float>& copy) {
    if (reach == 0) return;
    for (int i = 0; i < length; ++i) copy[static_cast<std::size_t>(i)] = line[i * step];
    const auto at = [&](int i) { return i < 0 ? 0.0F : copy[static_cast<std::size_t>(std::min(i, length - 1))]; };
    double sum = 0;
    for (int i = -reach; i < reach; ++i) sum += at(i);
    for (int i = 0; i < length; ++i) {
        sum += at(i + reach);
        line[i * step] = static_cast<float>(sum / (2 * reach + 1));
        sum -= at(i - reach);
    }
}

}  // namespace

Mask corner_mask(int radius) {
    return mirrored(radius, [&](int x, int y) { return box_coverage(x, y, radius); });
}

Mask ring_mask(int radius, int stroke) {
    const int corner = std::max(radius, stroke);
    const int inner_radius = std::max(0, radius - stroke);
    return mirrored(corner, [&](int x, int y) {
        return box_coverage(x, y, radius) - box_coverage(x - stroke, y - stroke, inner_radius);
    });
}

Mask shadow_mask(int radius, int blur) {
    const int corner = 2 * blur + radius;
    const int size = corner + blur + 1;  // what lies further in still shines through the blur
    std::vector<float> image(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            image[static_cast<std::size_t>(y) * static_cast<std::size_t>(size) + static_cast<std::size_t>(x)] =
                box_coverage(x - blur, y - blur, radius);
        }
    }

    // Three box blurs look like a Gaussian one; together they reach as far as asked.
    std::vector<float> copy(static_cast<std::size_t>(size));
    for (const int reach : {(blur + 2) / 3, (blur + 1) / 3, blur / 3}) {
        for (int i = 0; i < size; ++i) box_blur(image.data() + i * size, size, 1, reach, copy);
        for (int i = 0; i < size; ++i) box_blur(image.data() + i, size, size, reach, copy);
    }
    return mirrored(corner, [&](int x, int y) {
        return image[static_cast<std::size_t>(y) * static_cast<std::size_t>(size) + static_cast<std::size_t>(x)];
    });
}

}  // namespace kiosk::paint
