#include "kiosk/paint/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>

#include <cairo.h>
#include <fmt/format.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <librsvg/rsvg.h>
#include <webp/decode.h>

#include "kiosk/paint/masks.hpp"
#include "kiosk/paint/pixels.hpp"

namespace kiosk::paint {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

using Format = core::PictureFormat;

// What the header says.
struct Header {
    Format format = Format::png;
    PictureSize stored;
    PictureSize upright;
};

tl::unexpected<core::Error> broken(std::string_view what) {
    return core::fail(core::ErrorKind::invalid, fmt::format("picture: {}", what));
}

bool starts_with(Bytes file, std::string_view magic, std::size_t at = 0) {
    return file.size() >= at + magic.size() &&
           std::equal(magic.begin(), magic.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

std::optional<Format> format_of(Bytes file) {
    return core::picture_format({reinterpret_cast<const char*>(file.data()), file.size()});
}

std::uint32_t big_endian(Bytes file, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | file[at + i];
    return value;
}

core::Result<Header> png_header(Bytes file) {
    if (file.size() < 24 || !starts_with(file, "IHDR", 12)) return broken("a PNG without its header");
    const std::uint32_t width = big_endian(file, 16, 4);
    const std::uint32_t height = big_endian(file, 20, 4);
    if (width == 0 || height == 0 || width > 0x7FFFFFFF || height > 0x7FFFFFFF) return broken("a PNG of no size");
    // The decoder would show the upper half of half a file, and chance below it.
    std::size_t chunk = 8;
    while (chunk + 12 <= file.size() && !starts_with(file, "IEND", chunk + 4)) chunk += 12U + big_endian(file, chunk, 4);
    if (chunk + 12 > file.size()) return broken("a PNG that is cut short");
    const PictureSize size{static_cast<int>(width), static_cast<int>(height)};
    return Header{Format::png, size, size};
}

// Whether the orientation in an Exif block swaps width and height: values 5 to 8 of tag 0x0112 do.
bool exif_turns(Bytes exif) {
    if (exif.size() < 8) return false;
    const bool little = starts_with(exif, "II");
    const auto number = [&](std::size_t at, std::size_t count) -> std::uint32_t {
        if (at + count > exif.size()) return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) value = value << 8 | exif[little ? at + count - 1 - i : at + i];
        return value;
    };
    const std::size_t directory = number(4, 4);
    if (directory >= exif.size()) return false;
    const std::size_t entries = std::min<std::size_t>(number(directory, 2), 256);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (number(entry, 2) == 0x0112) return number(entry + 8, 2) >= 5 && number(entry + 8, 2) <= 8;
    }
    return false;
}

core::Result<Header> jpeg_header(Bytes file) {
    bool turned = false;
    std::size_t at = 2;
    while (at + 4 <= file.size()) {
        if (file[at] != 0xFF) return broken("a damaged JPEG");
        const std::uint8_t marker = file[at + 1];
        if (marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {  // these have no length
            at += marker == 0xFF ? 1 : 2;
            continue;
        }
        const std::size_t length = big_endian(file, at + 2, 2);
        if (length < 2 || at + 2 + length > file.size()) break;
        const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (is_frame) {
            if (length < 8) break;
            const PictureSize size{static_cast<int>(big_endian(file, at + 7, 2)),
                                   static_cast<int>(big_endian(file, at + 5, 2))};
            if (size.width == 0 || size.height == 0) return broken("a JPEG of no size");
            constexpr std::uint8_t end_marker[] = {0xFF, 0xD9};
            const auto rest = file.subspan(at);
            if (std::find_end(rest.begin(), rest.end(), std::begin(end_marker), std::end(end_marker)) == rest.end()) {
                return broken("a JPEG that is cut short");
            }
            return Header{Format::jpeg, size, turned ? PictureSize{size.height, size.width} : size};
        }
        using namespace std::string_view_literals;
        if (marker == 0xE1 && starts_with(file, "Exif\0\0"sv, at + 4)) {
            turned = exif_turns(file.subspan(at + 10, std::max<std::size_t>(length, 8) - 8));
        }
        at += 2 + length;
    }
    return broken("a JPEG that ends before its size");
}

core::Result<Header> webp_header(Bytes file) {
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(file.data(), file.size(), &features) != VP8_STATUS_OK) return broken("a damaged WebP");
    if (features.has_animation != 0) return broken("a moving WebP is not shown");
    if (features.width <= 0 || features.height <= 0) return broken("a WebP of no size");
    const PictureSize size{features.width, features.height};
    return Header{Format::webp, size, size};
}

// Without a base address librsvg opens no other file; it has no network.
core::Result<Ref<RsvgHandle>> open_svg(Bytes file) {
    GError* error = nullptr;
    Ref<RsvgHandle> svg(rsvg_handle_new_from_data(file.data(), file.size(), &error));
    if (svg) return svg;
    const std::string why = error != nullptr ? error->message : "unknown";
    g_clear_error(&error);
    return broken(fmt::format("a damaged SVG: {}", why));
}

core::Result<PictureSize> svg_size(RsvgHandle* svg) {
    gdouble width = 0;
    gdouble height = 0;
    if (rsvg_handle_get_intrinsic_size_in_pixels(svg, &width, &height) == FALSE) {
        gboolean has_view_box = FALSE;
        RsvgRectangle view_box;
        rsvg_handle_get_intrinsic_dimensions(svg, nullptr, nullptr, nullptr, nullptr, &has_view_box, &view_box);
        if (has_view_box == FALSE) return broken("an SVG that tells no size");
        width = view_box.width;
        height = view_box.height;
    }
    if (!(width > 0 && height > 0 && width < 1e6 && height < 1e6)) return broken("an SVG of no sensible size");
    return PictureSize{std::max(1, static_cast<int>(std::lround(width))),
                       std::max(1, static_cast<int>(std::lround(height)))};
}

core::Result<Header> header_of(Bytes file, const PictureLimits& limits) {
    if (file.size() > limits.bytes) return core::fail(core::ErrorKind::full, "picture: the file is too large");
    const auto format = format_of(file);
    if (!format) return broken("not a PNG, JPEG, WebP or SVG");

    core::Result<Header> header = Header{};
    switch (*format) {
        case Format::png: header = png_header(file); break;
        case Format::jpeg: header = jpeg_header(file); break;
        case Format::webp: header = webp_header(file); break;
        case Format::svg: {
            const auto svg = open_svg(file);
            if (!svg) return core::fail(svg.error());
            const auto size = svg_size(svg->get());
            if (!size) return core::fail(size.error());
            return Header{Format::svg, *size, *size};  // an SVG's own size costs nothing
        }
    }
    if (!header) return header;
    const auto pixels = static_cast<std::uint64_t>(header->stored.width) * static_cast<std::uint64_t>(header->stored.height);
    if (pixels > limits.pixels) {
        return core::fail(core::ErrorKind::full, fmt::format("picture: {} × {} pixels are too many", header->stored.width,
                                                             header->stored.height));
    }
    return header;
}

// How large all of the file becomes; with Fit::cover that is more than the box in one direction.
PictureSize scaled_size(PictureSize file, const PictureRequest& request) {
    const double across = static_cast<double>(request.box.width) / file.width;
    const double down = static_cast<double>(request.box.height) / file.height;
    const double scale = request.fit == Fit::inside ? std::min(across, down) : std::max(across, down);
    const auto scaled = [&](int length, int box) {
        const int whole = std::max(1, static_cast<int>(std::lround(length * scale)));
        return request.fit == Fit::inside ? std::min(whole, box) : std::max(whole, box);
    };
    return {scaled(file.width, request.box.width), scaled(file.height, request.box.height)};
}

core::Result<Ref<GdkPixbuf>> decode_pixbuf(Bytes file, const Header& header, PictureSize wanted) {
    GError* error = nullptr;
    Ref<GdkPixbufLoader> loader(gdk_pixbuf_loader_new_with_type(header.format == Format::png ? "png" : "jpeg", &error));
    if (!loader) {
        g_clear_error(&error);
        return core::fail(core::ErrorKind::unavailable, "picture: gdk-pixbuf lacks PNG or JPEG");
    }
    // The decoder reads the size by itself; if it sees another one than we did, it gets nothing to fill.
    struct Asked {
        PictureSize stored;
        PictureSize decoded;
    };
    const bool turned = header.stored != header.upright;
    Asked asked{header.stored, turned ? PictureSize{wanted.height, wanted.width} : wanted};
    g_signal_connect(loader.get(), "size-prepared",
                     G_CALLBACK(+[](GdkPixbufLoader* self, int width, int height, gpointer data) {
                         const auto* size = static_cast<const Asked*>(data);
                         if (PictureSize{width, height} == size->stored) {
                             gdk_pixbuf_loader_set_size(self, size->decoded.width, size->decoded.height);
                         } else {
                             gdk_pixbuf_loader_set_size(self, 0, 0);
                         }
                     }),
                     &asked);
    const bool written = gdk_pixbuf_loader_write(loader.get(), file.data(), file.size(), &error) != FALSE;
    const bool closed = gdk_pixbuf_loader_close(loader.get(), written ? &error : nullptr) != FALSE;
    if (!written || !closed) {
        const std::string why = error != nullptr ? error->message : "unknown";
        g_clear_error(&error);
        return broken(why);
    }
    GdkPixbuf* decoded = gdk_pixbuf_loader_get_pixbuf(loader.get());
    if (decoded == nullptr) return broken("nothing to decode");
    Ref<GdkPixbuf> upright(gdk_pixbuf_apply_embedded_orientation(decoded));
    if (gdk_pixbuf_get_width(upright.get()) != wanted.width || gdk_pixbuf_get_height(upright.get()) != wanted.height) {
        upright.reset(gdk_pixbuf_scale_simple(upright.get(), wanted.width, wanted.height, GDK_INTERP_BILINEAR));
        if (!upright) return core::fail(core::ErrorKind::full, "picture: no memory to scale it");
    }
    return upright;
}

core::Result<Picture> decode_bitmap(Bytes file, const Header& header, PictureSize wanted) {
    auto pixbuf = decode_pixbuf(file, header, wanted);
    if (!pixbuf) return core::fail(pixbuf.error());
    const int channels = gdk_pixbuf_get_n_channels(pixbuf->get());
    const int stride = gdk_pixbuf_get_rowstride(pixbuf->get());
    const std::uint8_t* pixels = gdk_pixbuf_read_pixels(pixbuf->get());
    Picture picture{wanted.width, wanted.height, {}};
    picture.rgba.resize(static_cast<std::size_t>(wanted.width) * static_cast<std::size_t>(wanted.height) * 4);
    std::uint8_t* out = picture.rgba.data();
    for (int y = 0; y < wanted.height; ++y) {
        const std::uint8_t* in = pixels + static_cast<std::ptrdiff_t>(y) * stride;
        for (int x = 0; x < wanted.width; ++x, in += channels, out += 4) {
            out[0] = in[0];
            out[1] = in[1];
            out[2] = in[2];
            out[3] = channels == 4 ? in[3] : 255;
        }
    }
    return picture;
}

core::Result<Picture> decode_webp(Bytes file, PictureSize wanted) {
    Picture picture{wanted.width, wanted.height, {}};
    picture.rgba.resize(static_cast<std::size_t>(wanted.width) * static_cast<std::size_t>(wanted.height) * 4);
    WebPDecoderConfig config;
    WebPInitDecoderConfig(&config);
    config.options.use_scaling = 1;
    config.options.scaled_width = wanted.width;
    config.options.scaled_height = wanted.height;
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = picture.rgba.data();
    config.output.u.RGBA.stride = wanted.width * 4;
    config.output.u.RGBA.size = picture.rgba.size();
    if (WebPDecode(file.data(), file.size(), &config) != VP8_STATUS_OK) return broken("a damaged WebP");
    return picture;
}

core::Result<Picture> decode_svg(Bytes file, PictureSize wanted) {
    const auto svg = open_svg(file);
    if (!svg) return core::fail(svg.error());
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, wanted.width, wanted.height);
    cairo_t* cairo = cairo_create(surface);
    const RsvgRectangle viewport{0, 0, static_cast<double>(wanted.width), static_cast<double>(wanted.height)};
    GError* error = nullptr;
    const bool painted = rsvg_handle_render_document(svg->get(), cairo, &viewport, &error) != FALSE;
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    Picture picture{wanted.width, wanted.height, {}};
    if (painted && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
        picture.rgba = straight_rgba(cairo_image_surface_get_data(surface), wanted.width, wanted.height,
                                     cairo_image_surface_get_stride(surface));
    }
    cairo_surface_destroy(surface);
    const std::string why = error != nullptr ? error->message : "unknown";
    g_clear_error(&error);
    if (picture.rgba.empty()) return broken(fmt::format("an SVG that cannot be painted: {}", why));
    return picture;
}

