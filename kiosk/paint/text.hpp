// All text that a person reads is laid out here by Pango, and drawn as glyphs of the atlas.
//
//   const TextRequest request{.text = title, .style = theme.h2, .max_width = 600, .max_lines = 2};
//   const auto layout = engine.layout(request);
//   engine.draw(list, {x, y}, theme.ink, *layout);
//
// Laying out costs about a microsecond a character, asking again for the same next to nothing: ask in every
// frame. Lines stand on a grid: the height is always lines × line height, whatever fonts a line
// needs. All positions are in pixels from the layout's left top corner; all byte indices are into the text
// as given, and stand between characters.
//
// The text must be valid UTF-8. It is never read as markup. All calls come from the thread of the Fonts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kiosk/paint/geometry.hpp"

struct ImDrawList;

namespace kiosk::paint {

class Atlas;
class Fonts;

enum class Family : std::uint8_t { text, mono, icon };

// Start and end follow the direction of each paragraph; left and right do not.
enum class Align : std::uint8_t { start, centre, end, left, right };

// Automatic: each paragraph by its first letter that has a direction, else left to right.
enum class Direction : std::uint8_t { automatic, left_to_right, right_to_left };

struct Style {
    Family family = Family::text;
    int weight = 400;  // 400 regular, 500 medium, 600 semibold, 700 bold
    bool italic = false;
    float size_px = 26;
    float line_height = 1.5F;  // times size_px; a line is always a whole number of pixels high
    Align align = Align::start;
    Direction direction = Direction::automatic;
    std::string language = "en";  // as in content: "de", "zh-Hans"; decides the shapes of Han characters

    friend bool operator==(const Style&, const Style&) = default;
};

// A part of a text that looks otherwise. Later spans win where they overlap.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    int weight = 0;  // 0: as the style has it
    bool italic = false;
    bool mono = false;
    bool underline = false;
    bool strike = false;
    std::optional<Colour> colour = {};      // else the colour given to draw()
    std::optional<Colour> background = {};  // a rounded box behind the glyphs: search hits, code
    int link = -1;                     // told back by link_at()

    friend bool operator==(const Span&, const Span&) = default;
};

struct TextRequest {
    std::string_view text;
    Style style = {};
    float max_width = -1;    // negative: lines break only at line feeds
    int max_lines = 0;       // 0: any number. Else line feeds count as spaces, so that it is one paragraph.
    bool ellipsize = true;   // what max_lines cuts ends in "…" (only with a max_width)
    bool break_words = true;  // false: a word longer than max_width stands over; with a max_width of 0, width()
                              // is then that of the longest word
    std::span<const Span> spans = {};
    bool keep = true;        // false: never enters the cache. For what a person types in secret.
};

struct Caret {
    Point top;        // where text of the paragraph's direction would go on
    Point other_top;  // where text of the opposite direction would; mostly the same
    float height = 0;
};

class Layout {
public:
    ~Layout();
    Layout(const Layout&) = delete;
    Layout& operator=(const Layout&) = delete;

    [[nodiscard]] float width() const { return width_; }    // of the longest line
    [[nodiscard]] float height() const { return static_cast<float>(line_count()) * line_height_; }
    [[nodiscard]] Size size() const { return {width(), height()}; }
    // What lines are aligned in: max_width, or the width of the longest line.
    [[nodiscard]] float box_width() const { return box_width_; }
    [[nodiscard]] float line_height() const { return line_height_; }
    [[nodiscard]] float baseline() const { return baseline_; }  // of the first line
    [[nodiscard]] int line_count() const { return static_cast<int>(lines_.size()); }
    [[nodiscard]] bool cut() const { return cut_; }             // max_lines left something out
    [[nodiscard]] int unknown_glyphs() const { return unknown_glyphs_; }
    [[nodiscard]] bool starts_right_to_left() const;
    [[nodiscard]] int glyph_count() const;

    // The nearest place between two characters.
    [[nodiscard]] std::size_t byte_at(Point point) const;
    // The character under the point: nothing in the empty end of a line, or outside.
    [[nodiscard]] std::optional<std::size_t> character_at(Point point) const;
    // The number of the link under the point, or -1.
    [[nodiscard]] int link_at(Point point) const;

    [[nodiscard]] Caret caret(std::size_t byte) const;
    [[nodiscard]] int line_of(std::size_t byte) const;
    // The boxes of a byte range, line by line; several in a line where directions mix.
    [[nodiscard]] std::vector<Rect> boxes(std::size_t begin, std::size_t end) const;

    // For editing. Each takes and gives places where a caret may stand.
    [[nodiscard]] std::size_t moved_left(std::size_t byte) const;   // as seen
    [[nodiscard]] std::size_t moved_right(std::size_t byte) const;  // as seen
    [[nodiscard]] std::size_t next(std::size_t byte) const;         // in reading order, a grapheme
    [[nodiscard]] std::size_t previous(std::size_t byte) const;     // in reading order, a grapheme
    // Where a backspace at `byte` deletes from: a whole emoji, but one sign of an Arabic or Hindi cluster.
    [[nodiscard]] std::size_t backspace_from(std::size_t byte) const;
    // The word around a place, or an empty range between words.
    [[nodiscard]] std::pair<std::size_t, std::size_t> word_around(std::size_t byte) const;

private:
    friend class TextEngine;
    struct Inside;  // Pango's layout and the glyphs that were made of it
    struct Line {
        std::size_t begin = 0;
        std::size_t end = 0;
        float x = 0;             // where it starts in the box
        float pango_x = 0;       // where Pango thinks that it starts
        std::size_t first_glyph = 0;
        std::size_t glyphs_end = 0;
    };
    Layout();

    [[nodiscard]] std::size_t moved(std::size_t byte, int direction) const;

    std::unique_ptr<Inside> inside_;
    std::vector<Line> lines_;
    float width_ = 0;
    float box_width_ = 0;
    float line_height_ = 0;
    float baseline_ = 0;
    bool cut_ = false;
    int unknown_glyphs_ = 0;
};

class TextEngine {
public:
    // Keeps up to `capacity` layouts: those asked for last.
    TextEngine(const Fonts& fonts, Atlas& atlas, std::size_t capacity = 1000);
    ~TextEngine();
    TextEngine(const TextEngine&) = delete;
    TextEngine& operator=(const TextEngine&) = delete;

    // Shared, since an article's paragraphs hold on to theirs while the cache may let go of them. It must
    // not outlive the engine.
    [[nodiscard]] std::shared_ptr<const Layout> layout(const TextRequest& request);

    // Only the lines that the list's clip rectangle shows.
    void draw(ImDrawList& list, Point origin, Colour colour, const Layout& layout);

    // The session is over: lets go of every layout and overwrites the bytes of its text. A layout that
    // somebody still holds is overwritten when the last handle goes.
    void clear();
    void forget(std::string_view text);

    [[nodiscard]] std::size_t layouts_kept() const;
    [[nodiscard]] std::size_t glyphs_kept() const;

private:
    struct Self;
    std::unique_ptr<Self> self_;
};

}  // namespace kiosk::paint
