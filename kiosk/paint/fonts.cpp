#include "kiosk/paint/fonts.hpp"

#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kiosk::paint {
namespace {

namespace fs = std::filesystem;

struct FontFiles {
    const char* package;
    const char* folder;
    std::vector<const char*> names;
};

const std::vector<FontFiles>& font_files() {
    static const std::vector<FontFiles> files = {
        {"fonts-inter",
         "opentype/inter",
         {"Inter-Regular.otf", "Inter-Italic.otf", "Inter-Medium.otf", "Inter-MediumItalic.otf",
          "Inter-SemiBold.otf", "Inter-SemiBoldItalic.otf", "Inter-Bold.otf", "Inter-BoldItalic.otf"}},
        {"fonts-noto-core",
         "truetype/noto",
         {"NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf", "NotoSans-BoldItalic.ttf",
          "NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf",
          "NotoSansArmenian-Regular.ttf", "NotoSansArmenian-Bold.ttf",
          "NotoSansBengali-Regular.ttf", "NotoSansBengali-Bold.ttf",
          "NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf",
          "NotoSansEthiopic-Regular.ttf", "NotoSansEthiopic-Bold.ttf",
          "NotoSansGeorgian-Regular.ttf", "NotoSansGeorgian-Bold.ttf",
          "NotoSansGujarati-Regular.ttf", "NotoSansGujarati-Bold.ttf",
          "NotoSansGurmukhi-Regular.ttf", "NotoSansGurmukhi-Bold.ttf",
          "NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf",
          "NotoSansKannada-Regular.ttf", "NotoSansKannada-Bold.ttf",
          "NotoSansKhmer-Regular.ttf", "NotoSansKhmer-Bold.ttf",
          "NotoSansLao-Regular.ttf", "NotoSansLao-Bold.ttf",
          "NotoSansMalayalam-Regular.ttf", "NotoSansMalayalam-Bold.ttf",
          "NotoSansMyanmar-Regular.ttf", "NotoSansMyanmar-Bold.ttf",
          "NotoSansOriya-Regular.ttf", "NotoSansOriya-Bold.ttf",
          "NotoSansSinhala-Regular.ttf", "NotoSansSinhala-Bold.ttf",
          "NotoSansTamil-Regular.ttf", "NotoSansTamil-Bold.ttf",
          "NotoSansTelugu-Regular.ttf", "NotoSansTelugu-Bold.ttf",
          "NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf",
          "NotoSansMath-Regular.ttf", "NotoSansSymbols-Regular.ttf", "NotoSansSymbols2-Regular.ttf"}},
        {"fonts-noto-cjk", "opentype/noto", {"NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"}},
        {"fonts-noto-color-emoji", "truetype/noto", {"NotoColorEmoji.ttf"}},
        {"fonts-dejavu-core",
         "truetype/dejavu",
         {"DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"}},
        {"fonts-material-design-icons-iconfont",
         "truetype/material-design-icons-iconfont",
         {"MaterialIcons-Regular.ttf"}},
    };
    return files;
}

// The order in which a character that Inter lacks is looked for. Han characters come after the scripts, in
// the variant of the text's language (see rules()).
constexpr const char* script_families[] = {
    "Inter", "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai",
    "Noto Sans Bengali", "Noto Sans Gurmukhi", "Noto Sans Gujarati", "Noto Sans Tamil", "Noto Sans Telugu",
    "Noto Sans Kannada", "Noto Sans Malayalam", "Noto Sans Oriya", "Noto Sans Sinhala", "Noto Sans Lao",
    "Noto Sans Khmer", "Noto Sans Myanmar", "Noto Sans Georgian", "Noto Sans Armenian", "Noto Sans Ethiopic"};

constexpr const char* last_families[] = {"Noto Sans CJK SC", "Noto Sans Symbols2", "Noto Sans Symbols",
                                         "Noto Sans Math", "Noto Color Emoji"};

constexpr struct {
    const char* language;
    const char* family;
} han_variants[] = {
    {"ja", "Noto Sans CJK JP"},    {"ko", "Noto Sans CJK KR"},    {"zh-tw", "Noto Sans CJK TC"},
    {"zh-mo", "Noto Sans CJK HK"}, {"zh-hk", "Noto Sans CJK HK"},
};

// From fontconfig's 10-scale-bitmap-fonts.conf: without it colour emoji come at their own 136 pixels.
constexpr const char* scale_bitmaps = R"(
<match target="font">
  <test name="outline" compare="eq"><bool>false</bool></test>
  <edit name="pixelsizefixupfactor" mode="assign">
    <divide><name target="pattern">pixelsize</name><name target="font">pixelsize</name></divide>
  </edit>
</match>
<match target="font">
  <test name="outline" compare="eq"><bool>false</bool></test>
  <test name="pixelsizefixupfactor" compare="not_eq"><double>1.0</double></test>
  <edit name="matrix" mode="assign">
    <times>
      <name>matrix</name>
      <matrix><name>pixelsizefixupfactor</name><double>0</double>
              <double>0</double><name>pixelsizefixupfactor</name></matrix>
    </times>
  </edit>
  <edit name="size" mode="assign"><divide><name>size</name><name>pixelsizefixupfactor</name></divide></edit>
</match>
)";

std::string xml_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string string_of(std::string_view value) { return fmt::format("<string>{}</string>", xml_escaped(value)); }

