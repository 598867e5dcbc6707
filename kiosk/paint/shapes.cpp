#include "kiosk/paint/shapes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "kiosk/paint/imgui_bridge.hpp"

namespace kiosk::paint {
namespace {

// A larger mask would fill a page by itself; such a shape comes from ImGui's triangles.
constexpr int largest_radius = 200;

// The lines at which a nine-slice is cut in one direction, and what of the mask stands there.
struct Cuts {
    std::array<int, 6> at{};
    int count = 0;

    Cuts(int begin, int end, int corner, int hole_begin, int hole_end) {
        std::array<int, 6> all = {begin, begin + corner, end - corner, end, hole_begin, hole_end};
        std::sort(all.begin(), all.end());
        for (const int cut : all) {
            if (cut < begin || cut > end || (count > 0 && at[static_cast<std::size_t>(count - 1)] == cut)) continue;
            at[static_cast<std::size_t>(count++)] = cut;
        }
    }
};

// The mask's texels for the stretch [from, to) of a side [begin, end): one for one in the corners, the middle one
// (begin and end the same) between them.
std::pair<float, float> texels(int from, int to, int begin, int end, int corner, int mask_corner) {
    if (to <= begin + corner) return {static_cast<float>(from - begin), static_cast<float>(to - begin)};
    if (from >= end - corner) {
        const int shift = 2 * mask_corner + 1 - end;
        return {static_cast<float>(from + shift), static_cast<float>(to + shift)};
    }
    const float middle = static_cast<float>(mask_corner) + 0.5F;
    return {middle, middle};
}

void quad(ImDrawList& list, const Texture& page, Rect rect, Point texel_from, Point texel_to, Colour top,
          Colour bottom) {
    const ImVec2 scale(1.0F / static_cast<float>(page.width), 1.0F / static_cast<float>(page.height));
    const ImVec2 a(rect.x, rect.y);
    const ImVec2 c(rect.right(), rect.bottom());
    const ImVec2 uv_a(texel_from.x * scale.x, texel_from.y * scale.y);
    const ImVec2 uv_c(texel_to.x * scale.x, texel_to.y * scale.y);
    list.PrimReserve(6, 4);
    list.PrimRectUV(a, c, uv_a, uv_c, top.packed());
    if (top != bottom) {
        ImDrawVert* vertices = list._VtxWritePtr - 4;
        vertices[2].col = vertices[3].col = bottom.packed();
    }
}

struct Box {
    int x0, y0, x1, y1;

