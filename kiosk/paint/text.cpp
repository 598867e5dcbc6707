#include "kiosk/paint/text.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <list>
#include <map>
#include <unordered_map>

#include <pango/pangocairo.h>

#include "kiosk/paint/atlas.hpp"
#include "kiosk/paint/fonts.hpp"
#include "kiosk/paint/glyphs.hpp"
#include "kiosk/paint/imgui_bridge.hpp"
#include "kiosk/paint/shapes.hpp"

namespace kiosk::paint {
namespace {

// From this size on a quarter of a pixel is not seen, but would cost four times the room.
constexpr float phases_below_px = 40;

// DejaVu Sans Mono is drawn larger than Inter.
constexpr double mono_scale = 0.9;

constexpr float background_radius = 4;
constexpr float background_overhang = 2;

float pixels(int pango_units) { return static_cast<float>(pango_units) / PANGO_SCALE; }
int units(float px) { return static_cast<int>(std::lround(px * PANGO_SCALE)); }

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

// Content names scripts ("zh-Hans"), fonts are chosen by countries.
const char* pango_tag(const std::string& language) {
    static constexpr struct {
        const char* ours;
        const char* theirs;
    } names[] = {{"zh", "zh-cn"}, {"zh-Hans", "zh-cn"}, {"zh-Hant", "zh-tw"}, {"zh-Hant-HK", "zh-hk"}};
    for (const auto& name : names) {
        if (language == name.ours) return name.theirs;
    }
    return language.c_str();
}

const char* family_name(Family family) {
    switch (family) {
        case Family::text: return text_family;
        case Family::mono: return mono_family;
        case Family::icon: return icon_family;
    }
    return text_family;
}

using Description = std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)>;

Description description_of(const Style& style) {
    Description description(pango_font_description_new(), pango_font_description_free);
    pango_font_description_set_family_static(description.get(), family_name(style.family));
    pango_font_description_set_weight(description.get(), static_cast<PangoWeight>(style.weight));
    pango_font_description_set_style(description.get(), style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    const double scale = style.family == Family::mono ? mono_scale : 1.0;
    pango_font_description_set_absolute_size(description.get(), static_cast<double>(style.size_px) * scale * PANGO_SCALE);
    return description;
}

void overwrite(std::string& text) {
    ::explicit_bzero(text.data(), text.size());
    text.clear();
}

// All that makes one layout differ from another, as bytes; the text comes last.
class KeyWriter {
public:
    explicit KeyWriter(std::string& key) : key_(key) {}

    template <class T>
    KeyWriter& add(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        key_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }
    KeyWriter& add_colour(const std::optional<Colour>& colour) {
        return add(colour.has_value()).add(colour.value_or(Colour{}).packed());
    }
    KeyWriter& add_text(std::string_view text) {
        add(text.size());
        key_.append(text);
        return *this;
    }

private:
    std::string& key_;
};

void write_key(const TextRequest& request, std::string& key) {
    const Style& style = request.style;
    std::size_t room = 128 + style.language.size() + request.spans.size() * sizeof(Span) + request.text.size();
    if (key.capacity() < room) {
        // Not left to the string itself: it would leave the old bytes behind in freed memory.
        std::string larger;
        larger.reserve(room * 2);
        overwrite(key);
        key.swap(larger);
    }
    overwrite(key);
    KeyWriter writer(key);
    writer.add(style.family).add(style.weight).add(style.italic).add(style.size_px).add(style.line_height);
    writer.add(style.align).add(style.direction).add(request.max_width).add(request.max_lines);
    writer.add(request.ellipsize).add(request.break_words).add_text(style.language).add(request.spans.size());
    for (const Span& span : request.spans) {
        writer.add(span.begin).add(span.end).add(span.weight).add(span.italic).add(span.mono).add(span.underline);
        writer.add(span.strike).add_colour(span.colour).add_colour(span.background).add(span.link);
    }
    writer.add_text(request.text);
}

struct PlacedGlyph {
    PangoFont* font = nullptr;  // held by the layout's runs
    PangoGlyph glyph = 0;
    std::int16_t x = 0;  // of the pen, in whole pixels from the layout's corner
    std::int16_t y = 0;
    std::uint8_t phase = 0;
    std::uint8_t colour = 0;  // 0: the one given to draw(); else a number in Inside::colours, plus 1
    GlyphImage image = {};
};

struct Stroke {
    Rect rect;
    std::uint8_t colour = 0;
};

struct Box {
    Rect rect;
    Colour colour;
};

struct LinkRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    int link = -1;
};

std::int16_t small(float value) { return static_cast<std::int16_t>(std::clamp(value, -32000.0F, 32000.0F)); }

// The first byte that an ellipsis stands for.
std::size_t hidden_from(const PangoLayoutLine& last_line) {
    for (const GSList* node = last_line.runs; node != nullptr; node = node->next) {
        const PangoItem& item = *static_cast<const PangoGlyphItem*>(node->data)->item;
        if (item.analysis.flags & PANGO_ANALYSIS_FLAG_IS_ELLIPSIS) return static_cast<std::size_t>(item.offset);
    }
    return std::string::npos;
}

}  // namespace

