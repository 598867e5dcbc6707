#include "kiosk/ui/stage.hpp"

#include <algorithm>
#include <cmath>

#include "kiosk/ui/frame.hpp"
#include "kiosk/ui/hands.hpp"
#include "kiosk/ui/keyboard.hpp"
#include "kiosk/ui/memory.hpp"
#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/theme.hpp"

namespace kiosk::ui {

namespace {

constexpr double fastest_frame_s = 1.0 / 1000;
constexpr double slowest_frame_s = 0.1;
constexpr float hero_height = 470;

std::string picture_key(const PictureWish& wish) {
    return wish.path + "@" + std::to_string(wish.request.box.width) + "x" +
           std::to_string(wish.request.box.height);
}

}  // namespace

struct Stage::Self {
    Self(paint::Canvas& the_canvas, Themes the_themes, Keyboards the_keyboards)
        : canvas(the_canvas),
          themes(std::move(the_themes)),
          keyboards(std::move(the_keyboards)),
          hands(registry, memory, keyboards) {}

    // Scrolls an item that is to be seen into its area, with a little of what stands above it.
    void reveal() {
        if (memory.reveal.empty()) return;
        const std::string id = std::move(memory.reveal);
        memory.reveal.clear();
        const Item* item = registry.find(id);
        const Area* area = item ? registry.area(item->area) : nullptr;
        if (!area) return;
        Scroll& scroll = memory.scrolls[area->id];
        const float height = std::max(item->rect.height, std::exchange(memory.reveal_height, 0.0F));
        const float air = std::min(zoom * 110, std::max(0.0F, (area->rect.height - height) / 2));
        const float above = area->rect.y + air - item->rect.y;
        const float below = item->rect.y + height + std::min(air, zoom * 24) - area->rect.bottom();
        float by = 0;
        if (above > 0)
            by = -above;
        else if (below > 0)
            by = std::min(below, -above);
        if (by == 0) return;
        scroll.velocity = 0;
        scroll.offset =
            std::clamp(scroll.offset + by, 0.0F, std::max(0.0F, area->content_height - area->rect.height));
        memory.again = true;
    }

    paint::Canvas& canvas;
    Themes themes;
    Keyboards keyboards;
    Registry registry;
    Memory memory;
    Hands hands;
    std::vector<PictureWish> wishes;
    const ImDrawData* picture = nullptr;
    paint::Colour background;
    float zoom = 1;
    double drawn_ms = 0;
    bool acted = false;  // what was touched is not drawn yet
    std::optional<double> changes_at_ms;
};

Stage::Stage(std::unique_ptr<Self> self) : self_(std::move(self)) {}
Stage::~Stage() = default;

core::Result<std::unique_ptr<Stage>> Stage::open(paint::Canvas& canvas, const std::filesystem::path& assets) {
    auto themes = Themes::load(assets / "themes");
    if (!themes) return core::fail(themes.error());
    auto keyboards = Keyboards::load(assets / "keyboards");
    if (!keyboards) return core::fail(keyboards.error());
    return std::unique_ptr<Stage>(
        new Stage(std::make_unique<Self>(canvas, std::move(*themes), std::move(*keyboards))));
}

Actions Stage::take(std::span<const InputEvent> events, double now_ms) {
    self_->acted = self_->acted || !events.empty();
    return self_->hands.take(events, now_ms);
}

void Stage::draw(const State& state, const View& view) {
    Self& self = *self_;
    Memory& memory = self.memory;
    self.hands.move_on(view.now_ms);
    ++memory.frame;
    memory.again = false;
    memory.text_places.clear();
    self.registry.begin_frame();

    const double seconds = std::clamp((view.now_ms - self.drawn_ms) / 1000, fastest_frame_s, slowest_frame_s);
    self.drawn_ms = view.now_ms;
    self.canvas.begin_frame(view.window, static_cast<float>(seconds));
    const Theme& theme = self.themes.of(state.session.theme);
    Frame frame(self.canvas, theme, self.keyboards, self.registry, memory, self.wishes, state, view);
    self.zoom = frame.zoom();
    self.background = theme.background;

    const Screen& shown = state.session.screens.back();
    if (std::holds_alternative<home::State>(shown)) {
        frame.gradient({0, 0, view.window.width, std::min(view.window.height, frame.px(hero_height))},
                       theme.hero, theme.background);
    }
    const Bar bar = draw_bar(frame);
    std::visit(core::overloaded{
                   [&](const home::State& screen) { home::draw(screen, frame, bar); },
                   [&](const search::State& screen) { search::draw(screen, frame, bar); },
                   [&](const article::State& screen) { article::draw(screen, frame, bar); },
                   [&](const problem::State& screen) { problem::draw(screen, frame, bar); },
                   [&](const services::State& screen) { services::draw(screen, frame, bar); },
                   [&](const form::State& screen) { form::draw(screen, frame, bar); },
                   [&](const receipt::State& screen) { receipt::draw(screen, frame, bar); },
                   [&](const claim::State& screen) { claim::draw(screen, frame, bar); },
                   [&](const language::State& screen) { language::draw(screen, frame, bar); },
               },
               shown);
    self.changes_at_ms.reset();
    if (state.session.warned) {
        draw_idle_warning(frame);
        self.changes_at_ms = view.now_ms + 1000;
    }
    self.picture = &self.canvas.end_frame();
    self.reveal();
    self.hands.frame_drawn(state, self.zoom);
    self.acted = false;
}

const ImDrawData& Stage::picture() const { return *self_->picture; }
paint::Colour Stage::background() const { return self_->background; }
const Registry& Stage::registry() const { return self_->registry; }
Registry& Stage::registry() { return self_->registry; }

bool Stage::wants_frames() const {
    return self_->acted || self_->memory.again || self_->hands.is_moving() || self_->hands.is_waiting();
}

std::optional<double> Stage::changes_at_ms() const { return self_->changes_at_ms; }

std::vector<PictureWish> Stage::take_wishes() { return std::exchange(self_->wishes, {}); }

void Stage::picture_came(const PictureWish& wish, std::optional<paint::Picture> picture) {
    PictureSlot& slot = self_->memory.pictures[picture_key(wish)];
    slot.last_frame = self_->memory.frame;
    slot.state = PictureSlot::State::broken;
    if (picture && picture->width > 0 && picture->height > 0) {
        slot.texture =
            self_->canvas.atlas().add_picture(picture->width, picture->height, std::move(picture->rgba));
        slot.state = PictureSlot::State::shown;
    }
    // Its height is known now, and all below moves.
    self_->memory.measures.known.assign(self_->memory.measures.known.size(), false);
    self_->memory.again = true;
}

void Stage::forget() {
    self_->hands.forget();
    self_->memory.forget();
    self_->registry.forget();
    self_->canvas.text().clear();
    self_->memory.again = true;
}

}  // namespace kiosk::ui