    explicit Box(Rect rect)
        : x0(static_cast<int>(rect.x)), y0(static_cast<int>(rect.y)), x1(static_cast<int>(rect.right())),
          y1(static_cast<int>(rect.bottom())) {}
    Box(int left, int top, int right, int bottom) : x0(left), y0(top), x1(right), y1(bottom) {}
};

// Draws the box from the mask; the hole is left out, where it covers whole pieces between two cuts. A box
// smaller than two corners gets the outer parts of them.
void nine_slice(ImDrawList& list, const Atlas& atlas, const Place& mask, Box box, Box hole, Colour top, Colour bottom) {
    const Texture* page = atlas.texture(mask.texture);
    if (page == nullptr) return;
    const int mask_corner = (mask.width - 1) / 2;
    const int corner_x = std::min(mask_corner, (box.x1 - box.x0) / 2);
    const int corner_y = std::min(mask_corner, (box.y1 - box.y0) / 2);
    const Cuts columns(box.x0, box.x1, corner_x, hole.x0, hole.x1);
    const Cuts rows(box.y0, box.y1, corner_y, hole.y0, hole.y1);
    const float height = static_cast<float>(box.y1 - box.y0);

    const BoundTexture bound(list, mask.texture);
    for (int j = 0; j + 1 < rows.count; ++j) {
        const int y0 = rows.at[static_cast<std::size_t>(j)];
        const int y1 = rows.at[static_cast<std::size_t>(j + 1)];
        const auto [v0, v1] = texels(y0, y1, box.y0, box.y1, corner_y, mask_corner);
        const Colour upper = top == bottom ? top : top.mixed(bottom, static_cast<float>(y0 - box.y0) / height);
        const Colour lower = top == bottom ? top : top.mixed(bottom, static_cast<float>(y1 - box.y0) / height);
        for (int i = 0; i + 1 < columns.count; ++i) {
            const int x0 = columns.at[static_cast<std::size_t>(i)];
            const int x1 = columns.at[static_cast<std::size_t>(i + 1)];
            if (x0 >= hole.x0 && x1 <= hole.x1 && y0 >= hole.y0 && y1 <= hole.y1) continue;
            const auto [u0, u1] = texels(x0, x1, box.x0, box.x1, corner_x, mask_corner);
            const auto px = static_cast<float>(mask.x);
            const auto py = static_cast<float>(mask.y);
            quad(list, *page,
                 Rect::between(static_cast<float>(x0), static_cast<float>(y0), static_cast<float>(x1),
                               static_cast<float>(y1)),
                 {px + u0, py + v0}, {px + u1, py + v1}, upper, lower);
        }
    }
}

int whole_radius(float radius, Rect rect) {
    const float most = std::min(rect.width, rect.height) / 2;
    return static_cast<int>(std::min(std::round(radius), std::floor(most)));
}

std::uint16_t px(int value) { return static_cast<std::uint16_t>(value); }

}  // namespace

void fill(ImDrawList& list, Atlas& atlas, Rect rect, Colour colour, float radius) {
    gradient(list, atlas, rect, colour, colour, radius);
}

void gradient(ImDrawList& list, Atlas& atlas, Rect rect, Colour top, Colour bottom, float radius) {
    rect = rect.snapped();
    if (rect.empty() || (top.a == 0 && bottom.a == 0)) return;
    const int whole = whole_radius(radius, rect);
    if (whole > 0 && whole <= largest_radius) {
        const Place mask = atlas.mask({MaskKey::Shape::corner, px(whole), 0});
        if (mask.texture != 0) {
            const Box nothing(0, 0, 0, 0);
            nine_slice(list, atlas, mask, Box(rect), nothing, top, bottom);
            return;
        }
    }
    const BoundTexture bound(list, 1);
    if (whole > 0 && top == bottom) {
        list.AddRectFilled(vec(rect.origin()), {rect.right(), rect.bottom()}, top.packed(), static_cast<float>(whole));
        return;
    }
    const Point texel{Atlas::white_x(), Atlas::white_y()};
    quad(list, *atlas.texture(1), rect, texel, texel, top, bottom);
}

void border(ImDrawList& list, Atlas& atlas, Rect rect, Colour colour, float stroke, float radius) {
    rect = rect.snapped();
    if (rect.empty() || colour.a == 0 || stroke <= 0) return;
    const int wide = std::max(1, static_cast<int>(std::round(stroke)));
    const int whole = whole_radius(radius, rect);
    const Rect inside = rect.inset(static_cast<float>(std::max(wide, whole)));
    if (whole <= largest_radius && wide <= largest_radius) {
        const Place mask = atlas.mask({MaskKey::Shape::ring, px(whole), px(wide)});
        if (mask.texture != 0) {
            nine_slice(list, atlas, mask, Box(rect), inside.empty() ? Box(0, 0, 0, 0) : Box(inside), colour, colour);
            return;
        }
    }
    const BoundTexture bound(list, 1);
    const Rect middle = rect.inset(static_cast<float>(wide) / 2);
    list.AddRect(vec(middle.origin()), {middle.right(), middle.bottom()}, colour.packed(), static_cast<float>(whole), 0,
                 static_cast<float>(wide));
}

void shadow(ImDrawList& list, Atlas& atlas, Rect rect, float radius, const Shadow& shadow) {
    rect = rect.snapped();
    if (rect.empty() || shadow.colour.a == 0) return;
    const int whole = std::min(whole_radius(radius, rect), largest_radius);
    const int blur = std::max(0, static_cast<int>(std::round(shadow.blur)));
    const Place mask = atlas.mask({MaskKey::Shape::shadow, px(whole), px(blur)});
    if (mask.texture == 0) return;

    const auto reach = static_cast<float>(blur);
    const Rect outer = rect.moved(std::round(shadow.offset.x), std::round(shadow.offset.y)).inset(-reach);
    const Rect covered = rect.inset(static_cast<float>(whole));  // by the card, corners aside
    nine_slice(list, atlas, mask, Box(outer), Box(covered), shadow.colour, shadow.colour);
}

void line(ImDrawList& list, Atlas& atlas, Point from, Point to, Colour colour, float stroke) {
    const float wide = std::max(1.0F, std::round(stroke));
    if (from.y == to.y) {
        fill(list, atlas, {std::min(from.x, to.x), from.y - wide / 2, std::abs(to.x - from.x), wide}, colour);
    } else if (from.x == to.x) {
        fill(list, atlas, {from.x - wide / 2, std::min(from.y, to.y), wide, std::abs(to.y - from.y)}, colour);
    } else {
        const BoundTexture bound(list, 1);
        list.AddLine(vec(from), vec(to), colour.packed(), stroke);
    }
}

void picture(ImDrawList& list, Atlas& atlas, Point origin, const PictureTexture& picture, Colour tint) {
    const Texture* page = atlas.texture(picture.number());
    if (page == nullptr || tint.a == 0) return;
    const BoundTexture bound(list, picture.number());
    const Size size{static_cast<float>(page->width), static_cast<float>(page->height)};
    quad(list, *page, Rect::at({std::round(origin.x), std::round(origin.y)}, size), {0, 0}, {size.width, size.height},
         tint, tint);
}

}  // namespace kiosk::paint