struct Layout::Inside {
    Ref<PangoLayout> pango;
    std::vector<PlacedGlyph> glyphs;  // in the order of the lines
    std::vector<Colour> colours;
    std::vector<Box> backgrounds;
    std::vector<Stroke> strokes;
    std::vector<LinkRange> links;
    std::vector<TextureNumber> pages;  // the glyphs' images are in these
    std::uint32_t images_as_of = 0;    // Atlas::evictions() when they were looked up
    bool has_images = false;

    // Pango's own copy of the text goes back to the heap; it must not be read there.
    ~Inside() {
        const char* text = pango_layout_get_text(pango.get());
        ::explicit_bzero(const_cast<char*>(text), std::strlen(text));
    }

    [[nodiscard]] const char* text() const { return pango_layout_get_text(pango.get()); }
    [[nodiscard]] std::size_t size() const { return std::strlen(text()); }
    [[nodiscard]] PangoLayoutLine* line(std::size_t index) const {
        return pango_layout_get_line_readonly(pango.get(), static_cast<int>(index));
    }
    [[nodiscard]] std::size_t after_characters(std::size_t byte, int characters) const {
        const char* at = text() + byte;
        for (; characters > 0 && *at != '\0'; --characters) at = g_utf8_next_char(at);
        return static_cast<std::size_t>(at - text());
    }
    [[nodiscard]] std::uint8_t colour_number(Colour colour) {
        const auto found = std::find(colours.begin(), colours.end(), colour);
        if (found != colours.end()) return static_cast<std::uint8_t>(found - colours.begin() + 1);
        if (colours.size() >= 255) return 0;
        colours.push_back(colour);
        return static_cast<std::uint8_t>(colours.size());
    }
};

Layout::Layout() : inside_(std::make_unique<Inside>()) {}
Layout::~Layout() = default;

bool Layout::starts_right_to_left() const { return inside_->line(0)->resolved_dir == PANGO_DIRECTION_RTL; }

int Layout::glyph_count() const { return static_cast<int>(inside_->glyphs.size()); }

std::size_t Layout::byte_at(Point point) const {
    const auto row = static_cast<std::size_t>(
        std::clamp(static_cast<int>(std::floor(point.y / line_height_)), 0, line_count() - 1));
    int index = 0;
    int trailing = 0;
    pango_layout_line_x_to_index(inside_->line(row), units(point.x - lines_[row].x), &index, &trailing);
    return inside_->after_characters(static_cast<std::size_t>(index), trailing);
}

std::optional<std::size_t> Layout::character_at(Point point) const {
    if (point.y < 0 || point.y >= height()) return std::nullopt;
    const auto row = static_cast<std::size_t>(
        std::clamp(static_cast<int>(point.y / line_height_), 0, line_count() - 1));
    int index = 0;
    int trailing = 0;
    if (pango_layout_line_x_to_index(inside_->line(row), units(point.x - lines_[row].x), &index, &trailing) == FALSE) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(index);
}

