// The canvas owns what painting needs, and ImGui's context with it: fonts, atlas, text, shapes.
//
//   auto canvas = Canvas::open(places);
//   (*canvas)->begin_frame({1920, 1080}, 1.0F / 60);
//   ... ImGui windows and items; (*canvas)->fill(*ImGui::GetWindowDrawList(), card, theme.surface, 24) ...
//   rasteriser.render((*canvas)->end_frame(), (*canvas)->atlas(), target, theme.background);
//
// ImGui draws no text of its own here: it has no glyphs. Shapes are made of blocks on whole pixels, so
// rectangles, radii and strokes are rounded to them. One canvas exists at a time, as ImGui has one context.
#pragma once

#include <memory>
#include <string_view>

#include "core/base/result.hpp"
#include "kiosk/paint/atlas.hpp"
#include "kiosk/paint/fonts.hpp"
#include "kiosk/paint/geometry.hpp"
#include "kiosk/paint/shapes.hpp"
#include "kiosk/paint/text.hpp"

struct ImDrawData;
struct ImDrawList;
struct ImGuiContext;

namespace kiosk::paint {

class Canvas {
public:
    [[nodiscard]] static core::Result<std::unique_ptr<Canvas>> open(const FontPlaces& places, AtlasLimits limits = {});
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    [[nodiscard]] Atlas& atlas() { return atlas_; }
    [[nodiscard]] TextEngine& text() { return text_; }

    // ImGui::NewFrame and ImGui::Render; the input of the frame is put into ImGui's io before. Seconds
    // since the last frame must be more than 0.
    void begin_frame(Size size, float seconds);
    [[nodiscard]] const ImDrawData& end_frame();

    void fill(ImDrawList& list, Rect rect, Colour colour, float radius = 0);
    // Down the rectangle; what fades a scroll area's ends uses it with a transparent colour.
    void gradient(ImDrawList& list, Rect rect, Colour top, Colour bottom, float radius = 0);
    // Inside the rectangle.
    void border(ImDrawList& list, Rect rect, Colour colour, float stroke, float radius = 0);
    // Only what shows around an opaque card of this rectangle: its inside is left out.
    void shadow(ImDrawList& list, Rect rect, float radius, const Shadow& shadow);
    void circle(ImDrawList& list, Point centre, float radius, Colour colour);
    // Level and upright lines are sharp, others are smoothed.
    void line(ImDrawList& list, Point from, Point to, Colour colour, float stroke);
    // One pixel for one pixel, left top at the point.
    void picture(ImDrawList& list, Point origin, const PictureTexture& picture, Colour tint = white);
    // Lays out and draws; the layout tells the size.
    std::shared_ptr<const Layout> text(ImDrawList& list, Point origin, Colour colour, const TextRequest& request);
    // A Material icon by its name ("print"), in the middle of the box and as large as it.
    void icon(ImDrawList& list, std::string_view name, Rect box, Colour colour);
    // Whether the font has an icon of this name. Tests ask it for every name in use.
    [[nodiscard]] bool has_icon(std::string_view name);

private:
    explicit Canvas(Fonts fonts, AtlasLimits limits);
    [[nodiscard]] std::shared_ptr<const Layout> icon_layout(std::string_view name, float size_px);

    Fonts fonts_;
    Atlas atlas_;
    TextEngine text_;
    ImGuiContext* imgui_ = nullptr;
};

}  // namespace kiosk::paint
