#include "kiosk/paint/glyphs.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <cairo-ft.h>
#include <ft2build.h>
#include <pango/pangocairo.h>

#include "kiosk/paint/pixels.hpp"

#include FT_FREETYPE_H
#include FT_OUTLINE_H

namespace kiosk::paint {
namespace {

// What is remembered of glyphs that lost their page is dropped when there are this many.
constexpr std::size_t most_images = 20'000;

struct Bitmap {
    PixelKind kind = PixelKind::coverage;
    int width = 0;
    int height = 0;
    int left = 0;
    int top = 0;
    std::vector<std::uint8_t> pixels;
};

// A hollow box of about a letter's size stands for a character that no font has.
Bitmap missing_glyph(cairo_scaled_font_t* font) {
    cairo_matrix_t matrix;
    cairo_scaled_font_get_font_matrix(font, &matrix);
    Bitmap bitmap;
    bitmap.width = std::max(3, static_cast<int>(std::lround(matrix.yy * 0.45)));
    bitmap.height = std::max(3, static_cast<int>(std::lround(matrix.yy * 0.7)));
    bitmap.left = 1;
    bitmap.top = -bitmap.height;
    bitmap.pixels.resize(static_cast<std::size_t>(bitmap.width * bitmap.height));
    for (int y = 0; y < bitmap.height; ++y) {
        for (int x = 0; x < bitmap.width; ++x) {
            const bool edge = x == 0 || y == 0 || x == bitmap.width - 1 || y == bitmap.height - 1;
            bitmap.pixels[static_cast<std::size_t>(y * bitmap.width + x)] = edge ? 255 : 0;
        }
    }
    return bitmap;
}

Bitmap outline_glyph(FT_Face face, PangoGlyph glyph, int phase) {
    Bitmap bitmap;
    if (FT_Load_Glyph(face, glyph, FT_LOAD_NO_BITMAP | FT_LOAD_TARGET_LIGHT) != 0) return bitmap;
    FT_GlyphSlot slot = face->glyph;
    if (slot->format != FT_GLYPH_FORMAT_OUTLINE) return bitmap;
    FT_Outline_Translate(&slot->outline, phase * 16, 0);  // in 64ths of a pixel
    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) return bitmap;

    bitmap.width = static_cast<int>(slot->bitmap.width);
    bitmap.height = static_cast<int>(slot->bitmap.rows);
    bitmap.left = slot->bitmap_left;
    bitmap.top = -slot->bitmap_top;
    bitmap.pixels.resize(static_cast<std::size_t>(bitmap.width) * static_cast<std::size_t>(bitmap.height));
    for (int y = 0; y < bitmap.height; ++y) {
        std::memcpy(bitmap.pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(bitmap.width),
                    slot->bitmap.buffer + static_cast<std::ptrdiff_t>(y) * slot->bitmap.pitch,
                    static_cast<std::size_t>(bitmap.width));
    }
    return bitmap;
}

// Cairo scales the font's pictures well. It gives premultiplied B G R A; the atlas keeps straight R G B A.
Bitmap colour_glyph(cairo_scaled_font_t* font, PangoGlyph glyph) {
    Bitmap bitmap;
    bitmap.kind = PixelKind::colour;
    cairo_glyph_t at{glyph, 0, 0};
    cairo_text_extents_t extents;
    cairo_scaled_font_glyph_extents(font, &at, 1, &extents);
    bitmap.left = static_cast<int>(std::floor(extents.x_bearing));
    bitmap.top = static_cast<int>(std::floor(extents.y_bearing));
    bitmap.width = static_cast<int>(std::ceil(extents.x_bearing + extents.width)) - bitmap.left;
    bitmap.height = static_cast<int>(std::ceil(extents.y_bearing + extents.height)) - bitmap.top;
    if (bitmap.width <= 0 || bitmap.height <= 0) return {};

    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, bitmap.width, bitmap.height);
    cairo_t* cairo = cairo_create(surface);
    cairo_set_scaled_font(cairo, font);
    at.x = -bitmap.left;
    at.y = -bitmap.top;
    cairo_show_glyphs(cairo, &at, 1);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);

    bitmap.pixels = straight_rgba(cairo_image_surface_get_data(surface), bitmap.width, bitmap.height,
                                  cairo_image_surface_get_stride(surface));
    cairo_surface_destroy(surface);
    return bitmap;
}

}  // namespace

Glyphs::~Glyphs() {
    for (const auto& [font, in_colour] : fonts_) g_object_unref(font);
}

GlyphImage Glyphs::image(PangoFont* font, PangoGlyph glyph, std::uint8_t phase) {
    auto known_font = fonts_.find(font);
    cairo_scaled_font_t* scaled = nullptr;
    if (known_font == fonts_.end()) {
        scaled = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
        FT_Face face = cairo_ft_scaled_font_lock_face(scaled);
        const bool in_colour = face != nullptr && FT_HAS_COLOR(face);
        if (face != nullptr) cairo_ft_scaled_font_unlock_face(scaled);
        known_font = fonts_.emplace(static_cast<PangoFont*>(g_object_ref(font)), in_colour).first;
    }
    const bool missing = (glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0;
    if (missing) glyph = PANGO_GLYPH_UNKNOWN_FLAG;
    if (missing || known_font->second) phase = 0;

    const Key key{font, glyph, phase};
    const auto found = images_.find(key);
    if (found != images_.end() && (found->second.place.texture == 0 || atlas_.is_valid(found->second.place))) {
        return found->second;
    }
    if (images_.size() >= most_images) forget_lost();

    if (scaled == nullptr) scaled = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
    Bitmap bitmap;
    if (missing) {
        bitmap = missing_glyph(scaled);
    } else if (known_font->second) {
        bitmap = colour_glyph(scaled, glyph);
    } else if (FT_Face face = cairo_ft_scaled_font_lock_face(scaled)) {
        bitmap = outline_glyph(face, glyph, phase);
        cairo_ft_scaled_font_unlock_face(scaled);
    }
    GlyphImage image{atlas_.add(bitmap.kind, bitmap.width, bitmap.height, bitmap.pixels),
                     static_cast<std::int16_t>(bitmap.left), static_cast<std::int16_t>(bitmap.top)};
    image.found_no_room = image.place.texture == 0 && !bitmap.pixels.empty();
    if (!image.found_no_room) images_[key] = image;
    return image;
}

std::size_t Glyphs::Hash::operator()(const Key& key) const {
    const auto mixed = (reinterpret_cast<std::uintptr_t>(key.font) ^ static_cast<std::uintptr_t>(key.glyph) << 2 ^ key.phase) *
                       0x9E3779B97F4A7C15ULL;
    return mixed ^ mixed >> 32;
}

void Glyphs::forget_lost() {
    std::erase_if(images_, [this](const auto& entry) { return !atlas_.is_valid(entry.second.place); });
}

}  // namespace kiosk::paint