int Layout::link_at(Point point) const {
    if (inside_->links.empty()) return -1;
    const auto byte = character_at(point);
    if (!byte) return -1;
    for (auto range = inside_->links.rbegin(); range != inside_->links.rend(); ++range) {
        if (*byte >= range->begin && *byte < range->end) return range->link;
    }
    return -1;
}

int Layout::line_of(std::size_t byte) const {
    int line = 0;
    const auto index = static_cast<int>(std::min(byte, inside_->size()));
    pango_layout_index_to_line_x(inside_->pango.get(), index, FALSE, &line, nullptr);
    return std::clamp(line, 0, line_count() - 1);
}

Caret Layout::caret(std::size_t byte) const {
    const int row = line_of(byte);
    const Line& line = lines_[static_cast<std::size_t>(row)];
    PangoRectangle strong;
    PangoRectangle weak;
    pango_layout_get_cursor_pos(inside_->pango.get(), static_cast<int>(std::min(byte, inside_->size())), &strong, &weak);
    const float shift = line.x - line.pango_x;
    const float y = static_cast<float>(row) * line_height_;
    return {{pixels(strong.x) + shift, y}, {pixels(weak.x) + shift, y}, line_height_};
}

std::vector<Rect> Layout::boxes(std::size_t begin, std::size_t end) const {
    std::vector<Rect> found;
    for (std::size_t row = 0; row < lines_.size(); ++row) {
        const Line& line = lines_[row];
        const std::size_t from = std::max(begin, line.begin);
        const std::size_t to = std::min(end, line.end);
        if (from >= to) continue;
        int* ranges = nullptr;
        int count = 0;
        pango_layout_line_get_x_ranges(inside_->line(row), static_cast<int>(from), static_cast<int>(to), &ranges, &count);
        for (int i = 0; i < count; ++i) {
            const float x0 = pixels(ranges[2 * i]) - line.pango_x + line.x;
            const float x1 = pixels(ranges[2 * i + 1]) - line.pango_x + line.x;
            const Rect box = Rect::between(x0, static_cast<float>(row) * line_height_, x1,
                                           static_cast<float>(row + 1) * line_height_);
            if (box.empty()) continue;
            // Pango gives a box for each run; those of one direction touch.
            if (!found.empty() && found.back().y == box.y && std::abs(found.back().right() - box.x) < 0.01F) {
                found.back().width = box.right() - found.back().x;
            } else {
                found.push_back(box);
            }
        }
        g_free(ranges);
    }
    return found;
}

std::size_t Layout::moved(std::size_t byte, int direction) const {
    int index = 0;
    int trailing = 0;
    const auto from = static_cast<int>(std::min(byte, inside_->size()));
    pango_layout_move_cursor_visually(inside_->pango.get(), TRUE, from, 0, direction, &index, &trailing);
    if (index < 0 || index == G_MAXINT) return static_cast<std::size_t>(from);
    return inside_->after_characters(static_cast<std::size_t>(index), trailing);
}

std::size_t Layout::moved_left(std::size_t byte) const { return moved(byte, -1); }
std::size_t Layout::moved_right(std::size_t byte) const { return moved(byte, 1); }

std::size_t Layout::next(std::size_t byte) const {
    const char* text = inside_->text();
    const std::size_t size = inside_->size();
    if (byte >= size) return size;
    int count = 0;
    const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(inside_->pango.get(), &count);
    const char* at = text + byte;
    auto i = g_utf8_pointer_to_offset(text, at);
    do {
        at = g_utf8_next_char(at);
        ++i;
    } while (*at != '\0' && i < count && !attributes[i].is_cursor_position);
    return static_cast<std::size_t>(at - text);
}

