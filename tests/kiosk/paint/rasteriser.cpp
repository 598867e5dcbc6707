#include "kiosk/paint/rasteriser.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "page.hpp"
#include "sheet.hpp"

namespace kiosk::paint {
namespace {

constexpr Colour red{200, 30, 20, 255};
constexpr Colour half_blue{20, 30, 200, 128};

int largest_difference(const Pixels& a, const Pixels& b) {
    int most = 0;
    for (std::size_t i = 0; i < a.bytes.size(); ++i) most = std::max(most, std::abs(a.bytes[i] - b.bytes[i]));
    return most;
}

std::vector<std::uint8_t> test_picture(int width, int height) {
    std::vector<std::uint8_t> rgba;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (const int value : {x * 7, y * 5, x * y, x < 3 ? 0 : x < 9 ? 255 : 40 + y}) {
                rgba.push_back(static_cast<std::uint8_t>(value));
            }
        }
    }
    return rgba;
}

TEST_CASE("rasteriser: each fast path gives the very bytes of the general path") {
    const auto canvas = open_canvas();
    const PictureTexture picture = canvas->atlas().add_picture(61, 37, test_picture(61, 37));
    Style style;
    style.weight = 600;
    const struct {
        const char* name;
        int tolerance;
        std::function<void(ImDrawList&)> paint;
    } rows[] = {
        {"opaque quad", 0, [&](ImDrawList& list) { canvas->fill(list, {11, 13, 201, 99}, red); }},
        {"translucent quad", 0, [&](ImDrawList& list) { canvas->fill(list, {11, 13, 201, 99}, half_blue); }},
        {"quad between pixels", 0,
         [&](ImDrawList& list) { list.AddRectFilled({10.3F, 9.7F}, {99.55F, 80.45F}, half_blue.packed()); }},
        {"rounded quad", 0, [&](ImDrawList& list) { canvas->fill(list, {11, 13, 201, 99}, red, 24); }},
        {"border", 0, [&](ImDrawList& list) { canvas->border(list, {11, 13, 201, 99}, half_blue, 3, 24); }},
        {"shadow", 0, [&](ImDrawList& list) { canvas->shadow(list, {40, 40, 130, 90}, 16, {14, {0, 4}, half_blue}); }},
        {"text", 0,
         [&](ImDrawList& list) { canvas->text(list, {7, 9}, red, {.text = "Tür 12 العربية 日本 😀", .style = style}); }},
        {"picture", 0, [&](ImDrawList& list) { canvas->picture(list, {33, 21}, picture); }},
        {"tinted picture", 0, [&](ImDrawList& list) { canvas->picture(list, {33, 21}, picture, half_blue); }},
        {"clipped picture", 0,
         [&](ImDrawList& list) {
             list.PushClipRect({40, 30}, {70, 50}, true);
             canvas->picture(list, {33, 21}, picture);
             list.PopClipRect();
         }},
        // Colours between two are rounded by whole numbers here, and from a plane there.
        {"gradient", 1, [&](ImDrawList& list) { canvas->gradient(list, {5, 5, 200, 140}, red, half_blue); }},
        {"rounded gradient", 1, [&](ImDrawList& list) { canvas->gradient(list, {5, 5, 200, 140}, red, half_blue, 20); }},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Pixels fast(256, 160);
        Pixels general(256, 160);
        Rasteriser quick;
        Rasteriser slow;
        slow.set_only_triangles(true);
        draw_frame(*canvas, quick, fast, row.paint);
        draw_frame(*canvas, slow, general, row.paint);
        CHECK(largest_difference(fast, general) <= row.tolerance);
        CHECK(std::any_of(fast.bytes.begin(), fast.bytes.end(), [](std::uint8_t byte) { return byte != 255; }));
    }
}

TEST_CASE("rasteriser: a translucent colour mixes to the nearest whole value") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(64, 64);
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) { canvas->fill(list, {8, 8, 9, 9}, half_blue); }, red);
    CHECK(pixels.at(7, 8) == red);
    const auto mix = [](int over, int under) { return static_cast<std::uint8_t>(std::lround((over * 128 + under * 127) / 255.0)); };
    CHECK(pixels.at(8, 8) == Colour{mix(20, 200), mix(30, 30), mix(200, 20), 255});
    CHECK(pixels.at(16, 16) == pixels.at(8, 8));
    CHECK(pixels.at(17, 16) == red);
}

TEST_CASE("rasteriser: triangles that share an edge leave no gap and no pixel twice") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(128, 128);
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
        list.Flags = ImDrawListFlags_None;
        const ImVec2 middle(61.3F, 57.9F);
        const ImVec2 ring[] = {{4, 4}, {77.7F, 9.1F}, {120, 30.2F}, {111.5F, 118}, {50.2F, 121}, {7.9F, 90}};
        for (int i = 0; i < 6; ++i) list.AddTriangleFilled(middle, ring[i], ring[(i + 1) % 6], half_blue.packed());
    });
    Pixels once(128, 128);
    Rasteriser other;
    draw_frame(*canvas, other, once, [&](ImDrawList& list) { canvas->fill(list, {0, 0, 128, 128}, half_blue); });
    const Colour expected = once.at(60, 60);
    for (int y = 35; y < 85; ++y) {
        for (int x = 35; x < 85; ++x) REQUIRE(pixels.at(x, y) == expected);
    }
}

