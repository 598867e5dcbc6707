#include "kiosk/paint/rasteriser.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <optional>
#include <type_traits>

#include "kiosk/paint/atlas.hpp"
#include "kiosk/paint/imgui_bridge.hpp"
#include "kiosk/paint/spans.hpp"

namespace kiosk::paint {
namespace {

constexpr int tile_px = 64;

// Corners stand on sixteenths of a pixel, so that whether a pixel is inside is decided in whole numbers. A pixel
// belongs to a shape if its middle does; left and top edges are in, right and bottom edges out.
constexpr int subpixels = 16;
constexpr float largest_coordinate = 30'000;

int subpixel(float value) {
    // In this order, what is not a number becomes the largest: off the screen.
    const float bounded = std::max(-largest_coordinate, std::min(largest_coordinate, value));
    return static_cast<int>(std::floor(bounded * subpixels + 0.5F));
}

std::int64_t divided_up(std::int64_t value, std::int64_t by) {
    const std::int64_t quotient = value / by;
    return quotient + (value % by > 0 ? 1 : 0);
}

// The first pixel whose middle is at or right of (below) a place in sixteenths.
int first_pixel(int place) { return static_cast<int>(divided_up(place - subpixels / 2, subpixels)); }

Colour unpacked(ImU32 packed) {
    return {static_cast<std::uint8_t>(packed), static_cast<std::uint8_t>(packed >> 8),
            static_cast<std::uint8_t>(packed >> 16), static_cast<std::uint8_t>(packed >> 24)};
}

struct PixelBox {
    std::int32_t x0, y0, x1, y1;

    [[nodiscard]] bool empty() const { return x0 >= x1 || y0 >= y1; }
    [[nodiscard]] PixelBox intersect(const PixelBox& other) const {
        return {std::max(x0, other.x0), std::max(y0, other.y0), std::min(x1, other.x1), std::min(y1, other.y1)};
    }
    [[nodiscard]] bool contains(const PixelBox& other) const {
        return x0 <= other.x0 && y0 <= other.y0 && x1 >= other.x1 && y1 >= other.y1;
    }
};

// How texels follow pixels in one direction.
enum class Texels : std::uint32_t {
    one_for_one,  // texel = pixel + shift
    same,         // texel = shift
};

enum class Kind : std::uint32_t { solid, coverage, picture, triangle };

// What is painted. Holds nothing that does not decide pixels, and no padding, since its bytes are its number.
struct Primitive {
    Kind kind;
    PixelBox box;                 // clipped
    std::uint32_t top, bottom;    // colours at y0 and y1
    std::int32_t y0, y1;          // in sixteenths; where the colours are reached
    Texels across, down;
    std::int32_t shift_x, shift_y;
    std::uint32_t texture;
    std::uint32_t generation;
    std::uint32_t triangle;       // its number in the list of triangles
};
static_assert(std::has_unique_object_representations_v<Primitive>);

struct Corner {
    std::int32_t x, y;  // in sixteenths
    float u, v;
    std::uint32_t colour;
};
using Triangle = std::array<Corner, 3>;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
    return hash ^ hash >> 29;
}

std::uint64_t folded(std::uint64_t hash, const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (; size >= 8; size -= 8, bytes += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes, 8);
        hash = mixed(hash, word);
    }
    if (size > 0) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes, size);
        hash = mixed(hash, word);
    }
    return hash;
}

// A value over the triangle: exact at its corners, for any place in sixteenths.
struct Plane {
    double at_origin = 0;
    double per_x = 0;
    double per_y = 0;

    Plane(const Triangle& t, double a, double b, double c, double twice_area) {
        if (a == b && b == c) {
            at_origin = a;
            return;
        }
        per_x = ((b - a) * (t[2].y - t[0].y) - (c - a) * (t[1].y - t[0].y)) / twice_area;
        per_y = ((c - a) * (t[1].x - t[0].x) - (b - a) * (t[2].x - t[0].x)) / twice_area;
        at_origin = a - per_x * t[0].x - per_y * t[0].y;
    }
    [[nodiscard]] double at(int x, int y) const { return at_origin + per_x * x + per_y * y; }
    [[nodiscard]] bool constant() const { return per_x == 0 && per_y == 0; }
};