std::size_t Layout::previous(std::size_t byte) const {
    const char* text = inside_->text();
    int count = 0;
    const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(inside_->pango.get(), &count);
    const char* at = text + std::min(byte, inside_->size());
    auto i = g_utf8_pointer_to_offset(text, at);
    while (i > 0) {
        at = g_utf8_prev_char(at);
        --i;
        if (attributes[i].is_cursor_position) break;
    }
    return static_cast<std::size_t>(at - text);
}

std::size_t Layout::backspace_from(std::size_t byte) const {
    const char* text = inside_->text();
    const char* at = text + std::min(byte, inside_->size());
    if (at == text) return 0;
    int count = 0;
    const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(inside_->pango.get(), &count);
    const auto i = g_utf8_pointer_to_offset(text, at);
    if (i < count && attributes[i].backspace_deletes_character) {
        return static_cast<std::size_t>(g_utf8_prev_char(at) - text);
    }
    return previous(byte);
}

std::pair<std::size_t, std::size_t> Layout::word_around(std::size_t byte) const {
    const char* text = inside_->text();
    byte = std::min(byte, inside_->size());
    int count = 0;
    const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(inside_->pango.get(), &count);
    const int middle = static_cast<int>(g_utf8_pointer_to_offset(text, text + byte));

    int begin = middle;
    while (begin > 0 && !attributes[begin].is_word_start) {
        if (begin != middle && attributes[begin].is_word_end) return {byte, byte};
        --begin;
    }
    if (!attributes[begin].is_word_start) return {byte, byte};
    int end = begin + 1;
    while (end < count - 1 && !attributes[end].is_word_end) ++end;
    if (end < middle) return {byte, byte};
    return {static_cast<std::size_t>(g_utf8_offset_to_pointer(text, begin) - text),
            static_cast<std::size_t>(g_utf8_offset_to_pointer(text, end) - text)};
}

struct TextEngine::Self {
    struct Kept {
        std::string key;
        std::size_t text_size = 0;
        std::shared_ptr<const Layout> layout;
    };
    struct Metrics {
        float ascent = 0;
        float descent = 0;
    };
    using MetricsKey = std::tuple<Family, int, bool, float, std::string>;

    Atlas& atlas;
    PangoFontMap* map;
    Ref<PangoContext> left_to_right;
    Ref<PangoContext> right_to_left;
    Glyphs glyphs;
    std::size_t capacity;
    std::string key;  // of the request at hand; a member, so that asking again allocates nothing
    std::list<Kept> kept;  // asked for last first
    std::unordered_map<std::string_view, std::list<Kept>::iterator> index;  // the words are the keys in `kept`
    std::map<MetricsKey, Metrics> metrics;

    Self(const Fonts& fonts, Atlas& the_atlas, std::size_t the_capacity)
        : atlas(the_atlas), map(fonts.map()), left_to_right(new_context(PANGO_DIRECTION_LTR)),
          right_to_left(new_context(PANGO_DIRECTION_RTL)), glyphs(the_atlas), capacity(std::max<std::size_t>(1, the_capacity)) {}

    // Everything that would else come from the environment is said here.
    Ref<PangoContext> new_context(PangoDirection direction) const {
        Ref<PangoContext> context(pango_font_map_create_context(map));
        pango_context_set_base_dir(context.get(), direction);
        pango_context_set_language(context.get(), pango_language_from_string("en"));
        pango_context_set_round_glyph_positions(context.get(), FALSE);
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        pango_cairo_context_set_font_options(context.get(), options);
        cairo_font_options_destroy(options);
        pango_cairo_context_set_resolution(context.get(), 96);
        return context;
    }

    // Of the style's own font, whatever fonts a line falls back to: that is what keeps lines on their grid.
    const Metrics& metrics_of(const Style& style) {
        const MetricsKey of(style.family, style.weight, style.italic, style.size_px, style.language);
        const auto found = metrics.find(of);
        if (found != metrics.end()) return found->second;
        const Ref<PangoFont> font(pango_font_map_load_font(map, left_to_right.get(), description_of(style).get()));
        hb_font_extents_t extents{};
        if (font) hb_font_get_h_extents(pango_font_get_hb_font(font.get()), &extents);
        return metrics.emplace(of, Metrics{pixels(extents.ascender), pixels(-extents.descender)}).first->second;
    }

