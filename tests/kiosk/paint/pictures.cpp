#include "kiosk/paint/pictures.hpp"

#include <cstring>
#include <string>

#include <doctest/doctest.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <webp/encode.h>

#include "sheet.hpp"
#include "tests/support/folder.hpp"

namespace kiosk::paint {
namespace {

using File = std::vector<std::uint8_t>;

File bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// Left half red, right half blue, top left pixel white.
GdkPixbuf* two_halves(int width, int height) {
    GdkPixbuf* pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    guchar* pixels = gdk_pixbuf_get_pixels(pixbuf);
    const int stride = gdk_pixbuf_get_rowstride(pixbuf);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            guchar* p = pixels + y * stride + x * 3;
            p[0] = x < width / 2 ? 220 : 10;
            p[1] = 20;
            p[2] = x < width / 2 ? 10 : 220;
        }
    }
    return pixbuf;
}

File encoded(const char* type, int width, int height) {
    GdkPixbuf* pixbuf = two_halves(width, height);
    gchar* data = nullptr;
    gsize size = 0;
    REQUIRE(gdk_pixbuf_save_to_buffer(pixbuf, &data, &size, type, nullptr, nullptr) != FALSE);
    File file(data, data + size);
    g_free(data);
    g_object_unref(pixbuf);
    return file;
}

File webp(int width, int height) {
    GdkPixbuf* pixbuf = two_halves(width, height);
    std::uint8_t* data = nullptr;
    const std::size_t size = WebPEncodeRGB(gdk_pixbuf_get_pixels(pixbuf), width, height, gdk_pixbuf_get_rowstride(pixbuf), 90, &data);
    File file(data, data + size);
    WebPFree(data);
    g_object_unref(pixbuf);
    return file;
}

File svg(std::string_view inside) {
    return bytes_of("<?xml version=\"1.0\"?>\n<!-- a picture -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
                    "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"80\" height=\"40\">" + std::string(inside) + "</svg>");
}

File svg_halves() {
    return svg("<rect width=\"40\" height=\"40\" fill=\"#dc140a\"/><rect x=\"40\" width=\"40\" height=\"40\" fill=\"#0a14dc\"/>");
}