TEST_CASE("rasteriser: an unchanged frame paints nothing") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(1920, 1080);
    const auto paint = [&](ImDrawList& list) { paint_page(*canvas, list); };
    CHECK(draw_frame(*canvas, rasteriser, pixels, paint).size() == 1);
    std::fill(pixels.bytes.begin(), pixels.bytes.end(), std::uint8_t{0x55});
    CHECK(draw_frame(*canvas, rasteriser, pixels, paint).empty());
    CHECK(std::all_of(pixels.bytes.begin(), pixels.bytes.end(), [](std::uint8_t byte) { return byte == 0x55; }));
}

TEST_CASE("rasteriser: one changed quad paints its own tiles only") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(640, 480);
    const auto with = [&](Colour colour) {
        return [&canvas, colour](ImDrawList& list) {
            canvas->fill(list, {0, 0, 640, 480}, white);
            canvas->fill(list, {130, 70, 70, 30}, colour);
        };
    };
    draw_frame(*canvas, rasteriser, pixels, with(red));
    const auto damage = draw_frame(*canvas, rasteriser, pixels, with(half_blue));
    REQUIRE(damage.size() == 1);
    CHECK(damage.front() == PixelRect{128, 64, 128, 64});
}

TEST_CASE("rasteriser: two overlapping translucent quads that swap are noticed") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(256, 256);
    const Rect a{10, 10, 40, 40};
    const Rect b{30, 30, 20, 20};
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
        canvas->fill(list, a, red.faded(0.5F));
        canvas->fill(list, b, half_blue);
    });
    const Colour before = pixels.at(35, 35);
    const auto damage = draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
        canvas->fill(list, b, half_blue);
        canvas->fill(list, a, red.faded(0.5F));
    });
    CHECK(damage.size() == 1);
    CHECK(pixels.at(35, 35) != before);
}

TEST_CASE("rasteriser: another picture under the same number is noticed") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(128, 128);
    TextureNumber number = 0;
    for (const std::uint8_t value : {std::uint8_t{10}, std::uint8_t{200}}) {
        const PictureTexture picture = canvas->atlas().add_picture(1, 1, {value, value, value, 255});
        CHECK((number == 0 || number == picture.number()));
        number = picture.number();
        const auto damage =
            draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) { canvas->picture(list, {70, 3}, picture); });
        CHECK(damage.size() == 1);
        CHECK(pixels.at(70, 3) == Colour{value, value, value, 255});
    }
}

TEST_CASE("rasteriser: another background, another size or a lost target paint everything") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels small(100, 70);
    const auto nothing = [](ImDrawList&) {};
    const PixelRect all{0, 0, 100, 70};
    CHECK(draw_frame(*canvas, rasteriser, small, nothing, red).front() == all);
    CHECK(draw_frame(*canvas, rasteriser, small, nothing, red).empty());
    CHECK(draw_frame(*canvas, rasteriser, small, nothing, white).front() == all);
    CHECK(draw_frame(*canvas, rasteriser, small, nothing, white, true).front() == all);
    Pixels large(200, 70);
    CHECK(draw_frame(*canvas, rasteriser, large, nothing, white).front() == PixelRect{0, 0, 200, 70});
    CHECK(large.at(199, 69) == white);
}

TEST_CASE("rasteriser: painting only the damage ends in the same picture as painting everything") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels stepwise(1920, 1080);
    draw_frame(*canvas, rasteriser, stepwise, [&](ImDrawList& list) { paint_page(*canvas, list, false); });
    const auto damage = draw_frame(*canvas, rasteriser, stepwise, [&](ImDrawList& list) { paint_page(*canvas, list, true); });
    int painted = 0;
    for (const PixelRect& rect : damage) painted += rect.width * rect.height;
    CHECK(painted > 0);
    CHECK(painted <= 12 * 64 * 64);

    Rasteriser whole;
    Pixels at_once(1920, 1080);
    draw_frame(*canvas, whole, at_once, [&](ImDrawList& list) { paint_page(*canvas, list, true); });
    CHECK(stepwise.bytes == at_once.bytes);
}

TEST_CASE("rasteriser: what lies off the screen or is no number harms nothing") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(100, 100);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float endless = std::numeric_limits<float>::infinity();
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
        list.PushClipRectFullScreen();
        list.AddRectFilled({-5000, -5000}, {5, 5}, red.packed());
        list.AddRectFilled({95, 95}, {1e9F, endless}, red.packed());
        list.AddTriangleFilled({nan, 0}, {10, nan}, {50, 50}, red.packed());
        list.AddTriangleFilled({40, 40}, {40, 40}, {40, 40}, red.packed());
        list.AddRectFilled({30, 30}, {20, 20}, red.packed());
        list.PopClipRect();
    });
    CHECK(pixels.at(4, 4) == red);
    CHECK(pixels.at(5, 5) == white);
    CHECK(pixels.at(99, 99) == red);
}

}  // namespace
}  // namespace kiosk::paint