    void forget(std::list<Kept>::iterator entry) {
        index.erase(entry->key);
        overwrite(entry->key);
        kept.erase(entry);
    }

    Ref<PangoLayout> shape(const TextRequest& request) const;
    std::shared_ptr<const Layout> make(const TextRequest& request);
    static void place_lines(const TextRequest& request, Layout& layout);
    static void place_glyphs(const TextRequest& request, Layout& layout);
    static void place_decorations(const TextRequest& request, Layout& layout);
    void look_up_images(Layout::Inside& inside);
};

Ref<PangoLayout> TextEngine::Self::shape(const TextRequest& request) const {
    const Style& style = request.style;
    const bool forced_right = style.direction == Direction::right_to_left;
    Ref<PangoLayout> pango(pango_layout_new(forced_right ? right_to_left.get() : left_to_right.get()));
    pango_layout_set_auto_dir(pango.get(), style.direction == Direction::automatic);
    pango_layout_set_font_description(pango.get(), description_of(style).get());
    pango_layout_set_wrap(pango.get(), request.break_words ? PANGO_WRAP_WORD_CHAR : PANGO_WRAP_WORD);
    if (request.max_width >= 0) pango_layout_set_width(pango.get(), units(request.max_width));
    if (request.max_lines > 0 && request.ellipsize && request.max_width >= 0) {
        pango_layout_set_height(pango.get(), -request.max_lines);
        pango_layout_set_ellipsize(pango.get(), PANGO_ELLIPSIZE_END);
    }

    PangoAttrList* attributes = pango_attr_list_new();
    const auto add = [&](PangoAttribute* attribute, std::size_t begin, std::size_t end) {
        attribute->start_index = static_cast<guint>(begin);
        attribute->end_index = static_cast<guint>(end);
        pango_attr_list_change(attributes, attribute);
    };
    const std::size_t size = request.text.size();
    add(pango_attr_language_new(pango_language_from_string(pango_tag(style.language))), 0, size);
    if (style.family == Family::icon) add(pango_attr_fallback_new(FALSE), 0, size);
    for (const Span& span : request.spans) {
        if (span.begin >= std::min(span.end, size)) continue;
        if (span.weight != 0) add(pango_attr_weight_new(static_cast<PangoWeight>(span.weight)), span.begin, span.end);
        if (span.italic) add(pango_attr_style_new(PANGO_STYLE_ITALIC), span.begin, span.end);
        if (span.mono && style.family != Family::mono) {
            add(pango_attr_family_new(mono_family), span.begin, span.end);
            add(pango_attr_scale_new(mono_scale), span.begin, span.end);
        }
    }
    pango_layout_set_attributes(pango.get(), attributes);
    pango_attr_list_unref(attributes);

    if (request.max_lines > 0 && request.text.find('\n') != std::string_view::npos) {
        // Pango counts lines by paragraph. A space is as long as a line feed, so that indices stay right.
        std::string one_paragraph(request.text);
        std::replace(one_paragraph.begin(), one_paragraph.end(), '\n', ' ');
        pango_layout_set_text(pango.get(), one_paragraph.data(), static_cast<int>(size));
        overwrite(one_paragraph);
    } else {
        pango_layout_set_text(pango.get(), request.text.data(), static_cast<int>(size));
    }
    return pango;
}