// A JPEG whose Exif block says that it lies on its side.
File turned_jpeg(int width, int height) {
    File file = encoded("jpeg", width, height);
    const unsigned char exif[] = {0xFF, 0xE1, 0,   34,  'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                                  0,    1,    0x01, 0x12, 0,   3,   0,   0,   0, 1, 0,   6,   0, 0,  0, 0, 0, 0};
    file.insert(file.begin() + 2, std::begin(exif), std::end(exif));
    return file;
}

PictureDecoder decoder(PictureLimits limits = {}) { return PictureDecoder(test_fonts(), limits); }

Colour pixel(const Picture& picture, int x, int y) {
    const std::uint8_t* p = picture.rgba.data() + (y * picture.width + x) * 4;
    return {p[0], p[1], p[2], p[3]};
}

bool is_near(Colour a, Colour b) {
    return std::abs(a.r - b.r) < 16 && std::abs(a.g - b.g) < 16 && std::abs(a.b - b.b) < 16 && a.a == b.a;
}

constexpr Colour red{220, 20, 10, 255};
constexpr Colour blue{10, 20, 220, 255};

TEST_CASE("pictures: each format tells its size from its header and comes out scaled") {
    const struct {
        const char* name;
        File file;
    } rows[] = {{"png", encoded("png", 80, 40)}, {"jpeg", encoded("jpeg", 80, 40)}, {"webp", webp(80, 40)}, {"svg", svg_halves()}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto size = picture_size(row.file);
        REQUIRE_MESSAGE(size.has_value(), size.error().message);
        CHECK(*size == PictureSize{80, 40});

        const PictureRequest request{.box = {200, 60}};
        CHECK(shown_size(*size, request) == PictureSize{120, 60});
        const auto picture = decoder().decode(row.file, request);
        REQUIRE_MESSAGE(picture.has_value(), picture.error().message);
        CHECK(picture->width == 120);
        CHECK(picture->height == 60);
        REQUIRE(picture->rgba.size() == 120U * 60U * 4U);
        CHECK(is_near(pixel(*picture, 20, 30), red));
        CHECK(is_near(pixel(*picture, 100, 30), blue));
    }
}

TEST_CASE("pictures: cover fills the box with the middle of the picture") {
    const auto picture = decoder().decode(encoded("png", 80, 40), {.box = {50, 50}, .fit = Fit::cover});
    REQUIRE(picture.has_value());
    CHECK(picture->width == 50);
    CHECK(picture->height == 50);
    CHECK(is_near(pixel(*picture, 2, 25), red));
    CHECK(is_near(pixel(*picture, 47, 25), blue));
}

TEST_CASE("pictures: round corners are made part of the alpha") {
    const auto picture = decoder().decode(encoded("png", 80, 40), {.box = {80, 40}, .corner_radius = 10});
    REQUIRE(picture.has_value());
    CHECK(pixel(*picture, 0, 0).a == 0);
    CHECK(pixel(*picture, 79, 39).a == 0);
    CHECK(pixel(*picture, 10, 0).a == 255);
    CHECK(pixel(*picture, 40, 20).a == 255);
}

TEST_CASE("pictures: a photograph that lies on its side is turned upright") {
    const File file = turned_jpeg(80, 40);
    const auto size = picture_size(file);
    REQUIRE(size.has_value());
    CHECK(*size == PictureSize{40, 80});
    const auto picture = decoder().decode(file, {.box = {40, 80}});
    REQUIRE_MESSAGE(picture.has_value(), picture.error().message);
    CHECK(picture->width == 40);
    CHECK(picture->height == 80);
    CHECK(is_near(pixel(*picture, 20, 10), red));
    CHECK(is_near(pixel(*picture, 20, 70), blue));
}

TEST_CASE("pictures: text in an SVG is set in our fonts") {
    const auto set_in = [](const char* family) {
        const auto picture = decoder().decode(
            svg(std::string("<text x=\"2\" y=\"30\" font-size=\"20\" font-family=\"") + family + "\">Paper ت</text>"), {.box = {160, 80}});
        REQUIRE_MESSAGE(picture.has_value(), picture.error().message);
        return picture->rgba;
    };
    CHECK(set_in("Arial") == set_in("Inter"));  // no other font is to be had
    CHECK(set_in("Inter") != set_in("monospace"));
    CHECK(set_in("DejaVu Serif") == set_in("Inter"));
}

TEST_CASE("pictures: an SVG loads nothing from outside") {
    const support::Folder folder;
    const File inner = encoded("png", 80, 40);
    const auto path = folder.write("inner.png", std::string(inner.begin(), inner.end()));
    for (const std::string& address : {"file://" + path.string(), path.string(), std::string("http://127.0.0.1:9/x.png")}) {
        CAPTURE(address);
        const auto picture = decoder().decode(svg("<image xlink:href=\"" + address + "\" width=\"80\" height=\"40\"/>"), {.box = {80, 40}});
        REQUIRE(picture.has_value());
        CHECK(pixel(*picture, 20, 20).a == 0);
    }
    const auto entity = decoder().decode(
        bytes_of("<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><svg xmlns=\"http://www.w3.org/2000/svg\" "
                 "width=\"80\" height=\"40\"><text y=\"30\">&x;</text></svg>"),
        {.box = {80, 40}});
    if (entity) {
        for (std::size_t i = 3; i < entity->rgba.size(); i += 4) REQUIRE(entity->rgba[i] == 0);
    }
}

TEST_CASE("pictures: what is cut short is refused") {
    for (const File& file : {encoded("png", 300, 200), encoded("jpeg", 300, 200), webp(300, 200), svg_halves()}) {
        for (std::size_t part = 0; part < 20; ++part) {
            const File cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(file.size() * part / 20));
            (void)picture_size(cut);
            CHECK_FALSE(decoder().decode(cut, {.box = {30, 20}}).has_value());
        }
    }
    for (const File& file : {encoded("png", 300, 200), encoded("jpeg", 300, 200), webp(300, 200), svg_halves()}) {
        const auto half = decoder().decode(std::span(file).first(file.size() / 2), {.box = {30, 20}});
        REQUIRE_FALSE(half.has_value());
        CHECK(half.error().kind == core::ErrorKind::invalid);
    }
}

