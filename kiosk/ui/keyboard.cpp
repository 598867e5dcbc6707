#include "kiosk/ui/keyboard.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"

namespace kiosk::ui {

namespace {

constexpr float widest_key = 126;
constexpr float most_of_screen = 0.5F;
constexpr float wide_key = 1.5F;  // shift, backspace: in widths of a letter
constexpr float enter_key = 2.2F;

core::Result<KeyLayout::Rows> rows_of(const core::Yaml& root, std::string_view key) {
    KeyLayout::Rows rows;
    const core::Yaml* list = root.find(key);
    if (!list) return rows;
    for (const core::Yaml& row : list->items()) {
        std::vector<std::string> keys;
        for (const core::Yaml& cell : row.items()) {
            if (cell.text().empty())
                return core::fail(core::ErrorKind::invalid, "an empty key in `" + std::string(key) + "`");
            keys.push_back(cell.text());
        }
        rows.push_back(std::move(keys));
    }
    return rows;
}

core::Result<KeyLayout> load_layout(const std::filesystem::path& path) {
    const std::string file = path.filename().string();
    auto text = core::read_file(path);
    if (!text) return core::fail(text.error());
    auto root = core::Yaml::parse(*text, file);
    if (!root) return core::fail(core::ErrorKind::invalid, root.error().line_of_text());

    KeyLayout layout;
    if (const core::Yaml* name = root->find("name")) layout.name = name->text();
    auto rows = rows_of(*root, "rows");
    if (!rows) return core::fail(rows.error().in(file));
    auto shifted = rows_of(*root, "shifted");
    if (!shifted) return core::fail(shifted.error().in(file));
    layout.rows = std::move(*rows);
    layout.shifted = std::move(*shifted);
    if (layout.rows.empty()) return core::fail(core::ErrorKind::invalid, file + " has no `rows`");
    const auto same_size = [](const auto& a, const auto& b) { return a.size() == b.size(); };
    if (!layout.shifted.empty() && !std::equal(layout.rows.begin(), layout.rows.end(), layout.shifted.begin(),
                                               layout.shifted.end(), same_size)) {
        return core::fail(core::ErrorKind::invalid, file + ": `shifted` needs a key for each of `rows`");
    }
    return layout;
}

std::string shown_language(const Frame& frame) {
    return frame.memory.keyboard.empty() ? frame.language() : frame.memory.keyboard;
}

const KeyLayout& layout_of(const Frame& frame, const Keyboards& keyboards, const Keyboard& keyboard) {
    if (keyboard.kind == Keyboard::Kind::numbers) return keyboards.numbers();
    if (keyboard.kind == Keyboard::Kind::code) return keyboards.code();
    return frame.memory.symbols ? keyboards.symbols() : keyboards.of(shown_language(frame));
}

struct Metrics {
    float pad = 0;
    float gap = 0;
    float key_width = 0;
    float key_height = 0;
    float height = 0;
};

// Letters with two more keys in their last row; the bottom row is as wide as the widest.
Metrics metrics_of(Frame& frame, const KeyLayout& layout) {
    float units = 0;
    for (std::size_t row = 0; row < layout.rows.size(); ++row) {
        const bool last = row + 1 == layout.rows.size();
        units = std::max(units, static_cast<float>(layout.rows[row].size()) + (last ? 2 * wide_key : 0));
    }
    const auto rows = static_cast<float>(layout.rows.size() + 1);
    Metrics metrics;
    // On a low screen large text enlarges what is read, not the keys: else nothing would be left to read it
    // in.
    const float zoom = frame.is_short() ? frame.view.scale : frame.zoom();
    metrics.pad = std::round(zoom * (frame.is_short() ? 12 : 22));
    metrics.gap = std::round(zoom * (frame.is_narrow() ? 8 : unit::gap));
    const float room = frame.view.window.width - 2 * metrics.pad - (std::ceil(units) - 1) * metrics.gap;
    metrics.key_width = std::floor(std::min(std::round(zoom * widest_key), room / units));
    const float most = frame.view.window.height * most_of_screen;
    const float fitting = (most - 2 * metrics.pad - (rows - 1) * metrics.gap) / rows;
    metrics.key_height =
        std::floor(std::max(unit::least_target_px, std::min(std::round(zoom * unit::key_height), fitting)));
    metrics.height = rows * metrics.key_height + (rows - 1) * metrics.gap + 2 * metrics.pad;
    return metrics;
}

struct KeyCap {
    std::string id;
    std::string label;  // told
    std::string shown;  // drawn, if there is no icon
    std::string_view icon = {};
    enum class Face : std::uint8_t { letter, special, primary } face = Face::letter;
    bool lit = false;
    std::vector<Deed> deeds = {};
};

void draw_key(Frame& frame, Rect rect, const KeyCap& cap) {
    const Theme& theme = frame.theme;
    rect = rect.snapped();
    const float press = frame.press_of(cap.id);
    const float radius = frame.px(unit::radius_key);
    const bool is_primary = cap.face == KeyCap::Face::primary;
    Colour ground = cap.face == KeyCap::Face::letter ? theme.key : theme.key_special;
    if (is_primary)
        ground = theme.primary.mixed(theme.primary_pressed, press);
    else
        ground = (cap.lit ? theme.tint : ground).mixed(theme.primary, press * 0.35F);
    const float depth = theme.outline ? 0 : std::max(1.0F, frame.px(3));
    if (depth > 0)
        frame.fill({rect.x, rect.y, rect.width, rect.height},
                   is_primary ? theme.primary_pressed : theme.key_edge, radius);
    const Rect face{rect.x, rect.y + (press > 0 ? depth / 2 : 0), rect.width, rect.height - depth};
    frame.fill(face, ground, radius);
    if (theme.outline) frame.border(rect, theme.control, frame.px(2), radius);

    const Colour ink = is_primary ? theme.on_primary : cap.lit ? theme.on_tint : theme.ink;
    const float side = std::min(frame.px(34), face.height * 0.55F);
    const Rect inside = face.inset(std::min(frame.px(6), face.width * 0.06F), 0);
    Say say{.text = cap.shown,
            .type = cap.face == KeyCap::Face::letter ? type::key : type::label,
            .colour = ink,
            .width = inside.width,
            .lines = 1,
            .flow = Flow::centre};
    // A cap is never cut: it gets smaller until it fits on its key.
    const auto fits = [&] {
        Say free = say;
        free.width = -1;
        const Size size = frame.measure(free);
        return size.width <= inside.width - 1 && size.height <= face.height;
    };
    while (!cap.shown.empty() && say.type.size > 8 && !fits()) say.type.size -= 2;
    if (cap.icon.empty()) {
        frame.draw_in(inside, say);
    } else if (cap.shown.empty()) {
        frame.icon_in(cap.icon, face, side, ink);
    } else {
        say.width = -1;
        say.type = type::label;
        say.type.size = std::min(say.type.size, face.height * 0.5F / frame.zoom());
        const float width = frame.measure(say).width;
        const float gap = frame.px(14);
        if (side + gap + width + frame.px(16) > face.width) {
            frame.icon_in(cap.icon, face, side, ink);
        } else {
            const float x = std::round(face.centre().x - (side + gap + width) / 2);
            frame.icon(cap.icon, {x, std::round(face.centre().y - side / 2), side, side}, ink);
            frame.draw_in({x + side + gap, face.y, std::ceil(width) + 1, face.height}, say);
        }
    }
    frame.focus_ring(cap.id, rect, radius);
    frame.item({.id = cap.id,
                .role = Role::key,
                .label = cap.label,
                .rect = rect,
                .selected = cap.lit,
                .on_press = true,
                .deeds = cap.deeds});
}

}  // namespace

core::Result<Keyboards> Keyboards::load(const std::filesystem::path& folder) {
    auto files = core::files_below(folder);
    if (!files) return core::fail(files.error());
    Keyboards keyboards;
    for (const std::filesystem::path& file : *files) {
        if (file.extension() != ".yaml") continue;
        auto layout = load_layout(folder / file);
        if (!layout) return core::fail(layout.error());
        const std::string name = file.stem().string();
        if (name == "symbols")
            keyboards.symbols_ = std::move(*layout);
        else if (name == "numbers")
            keyboards.numbers_ = std::move(*layout);
        else if (name == "code")
            keyboards.code_ = std::move(*layout);
        else
            keyboards.layouts_[name] = std::move(*layout);
    }
    if (!keyboards.has("en") || keyboards.symbols_.rows.empty() || keyboards.numbers_.rows.empty() ||
        keyboards.code_.rows.empty()) {
        return core::fail(core::ErrorKind::invalid,
                          folder.string() + " needs en.yaml, symbols.yaml, numbers.yaml and code.yaml");
    }
    return keyboards;
}

const KeyLayout& Keyboards::of(std::string_view language) const {
    auto found = layouts_.find(language);
    if (found == layouts_.end()) found = layouts_.find(language.substr(0, language.find('-')));
    if (found == layouts_.end()) found = layouts_.find("en");
    return found->second;
}

bool Keyboards::has(std::string_view language) const {
    return layouts_.contains(language) || layouts_.contains(language.substr(0, language.find('-')));
}

std::string next_language(const Keyboards& keyboards, const std::vector<core::Language>& languages,
                          std::string_view shown) {
    const auto at = std::find(languages.begin(), languages.end(), shown);
    const auto start = static_cast<std::size_t>(at == languages.end() ? -1 : at - languages.begin());
    for (std::size_t step = 1; step <= languages.size(); ++step) {
        const core::Language& next = languages[(start + step) % languages.size()];
        if (keyboards.has(next)) return next;
    }
    return std::string(shown);
}

float height_of(Frame& frame, const Keyboards& keyboards, const Keyboard& keyboard) {
    return metrics_of(frame, layout_of(frame, keyboards, keyboard)).height;
}

void draw(Frame& frame, const Keyboards& keyboards, const Keyboard& keyboard) {
    const Frame::Unmirrored as_on_a_desk(frame);
    const KeyLayout& layout = layout_of(frame, keyboards, keyboard);
    const Metrics metrics = metrics_of(frame, layout);
    const bool letters = keyboard.kind == Keyboard::Kind::letters;
    const bool has_shift = letters && !layout.shifted.empty();
    const bool is_shifted = has_shift && frame.memory.shift;
    const KeyLayout::Rows& caps = is_shifted ? layout.shifted : layout.rows;

    const Size window = frame.view.window;
    const Rect ground{0, window.height - metrics.height, window.width, metrics.height};
    frame.fill(ground, frame.theme.keyboard);
    frame.fill({0, ground.y, ground.width, std::max(1.0F, frame.px(1))}, frame.theme.line);

    float widest = 0;
    for (std::size_t row = 0; row < caps.size(); ++row) {
        const bool last = row + 1 == caps.size();
        const auto keys = static_cast<float>(caps[row].size());
        const float sides = last ? 2 * (wide_key * metrics.key_width + metrics.gap) : 0;
        widest = std::max(widest, keys * metrics.key_width + (keys - 1) * metrics.gap + sides);
    }
    const float left = std::round((window.width - widest) / 2);
    const float step = metrics.key_width + metrics.gap;
    float y = ground.y + metrics.pad;
    for (std::size_t row = 0; row < caps.size(); ++row) {
        const auto keys = static_cast<float>(caps[row].size());
        const float width = keys * step - metrics.gap;
        float x = std::round((window.width - width) / 2);
        if (row + 1 == caps.size()) {
            const float side = std::min(wide_key * metrics.key_width, x - left - metrics.gap);
            if (has_shift) {
                draw_key(frame, {x - metrics.gap - side, y, side, metrics.key_height},
                         {.id = "key.shift",
                          .label = frame.tr("keyboard.shift"),
                          .shown = {},
                          .icon = "arrow_upward",
                          .face = KeyCap::Face::special,
                          .lit = is_shifted,
                          .deeds = {ToggleShift{}}});
            }
            draw_key(frame, {x + width + metrics.gap, y, side, metrics.key_height},
                     {.id = "key.backspace",
                      .label = frame.tr("keyboard.backspace"),
                      .shown = {},
                      .icon = "backspace",
                      .face = KeyCap::Face::special,
                      .deeds = {Action{Backspace{}}}});
        }
        for (std::size_t key = 0; key < caps[row].size(); ++key) {
            const std::string& cap = caps[row][key];
            std::vector<Deed> deeds{Action{TypeText{cap}}};
            if (is_shifted) deeds.emplace_back(ToggleShift{});
            draw_key(frame, {x, y, metrics.key_width, metrics.key_height},
                     {.id = "key." + core::utf8::folded(layout.rows[row][key]),
                      .label = cap,
                      .shown = cap,
                      .deeds = deeds});
            x += step;
        }
        y += metrics.key_height + metrics.gap;
    }

    // The bottom row: what stands at its ends has its width, the space bar takes the rest.
    struct Bottom {
        float width;
        KeyCap cap;
    };
    std::vector<Bottom> before;
    std::vector<Bottom> after;
    const float letter = metrics.key_width;
    if (letters) {
        before.push_back({letter * wide_key,
                          {.id = "key.symbols",
                           .label = frame.tr("keyboard.symbols"),
                           .shown = frame.memory.symbols ? "ABC" : "?123",
                           .face = KeyCap::Face::special,
                           .deeds = {ToggleSymbols{}}}});
        const auto& languages = frame.state.content->catalog.languages;
        if (languages.size() > 1 && !frame.memory.symbols) {
            before.push_back({letter * 1.2F,
                              {.id = "key.language",
                               .label = frame.tr("keyboard.language"),
                               .shown = keyboards.of(shown_language(frame)).name,
                               .face = KeyCap::Face::special,
                               .deeds = {NextKeyboard{}}}});
        }
    }
    if (!keyboard.extra.empty() && !(letters && frame.memory.symbols)) {
        after.push_back({letter,
                         {.id = "key." + keyboard.extra,
                          .label = keyboard.extra,
                          .shown = keyboard.extra,
                          .deeds = {Action{TypeText{keyboard.extra}}}}});
    }
    if (!keyboard.hide_deeds.empty()) {
        after.push_back({letter * 1.2F,
                         {.id = "key.hide",
                          .label = frame.tr("keyboard.hide"),
                          .shown = {},
                          .icon = "keyboard_hide",
                          .face = KeyCap::Face::special,
                          .deeds = keyboard.hide_deeds}});
    }
    after.push_back({letter * enter_key,
                     {.id = "key.enter",
                      .label = keyboard.enter,
                      .shown = keyboard.enter,
                      .icon = keyboard.enter_icon,
                      .face = KeyCap::Face::primary,
                      .deeds = keyboard.enter_deeds}});

    float taken = 0;
    for (const auto* row : {&before, &after}) {
        for (const Bottom& key : *row) taken += std::round(key.width) + metrics.gap;
    }
    float x = left;
    for (const Bottom& key : before) {
        draw_key(frame, {x, y, std::round(key.width), metrics.key_height}, key.cap);
        x += std::round(key.width) + metrics.gap;
    }
    float space = widest - taken;
    if (letters) {
        space = std::max(space, letter);
        draw_key(frame, {x, y, space, metrics.key_height},
                 {.id = "key.space",
                  .label = frame.tr("keyboard.space"),
                  .shown = frame.tr("keyboard.space"),
                  .deeds = {Action{TypeText{" "}}}});
        x += space + metrics.gap;
    } else if (after.size() > 1) {
        x += std::max(0.0F, space + metrics.gap);
    } else {
        after.back().width += std::max(0.0F, space + metrics.gap);  // a wide Enter closes the pad
    }
    for (const Bottom& key : after) {
        draw_key(frame, {x, y, std::round(key.width), metrics.key_height}, key.cap);
        x += std::round(key.width) + metrics.gap;
    }
}

}  // namespace kiosk::ui
