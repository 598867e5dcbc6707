#include "kiosk/paint/canvas.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "kiosk/paint/imgui_bridge.hpp"

namespace kiosk::paint {
namespace {

// ImGui insists on a font. This one has no glyphs and no texture of its own: its white pixel is that of our
// page 0, so that ImGui's shapes join the same draw command as everything else.
void set_up_fonts(ImFontAtlas& fonts, const Texture& page) {
    fonts.Flags |= ImFontAtlasFlags_NoBakedLines | ImFontAtlasFlags_NoMouseCursors;
    ImFont* font = IM_NEW(ImFont)();
    font->ContainerAtlas = &fonts;
    font->FontSize = 16;
    font->FallbackAdvanceX = 8;
    fonts.Fonts.push_back(font);
    fonts.TexWidth = page.width;
    fonts.TexHeight = page.height;
    fonts.TexUvWhitePixel = ImVec2(Atlas::white_x() / static_cast<float>(page.width),
                                   Atlas::white_y() / static_cast<float>(page.height));
    fonts.TexReady = true;
    fonts.SetTexID(texture_id(1));
}

}  // namespace

core::Result<std::unique_ptr<Canvas>> Canvas::open(const FontPlaces& places, AtlasLimits limits) {
    auto fonts = Fonts::open(places);
    if (!fonts) return core::fail(fonts.error());
    return std::unique_ptr<Canvas>(new Canvas(std::move(*fonts), limits));
}

Canvas::Canvas(Fonts fonts, AtlasLimits limits)
    : fonts_(std::move(fonts)), atlas_(limits), text_(fonts_, atlas_) {
    assert(ImGui::GetCurrentContext() == nullptr && "one canvas at a time");
    imgui_ = ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    set_up_fonts(*io.Fonts, *atlas_.texture(1));

    ImGuiStyle& style = ImGui::GetStyle();
    style.AntiAliasedLinesUseTex = false;
    style.CircleTessellationMaxError = 0.2F;
}

Canvas::~Canvas() { ImGui::DestroyContext(imgui_); }

void Canvas::begin_frame(Size size, float seconds) {
    atlas_.begin_frame();
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = ImVec2(size.width, size.height);
    io.DeltaTime = seconds;
    ImGui::NewFrame();
}

const ImDrawData& Canvas::end_frame() {
    ImGui::Render();
    return *ImGui::GetDrawData();
}

void Canvas::fill(ImDrawList& list, Rect rect, Colour colour, float radius) {
    paint::fill(list, atlas_, rect, colour, radius);
}

void Canvas::gradient(ImDrawList& list, Rect rect, Colour top, Colour bottom, float radius) {
    paint::gradient(list, atlas_, rect, top, bottom, radius);
}

void Canvas::border(ImDrawList& list, Rect rect, Colour colour, float stroke, float radius) {
    paint::border(list, atlas_, rect, colour, stroke, radius);
}

void Canvas::shadow(ImDrawList& list, Rect rect, float radius, const Shadow& shadow) {
    paint::shadow(list, atlas_, rect, radius, shadow);
}

void Canvas::circle(ImDrawList& list, Point centre, float radius, Colour colour) {
    paint::fill(list, atlas_, {centre.x - radius, centre.y - radius, 2 * radius, 2 * radius}, colour, radius);
}

void Canvas::line(ImDrawList& list, Point from, Point to, Colour colour, float stroke) {
    paint::line(list, atlas_, from, to, colour, stroke);
}

void Canvas::picture(ImDrawList& list, Point origin, const PictureTexture& picture, Colour tint) {
    paint::picture(list, atlas_, origin, picture, tint);
}

std::shared_ptr<const Layout> Canvas::text(ImDrawList& list, Point origin, Colour colour, const TextRequest& request) {
    auto layout = text_.layout(request);
    text_.draw(list, origin, colour, *layout);
    return layout;
}

void Canvas::icon(ImDrawList& list, std::string_view name, Rect box, Colour colour) {
    const float size_px = std::round(std::min(box.width, box.height));
    if (size_px <= 0) return;
    const auto layout = icon_layout(name, size_px);
    const Point middle = box.centre();
    text_.draw(list, {middle.x - layout->width() / 2, middle.y - layout->height() / 2}, colour, *layout);
}

bool Canvas::has_icon(std::string_view name) {
    const auto layout = icon_layout(name, 24);
    return layout->glyph_count() == 1 && layout->unknown_glyphs() == 0;
}

std::shared_ptr<const Layout> Canvas::icon_layout(std::string_view name, float size_px) {
    Style style;
    style.family = Family::icon;
    style.size_px = size_px;
    style.line_height = 1;
    style.direction = Direction::left_to_right;
    return text_.layout({.text = name, .style = style});
}

}  // namespace kiosk::paint