std::shared_ptr<const Layout> TextEngine::Self::make(const TextRequest& request) {
    assert(request.style.size_px > 0);
    const std::shared_ptr<Layout> layout(new Layout());
    layout->inside_->pango = shape(request);
    PangoLayout* pango = layout->inside_->pango.get();

    const Style& style = request.style;
    const Metrics& metrics_here = metrics_of(style);
    layout->line_height_ = std::max(1.0F, std::round(style.size_px * style.line_height));
    const float room = layout->line_height_ - metrics_here.ascent - metrics_here.descent;
    layout->baseline_ = std::round(room / 2 + metrics_here.ascent);
    layout->unknown_glyphs_ = pango_layout_get_unknown_glyphs_count(pango);

    place_lines(request, *layout);
    place_glyphs(request, *layout);
    place_decorations(request, *layout);
    return layout;
}

void TextEngine::Self::place_lines(const TextRequest& request, Layout& layout) {
    PangoLayout* pango = layout.inside_->pango.get();
    const int all = pango_layout_get_line_count(pango);
    const int shown = request.max_lines > 0 ? std::min(all, request.max_lines) : all;
    layout.cut_ = shown < all || pango_layout_is_ellipsized(pango) != FALSE;

    std::vector<float> widths;
    PangoLayoutIter* iter = pango_layout_get_iter(pango);
    for (int i = 0; i < shown; ++i) {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(iter, nullptr, &logical);
        const PangoLayoutLine* from = pango_layout_iter_get_line_readonly(iter);
        Layout::Line& line = layout.lines_.emplace_back();
        line.begin = static_cast<std::size_t>(from->start_index);
        line.end = line.begin + static_cast<std::size_t>(from->length);
        line.pango_x = pixels(logical.x);
        widths.push_back(pixels(logical.width));
        pango_layout_iter_next_line(iter);
    }
    pango_layout_iter_free(iter);

    layout.width_ = std::ceil(*std::max_element(widths.begin(), widths.end()));
    layout.box_width_ = request.max_width >= 0 ? request.max_width : layout.width_;
    for (int i = 0; i < shown; ++i) {
        const bool rightwards = layout.inside_->line(static_cast<std::size_t>(i))->resolved_dir != PANGO_DIRECTION_RTL;
        const float room = layout.box_width_ - widths[static_cast<std::size_t>(i)];
        float x = 0;
        switch (request.style.align) {
            case Align::start: x = rightwards ? 0 : room; break;
            case Align::end: x = rightwards ? room : 0; break;
            case Align::centre: x = room / 2; break;
            case Align::left: x = 0; break;
            case Align::right: x = room; break;
        }
        layout.lines_[static_cast<std::size_t>(i)].x = std::floor(x);
    }
}

void TextEngine::Self::place_glyphs(const TextRequest& request, Layout& layout) {
    Layout::Inside& inside = *layout.inside_;
    const bool with_phases = request.style.size_px < phases_below_px && request.style.family != Family::icon;
    const auto colour_at = [&](std::size_t byte) -> std::uint8_t {
        for (std::size_t i = request.spans.size(); i-- > 0;) {
            const Span& span = request.spans[i];
            if (span.colour && byte >= span.begin && byte < span.end) return inside.colour_number(*span.colour);
        }
        return 0;
    };

    for (std::size_t row = 0; row < layout.lines_.size(); ++row) {
        Layout::Line& line = layout.lines_[row];
        line.first_glyph = inside.glyphs.size();
        const float baseline = static_cast<float>(row) * layout.line_height_ + layout.baseline_;
        int pen = 0;
        for (const GSList* node = inside.line(row)->runs; node != nullptr; node = node->next) {
            // The run's own y_offset is left out: Pango 1.50 sets it where scripts mix, and the text jumps.
            const auto* run = static_cast<const PangoGlyphItem*>(node->data);
            pen += run->start_x_offset;
            for (int i = 0; i < run->glyphs->num_glyphs; ++i) {
                const PangoGlyphInfo& info = run->glyphs->glyphs[i];
                const float x = line.x + pixels(pen + info.geometry.x_offset);
                const float y = baseline + pixels(info.geometry.y_offset);
                pen += info.geometry.width;
                if (info.glyph == PANGO_GLYPH_EMPTY) continue;

                PlacedGlyph& glyph = inside.glyphs.emplace_back();
                glyph.font = run->item->analysis.font;
                glyph.glyph = info.glyph;
                if (with_phases) {
                    const float quarters = std::floor(x * 4 + 0.5F);
                    glyph.x = small(std::floor(quarters / 4));
                    glyph.phase = static_cast<std::uint8_t>(quarters - 4 * std::floor(quarters / 4));
                } else {
                    glyph.x = small(std::floor(x + 0.5F));
                }
                glyph.y = small(std::floor(y + 0.5F));
                if (!request.spans.empty()) {
                    glyph.colour = colour_at(static_cast<std::size_t>(run->item->offset + run->glyphs->log_clusters[i]));
                }
            }
            pen += run->end_x_offset;
        }
        line.glyphs_end = inside.glyphs.size();
    }
    inside.glyphs.shrink_to_fit();
}

