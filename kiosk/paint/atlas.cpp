#include "kiosk/paint/atlas.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "kiosk/paint/masks.hpp"

namespace kiosk::paint {
namespace {

constexpr int white_px = 4;
constexpr int gap_px = 1;  // so that a smoothed sample at the edge of one thing never sees the next

// Beyond its limit a kind of page may grow to this many times it, while all of them are on screen.
constexpr int emergency_factor = 8;

}  // namespace

Atlas::Atlas(AtlasLimits limits) : limits_(limits) {
    TextureNumber number = 0;
    Page& page = new_page(PixelKind::coverage, number);
    assert(number == 1);
    empty(page, true);
}

void Atlas::begin_frame() {
    ++frame_;
    pages_.front()->drawn_in = frame_;

    // Pages that were added in need go again once nothing on screen is in them.
    for (const PixelKind kind : {PixelKind::coverage, PixelKind::colour}) {
        int allowed = kind == PixelKind::coverage ? limits_.coverage_pages : limits_.colour_pages;
        for (auto& page : pages_) {
            if (!page || page->is_picture || page->texture.kind != kind) continue;
            if (allowed > 0) {
                --allowed;
            } else if (page->drawn_in + 1 < frame_) {
                page.reset();
                ++evictions_;
            }
        }
    }
}

Place Atlas::add(PixelKind kind, int width, int height, std::span<const std::uint8_t> pixels) {
    const int page_px = kind == PixelKind::coverage ? limits_.page_px : limits_.colour_page_px;
    const int limit = kind == PixelKind::coverage ? limits_.coverage_pages : limits_.colour_pages;
    if (width <= 0 || height <= 0 || width + gap_px > page_px || height + gap_px > page_px) return {};

    Page* found = nullptr;
    Page* oldest = nullptr;
    TextureNumber number = 0;
    TextureNumber oldest_number = 0;
    int x = 0;
    int y = 0;
    int count = 0;
    for (std::size_t i = 0; i < pages_.size() && found == nullptr; ++i) {
        Page* page = pages_[i].get();
        if (page == nullptr || page->is_picture || page->texture.kind != kind) continue;
        ++count;
        if (reserve(*page, width, height, x, y)) {
            found = page;
            number = static_cast<TextureNumber>(i + 1);
        } else if (page->drawn_in < frame_ && (oldest == nullptr || page->drawn_in < oldest->drawn_in)) {
            oldest = page;
            oldest_number = static_cast<TextureNumber>(i + 1);
        }
    }
    if (found == nullptr) {
        if (count >= limit && oldest != nullptr) {
            empty(*oldest, false);
            ++evictions_;
            found = oldest;
            number = oldest_number;
        } else if (count < limit * emergency_factor) {
            found = &new_page(kind, number);
        } else {
            return {};
        }
        if (!reserve(*found, width, height, x, y)) return {};
    }

    Texture& texture = found->texture;
    const auto bytes = static_cast<std::size_t>(texture.bytes_per_pixel());
    const auto row_bytes = static_cast<std::size_t>(width) * bytes;
    assert(pixels.size() >= row_bytes * static_cast<std::size_t>(height));
    for (int row = 0; row < height; ++row) {
        std::memcpy(texture.pixels.data() +
                        (static_cast<std::size_t>(y + row) * static_cast<std::size_t>(texture.width) +
                         static_cast<std::size_t>(x)) * bytes,
                    pixels.data() + static_cast<std::size_t>(row) * row_bytes, row_bytes);
    }
    found->drawn_in = frame_;
    return {number,
            texture.generation,
            static_cast<std::uint16_t>(x),
            static_cast<std::uint16_t>(y),
            static_cast<std::uint16_t>(width),
            static_cast<std::uint16_t>(height)};
}

bool Atlas::is_valid(const Place& place) const {
    const Texture* found = texture(place.texture);
    return found != nullptr && found->generation == place.generation;
}

void Atlas::touch(const Place& place) { touch(place.texture); }

void Atlas::touch(TextureNumber texture) {
    if (texture == 0 || texture > pages_.size()) return;
    if (Page* page = pages_[texture - 1].get()) page->drawn_in = frame_;
}

Place Atlas::mask(const MaskKey& key) {
    Place& place = masks_[key];
    if (!is_valid(place)) {
        const Mask mask = key.shape == MaskKey::Shape::corner ? corner_mask(key.radius_px)
                          : key.shape == MaskKey::Shape::ring ? ring_mask(key.radius_px, key.extent_px)
                                                              : shadow_mask(key.radius_px, key.extent_px);
        place = add(PixelKind::coverage, mask.size(), mask.size(), mask.pixels);
    }
    touch(place);
    return place;
}

const Texture* Atlas::texture(TextureNumber number) const {
    if (number == 0 || number > pages_.size() || !pages_[number - 1]) return nullptr;
    return &pages_[number - 1]->texture;
}

PictureTexture Atlas::add_picture(int width, int height, std::vector<std::uint8_t> rgba) {
    assert(width > 0 && height > 0);
    assert(rgba.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
    auto page = std::make_unique<Page>();
    page->is_picture = true;
    page->texture = {PixelKind::colour, width, height, next_generation_++, std::move(rgba)};

    const auto hole = std::find(pages_.begin(), pages_.end(), nullptr);
    const auto number = static_cast<TextureNumber>(hole - pages_.begin() + 1);
    if (hole == pages_.end()) {
        pages_.push_back(std::move(page));
    } else {
        *hole = std::move(page);
    }
    return {*this, number, width, height};
}

std::size_t Atlas::bytes() const {
    std::size_t sum = 0;
    for (const auto& page : pages_) {
        if (page) sum += page->texture.pixels.size();
    }
    return sum;
}

std::size_t Atlas::MaskHash::operator()(const MaskKey& key) const {
    return static_cast<std::size_t>(key.shape) << 32 | static_cast<std::size_t>(key.radius_px) << 16 | key.extent_px;
}

Atlas::Page& Atlas::new_page(PixelKind kind, TextureNumber& number) {
    const int page_px = kind == PixelKind::coverage ? limits_.page_px : limits_.colour_page_px;
    auto page = std::make_unique<Page>();
    page->texture.kind = kind;
    page->texture.width = page_px;
    page->texture.height = page_px;
    empty(*page, false);

    const auto hole = std::find(pages_.begin(), pages_.end(), nullptr);
    number = static_cast<TextureNumber>(hole - pages_.begin() + 1);
    if (hole != pages_.end()) return *(*hole = std::move(page));
    pages_.push_back(std::move(page));
    return *pages_.back();
}

void Atlas::empty(Page& page, bool with_white) {
    Texture& texture = page.texture;
    page.drawn_in = frame_;
    texture.generation = next_generation_++;
    texture.pixels.assign(static_cast<std::size_t>(texture.width) * static_cast<std::size_t>(texture.height) *
                              static_cast<std::size_t>(texture.bytes_per_pixel()), 0);
    page.shelves.clear();
    if (!with_white) return;

    int x = 0;
    int y = 0;
    const bool fits = reserve(page, white_px, white_px, x, y);
    assert(fits && x == 0 && y == 0);
    (void)fits;
    for (int row = 0; row < white_px; ++row) {
        std::memset(texture.pixels.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(texture.width), 255,
                    white_px);
    }
}

// Shelves: things of about the same height stand side by side. The lowest shelf that is high enough wins, unless
// more than a third of its height would be wasted.
bool Atlas::reserve(Page& page, int width, int height, int& x, int& y) {
    const int wide = width + gap_px;
    const int high = height + gap_px;
    Shelf* best = nullptr;
    int top = 0;
    for (Shelf& shelf : page.shelves) {
        top = shelf.y + shelf.height;
        if (shelf.height < high || shelf.used + wide > page.texture.width) continue;
        if (best == nullptr || shelf.height < best->height) best = &shelf;
    }
    const bool room_below = top + high <= page.texture.height;
    if (best != nullptr && room_below && high * 3 < best->height * 2) best = nullptr;
    if (best == nullptr) {
        if (!room_below || wide > page.texture.width) return false;
        // Rounded up, so that glyphs of nearly the same height share a shelf.
        const int shelf_height = std::min((high + 3) / 4 * 4, page.texture.height - top);
        page.shelves.push_back({top, shelf_height, 0});
        best = &page.shelves.back();
    }
    x = best->used;
    y = best->y;
    best->used += wide;
    return true;
}

void Atlas::drop_picture(TextureNumber number) { pages_[number - 1].reset(); }

PictureTexture::PictureTexture(PictureTexture&& other) noexcept
    : atlas_(std::exchange(other.atlas_, nullptr)), number_(other.number_), width_(other.width_), height_(other.height_) {}

PictureTexture& PictureTexture::operator=(PictureTexture&& other) noexcept {
    std::swap(atlas_, other.atlas_);
    std::swap(number_, other.number_);
    std::swap(width_, other.width_);
    std::swap(height_, other.height_);
    return *this;
}

PictureTexture::~PictureTexture() {
    if (atlas_ != nullptr) atlas_->drop_picture(number_);
}

}  // namespace kiosk::paint
