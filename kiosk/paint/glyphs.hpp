// Images of single glyphs: made by FreeType (or cairo, if in colour) when first drawn, kept in the atlas.
//
// The same glyph stands at four phases of a quarter of a pixel, so that words keep their spacing while every
// image is drawn on whole pixels.
#pragma once

#include <cstdint>
#include <unordered_map>

#include <pango/pango.h>

#include "kiosk/paint/atlas.hpp"

namespace kiosk::paint {

struct GlyphImage {
    Place place;  // nowhere: there is nothing to see (a space)
    std::int16_t left = 0;  // from the pen to the image's corner
    std::int16_t top = 0;
    bool found_no_room = false;  // there is something to see, but all pages are full of what is on screen
};

class Glyphs {
public:
    explicit Glyphs(Atlas& atlas) : atlas_(atlas) {}
    ~Glyphs();
    Glyphs(const Glyphs&) = delete;
    Glyphs& operator=(const Glyphs&) = delete;

    // Phase: quarters of a pixel, 0 to 3.
    [[nodiscard]] GlyphImage image(PangoFont* font, PangoGlyph glyph, std::uint8_t phase);

    [[nodiscard]] std::size_t size() const { return images_.size(); }

private:
    struct Key {
        PangoFont* font = nullptr;
        PangoGlyph glyph = 0;
        std::uint8_t phase = 0;

        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    void forget_lost();

    Atlas& atlas_;
    std::unordered_map<Key, GlyphImage, Hash> images_;
    std::unordered_map<PangoFont*, bool> fonts_;  // each held, since a freed one's address comes again; in colour?
};

}  // namespace kiosk::paint
