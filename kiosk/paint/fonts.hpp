// The fonts of the kiosk: a fixed list of files, so that the same text gives the same pixels everywhere.
//
// Nothing of the machine's own font set-up is read: no system or user fontconfig file, no other
// installed font. Each file is taken from the bundled directory if it is there, else from where its
// Debian package puts it. Fallback order and the variants of Han characters follow the language of the text.
//
// A Fonts belongs to the thread that opened it. A thread that shapes text needs one of its own. Libraries that ask
// fontconfig for its default set-up get ours from the first open() on.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.hpp"

typedef struct _PangoFontMap PangoFontMap;

namespace kiosk::paint {

struct FontPlaces {
    // Files here stand in for the packaged ones of the same name. Empty: there are none.
    std::filesystem::path bundled = {};
    // A directory we may write to; what a scan of the fonts found is kept there (some 100 kB). The
    // first start pays 0.03 to 0.1 s for the scan, each later one 2 ms.
    std::filesystem::path cache = {};
    // Where Debian's packages put fonts.
    std::filesystem::path packaged = "/usr/share/fonts";
};

// Names of families for what is drawn by other libraries (an SVG's text, for example).
inline constexpr const char* text_family = "Foyer Text";
inline constexpr const char* mono_family = "Foyer Mono";
inline constexpr const char* icon_family = "Foyer Icons";

class Fonts {
public:
    // Names the missing package if a file of the list is not there. Removes the environment variables that
    // change how text looks (FREETYPE_PROPERTIES and others), so call it before other threads start.
    [[nodiscard]] static core::Result<Fonts> open(const FontPlaces& places);

    [[nodiscard]] PangoFontMap* map() const { return map_.get(); }

    // Libraries that ask Pango for its default fonts get ours, on this thread only.
    void use_on_this_thread() const;

private:
    struct Release {
        void operator()(PangoFontMap* map) const;
    };
    std::unique_ptr<PangoFontMap, Release> map_;
};

}  // namespace kiosk::paint
