// The atlas keeps all that is drawn as pixels: glyphs, corners, shadows, colour glyphs and pictures.
//
// Small things share pages; when the pages are full, the one not drawn for the longest time is
// emptied as a whole and gets a new generation. A Place is therefore worth drawing only while
// is_valid() says so, and whoever draws it calls touch(), which protects its page until the next frame.
// What was drawn this frame is never emptied in it: pages are added beyond the limit instead.
//
// Page 0 always starts with a block of white, so that filled shapes and glyphs share a draw command.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace kiosk::paint {

// As ImDrawCmd holds it (an ImTextureID made of a number): page index + 1, so 0 is "no texture".
using TextureNumber = std::uint32_t;

enum class PixelKind : std::uint8_t {
    coverage,  // one byte a pixel: how much of the pixel is covered; drawn in the vertex's colour
    colour,    // four bytes a pixel, R G B A in memory, straight alpha; multiplied by the vertex's colour
};

struct AtlasLimits {
    int page_px = 1024;         // width and height of a coverage page
    int colour_page_px = 512;   // width and height of a page of colour glyphs
    int coverage_pages = 6;
    int colour_pages = 3;
};

struct Texture {
    PixelKind kind = PixelKind::coverage;
    int width = 0;
    int height = 0;
    std::uint32_t generation = 0;  // another number, other pixels: what was drawn from it must be drawn again
    std::vector<std::uint8_t> pixels;

    [[nodiscard]] int bytes_per_pixel() const { return kind == PixelKind::coverage ? 1 : 4; }
    [[nodiscard]] const std::uint8_t* row(int y) const {
        return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width * bytes_per_pixel());
    }
};

// Where something stands in a page.
struct Place {
    TextureNumber texture = 0;  // 0: nowhere
    std::uint32_t generation = 0;
    std::uint16_t x = 0;
    std::uint16_t y = 0;
    std::uint16_t width = 0;
    std::uint16_t height = 0;
};

// A picture is a page of its own, and leaves the atlas with the last handle to it.
class PictureTexture;

// What is drawn as a mask: a box with round corners, its outline, its soft shadow.
struct MaskKey {
    enum class Shape : std::uint8_t { corner, ring, shadow } shape = Shape::corner;
    std::uint16_t radius_px = 0;
    std::uint16_t extent_px = 0;  // a ring's stroke, a shadow's blur

    friend bool operator==(const MaskKey&, const MaskKey&) = default;
};

class Atlas {
public:
    explicit Atlas(AtlasLimits limits = {});
    Atlas(const Atlas&) = delete;
    Atlas& operator=(const Atlas&) = delete;

    // Starts the time in which what is touched stays.
    void begin_frame();

    // Copies pixels (tight rows) into a page. Nowhere, if it is larger than a page.
    [[nodiscard]] Place add(PixelKind kind, int width, int height, std::span<const std::uint8_t> pixels);

    [[nodiscard]] bool is_valid(const Place& place) const;
    void touch(const Place& place);
    void touch(TextureNumber texture);

    // Grows each time a page is emptied: as long as it stays, every Place is valid.
    [[nodiscard]] std::uint32_t evictions() const { return evictions_; }

    // Masks (see masks.hpp) are made when first asked for. Nowhere, if larger than a page.
    [[nodiscard]] Place mask(const MaskKey& key);

    // The middle of the white block of page 0, in pixels.
    [[nodiscard]] static constexpr float white_x() { return 2.0F; }
    [[nodiscard]] static constexpr float white_y() { return 2.0F; }

    // For the rasteriser; null for a number that stands for nothing (any more).
    [[nodiscard]] const Texture* texture(TextureNumber number) const;

    // R G B A, straight alpha, tight rows. Takes over the pixels.
    [[nodiscard]] PictureTexture add_picture(int width, int height, std::vector<std::uint8_t> rgba);

    // What the textures take, in bytes.
    [[nodiscard]] std::size_t bytes() const;

private:
    friend class PictureTexture;

    struct Shelf {
        int y = 0;
        int height = 0;
        int used = 0;
    };
    struct Page {
        Texture texture;
        std::vector<Shelf> shelves;
        std::uint32_t drawn_in = 0;  // the frame
        bool is_picture = false;
    };
    struct MaskHash {
        std::size_t operator()(const MaskKey& key) const;
    };

    Page& new_page(PixelKind kind, TextureNumber& number);
    void empty(Page& page, bool with_white);
    static bool reserve(Page& page, int width, int height, int& x, int& y);
    void drop_picture(TextureNumber number);

    AtlasLimits limits_;
    std::vector<std::unique_ptr<Page>> pages_;  // null where a picture left
    std::unordered_map<MaskKey, Place, MaskHash> masks_;
    std::uint32_t frame_ = 1;
    std::uint32_t evictions_ = 0;
    std::uint32_t next_generation_ = 1;
};

// Must not outlive its Atlas, and must stay from where it is drawn to where the frame is rasterised.
class PictureTexture {
public:
    PictureTexture() = default;
    PictureTexture(PictureTexture&& other) noexcept;
    PictureTexture& operator=(PictureTexture&& other) noexcept;
    ~PictureTexture();

    [[nodiscard]] explicit operator bool() const { return atlas_ != nullptr; }
    [[nodiscard]] TextureNumber number() const { return number_; }
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }

private:
    friend class Atlas;
    PictureTexture(Atlas& atlas, TextureNumber number, int width, int height)
        : atlas_(&atlas), number_(number), width_(width), height_(height) {}

    Atlas* atlas_ = nullptr;
    TextureNumber number_ = 0;
    int width_ = 0;
    int height_ = 0;
};

}  // namespace kiosk::paint