TEST_CASE("pictures: damaged bytes harm nothing") {
    std::uint32_t random = 12345;
    const auto next = [&] { return random = random * 1664525U + 1013904223U; };
    for (const File& file : {encoded("png", 64, 48), encoded("jpeg", 64, 48), turned_jpeg(64, 48), webp(64, 48), svg_halves()}) {
        for (int round = 0; round < 60; ++round) {
            File damaged = file;
            for (int i = 0; i < 6; ++i) damaged[next() % damaged.size()] = static_cast<std::uint8_t>(next() >> 13);
            const auto picture = decoder().decode(damaged, {.box = {30, 20}});
            if (picture) CHECK(picture->rgba.size() == static_cast<std::size_t>(picture->width * picture->height * 4));
        }
    }
}

TEST_CASE("pictures: what is no picture, or has no size, is refused") {
    const char* rows[] = {"", "hello", "GIF89a......", "\x89PNG\r\n\x1A\n", "<html><body>no</body></html>",
                          "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg><", "RIFF....WEBPVP8 "};
    for (const char* row : rows) {
        CAPTURE(row);
        const auto size = picture_size(bytes_of(row));
        REQUIRE_FALSE(size.has_value());
        CHECK(size.error().kind == core::ErrorKind::invalid);
        CHECK_FALSE(decoder().decode(bytes_of(row), {.box = {10, 10}}).has_value());
    }
    CHECK_FALSE(decoder().decode(svg_halves(), {.box = {0, 10}}).has_value());
}

TEST_CASE("pictures: too many bytes or pixels are refused before anything is decoded") {
    File huge = encoded("png", 8, 8);
    const unsigned char size[] = {0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60};  // 60,000 × 60,000
    std::copy(std::begin(size), std::end(size), huge.begin() + 16);
    const auto refused = decoder().decode(huge, {.box = {30, 20}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == core::ErrorKind::full);

    const File file = encoded("png", 80, 40);
    CHECK(picture_size(file, {.bytes = 10}).error().kind == core::ErrorKind::full);
    CHECK(decoder({.pixels = 3199}).decode(file, {.box = {8, 4}}).error().kind == core::ErrorKind::full);
    CHECK(decoder({.pixels = 3200}).decode(file, {.box = {8, 4}}).has_value());
    CHECK(decoder().decode(svg_halves(), {.box = {100'000, 100'000}}).error().kind == core::ErrorKind::full);
}

TEST_CASE("pictures: an SVG that multiplies itself ends soon") {
    std::string body = "<defs><g id=\"a0\"><rect width=\"1\" height=\"1\"/></g>";
    for (int i = 1; i <= 12; ++i) {
        body += "<g id=\"a" + std::to_string(i) + "\">";
        for (int k = 0; k < 10; ++k) body += "<use xlink:href=\"#a" + std::to_string(i - 1) + "\"/>";
        body += "</g>";
    }
    body += "</defs><use xlink:href=\"#a12\"/>";
    CHECK_FALSE(decoder().decode(svg(body), {.box = {80, 40}}).has_value());
}

TEST_CASE("pictures: a decoded picture is drawn pixel for pixel") {
    const auto canvas = open_canvas();
    auto picture = decoder().decode(encoded("png", 80, 40), {.box = {80, 40}});
    REQUIRE(picture.has_value());
    const Colour expected = pixel(*picture, 70, 30);
    const PictureTexture texture = canvas->atlas().add_picture(picture->width, picture->height, std::move(picture->rgba));
    Rasteriser rasteriser;
    Pixels pixels(200, 100);
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) { canvas->picture(list, {50, 20}, texture); });
    CHECK(pixels.at(120, 50) == expected);
    CHECK(pixels.at(130, 50) == white);
    CHECK(pixels.at(49, 50) == white);
}

}  // namespace
}  // namespace kiosk::paint