void TextEngine::Self::place_decorations(const TextRequest& request, Layout& layout) {
    Layout::Inside& inside = *layout.inside_;
    const std::size_t hidden =
        layout.lines_.empty() ? std::string::npos : hidden_from(*inside.line(layout.lines_.size() - 1));
    const float size = request.style.size_px;
    const float thick = std::max(1.0F, std::round(size / 14));
    for (const Span& span : request.spans) {
        if (span.link >= 0) inside.links.push_back({span.begin, span.end, span.link});
        if (!span.background && !span.underline && !span.strike) continue;
        if (span.begin >= hidden) continue;
        for (const Rect& box : layout.boxes(span.begin, std::min(span.end, hidden))) {
            const float baseline = box.y + layout.baseline_;
            if (span.background) {
                const Rect glyph_box = Rect::between(box.x - background_overhang, baseline - std::round(size * 0.98F),
                                                     box.right() + background_overhang, baseline + std::round(size * 0.32F));
                inside.backgrounds.push_back({glyph_box.intersect({glyph_box.x, box.y, glyph_box.width, box.height}),
                                              *span.background});
            }
            const std::uint8_t colour = span.colour ? inside.colour_number(*span.colour) : 0;
            if (span.underline) {
                inside.strokes.push_back({{box.x, baseline + std::round(size * 0.1F), box.width, thick}, colour});
            }
            if (span.strike) {
                inside.strokes.push_back({{box.x, baseline - std::round(size * 0.28F), box.width, thick}, colour});
            }
        }
    }
}

void TextEngine::Self::look_up_images(Layout::Inside& inside) {
    inside.pages.clear();
    inside.has_images = true;
    for (PlacedGlyph& glyph : inside.glyphs) {
        glyph.image = glyphs.image(glyph.font, glyph.glyph, glyph.phase);
        if (glyph.image.found_no_room) inside.has_images = false;  // tries again in the next frame
        const TextureNumber page = glyph.image.place.texture;
        if (page == 0) continue;
        // Protects what this layout found so far from what it adds.
        atlas.touch(page);
        if (std::find(inside.pages.begin(), inside.pages.end(), page) == inside.pages.end()) inside.pages.push_back(page);
    }
    inside.images_as_of = atlas.evictions();
}

TextEngine::TextEngine(const Fonts& fonts, Atlas& atlas, std::size_t capacity)
    : self_(std::make_unique<Self>(fonts, atlas, capacity)) {}

TextEngine::~TextEngine() { clear(); }

std::shared_ptr<const Layout> TextEngine::layout(const TextRequest& request) {
    Self& self = *self_;
    if (!request.keep) return self.make(request);

    write_key(request, self.key);
    if (const auto found = self.index.find(self.key); found != self.index.end()) {
        self.kept.splice(self.kept.begin(), self.kept, found->second);
        return self.kept.front().layout;
    }
    self.kept.push_front({self.key, request.text.size(), self.make(request)});
    self.index.emplace(self.kept.front().key, self.kept.begin());
    if (self.kept.size() > self.capacity) self.forget(std::prev(self.kept.end()));
    return self.kept.front().layout;
}