std::uint8_t channel(double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5); }

// The four texels around a place, weighed by nearness in 256ths; the edge goes on outside.
std::array<std::uint8_t, 4> smoothed(const Texture& texture, double u, double v) {
    const auto place = [](double at, int size, int& first, int& second) {
        const auto whole = static_cast<std::int64_t>(std::floor((at * size - 0.5) * 256 + 0.5));
        first = static_cast<int>(std::clamp<std::int64_t>(whole >> 8, 0, size - 1));
        second = static_cast<int>(std::clamp<std::int64_t>((whole >> 8) + 1, 0, size - 1));
        return static_cast<unsigned>(whole & 255);
    };
    int x0, x1, y0, y1;
    const unsigned right = place(u, texture.width, x0, x1);
    const unsigned below = place(v, texture.height, y0, y1);
    const int bytes = texture.bytes_per_pixel();
    std::array<std::uint8_t, 4> out{255, 255, 255, 255};
    for (int i = 0; i < bytes; ++i) {
        const unsigned upper = texture.row(y0)[x0 * bytes + i] * (256 - right) + texture.row(y0)[x1 * bytes + i] * right;
        const unsigned lower = texture.row(y1)[x0 * bytes + i] * (256 - right) + texture.row(y1)[x1 * bytes + i] * right;
        const auto value = static_cast<std::uint8_t>((upper * (256 - below) + lower * below + 0x8000) >> 16);
        out[static_cast<std::size_t>(bytes == 1 ? 3 : i)] = value;
    }
    return out;
}

struct Tile {
    std::uint64_t number = 0;
    std::vector<std::uint32_t> primitives;
};

}  // namespace

struct Rasteriser::Self {
    std::vector<Primitive> primitives;
    std::vector<Triangle> triangles;
    std::vector<Tile> tiles;
    std::vector<std::uint64_t> painted;  // the tiles' numbers in the target
    std::vector<PixelRect> damage;
    std::vector<bool> dirty;
    int width = 0;
    int height = 0;
    int columns = 0;
    int rows = 0;
    bool only_triangles = false;

    void collect(const ImDrawData& data, const Atlas& atlas);
    void collect(const ImDrawData& data, const ImDrawList& list, const ImDrawCmd& command, const Atlas& atlas);
    [[nodiscard]] std::optional<Primitive> as_quad(const std::array<ImDrawVert, 4>& corners, ImVec2 origin,
                                                   const Texture* texture, TextureNumber number) const;
    void add_triangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, ImVec2 origin, PixelBox clip,
                      const Texture* texture, TextureNumber number);
    void add(Primitive& primitive, PixelBox clip);

    void paint(const Tile& tile, PixelBox area, const Atlas& atlas, const Framebuffer& target, Colour background) const;
    static void paint_quad(const Primitive& primitive, PixelBox area, const Atlas& atlas, const Framebuffer& target);
    void paint_triangle(const Primitive& primitive, PixelBox area, const Atlas& atlas, const Framebuffer& target) const;
    void merge_damage();
};

namespace {

std::uint32_t* target_row(const Framebuffer& target, int y) {
    return reinterpret_cast<std::uint32_t*>(target.pixels + static_cast<std::ptrdiff_t>(y) * target.stride);
}

bool is_opaque(const Primitive& primitive) {
    return primitive.kind == Kind::solid && primitive.top >> 24 == 255 && primitive.bottom >> 24 == 255;
}

// The colour in the middle of a row, in whole numbers.
Colour row_colour(const Primitive& primitive, int y) {
    const Colour top = unpacked(primitive.top);
    if (primitive.top == primitive.bottom) return top;
    const Colour bottom = unpacked(primitive.bottom);
    const std::int64_t length = primitive.y1 - primitive.y0;
    const std::int64_t way =
        std::clamp<std::int64_t>(std::int64_t{y} * subpixels + subpixels / 2 - primitive.y0, 0, length);
    const auto mix = [&](std::uint8_t from, std::uint8_t to) {
        return static_cast<std::uint8_t>((from * (length - way) + to * way + length / 2) / length);
    };
    return {mix(top.r, bottom.r), mix(top.g, bottom.g), mix(top.b, bottom.b), mix(top.a, bottom.a)};
}

}  // namespace

