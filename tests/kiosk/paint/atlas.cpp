#include "kiosk/paint/atlas.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "kiosk/paint/masks.hpp"

namespace kiosk::paint {
namespace {

constexpr AtlasLimits tiny{.page_px = 32, .colour_page_px = 32, .coverage_pages = 2, .colour_pages = 1};

Place add_square(Atlas& atlas, int size, std::uint8_t value, PixelKind kind = PixelKind::coverage) {
    const std::size_t bytes = static_cast<std::size_t>(size * size) * (kind == PixelKind::coverage ? 1 : 4);
    return atlas.add(kind, size, size, std::vector<std::uint8_t>(bytes, value));
}

bool holds(const Atlas& atlas, const Place& place, std::uint8_t value) {
    const Texture* texture = atlas.texture(place.texture);
    for (int y = 0; y < place.height; ++y) {
        for (int x = 0; x < place.width; ++x) {
            if (texture->row(place.y + y)[place.x + x] != value) return false;
        }
    }
    return true;
}

TEST_CASE("atlas: page 0 has white where ImGui looks for it") {
    const Atlas atlas;
    const Texture* page = atlas.texture(1);
    REQUIRE(page != nullptr);
    CHECK(page->row(static_cast<int>(Atlas::white_y()))[static_cast<int>(Atlas::white_x())] == 255);
}

TEST_CASE("atlas: what is added stands alone") {
    Atlas atlas(tiny);
    std::vector<Place> places;
    for (std::uint8_t i = 1; i <= 12; ++i) places.push_back(add_square(atlas, 4 + i % 3, i));
    for (std::uint8_t i = 1; i <= 12; ++i) {
        CAPTURE(static_cast<int>(i));
        CHECK(atlas.is_valid(places[i - 1U]));
        CHECK(holds(atlas, places[i - 1U], i));
    }
}

TEST_CASE("atlas: a full atlas empties the page that was not drawn for longest") {
    Atlas atlas(tiny);
    atlas.begin_frame();
    const Place old = add_square(atlas, 30, 1);  // does not fit beside the white
    REQUIRE(old.texture == 2);
    atlas.begin_frame();
    const Place fresh = add_square(atlas, 30, 2);
    CHECK(fresh.texture == old.texture);
    CHECK_FALSE(atlas.is_valid(old));
    CHECK(atlas.is_valid(fresh));
    CHECK(atlas.evictions() == 1);
    CHECK(holds(atlas, fresh, 2));
}

TEST_CASE("atlas: what is on screen is never emptied; a page is added and goes again") {
    Atlas atlas(tiny);
    atlas.begin_frame();
    const Place first = add_square(atlas, 30, 1);
    atlas.begin_frame();
    atlas.touch(first);
    const Place second = add_square(atlas, 30, 2);
    CHECK(second.texture == 3);
    CHECK(atlas.is_valid(first));
    const std::size_t most = atlas.bytes();

    for (int frame = 0; frame < 3; ++frame) {
        atlas.begin_frame();
        atlas.touch(first);
    }
    CHECK_FALSE(atlas.is_valid(second));
    CHECK(atlas.is_valid(first));
    CHECK(atlas.bytes() < most);
}

TEST_CASE("atlas: nothing grows without end, even if all of it is on screen") {
    Atlas atlas(tiny);
    atlas.begin_frame();
    int nowhere = 0;
    for (int i = 0; i < 200; ++i) nowhere += add_square(atlas, 30, 7).texture == 0 ? 1 : 0;
    CHECK(nowhere > 0);
    CHECK(atlas.bytes() <= 32U * 32U * 16U);
}

TEST_CASE("atlas: what is larger than a page is nowhere") {
    Atlas atlas(tiny);
    CHECK(add_square(atlas, 32, 1).texture == 0);
    CHECK_FALSE(atlas.is_valid(add_square(atlas, 100, 1)));
}

TEST_CASE("atlas: a picture leaves with its handle, and its number comes again with another generation") {
    Atlas atlas;
    std::uint32_t generation = 0;
    TextureNumber number = 0;
    {
        const PictureTexture picture = atlas.add_picture(2, 1, {1, 2, 3, 4, 5, 6, 7, 8});
        number = picture.number();
        REQUIRE(atlas.texture(number) != nullptr);
        generation = atlas.texture(number)->generation;
        CHECK(atlas.texture(number)->row(0)[5] == 6);
    }
    CHECK(atlas.texture(number) == nullptr);
    PictureTexture again = atlas.add_picture(1, 1, {9, 9, 9, 9});
    CHECK(again.number() == number);
    CHECK(atlas.texture(number)->generation != generation);
    again = atlas.add_picture(1, 1, {8, 8, 8, 8});
    CHECK(atlas.texture(again.number())->row(0)[0] == 8);
}

TEST_CASE("atlas: a mask is made once") {
    Atlas atlas;
    const Place a = atlas.mask({MaskKey::Shape::shadow, 16, 14});
    const Place b = atlas.mask({MaskKey::Shape::shadow, 16, 14});
    const Place c = atlas.mask({MaskKey::Shape::shadow, 16, 4});
    CHECK(a.x == b.x);
    CHECK(a.y == b.y);
    CHECK((c.x != a.x || c.y != a.y));
}

TEST_CASE("masks: corners are round, edges are straight, and all four sides are alike") {
    for (const Mask& mask : {corner_mask(20), ring_mask(20, 3), shadow_mask(20, 12)}) {
        const int size = mask.size();
        REQUIRE(mask.pixels.size() == static_cast<std::size_t>(size * size));
        const auto at = [&](int x, int y) { return static_cast<int>(mask.pixels[static_cast<std::size_t>(y * size + x)]); };
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                REQUIRE(at(x, y) == at(size - 1 - x, y));
                REQUIRE(at(x, y) == at(x, size - 1 - y));
                REQUIRE(std::abs(at(x, y) - at(y, x)) <= 1);
            }
        }
        CHECK(at(0, 0) == 0);
    }
    const Mask corner = corner_mask(20);
    CHECK(corner.pixels[20] == 255);                                  // the middle of the top edge
    CHECK(corner.pixels[static_cast<std::size_t>(20 * 41 + 20)] == 255);  // the middle
    const Mask ring = ring_mask(20, 3);
    CHECK(ring.pixels[static_cast<std::size_t>(20 * 41 + 2)] == 255);  // the left edge is three pixels wide
    CHECK(ring.pixels[static_cast<std::size_t>(20 * 41 + 3)] == 0);
}

TEST_CASE("masks: a shadow fades from the box to nothing at its blur, and its inside is full") {
    const int blur = 12;
    const Mask mask = shadow_mask(20, blur);
    const int middle = mask.corner;
    int before = -1;
    for (int x = 0; x <= middle; ++x) {
        const int value = mask.pixels[static_cast<std::size_t>(middle * mask.size() + x)];
        CHECK(value >= before);
        before = value;
    }
    const int at_edge = mask.pixels[static_cast<std::size_t>(middle * mask.size() + blur)];
    CHECK(at_edge > 110);
    CHECK(at_edge < 145);
    CHECK(before == 255);
}

}  // namespace
}  // namespace kiosk::paint