void TextEngine::draw(ImDrawList& list, Point origin, Colour colour, const Layout& layout) {
    Self& self = *self_;
    Layout::Inside& inside = *layout.inside_;
    if (colour.a == 0) return;
    const Point corner{std::round(origin.x), std::round(origin.y)};
    const ImVec2 clip_from = list.GetClipRectMin();
    const ImVec2 clip_to = list.GetClipRectMax();
    const auto count = static_cast<float>(layout.line_count());
    const auto first = static_cast<std::size_t>(
        std::clamp(std::floor((clip_from.y - corner.y) / layout.line_height_) - 1, 0.0F, count));
    const auto last = static_cast<std::size_t>(
        std::clamp(std::ceil((clip_to.y - corner.y) / layout.line_height_) + 1, 0.0F, count));
    if (first >= last) return;

    if (!inside.has_images || inside.images_as_of != self.atlas.evictions()) self.look_up_images(inside);
    for (const TextureNumber page : inside.pages) self.atlas.touch(page);

    const float opacity = static_cast<float>(colour.a) / 255;
    const auto colour_of = [&](std::uint8_t number) {
        return number == 0 ? colour : inside.colours[number - 1U].faded(opacity);
    };
    for (const Box& box : inside.backgrounds) {
        fill(list, self.atlas, box.rect.moved(corner.x, corner.y), box.colour.faded(opacity), background_radius);
    }
    for (const Stroke& stroke : inside.strokes) {
        fill(list, self.atlas, stroke.rect.moved(corner.x, corner.y), colour_of(stroke.colour));
    }

    const std::size_t end = layout.lines_[last - 1].glyphs_end;
    std::size_t at = layout.lines_[first].first_glyph;
    BoundTexture bound(list, 1);
    while (at < end) {
        // As many glyphs of one page as follow each other; bounded, since ImGui reserves 16-bit indices.
        constexpr std::size_t most = 4096;
        const TextureNumber page = inside.glyphs[at].image.place.texture;
        std::size_t run_end = at + 1;
        while (run_end < end && run_end - at < most && inside.glyphs[run_end].image.place.texture == page) ++run_end;
        const Texture* texture = self.atlas.texture(page);
        if (texture != nullptr) {
            bound.change(page);
            const float u = 1.0F / static_cast<float>(texture->width);
            const float v = 1.0F / static_cast<float>(texture->height);
            const bool in_colour = texture->kind == PixelKind::colour;
            const auto quads = static_cast<int>(run_end - at);
            list.PrimReserve(6 * quads, 4 * quads);
            for (; at < run_end; ++at) {
                const PlacedGlyph& glyph = inside.glyphs[at];
                const Place& place = glyph.image.place;
                const ImVec2 a(corner.x + static_cast<float>(glyph.x + glyph.image.left),
                               corner.y + static_cast<float>(glyph.y + glyph.image.top));
                const ImVec2 c(a.x + place.width, a.y + place.height);
                const Colour tint = in_colour ? white.faded(opacity) : colour_of(glyph.colour);
                list.PrimRectUV(a, c, ImVec2(place.x * u, place.y * v),
                                ImVec2((place.x + place.width) * u, (place.y + place.height) * v), tint.packed());
            }
        }
        at = run_end;
    }
}

void TextEngine::clear() {
    self_->index.clear();
    for (Self::Kept& kept : self_->kept) overwrite(kept.key);
    self_->kept.clear();
    overwrite(self_->key);
}

void TextEngine::forget(std::string_view text) {
    for (auto entry = self_->kept.begin(); entry != self_->kept.end();) {
        const auto here = entry++;
        if (here->text_size == text.size() && std::string_view(here->key).ends_with(text)) self_->forget(here);
    }
    overwrite(self_->key);
}

std::size_t TextEngine::layouts_kept() const { return self_->kept.size(); }
std::size_t TextEngine::glyphs_kept() const { return self_->glyphs.size(); }

}  // namespace kiosk::paint