void Rasteriser::Self::collect(const ImDrawData& data, const Atlas& atlas) {
    primitives.clear();
    triangles.clear();
    for (Tile& tile : tiles) {
        tile.number = 0;
        tile.primitives.clear();
    }
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        for (const ImDrawCmd& command : list.CmdBuffer) {
            if (command.UserCallback == nullptr) collect(data, list, command, atlas);
        }
    }
}

void Rasteriser::Self::collect(const ImDrawData& data, const ImDrawList& list, const ImDrawCmd& command,
                               const Atlas& atlas) {
    const ImVec2 origin = data.DisplayPos;
    const PixelBox clip = PixelBox{first_pixel(subpixel(command.ClipRect.x - origin.x)),
                                   first_pixel(subpixel(command.ClipRect.y - origin.y)),
                                   first_pixel(subpixel(command.ClipRect.z - origin.x)),
                                   first_pixel(subpixel(command.ClipRect.w - origin.y))}
                              .intersect({0, 0, width, height});
    if (clip.empty()) return;
    const TextureNumber number = texture_number(command.TextureId);
    const Texture* texture = atlas.texture(number);
    const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
    const ImDrawIdx* indices = list.IdxBuffer.Data + command.IdxOffset;

    for (unsigned i = 0; i + 3 <= command.ElemCount;) {
        const ImDrawIdx* at = indices + i;
        const bool is_quad = i + 6 <= command.ElemCount && at[3] == at[0] && at[4] == at[2];
        if (is_quad) {
            const auto quad = as_quad({vertices[at[0]], vertices[at[1]], vertices[at[2]], vertices[at[5]]}, origin,
                                      texture, number);
            if (quad) {
                Primitive primitive = *quad;
                add(primitive, clip);
                i += 6;
                continue;
            }
        }
        add_triangle(vertices[at[0]], vertices[at[1]], vertices[at[2]], origin, clip, texture, number);
        i += 3;
    }
}

// Only what has a fast path: level and upright edges, one colour a row, and a texture that is either one value
// or one texel a pixel.
std::optional<Primitive> Rasteriser::Self::as_quad(const std::array<ImDrawVert, 4>& corners, ImVec2 origin,
                                                   const Texture* texture, TextureNumber number) const {
    const auto& [a, b, c, d] = corners;
    if (only_triangles || texture == nullptr) return std::nullopt;
    if (a.pos.y != b.pos.y || c.pos.y != d.pos.y || a.pos.x != d.pos.x || b.pos.x != c.pos.x) return std::nullopt;
    if (a.pos.x >= b.pos.x || a.pos.y >= d.pos.y || a.col != b.col || c.col != d.col) return std::nullopt;
    if (a.uv.y != b.uv.y || c.uv.y != d.uv.y || a.uv.x != d.uv.x || b.uv.x != c.uv.x) return std::nullopt;

    const int x0 = subpixel(a.pos.x - origin.x);
    const int y0 = subpixel(a.pos.y - origin.y);
    const int x1 = subpixel(c.pos.x - origin.x);
    const int y1 = subpixel(c.pos.y - origin.y);
    if (x0 == x1 || y0 == y1) return std::nullopt;
    Primitive primitive{};
    primitive.box = {first_pixel(x0), first_pixel(y0), first_pixel(x1), first_pixel(y1)};
    primitive.top = a.col;
    primitive.bottom = c.col;
    primitive.y0 = y0;
    primitive.y1 = y1;

    const auto along = [](float from, float to, int size, int first, int last, Texels& texels, std::int32_t& shift) {
        const float texel_from = from * static_cast<float>(size);
        const float texel_to = to * static_cast<float>(size);
        if (from == to) {
            texels = Texels::same;
            shift = std::clamp(static_cast<int>(std::floor(texel_from)), 0, size - 1);
            return true;
        }
        const float whole = std::round(texel_from);
        constexpr float tolerance = 1.0F / 64;  // of a texel: what the way through ImGui's 0 to 1 costs
        if (first % subpixels != 0 || last % subpixels != 0) return false;
        const int length = (last - first) / subpixels;
        if (std::abs(texel_from - whole) > tolerance) return false;
        if (std::abs(texel_to - whole - static_cast<float>(length)) > tolerance) return false;
        if (whole < 0 || static_cast<int>(whole) + length > size) return false;
        texels = Texels::one_for_one;
        shift = static_cast<int>(whole) - first / subpixels;
        return true;
    };
    if (!along(a.uv.x, c.uv.x, texture->width, x0, x1, primitive.across, primitive.shift_x)) return std::nullopt;
    if (!along(a.uv.y, c.uv.y, texture->height, y0, y1, primitive.down, primitive.shift_y)) return std::nullopt;

    const bool one_texel = primitive.across == Texels::same && primitive.down == Texels::same;
    if (texture->kind == PixelKind::colour) {
        if (primitive.across != Texels::one_for_one || primitive.down != Texels::one_for_one) return std::nullopt;
        if (primitive.top != primitive.bottom) return std::nullopt;
        primitive.kind = Kind::picture;
    } else if (one_texel) {
        if (texture->row(primitive.shift_y)[primitive.shift_x] != 255) return std::nullopt;
        primitive.kind = Kind::solid;
        primitive.shift_x = primitive.shift_y = 0;
        return primitive;
    } else {
        primitive.kind = Kind::coverage;
    }
    primitive.texture = number;
    primitive.generation = texture->generation;
    return primitive;
}

