#include "kiosk/paint/geometry.hpp"

#include <doctest/doctest.h>

namespace kiosk::paint {
namespace {

TEST_CASE("geometry: a rectangle holds its left top edges, not its right and bottom ones") {
    constexpr Rect rect{10, 20, 30, 40};
    CHECK(rect.contains(Point{10, 20}));
    CHECK(rect.contains(Point{39.5F, 59.5F}));
    CHECK_FALSE(rect.contains(Point{40, 30}));
    CHECK_FALSE(rect.contains(Point{20, 60}));
    CHECK_FALSE(rect.overlaps({40, 20, 5, 5}));
}

TEST_CASE("geometry: what two rectangles share is never of negative size") {
    CHECK(Rect{0, 0, 10, 10}.intersect({5, 5, 10, 10}) == Rect{5, 5, 5, 5});
    CHECK(Rect{0, 0, 10, 10}.intersect({50, 50, 10, 10}).empty());
    CHECK(Rect{0, 0, 10, 10}.inset(8).empty());
    CHECK(Rect{0, 0, 10, 10}.inset(-2) == Rect{-2, -2, 14, 14});
    CHECK(Rect{}.united({3, 4, 5, 6}) == Rect{3, 4, 5, 6});
}

TEST_CASE("geometry: colours mix by the amount, and fade in their alpha") {
    CHECK(Colour::rgb(0x0B5A66) == Colour{0x0B, 0x5A, 0x66, 255});
    CHECK(Colour{0, 0, 0, 255}.mixed({255, 255, 255, 255}, 0.5F) == Colour{128, 128, 128, 255});
    CHECK(white.faded(0.5F).a == 128);
    CHECK(Colour{1, 2, 3, 4}.packed() == 0x04030201);
}

}  // namespace
}  // namespace kiosk::paint
