// One frame being drawn: theme units to pixels, words, text, shapes, clipping and items, mirrored in one
// place.
//
// Screens are written as if all people read from left to right. For those who do not, each rectangle is
// mirrored here, on its way to the canvas and to the registry; nobody else knows. Text keeps the direction of
// its own letters.
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/language.hpp"
#include "core/base/words.hpp"
#include "kiosk/app/app.hpp"
#include "kiosk/paint/canvas.hpp"
#include "kiosk/ui/memory.hpp"
#include "kiosk/ui/registry.hpp"
#include "kiosk/ui/stage.hpp"
#include "kiosk/ui/theme.hpp"

struct ImDrawList;

namespace kiosk::ui {

using paint::Colour;
using paint::Point;
using paint::Rect;
using paint::Size;

// Where lines stand in their box: by the direction of the screen, or (own) by the text's own.
enum class Flow : std::uint8_t { start, centre, end, own };

struct Say {
    std::string_view text;
    Type type = type::body;
    Colour colour = {};
    float width = -1;         // pixels to break lines at; negative: one line
    int lines = 0;            // 0: as many as it takes
    bool may_be_cut = false;  // an ellipsis is fine here; else tests take it for a mistake
    Flow flow = Flow::start;
    std::string_view language = {};  // empty: the session's
    std::span<const paint::Span> spans = {};
    paint::Family family = paint::Family::text;
};

class Keyboards;

enum class Elevation : std::uint8_t { flat, low, high, top };

class Frame {
public:
    Frame(paint::Canvas& canvas, const Theme& theme, const Keyboards& keyboards, Registry& registry,
          Memory& memory, std::vector<PictureWish>& wishes, const State& state, const View& view);

    const Theme& theme;
    const Keyboards& keyboards;
    const State& state;
    const View& view;
    Memory& memory;
    Registry& registry;
    paint::Canvas& canvas;
    std::vector<PictureWish>& wishes;

    // Measures.
    [[nodiscard]] float px(float units) const;
    [[nodiscard]] float zoom() const { return zoom_; }
    [[nodiscard]] Rect screen() const { return {0, 0, view.window.width, view.window.height}; }
    [[nodiscard]] float units_wide() const { return view.window.width / zoom_; }
    [[nodiscard]] float units_high() const { return view.window.height / zoom_; }
    [[nodiscard]] bool is_wide() const { return units_wide() >= 1400; }  // room for a side column
    [[nodiscard]] bool is_narrow() const { return units_wide() < 800; }  // one column
    [[nodiscard]] bool is_short() const { return units_high() < 760; }
    [[nodiscard]] float margin() const { return px(is_wide() ? 64 : is_narrow() ? 20 : 40); }
    // The height or width of a target: in theme units, but never too small for a finger.
    [[nodiscard]] float target(float units) const { return std::max(px(units), unit::least_target_px); }

    // Words.
    [[nodiscard]] const std::string& language() const { return state.session.language; }
    [[nodiscard]] std::string tr(std::string_view key, core::Words::Values values = {}) const;
    [[nodiscard]] std::string count(std::string_view key, std::int64_t number,
                                    core::Words::Values values = {}) const;
    [[nodiscard]] std::string read(const core::Text& text) const;
    [[nodiscard]] bool mirrored() const { return mirrored_; }

    // Text. `draw` answers the height it took.
    [[nodiscard]] std::shared_ptr<const paint::Layout> layout(const Say& say);
    [[nodiscard]] Size measure(const Say& say) { return layout(say)->size(); }
    float draw(Point at, const Say& say);
    // In the middle of the height of a box, from its start; as wide as the box.
    void draw_in(Rect box, Say say);
    // Where `draw` puts the layout's left edge, in window pixels.
    [[nodiscard]] float text_left(float x, const Say& say, const paint::Layout& layout) const;

    // Shapes.
    void fill(Rect rect, Colour colour, float radius = 0);
    void gradient(Rect rect, Colour top, Colour bottom);
    void border(Rect rect, Colour colour, float stroke, float radius = 0);
    void shadow(Rect rect, float radius, Elevation elevation);
    void circle(Point centre, float radius, Colour colour);
    void picture(Point at, const paint::PictureTexture& picture);
    void icon(std::string_view name, Rect box, Colour colour);
    // An arrow or chevron that points on or back in reading direction.
    void icon_onward(std::string_view ltr_name, std::string_view rtl_name, Rect box, Colour colour);
    void icon_in(std::string_view name, Rect box, float size_px, Colour colour);  // in the middle

    // Items.
    void item(Item item);  // rectangle as on a left-to-right screen; mirrored and clipped here
    [[nodiscard]] float press_of(std::string_view id) const;  // 0 to 1 in a few steps
    [[nodiscard]] bool has_focus(std::string_view id) const {
        return memory.focus_shown && memory.focus == id;
    }
    void focus_ring(std::string_view id, Rect rect, float radius);
    void want_another_frame() { memory.again = true; }

    // Clipping, innermost last.
    void push_clip(Rect rect);
    void pop_clip();
    [[nodiscard]] Rect clip() const { return clips_.back(); }  // in window pixels
    [[nodiscard]] bool in_view(Rect rect) const { return !out(rect).intersect(clip()).empty(); }
    void set_area(std::string id) { area_ = std::move(id); }
    [[nodiscard]] const std::string& area() const { return area_; }

    // Keyboards and QR codes look the same for everyone.
    class Unmirrored {
    public:
        explicit Unmirrored(Frame& frame) : frame_(frame), was_(frame.mirrored_) { frame.mirrored_ = false; }
        ~Unmirrored() { frame_.mirrored_ = was_; }
        Unmirrored(const Unmirrored&) = delete;
        Unmirrored& operator=(const Unmirrored&) = delete;

    private:
        Frame& frame_;
        bool was_;
    };
    [[nodiscard]] Rect out(Rect rect) const;  // to window pixels

private:
    ImDrawList& list_;
    float zoom_;
    bool mirrored_;
    std::string area_;
    std::vector<Rect> clips_;
};

// A part of a screen that scrolls. Draw its content from `top()` on, then tell with `end` how far it went.
class ScrollArea {
public:
    // `ground` is the colour of what is behind, for the soft ends; these leave out the card's rounded
    // corners.
    ScrollArea(Frame& frame, std::string id, Rect rect, Colour ground, float corner = 0);
    ScrollArea(const ScrollArea&) = delete;
    ScrollArea& operator=(const ScrollArea&) = delete;
    ~ScrollArea();

    [[nodiscard]] float top() const { return rect_.y - offset_; }
    [[nodiscard]] Rect rect() const { return rect_; }
    [[nodiscard]] const std::string& id() const { return id_; }
    void end(float bottom);

private:
    Frame& frame_;
    std::string id_;
    std::string outer_;
    Rect rect_;
    Colour ground_;
    float corner_ = 0;
    float offset_ = 0;
    float bottom_ = 0;
};

}  // namespace kiosk::ui