void Rasteriser::Self::add_triangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, ImVec2 origin,
                                    PixelBox clip, const Texture* texture, TextureNumber number) {
    if (texture == nullptr) return;
    Triangle triangle;
    const ImDrawVert* vertices[] = {&a, &b, &c};
    for (std::size_t i = 0; i < 3; ++i) {
        const ImDrawVert& vertex = *vertices[i];
        triangle[i] = {subpixel(vertex.pos.x - origin.x), subpixel(vertex.pos.y - origin.y), vertex.uv.x, vertex.uv.y,
                       vertex.col};
    }
    const auto [left, right] = std::minmax({triangle[0].x, triangle[1].x, triangle[2].x});
    const auto [top, bottom] = std::minmax({triangle[0].y, triangle[1].y, triangle[2].y});
    Primitive primitive{};
    primitive.kind = Kind::triangle;
    primitive.box = {first_pixel(left), first_pixel(top), first_pixel(right), first_pixel(bottom)};
    primitive.texture = number;
    primitive.generation = texture->generation;
    primitive.triangle = static_cast<std::uint32_t>(triangles.size());
    triangles.push_back(triangle);
    add(primitive, clip);
}

void Rasteriser::Self::add(Primitive& primitive, PixelBox clip) {
    primitive.box = primitive.box.intersect(clip);
    if (primitive.box.empty()) return;
    const auto index = static_cast<std::uint32_t>(primitives.size());
    primitives.push_back(primitive);

    // A triangle's place in the list says nothing about its pixels; its corners do.
    Primitive folded_as = primitive;
    folded_as.triangle = 0;
    std::uint64_t number = folded(1, &folded_as, sizeof folded_as);
    if (primitive.kind == Kind::triangle) {
        const Triangle& triangle = triangles[primitive.triangle];
        number = folded(number, &triangle, sizeof triangle);
    }
    for (int row = primitive.box.y0 / tile_px; row <= (primitive.box.y1 - 1) / tile_px; ++row) {
        for (int column = primitive.box.x0 / tile_px; column <= (primitive.box.x1 - 1) / tile_px; ++column) {
            Tile& tile = tiles[static_cast<std::size_t>(row * columns + column)];
            tile.number = mixed(tile.number, number);  // in order: what lies above what is part of it
            tile.primitives.push_back(index);
        }
    }
}

