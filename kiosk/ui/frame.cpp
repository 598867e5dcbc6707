#include "kiosk/ui/frame.hpp"

#include <algorithm>
#include <cmath>

#include <imgui.h>

namespace kiosk::ui {

namespace {

// A press jumps on and fades in three steps: a smooth fade would draw fifteen frames for the same impression.
constexpr double fade_ms = 120;
constexpr int fade_steps = 3;

constexpr Colour shadow_colour = Colour::rgb(0x0B2430);

}  // namespace

Frame::Frame(paint::Canvas& the_canvas, const Theme& the_theme, const Keyboards& the_keyboards,
             Registry& the_registry, Memory& the_memory, std::vector<PictureWish>& the_wishes,
             const State& the_state, const View& the_view)
    : theme(the_theme),
      keyboards(the_keyboards),
      state(the_state),
      view(the_view),
      memory(the_memory),
      registry(the_registry),
      canvas(the_canvas),
      wishes(the_wishes),
      list_(*ImGui::GetBackgroundDrawList()),
      zoom_(the_view.scale * the_state.session.text_scale),
      mirrored_(core::is_right_to_left(the_state.session.language)) {
    clips_.push_back(screen());
}

float Frame::px(float units) const { return std::round(units * zoom_); }

std::string Frame::tr(std::string_view key, core::Words::Values values) const {
    return state.content->words.say(language(), key, values);
}

std::string Frame::count(std::string_view key, std::int64_t number, core::Words::Values values) const {
    return state.content->words.count(language(), key, number, values);
}

std::string Frame::read(const core::Text& text) const {
    return std::string(text.read(language(), state.content->catalog.fallback).text);
}

std::shared_ptr<const paint::Layout> Frame::layout(const Say& say) {
    paint::TextRequest request;
    request.text = say.text;
    request.style.family = say.family;
    request.style.weight = say.type.weight;
    request.style.size_px = std::round(say.type.size * zoom_);
    request.style.line_height = say.type.line_height;
    request.style.language = say.language.empty() ? language() : std::string(say.language);
    switch (say.flow) {
        case Flow::start:
            request.style.align = mirrored_ ? paint::Align::right : paint::Align::left;
            break;
        case Flow::centre:
            request.style.align = paint::Align::centre;
            break;
        case Flow::end:
            request.style.align = mirrored_ ? paint::Align::left : paint::Align::right;
            break;
        case Flow::own:
            request.style.align = paint::Align::start;
            break;
    }
    request.max_width = say.width < 0 ? -1 : std::max(1.0F, std::floor(say.width));
    request.max_lines = say.lines;
    request.spans = say.spans;
    return canvas.text().layout(request);
}

float Frame::text_left(float x, const Say& say, const paint::Layout& layout) const {
    const float width = say.width < 0 ? layout.width() : std::max(1.0F, std::floor(say.width));
    return mirrored_ ? view.window.width - x - width : x;
}

float Frame::draw(Point at, const Say& say) {
    if (say.text.empty()) return 0;
    const auto made = layout(say);
    const Rect box{text_left(at.x, say, *made), at.y, say.width < 0 ? made->width() : say.width,
                   made->height()};
    if (!box.intersect(clip()).empty()) canvas.text().draw(list_, box.origin(), say.colour, *made);
    if (registry.is_watching()) {
        registry.add_text({.text = std::string(say.text),
                           .rect = {box.x, box.y, std::max(box.width, made->width()), box.height},
                           .clip = clip(),
                           .cut = made->cut(),
                           .may_be_cut = say.may_be_cut,
                           .unknown_glyphs = made->unknown_glyphs()});
    }
    return made->height();
}

void Frame::draw_in(Rect box, Say say) {
    say.width = box.width;
    const float height = layout(say)->height();
    draw({box.x, std::round(box.y + (box.height - height) / 2)}, say);
}

Rect Frame::out(Rect rect) const {
    return mirrored_ ? Rect{view.window.width - rect.right(), rect.y, rect.width, rect.height} : rect;
}

void Frame::fill(Rect rect, Colour colour, float radius) {
    if (in_view(rect))
        canvas.fill(list_, out(rect), colour, std::min(radius, std::min(rect.width, rect.height) / 2));
}

void Frame::gradient(Rect rect, Colour top, Colour bottom) {
    if (in_view(rect)) canvas.gradient(list_, out(rect), top, bottom);
}

void Frame::border(Rect rect, Colour colour, float stroke, float radius) {
    if (in_view(rect)) {
        canvas.border(list_, out(rect), colour, std::max(1.0F, stroke),
                      std::min(radius, std::min(rect.width, rect.height) / 2));
    }
}

void Frame::shadow(Rect rect, float radius, Elevation elevation) {
    if (elevation == Elevation::flat || theme.shadow <= 0 || !in_view(rect.inset(-px(60)))) return;
    struct Layer {
        float blur;
        float down;
        float opacity;
    };
    static constexpr Layer layers[3][2] = {
        {{4, 1, 0.07F}, {14, 4, 0.06F}}, {{6, 2, 0.08F}, {28, 10, 0.10F}}, {{8, 3, 0.10F}, {44, 18, 0.16F}}};
    for (const Layer& layer : layers[static_cast<int>(elevation) - 1]) {
        canvas.shadow(list_, out(rect), radius,
                      {.blur = px(layer.blur),
                       .offset = {0, px(layer.down)},
                       .colour = shadow_colour.faded(std::min(1.0F, layer.opacity * theme.shadow))});
    }
}

void Frame::circle(Point centre, float radius, Colour colour) {
    const Rect box{centre.x - radius, centre.y - radius, 2 * radius, 2 * radius};
    if (in_view(box)) canvas.circle(list_, out(box).centre(), radius, colour);
}

void Frame::picture(Point at, const paint::PictureTexture& picture) {
    const Rect box{at.x, at.y, static_cast<float>(picture.width()), static_cast<float>(picture.height())};
    if (in_view(box)) canvas.picture(list_, out(box).origin(), picture);
}

void Frame::icon(std::string_view name, Rect box, Colour colour) {
    if (in_view(box)) canvas.icon(list_, name, out(box), colour);
}

void Frame::icon_onward(std::string_view ltr_name, std::string_view rtl_name, Rect box, Colour colour) {
    icon(mirrored_ ? rtl_name : ltr_name, box, colour);
}

void Frame::icon_in(std::string_view name, Rect box, float size_px, Colour colour) {
    const float size = std::round(size_px);
    icon(
        name,
        {std::round(box.x + (box.width - size) / 2), std::round(box.y + (box.height - size) / 2), size, size},
        colour);
}

void Frame::item(Item item) {
    item.rect = out(item.rect);
    item.visible = item.rect.intersect(clip());
    item.area = area_;
    registry.add(std::move(item));
}

float Frame::press_of(std::string_view id) const {
    if (memory.pressed == id) return 1;
    if (memory.released != id) return 0;
    const double gone = (view.now_ms - memory.released_ms) / fade_ms;
    if (gone >= 1) return 0;
    memory.again = true;
    return static_cast<float>(std::ceil((1 - gone) * fade_steps) / (fade_steps + 1));
}

void Frame::focus_ring(std::string_view id, Rect rect, float radius) {
    if (!has_focus(id)) return;
    const float gap = px(unit::focus_gap);
    const float stroke = px(unit::stroke_selected);
    border(rect.inset(-gap - stroke), theme.focus, stroke, radius + gap + stroke);
}

void Frame::push_clip(Rect rect) {
    clips_.push_back(out(rect).intersect(clips_.back()));
    const Rect& clip = clips_.back();
    list_.PushClipRect({clip.x, clip.y}, {clip.right(), clip.bottom()});
}

void Frame::pop_clip() {
    clips_.pop_back();
    list_.PopClipRect();
}

ScrollArea::ScrollArea(Frame& frame, std::string id, Rect rect, Colour ground, float corner)
    : frame_(frame),
      id_(std::move(id)),
      outer_(frame.area()),
      rect_(rect.snapped()),
      ground_(ground),
      corner_(std::round(corner)) {
    Scroll& scroll = frame_.memory.scrolls[id_];
    scroll.view_height = rect_.height;
    // What was scrolled to may be gone: content shrank, or a keyboard went away.
    if (!scroll.held && scroll.velocity == 0)
        scroll.offset = std::clamp(scroll.offset, 0.0F, scroll.furthest());
    offset_ = std::round(scroll.offset);
    bottom_ = top();
    frame_.set_area(id_);
    frame_.push_clip(rect_);
}

void ScrollArea::end(float bottom) { bottom_ = bottom; }

ScrollArea::~ScrollArea() {
    frame_.pop_clip();
    frame_.set_area(outer_);

    Scroll& scroll = frame_.memory.scrolls[id_];
    const float height = std::ceil(bottom_ - top());
    if (height != scroll.content_height) {
        scroll.content_height = height;
        frame_.want_another_frame();  // for the clamping above, and the bar
    }
    frame_.registry.add_area({.id = id_, .rect = frame_.out(rect_), .content_height = height});

    const float furthest = scroll.furthest();
    if (furthest < 1) return;
    if (!frame_.theme.outline) {
        const float fade = std::min(frame_.px(44), rect_.height / 4);
        if (offset_ > 0) {
            frame_.gradient({rect_.x + corner_, rect_.y, rect_.width - 2 * corner_, fade}, ground_,
                            ground_.faded(0));
        }
        if (offset_ < furthest) {
            frame_.gradient({rect_.x + corner_, rect_.bottom() - fade, rect_.width - 2 * corner_, fade},
                            ground_.faded(0), ground_);
        }
    }
    const float length = std::max(frame_.px(60), rect_.height * rect_.height / height);
    const float along = std::clamp(offset_ / furthest, 0.0F, 1.0F);
    const float inset = std::max(frame_.px(8), corner_);
    const Rect bar{rect_.right() - frame_.px(9),
                   rect_.y + inset + along * (rect_.height - 2 * inset - length), frame_.px(6), length};
    frame_.fill(bar, frame_.theme.control.mixed(ground_, 0.35F), bar.width / 2);
}

}  // namespace kiosk::ui