// The middle of the picture.
Picture cut(Picture picture, PictureSize box) {
    if (picture.width == box.width && picture.height == box.height) return picture;
    const auto left = static_cast<std::size_t>((picture.width - box.width) / 2);
    const auto top = static_cast<std::size_t>((picture.height - box.height) / 2);
    const auto row_bytes = static_cast<std::size_t>(box.width) * 4;
    Picture out{box.width, box.height, {}};
    out.rgba.reserve(row_bytes * static_cast<std::size_t>(box.height));
    for (std::size_t y = 0; y < static_cast<std::size_t>(box.height); ++y) {
        const auto from = picture.rgba.begin() +
                          static_cast<std::ptrdiff_t>(((top + y) * static_cast<std::size_t>(picture.width) + left) * 4);
        out.rgba.insert(out.rgba.end(), from, from + static_cast<std::ptrdiff_t>(row_bytes));
    }
    return out;
}

void round_corners(Picture& picture, int radius) {
    radius = std::min({radius, picture.width / 2, picture.height / 2});
    if (radius <= 0) return;
    const Mask mask = corner_mask(radius);
    for (int y = 0; y < radius; ++y) {
        for (int x = 0; x < radius; ++x) {
            const unsigned coverage = mask.pixels[static_cast<std::size_t>(y * mask.size() + x)];
            for (const int row : {y, picture.height - 1 - y}) {
                for (const int column : {x, picture.width - 1 - x}) {
                    std::uint8_t& alpha = picture.rgba[(static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width) +
                                                        static_cast<std::size_t>(column)) * 4 + 3];
                    alpha = static_cast<std::uint8_t>((alpha * coverage + 127) / 255);
                }
            }
        }
    }
}

}  // namespace