void Rasteriser::Self::paint(const Tile& tile, PixelBox area, const Atlas& atlas, const Framebuffer& target,
                             Colour background) const {
    // What lies below the last opaque thing that covers all of the tile is not seen.
    std::size_t first = tile.primitives.size();
    bool covered = false;
    while (first > 0 && !covered) {
        const Primitive& primitive = primitives[tile.primitives[first - 1]];
        covered = is_opaque(primitive) && primitive.box.contains(area);
        --first;
    }
    if (!covered) {
        for (int y = area.y0; y < area.y1; ++y) blend_span(target_row(target, y) + area.x0, area.x1 - area.x0, background);
    }
    for (std::size_t i = first; i < tile.primitives.size(); ++i) {
        const Primitive& primitive = primitives[tile.primitives[i]];
        const PixelBox part = primitive.box.intersect(area);
        if (primitive.kind == Kind::triangle) {
            paint_triangle(primitive, part, atlas, target);
        } else {
            paint_quad(primitive, part, atlas, target);
        }
    }
}

void Rasteriser::Self::paint_quad(const Primitive& primitive, PixelBox area, const Atlas& atlas,
                                  const Framebuffer& target) {
    const int count = area.x1 - area.x0;
    const Texture* texture = primitive.kind == Kind::solid ? nullptr : atlas.texture(primitive.texture);
    const auto texel = [](Texels texels, int pixel, int shift) {
        return texels == Texels::one_for_one ? pixel + shift : shift;
    };
    for (int y = area.y0; y < area.y1; ++y) {
        std::uint32_t* const row = target_row(target, y) + area.x0;
        Colour colour = row_colour(primitive, y);
        if (primitive.kind == Kind::solid) {
            blend_span(row, count, colour);
            continue;
        }
        const std::uint8_t* texels = texture->row(texel(primitive.down, y, primitive.shift_y));
        const int first = texel(primitive.across, area.x0, primitive.shift_x);
        if (primitive.kind == Kind::picture) {
            blend_picture(row, texels + 4 * first, count, colour);
        } else if (primitive.across == Texels::one_for_one) {
            blend_coverage(row, texels + first, count, colour);
        } else {
            colour.a = static_cast<std::uint8_t>(over_255(colour.a * texels[first]));
            blend_span(row, count, colour);
        }
    }
}

void Rasteriser::Self::paint_triangle(const Primitive& primitive, PixelBox area, const Atlas& atlas,
                                      const Framebuffer& target) const {
    const Triangle& t = triangles[primitive.triangle];
    const Texture& texture = *atlas.texture(primitive.texture);
    const double twice_area = static_cast<double>(t[1].x - t[0].x) * (t[2].y - t[0].y) -
                              static_cast<double>(t[2].x - t[0].x) * (t[1].y - t[0].y);
    if (twice_area == 0) return;

    const auto channel_plane = [&](int shift) {
        const auto of = [&](std::size_t i) { return static_cast<double>(t[i].colour >> shift & 255); };
        return Plane(t, of(0), of(1), of(2), twice_area);
    };
    const std::array<Plane, 4> rgba = {channel_plane(0), channel_plane(8), channel_plane(16), channel_plane(24)};
    const bool one_colour = std::all_of(rgba.begin(), rgba.end(), [](const Plane& plane) { return plane.constant(); });
    const Plane u(t, t[0].u, t[1].u, t[2].u, twice_area);
    const Plane v(t, t[0].v, t[1].v, t[2].v, twice_area);
    const bool one_texel = u.constant() && v.constant();
    std::array<std::uint8_t, 4> texel = smoothed(texture, u.at_origin, v.at_origin);
    Colour colour = unpacked(t[0].colour);

    // Rows are cut at the edges that cross them; the same edge of two triangles is cut at the same place.
    for (int y = area.y0; y < area.y1; ++y) {
        const int middle = y * subpixels + subpixels / 2;
        int begin = area.x1;
        int end = area.x0;
        int cuts[2];
        int count = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const Corner* upper = &t[i];
            const Corner* lower = &t[(i + 1) % 3];
            if (upper->y > lower->y) std::swap(upper, lower);
            if (middle < upper->y || middle >= lower->y || count == 2) continue;
            const std::int64_t high = lower->y - upper->y;
            const std::int64_t cut = upper->x * high + std::int64_t{lower->x - upper->x} * (middle - upper->y);
            cuts[count++] = static_cast<int>(divided_up(cut - high * (subpixels / 2), high * subpixels));
        }
        if (count < 2) continue;
        begin = std::max(area.x0, std::min(cuts[0], cuts[1]));
        end = std::min(area.x1, std::max(cuts[0], cuts[1]));
        if (begin >= end) continue;

        std::uint32_t* const row = target_row(target, y);
        if (one_colour && one_texel && texture.kind == PixelKind::coverage) {
            Colour covered = colour;
            covered.a = static_cast<std::uint8_t>(over_255(colour.a * texel[3]));
            blend_span(row + begin, end - begin, covered);
            continue;
        }
        for (int x = begin; x < end; ++x) {
            const int across = x * subpixels + subpixels / 2;
            if (!one_colour) {
                colour = {channel(rgba[0].at(across, middle)), channel(rgba[1].at(across, middle)),
                          channel(rgba[2].at(across, middle)), channel(rgba[3].at(across, middle))};
            }
            if (!one_texel) texel = smoothed(texture, u.at(across, middle), v.at(across, middle));
            blend_texel(row[x], texel.data(), colour);
        }
    }
}

