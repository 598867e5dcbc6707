// Points, sizes, rectangles and colours in pixels of the screen, so that layout needs no drawing library.
//
// x grows to the right and y grows downwards. A rectangle holds its left and top edge, but not its
// right and bottom edge: two that share an edge do not overlap.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace kiosk::paint {

struct Point {
    float x = 0;
    float y = 0;

    friend constexpr bool operator==(const Point&, const Point&) = default;
    friend constexpr Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
    friend constexpr Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
};

struct Size {
    float width = 0;
    float height = 0;

    friend constexpr bool operator==(const Size&, const Size&) = default;
};

struct Rect {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;

    friend constexpr bool operator==(const Rect&, const Rect&) = default;

    [[nodiscard]] static constexpr Rect at(Point origin, Size size) {
        return {origin.x, origin.y, size.width, size.height};
    }
    [[nodiscard]] static constexpr Rect between(float left, float top, float right, float bottom) {
        return {left, top, right - left, bottom - top};
    }

    [[nodiscard]] constexpr float right() const { return x + width; }
    [[nodiscard]] constexpr float bottom() const { return y + height; }
    [[nodiscard]] constexpr Point origin() const { return {x, y}; }
    [[nodiscard]] constexpr Size size() const { return {width, height}; }
    [[nodiscard]] constexpr Point centre() const { return {x + width / 2, y + height / 2}; }
    [[nodiscard]] constexpr bool empty() const { return !(width > 0 && height > 0); }

    [[nodiscard]] constexpr bool contains(Point p) const {
        return p.x >= x && p.x < right() && p.y >= y && p.y < bottom();
    }
    [[nodiscard]] constexpr bool contains(const Rect& inner) const {
        return inner.x >= x && inner.right() <= right() && inner.y >= y && inner.bottom() <= bottom();
    }
    [[nodiscard]] constexpr bool overlaps(const Rect& other) const {
        return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
    }
    // What both cover; empty (and of no negative size) where they do not meet.
    [[nodiscard]] constexpr Rect intersect(const Rect& other) const {
        const float left = std::max(x, other.x);
        const float top = std::max(y, other.y);
        return {left, top, std::max(0.0F, std::min(right(), other.right()) - left),
                std::max(0.0F, std::min(bottom(), other.bottom()) - top)};
    }
    // The smallest rectangle around both; an empty one adds nothing.
    [[nodiscard]] constexpr Rect united(const Rect& other) const {
        if (empty()) return other;
        if (other.empty()) return *this;
        return between(std::min(x, other.x), std::min(y, other.y), std::max(right(), other.right()),
                       std::max(bottom(), other.bottom()));
    }
    // Smaller on every side; a negative amount grows it.
    [[nodiscard]] constexpr Rect inset(float by) const { return inset(by, by); }
    [[nodiscard]] constexpr Rect inset(float horizontally, float vertically) const {
        return {x + horizontally, y + vertically, std::max(0.0F, width - 2 * horizontally),
                std::max(0.0F, height - 2 * vertically)};
    }
    [[nodiscard]] constexpr Rect moved(float by_x, float by_y) const { return {x + by_x, y + by_y, width, height}; }
    // The nearest rectangle of whole pixels: what is painted on whole pixels is sharp.
    [[nodiscard]] Rect snapped() const {
        return between(std::round(x), std::round(y), std::round(right()), std::round(bottom()));
    }
};

// Straight (not premultiplied) alpha.
struct Colour {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    std::uint8_t a = 255;

    friend constexpr bool operator==(const Colour&, const Colour&) = default;

    // 0x0B5A66 is opaque teal.
    [[nodiscard]] static constexpr Colour rgb(std::uint32_t hex) {
        return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
                static_cast<std::uint8_t>(hex), 255};
    }
    // The same colour, `opacity` (0 to 1) times as opaque.
    [[nodiscard]] constexpr Colour faded(float opacity) const {
        const float alpha = static_cast<float>(a) * std::clamp(opacity, 0.0F, 1.0F);
        return {r, g, b, static_cast<std::uint8_t>(alpha + 0.5F)};
    }
    // From this colour (amount 0) to the other (amount 1), alpha too.
    [[nodiscard]] constexpr Colour mixed(Colour other, float amount) const {
        const float t = std::clamp(amount, 0.0F, 1.0F);
        const auto mix = [t](std::uint8_t from, std::uint8_t to) {
            return static_cast<std::uint8_t>(static_cast<float>(from) * (1 - t) + static_cast<float>(to) * t + 0.5F);
        };
        return {mix(r, other.r), mix(g, other.g), mix(b, other.b), mix(a, other.a)};
    }
    // As ImGui wants it: red in the lowest byte.
    [[nodiscard]] constexpr std::uint32_t packed() const {
        return static_cast<std::uint32_t>(r) | static_cast<std::uint32_t>(g) << 8 |
               static_cast<std::uint32_t>(b) << 16 | static_cast<std::uint32_t>(a) << 24;
    }
};

inline constexpr Colour white{255, 255, 255, 255};

}  // namespace kiosk::paint