core::Result<PictureSize> picture_size(std::span<const std::uint8_t> file, const PictureLimits& limits) {
    const auto header = header_of(file, limits);
    if (!header) return core::fail(header.error());
    return header->upright;
}

PictureSize shown_size(PictureSize file, const PictureRequest& request) {
    return request.fit == Fit::cover ? request.box : scaled_size(file, request);
}

PictureDecoder::PictureDecoder(FontPlaces fonts, PictureLimits limits) : places_(std::move(fonts)), limits_(limits) {}

core::Result<Picture> PictureDecoder::decode(std::span<const std::uint8_t> file, const PictureRequest& request) {
    const auto header = header_of(file, limits_);
    if (!header) return core::fail(header.error());
    if (request.box.width <= 0 || request.box.height <= 0) return broken("asked for without a size");
    const PictureSize wanted = scaled_size(header->upright, request);
    if (static_cast<std::uint64_t>(wanted.width) * static_cast<std::uint64_t>(wanted.height) > limits_.shown_pixels) {
        return core::fail(core::ErrorKind::full, "picture: asked for too large");
    }

    if (header->format == Format::svg && !fonts_) {
        auto fonts = Fonts::open(places_);
        if (!fonts) return core::fail(fonts.error());
        fonts_.emplace(std::move(*fonts));
        fonts_->use_on_this_thread();
    }
    auto picture = header->format == Format::webp  ? decode_webp(file, wanted)
                   : header->format == Format::svg ? decode_svg(file, wanted)
                                                   : decode_bitmap(file, *header, wanted);
    if (!picture) return picture;
    Picture shown = cut(std::move(*picture), shown_size(header->upright, request));
    round_corners(shown, request.corner_radius);
    return shown;
}

}  // namespace kiosk::paint
