// The few things that screens are made of. Each draws itself and tells the registry what it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kiosk/ui/frame.hpp"

namespace kiosk::ui {

enum class Look : std::uint8_t { primary, outlined, tonal, quiet, danger };

struct Button {
    std::string id;
    std::string label;
    std::string_view icon = {};
    Look look = Look::outlined;
    std::vector<Deed> deeds = {};
    bool onward = false;     // an arrow after the label
    bool icon_only = false;  // the label is only told, not drawn
    bool enabled = true;
    bool selected = false;
    float height = unit::button;
    std::string value = {};
};
// As wide as it wants to be.
[[nodiscard]] Size size_of(Frame& frame, const Button& button);
void draw(Frame& frame, Rect rect, const Button& button);
// Buttons from the start of a row on, going on in the next row where there is no room.
[[nodiscard]] std::vector<Rect> places_in_row(Frame& frame, Rect row, const std::vector<Button>& buttons,
                                              float gap_units = unit::s);
// Draws them there and answers the bottom.
float draw_row(Frame& frame, Rect row, const std::vector<Button>& buttons, float gap_units = unit::s);

// A pill: of a filter, or a popular wish.
struct Chip {
    std::string id;
    std::string label;
    std::string_view icon = {};
    bool selected = false;
    Role role = Role::button;
    std::vector<Deed> deeds = {};
};
// All chips in rows; at most `rows`, 0 for any number. Answers the bottom.
float draw_chips(Frame& frame, Rect area, const std::vector<Chip>& chips, int rows = 0);

// The ground of a card. A pressed card is a little darker.
void card(Frame& frame, Rect rect, Elevation elevation = Elevation::high, float press = 0,
          float radius = unit::radius_card);
// A rounded square in the colours of a category, with an icon.
void badge(Frame& frame, Rect rect, std::string_view icon, Colour tint, Colour ink);

// A box that can be chosen: one of several (round mark) or many of several (square mark).
struct Option {
    std::string id;
    std::string label;
    std::string icon = {};
    bool selected = false;
    bool many = false;
    std::vector<Deed> deeds = {};
};
[[nodiscard]] float height_of(Frame& frame, const Option& option, float width);
void draw(Frame& frame, Rect rect, const Option& option);
// A grid of as many columns as fit; answers the bottom.
float draw_options(Frame& frame, Rect area, const std::vector<Option>& options,
                   float least_width_units = 300);

// A line with an icon and a text that explains: a promise, a warning, a fault.
enum class Tone : std::uint8_t { plain, note, ok, warning, danger };
struct Colours {
    Colour ground;
    Colour ink;
};
[[nodiscard]] Colours colours_of(const Frame& frame, Tone tone);
struct Banner {
    Tone tone = Tone::note;
    std::string_view icon;
    std::string title = {};
    std::string text;
};
float draw(Frame& frame, Point at, float width, const Banner& banner);  // answers the bottom
// An icon and a text in one colour, without a ground. Answers the bottom.
float draw_remark(Frame& frame, Point at, float width, std::string_view icon, std::string_view text,
                  Colour colour, Type type = type::caption);

// A text that is told but not touched.
void tell(Frame& frame, std::string id, std::string label, std::string value, Rect rect);

// Lays boxes into rows of equal width; tells where each is.
class Grid {
public:
    Grid(Rect area, int columns, float gap) : area_(area), columns_(std::max(1, columns)), gap_(gap) {}
    [[nodiscard]] float width() const {
        return std::floor((area_.width - gap_ * static_cast<float>(columns_ - 1)) /
                          static_cast<float>(columns_));
    }
    [[nodiscard]] float x(std::size_t index) const {
        return area_.x + static_cast<float>(index % static_cast<std::size_t>(columns_)) * (width() + gap_);
    }
    [[nodiscard]] std::size_t row(std::size_t index) const {
        return index / static_cast<std::size_t>(columns_);
    }
    [[nodiscard]] int columns() const { return columns_; }

private:
    Rect area_;
    int columns_;
    float gap_;
};
// As many columns as fit, but rather fewer than a nearly empty last row.
[[nodiscard]] int columns_for(float width, float least, float gap, std::size_t count, int most = 6);

}  // namespace kiosk::ui
