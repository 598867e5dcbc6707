#include "kiosk/paint/canvas.hpp"

#include <cstdlib>
#include <set>

#include "core/base/file.hpp"
#include "sheet.hpp"
#include "tests/support/folder.hpp"

namespace kiosk::paint {
namespace {

namespace fs = std::filesystem;

TEST_CASE("canvas: ImGui's windows and shapes work without a font, in the same draw command as ours") {
    const auto canvas = open_canvas();
    canvas->begin_frame({400, 300}, 1.0F / 60);
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({400, 300});
    ImGui::Begin("screen", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::InvisibleButton("button", {80, 40});
    list.AddRectFilled({10, 10}, {60, 40}, 0xFF0000FF);
    canvas->fill(list, {70, 10, 60, 40}, Colour::rgb(0x0B5A66), 12);
    canvas->text(list, {10, 60}, Colour{}, {.text = "Text"});
    ImGui::End();
    const ImDrawData& data = canvas->end_frame();
    REQUIRE(data.CmdListsCount == 1);
    int commands = 0;
    for (const ImDrawCmd& command : data.CmdLists[0]->CmdBuffer) commands += command.ElemCount > 0 ? 1 : 0;
    CHECK(commands == 1);
}

TEST_CASE("canvas: one after the other can be opened") {
    for (int i = 0; i < 3; ++i) {
        const auto canvas = open_canvas();
        canvas->begin_frame({10, 10}, 1);
        (void)canvas->end_frame();
    }
}

TEST_CASE("canvas: a rounded card is opaque inside, empty at its corner, and smooth between") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(200, 120);
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) { canvas->fill(list, {10, 10, 180, 100}, Colour{}, 24); });
    CHECK(pixels.at(10, 10) == white);
    CHECK(pixels.at(10, 60) == Colour{});
    CHECK(pixels.at(100, 109) == Colour{});
    CHECK(pixels.at(100, 60) == Colour{});
    CHECK(pixels.at(100, 110) == white);
    bool smooth = false;
    for (int x = 10; x < 34; ++x) smooth = smooth || (pixels.at(x, 14) != white && pixels.at(x, 14) != Colour{});
    CHECK(smooth);
}

TEST_CASE("canvas: a radius larger than the box makes a pill, and a box of no size is nothing") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(100, 60);
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
        canvas->fill(list, {10, 10, 80, 41}, Colour{}, 500);
        canvas->fill(list, {50, 55, 0, 4}, Colour{}, 3);
        canvas->border(list, {50, 55, -4, 4}, Colour{}, 3);
    });
    CHECK(pixels.at(10, 10) == white);
    CHECK(pixels.at(10, 30) == Colour{});
    CHECK(pixels.at(50, 10) == Colour{});
    CHECK(pixels.at(50, 56) == white);
}

TEST_CASE("canvas: a shadow is around the card, not under it") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(300, 300);
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
        canvas->shadow(list, {60, 60, 180, 180}, 16, {20, {0, 6}, Colour{0, 0, 0, 128}});
    });
    CHECK(pixels.at(150, 250).r < 255);   // below
    CHECK(pixels.at(150, 50).r > pixels.at(150, 250).r);  // it falls downwards
    CHECK(pixels.at(150, 39) == white);   // out of its reach
    CHECK(pixels.at(150, 150) == white);  // left out: the card covers it
}

TEST_CASE("canvas: icons come by name, and a name that is none is told") {
    const auto canvas = open_canvas();
    for (const char* name : {"print", "point_of_sale", "arrow_back", "arrow_forward", "home", "language", "search", "badge",
                             "accessibility_new", "cloud_done", "looks_3", "receipt_long", "keyboard_backspace"}) {
        CAPTURE(name);
        CHECK(canvas->has_icon(name));
    }
    CHECK_FALSE(canvas->has_icon("no_such_icon"));
    CHECK_FALSE(canvas->has_icon(""));
    CHECK_FALSE(canvas->has_icon("打印"));
}