std::string put_first(std::string_view when_family, std::string_view family) {
    return fmt::format(
        R"(<match target="pattern"><test name="family">{}</test>)"
        R"(<edit name="family" mode="prepend" binding="strong">{}</edit></match>)",
        string_of(when_family), string_of(family));
}

std::string append(std::string_view test, std::string_view families) {
    return fmt::format(
        R"(<match target="pattern">{}<edit name="family" mode="append_last" binding="strong">{}</edit></match>)", test,
        families);
}

std::string rules(const fs::path& fonts, const fs::path& cache) {
    std::string xml = fmt::format(
        R"(<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>)"
        "<dir>{}</dir><cachedir>{}</cachedir>",
        xml_escaped(fonts.string()), xml_escaped(cache.string()));

    xml += put_first(icon_family, "Material Icons");
    xml += put_first(mono_family, "DejaVu Sans Mono");
    xml += put_first("monospace", "DejaVu Sans Mono");
    xml += put_first("emoji", "Noto Color Emoji");  // the name that Pango asks for when it meets an emoji

    std::string families;
    for (const char* family : script_families) families += string_of(family);
    xml += append("", families);
    for (const auto& variant : han_variants) {
        // The first language only: fontconfig adds that of the environment behind it.
        xml += append(fmt::format(R"(<test name="lang" qual="first" compare="eq">{}</test>)", string_of(variant.language)),
                      string_of(variant.family));
    }
    families.clear();
    for (const char* family : last_families) families += string_of(family);
    xml += append("", families);

    return xml + scale_bitmaps + "</fontconfig>";
}

std::uint64_t fold(std::uint64_t hash, std::string_view bytes) {
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return hash;
}

// A folder of links to exactly our files. Fontconfig keeps what it found by folder, so scanning the whole
// of the packages' folders (500 faces) is avoided; the folder's name changes when a font file does.
core::Result<fs::path> link_folder(const FontPlaces& places) {
    std::vector<fs::path> paths;
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const FontFiles& files : font_files()) {
        for (const char* name : files.names) {
            std::error_code error;
            fs::path path = places.bundled / name;
            if (places.bundled.empty() || !fs::exists(path, error)) path = places.packaged / files.folder / name;
            path = fs::absolute(path);
            const auto size = fs::file_size(path, error);
            if (error) {
                return core::fail(core::ErrorKind::not_found,
                                  fmt::format("the font {} is missing: install the package {}", name, files.package));
            }
            const auto changed = fs::last_write_time(path, error).time_since_epoch().count();
            hash = fold(hash, fmt::format("{}|{}|{}\n", path.string(), size, changed));
            paths.push_back(std::move(path));
        }
    }

    const fs::path folder = places.cache / fmt::format("fonts-{:016x}", hash);
    std::error_code error;
    if (fs::exists(folder, error)) return folder;

    // Filled under another name first: two programs may start at the same time.
    std::string pattern = (places.cache / "fonts-XXXXXX").string();
    fs::create_directories(places.cache, error);
    if (error || ::mkdtemp(pattern.data()) == nullptr) {
        return core::fail(core::ErrorKind::denied,
                          fmt::format("cannot write to the font cache {}", places.cache.string()));
    }
    for (const fs::path& path : paths) {
        fs::create_symlink(path, fs::path(pattern) / path.filename(), error);
        if (error) return core::fail(core::ErrorKind::full, fmt::format("font cache: {}", error.message()));
    }
    fs::rename(pattern, folder, error);
    if (error) {
        fs::remove_all(pattern, error);
        if (!fs::exists(folder, error)) {
            return core::fail(core::ErrorKind::denied, fmt::format("cannot make {}", folder.string()));
        }
    }
    return folder;
}

}  // namespace

core::Result<Fonts> Fonts::open(const FontPlaces& places) {
    if (places.cache.empty()) return core::fail(core::ErrorKind::invalid, "fonts: no cache directory is given");

    // The first changes the shapes of glyphs, the others the language that Pango guesses.
    for (const char* name : {"FREETYPE_PROPERTIES", "PANGO_LANGUAGE", "LANGUAGE"}) ::unsetenv(name);

    const fs::path cache = fs::absolute(places.cache);
    const auto folder = link_folder({places.bundled, cache, places.packaged});
    if (!folder) return core::fail(folder.error());

    FcConfig* config = FcConfigCreate();
    const std::string xml = rules(*folder, cache);
    if (FcConfigParseAndLoadFromMemory(config, reinterpret_cast<const FcChar8*>(xml.c_str()), FcTrue) == FcFalse ||
        FcConfigBuildFonts(config) == FcFalse) {
        FcConfigDestroy(config);
        return core::fail(core::ErrorKind::corrupt, "fontconfig does not take the kiosk's font rules");
    }

    // Pango starts a thread that reads the system's set-up, unless there is one already.
    FcConfigSetCurrent(config);

    Fonts fonts;
    fonts.map_.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts.map_.get()), config);
    FcConfigDestroy(config);
    return fonts;
}

void Fonts::use_on_this_thread() const { pango_cairo_font_map_set_default(PANGO_CAIRO_FONT_MAP(map_.get())); }

void Fonts::Release::operator()(PangoFontMap* map) const { g_object_unref(map); }

}  // namespace kiosk::paint