// Neighbours in a row become one rectangle, and equal ones below each other too.
void Rasteriser::Self::merge_damage() {
    damage.clear();
    std::size_t above_begin = 0;
    std::size_t above_end = 0;
    for (int row = 0; row < rows; ++row) {
        const std::size_t row_begin = damage.size();
        std::vector<PixelRect> runs;
        for (int column = 0; column < columns;) {
            if (!dirty[static_cast<std::size_t>(row * columns + column)]) {
                ++column;
                continue;
            }
            const int from = column;
            while (column < columns && dirty[static_cast<std::size_t>(row * columns + column)]) ++column;
            const int x = from * tile_px;
            const int y = row * tile_px;
            runs.push_back({x, y, std::min(column * tile_px, width) - x, std::min(y + tile_px, height) - y});
        }
        const bool same_as_above =
            !runs.empty() && runs.size() == above_end - above_begin &&
            std::equal(runs.begin(), runs.end(), damage.begin() + static_cast<std::ptrdiff_t>(above_begin),
                       [](const PixelRect& a, const PixelRect& b) {
                           return a.x == b.x && a.width == b.width && b.y + b.height == a.y;
                       });
        if (same_as_above) {
            for (std::size_t i = 0; i < runs.size(); ++i) damage[above_begin + i].height += runs[i].height;
            continue;
        }
        damage.insert(damage.end(), runs.begin(), runs.end());
        above_begin = row_begin;
        above_end = damage.size();
    }
}

Rasteriser::Rasteriser() : self_(std::make_unique<Self>()) {}
Rasteriser::~Rasteriser() = default;

void Rasteriser::set_only_triangles(bool only) { self_->only_triangles = only; }

std::span<const PixelRect> Rasteriser::render(const ImDrawData& data, const Atlas& atlas, const Framebuffer& target,
                                              Colour background, bool repaint_all) {
    assert(target.stride % 4 == 0 && target.stride >= target.width * 4);
    background.a = 255;
    Self& self = *self_;
    if (self.width != target.width || self.height != target.height) {
        self.width = target.width;
        self.height = target.height;
        self.columns = (target.width + tile_px - 1) / tile_px;
        self.rows = (target.height + tile_px - 1) / tile_px;
        const auto count = static_cast<std::size_t>(self.columns) * static_cast<std::size_t>(self.rows);
        self.tiles.assign(count, {});
        self.painted.assign(count, 0);
        self.dirty.assign(count, false);
        repaint_all = true;
    }

    self.collect(data, atlas);
    for (int row = 0; row < self.rows; ++row) {
        for (int column = 0; column < self.columns; ++column) {
            const auto index = static_cast<std::size_t>(row * self.columns + column);
            const Tile& tile = self.tiles[index];
            const std::uint64_t number = mixed(tile.number, background.packed());
            self.dirty[index] = repaint_all || number != self.painted[index];
            if (!self.dirty[index]) continue;
            self.painted[index] = number;
            const PixelBox area = PixelBox{column * tile_px, row * tile_px, (column + 1) * tile_px, (row + 1) * tile_px}
                                      .intersect({0, 0, self.width, self.height});
            self.paint(tile, area, atlas, target, background);
        }
    }
    self.merge_damage();
    return self.damage;
}

}  // namespace kiosk::paint