TEST_CASE("canvas: every icon that the sample content names exists") {
    const auto canvas = open_canvas();
    std::set<std::string> names;
    const fs::path content = fs::path(FOYER_SOURCE) / "content";
    const auto files = core::files_below(content);
    REQUIRE(files.has_value());
    for (const fs::path& file : *files) {
        if (file.extension() != ".yaml") continue;
        const auto text = core::read_file(content / file);
        REQUIRE(text.has_value());
        constexpr std::string_view key = "icon: ";
        for (std::size_t at = text->find(key); at != std::string::npos; at = text->find(key, at)) {
            at += key.size();
            names.insert(text->substr(at, text->find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789", at) - at));
        }
    }
    CHECK(names.size() > 5);
    for (const std::string& name : names) {
        CAPTURE(name);
        CHECK(canvas->has_icon(name));
    }
}

TEST_CASE("canvas: an icon stands in the middle of its box") {
    const auto canvas = open_canvas();
    Rasteriser rasteriser;
    Pixels pixels(100, 100);
    draw_frame(*canvas, rasteriser, pixels,
               [&](ImDrawList& list) { canvas->icon(list, "crop_square", {20, 20, 60, 60}, Colour{}); });
    Rect ink;
    for (int y = 0; y < 100; ++y) {
        for (int x = 0; x < 100; ++x) {
            if (pixels.at(x, y).r < 128) ink = ink.united({static_cast<float>(x), static_cast<float>(y), 1, 1});
        }
    }
    REQUIRE_FALSE(ink.empty());
    CHECK(std::abs(ink.centre().x - 50) <= 1);
    CHECK(std::abs(ink.centre().y - 50) <= 1);
    CHECK(ink.width >= 40);
}

TEST_CASE("fonts: a missing package is named") {
    const support::Folder folder;
    const auto fonts = Fonts::open({.cache = folder.path() / "cache", .packaged = folder.path()});
    REQUIRE_FALSE(fonts.has_value());
    CHECK(fonts.error().kind == core::ErrorKind::not_found);
    CHECK(fonts.error().message.find("fonts-inter") != std::string::npos);
    CHECK(fonts.error().message.find("Inter-Regular.otf") != std::string::npos);
}

TEST_CASE("fonts: a bundled file stands in for the packaged one") {
    const support::Folder folder;
    // The bundled directory gives Bold under the name of Regular: then text comes out wider.
    fs::create_directories(folder.path() / "fonts");
    fs::copy_file("/usr/share/fonts/opentype/inter/Inter-Black.otf", folder.path() / "fonts" / "Inter-Regular.otf");
    for (const char* name : {"Medium", "SemiBold", "Bold"}) {
        fs::copy_file("/usr/share/fonts/opentype/inter/Inter-Black.otf",
                      folder.path() / "fonts" / (std::string("Inter-") + name + ".otf"));
    }
    const auto width = [](const FontPlaces& places) {
        const auto fonts = Fonts::open(places);
        REQUIRE_MESSAGE(fonts.has_value(), fonts.error().message);
        Atlas atlas;
        TextEngine engine(*fonts, atlas);
        return engine.layout({.text = "A wide word"})->width();
    };
    CHECK(width({.bundled = folder.path() / "fonts", .cache = folder.path() / "cache"}) > width(test_fonts()));
}

TEST_CASE("fonts: a cache that cannot be written is told") {
    const support::Folder folder;
    const fs::path file = folder.write("file", "");
    const auto fonts = Fonts::open({.cache = file / "cache"});
    REQUIRE_FALSE(fonts.has_value());
    CHECK(fonts.error().message.find("cache") != std::string::npos);
    CHECK_FALSE(Fonts::open({}).has_value());
}

TEST_CASE("fonts: the environment changes nothing") {
    Style style;
    style.size_px = 48;
    const auto painted = [&] {
        const auto canvas = open_canvas();
        Rasteriser rasteriser;
        Pixels pixels(400, 80);
        draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
            canvas->text(list, {4, 4}, Colour{}, {.text = "Rag 直接骨角 12", .style = style});
        });
        return pixels.bytes;
    };
    const auto plain = painted();
    const support::Folder folder;
    const auto config = folder.write("fonts.conf", "<fontconfig><dir>/nowhere</dir></fontconfig>");
    const std::pair<const char*, std::string> variables[] = {
        {"LANG", "ja_JP.UTF-8"}, {"LC_ALL", "ja_JP.UTF-8"}, {"LANGUAGE", "ja"}, {"PANGO_LANGUAGE", "ja"},
        {"FONTCONFIG_FILE", config.string()}, {"FREETYPE_PROPERTIES", "cff:no-stem-darkening=0 autofitter:warping=1"}};
    std::vector<std::pair<const char*, std::string>> before;
    for (const auto& [name, value] : variables) {
        if (const char* old = std::getenv(name)) before.emplace_back(name, old);
        ::setenv(name, value.c_str(), 1);
    }
    CHECK(painted() == plain);
    for (const auto& [name, value] : variables) ::unsetenv(name);
    for (const auto& [name, value] : before) ::setenv(name, value.c_str(), 1);
}

}  // namespace
}  // namespace kiosk::paint
