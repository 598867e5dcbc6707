#include "kiosk/ui/theme.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "core/base/file.hpp"
#include "core/base/yaml.hpp"

namespace kiosk::ui {

namespace {

std::optional<paint::Colour> read_colour(std::string_view text) {
    if (text.size() != 7 || text[0] != '#') return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : text.substr(1)) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = c >= 'A' && c <= 'F';
        if (!digit && !letter) return std::nullopt;
        value = value * 16 + static_cast<std::uint32_t>(digit ? c - '0' : c - 'A' + 10);
    }
    return paint::Colour::rgb(value);
}

core::Result<paint::Colour> colour_of(const core::Yaml& map, std::string_view key) {
    const core::Yaml* node = map.find(key);
    const auto colour = node ? read_colour(node->text()) : std::nullopt;
    if (!colour) {
        return core::fail(core::ErrorKind::invalid,
                          "the colour `" + std::string(key) + "` is missing or not like \"#0B5A66\"");
    }
    return *colour;
}

core::Result<Theme> load_theme(const std::filesystem::path& path) {
    auto text = core::read_file(path);
    if (!text) return core::fail(text.error());
    auto root = core::Yaml::parse(*text, path.filename().string());
    if (!root) return core::fail(core::ErrorKind::invalid, root.error().line_of_text());

    Theme theme;
    const core::Yaml* colours = root->find("colours");
    if (!colours) return core::fail(core::ErrorKind::invalid, path.filename().string() + " has no `colours`");
    for (const auto& [name, member] : colour_names()) {
        auto colour = colour_of(*colours, name);
        if (!colour) return core::fail(colour.error().in(path.filename().string()));
        theme.*member = *colour;
    }
    if (const core::Yaml* categories = root->find("categories")) {
        for (const core::Yaml& category : categories->items()) {
            auto icon = colour_of(category, "icon");
            if (!icon) return core::fail(icon.error().in(path.filename().string()));
            auto tint = colour_of(category, "tint");
            if (!tint) return core::fail(tint.error().in(path.filename().string()));
            theme.categories.push_back({*icon, *tint});
        }
    }
    if (theme.categories.size() != 8) {
        return core::fail(core::ErrorKind::invalid, path.filename().string() + " needs eight `categories`");
    }
    if (const core::Yaml* shadow = root->find("shadow")) {
        theme.shadow = static_cast<float>(shadow->integer().value_or(100)) / 100.0F;
    }
    if (const core::Yaml* outline = root->find("outline")) theme.outline = outline->truth().value_or(false);
    return theme;
}

double luminance(paint::Colour colour) {
    const auto linear = [](std::uint8_t value) {
        const double c = value / 255.0;
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b);
}

}  // namespace

const CategoryTint& Theme::category(int colour) const {
    return categories[static_cast<std::size_t>(std::clamp(colour, 1, 8) - 1)];
}

const std::vector<std::pair<std::string_view, paint::Colour Theme::*>>& colour_names() {
    static const std::vector<std::pair<std::string_view, paint::Colour Theme::*>> names{
        {"background", &Theme::background},
        {"hero", &Theme::hero},
        {"surface", &Theme::surface},
        {"surface_2", &Theme::surface_2},
        {"ink", &Theme::ink},
        {"ink_2", &Theme::ink_2},
        {"ink_3", &Theme::ink_3},
        {"line", &Theme::line},
        {"control", &Theme::control},
        {"primary", &Theme::primary},
        {"primary_pressed", &Theme::primary_pressed},
        {"on_primary", &Theme::on_primary},
        {"tint", &Theme::tint},
        {"on_tint", &Theme::on_tint},
        {"highlight", &Theme::highlight},
        {"ok", &Theme::ok},
        {"ok_tint", &Theme::ok_tint},
        {"warning", &Theme::warning},
        {"warning_tint", &Theme::warning_tint},
        {"danger", &Theme::danger},
        {"danger_tint", &Theme::danger_tint},
        {"focus", &Theme::focus},
        {"keyboard", &Theme::keyboard},
        {"key", &Theme::key},
        {"key_special", &Theme::key_special},
        {"key_edge", &Theme::key_edge},
        {"scrim", &Theme::scrim},
    };
    return names;
}

const std::vector<Pair>& pairs_that_meet() {
    static const std::vector<Pair> pairs{
        {"ink", "background"},
        {"ink", "hero"},
        {"ink", "surface"},
        {"ink", "surface_2"},
        {"ink", "highlight"},
        {"ink", "tint"},
        {"ink", "warning_tint"},
        {"ink", "danger_tint"},
        {"ink", "ok_tint"},
        {"ink", "key"},
        {"ink", "key_special"},
        {"ink_2", "background"},
        {"ink_2", "hero"},
        {"ink_2", "surface"},
        {"ink_2", "surface_2"},
        {"ink_2", "highlight"},
        {"ink_3", "background"},
        {"ink_3", "hero"},
        {"ink_3", "surface"},
        {"ink_3", "surface_2"},
        {"on_primary", "primary"},
        {"on_primary", "primary_pressed"},
        {"primary", "background"},
        {"primary", "hero"},
        {"primary", "surface"},
        {"primary", "surface_2"},
        {"on_tint", "tint"},
        {"ok", "ok_tint"},
        {"ok", "surface"},
        {"warning", "warning_tint"},
        {"warning", "surface"},
        {"danger", "danger_tint"},
        {"danger", "surface"},
        {"danger", "background"},
        {"control", "background", 3},
        {"control", "hero", 3},
        {"control", "surface", 3},
        {"primary", "tint", 3},
        {"danger", "surface", 3},
        {"focus", "background", 3},
        {"focus", "surface", 3},
        {"focus", "hero", 3},
        {"focus", "keyboard", 3},
    };
    return pairs;
}

double contrast(paint::Colour a, paint::Colour b) {
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

core::Result<Themes> Themes::load(const std::filesystem::path& folder) {
    Themes themes;
    const std::pair<Theme*, const char*> files[] = {{&themes.light, "light.yaml"},
                                                    {&themes.dark, "dark.yaml"},
                                                    {&themes.high_contrast, "high_contrast.yaml"}};
    for (const auto& [theme, name] : files) {
        auto loaded = load_theme(folder / name);
        if (!loaded) return core::fail(loaded.error());
        *theme = std::move(*loaded);
    }
    return themes;
}

const Theme& Themes::of(ThemeName name) const {
    switch (name) {
        case ThemeName::dark:
            return dark;
        case ThemeName::high_contrast:
            return high_contrast;
        case ThemeName::light:
            break;
    }
    return light;
}

}  // namespace kiosk::ui
