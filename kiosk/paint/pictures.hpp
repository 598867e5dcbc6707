// Turns a picture file into pixels of exactly the size it is shown at. For the worker thread: knows no atlas.
//
// PNG, JPEG, WebP and SVG. The bytes may come from anyone: formats are told by content, not by name; size and
// pixels are limited before anything is decoded; an SVG loads nothing from outside of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/picture.hpp"
#include "core/base/result.hpp"
#include "kiosk/paint/fonts.hpp"

namespace kiosk::paint {

struct PictureLimits {
    std::size_t bytes = core::largest_picture_bytes;
    std::uint64_t pixels = core::most_picture_pixels;  // of the file
    std::uint64_t shown_pixels = 9'000'000;  // of the result
};

struct PictureSize {
    int width = 0;
    int height = 0;

    friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

// R G B A, straight alpha, tight rows: what Atlas::add_picture takes.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgba;
};

enum class Fit : std::uint8_t {
    inside,  // all of it, as large as the box allows; the result may be smaller than the box
    cover,   // the box is filled, what stands over is cut
};

struct PictureRequest {
    PictureSize box = {};
    Fit fit = Fit::inside;
    int corner_radius = 0;  // made part of the alpha
};

// From the header alone, turned upright as decode() would; the height can be reserved before decoding.
[[nodiscard]] core::Result<PictureSize> picture_size(std::span<const std::uint8_t> file,
                                                     const PictureLimits& limits = {});

// The size of the result of decode(), for a file of this size.
[[nodiscard]] PictureSize shown_size(PictureSize file, const PictureRequest& request);

class PictureDecoder {
public:
    // The places of the fonts are for text in SVG. They are opened when the first SVG comes, on the thread
    // that calls decode(), which must stay the same one.
    explicit PictureDecoder(FontPlaces fonts, PictureLimits limits = {});

    [[nodiscard]] core::Result<Picture> decode(std::span<const std::uint8_t> file, const PictureRequest& request);

private:
    FontPlaces places_;
    PictureLimits limits_;
    std::optional<Fonts> fonts_;
};

}  // namespace kiosk::paint
