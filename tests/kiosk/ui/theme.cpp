#include "kiosk/ui/theme.hpp"

#include <doctest/doctest.h>

namespace kiosk::ui {
namespace {

paint::Colour named(const Theme& theme, std::string_view name) {
    for (const auto& [known, member] : colour_names()) {
        if (known == name) return theme.*member;
    }
    FAIL("no colour " << name);
    return {};
}

TEST_CASE("theme: every pair of colours that can meet can be told apart") {
    const auto themes = Themes::load(std::filesystem::path(FOYER_SOURCE) / "assets" / "themes");
    REQUIRE(themes.has_value());
    const struct {
        const char* name;
        const Theme& theme;
        double text;
    } rows[] = {{"light", themes->light, 4.5},
                {"dark", themes->dark, 4.5},
                {"high contrast", themes->high_contrast, 7}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        for (const Pair& pair : pairs_that_meet()) {
            CAPTURE(pair.foreground);
            CAPTURE(pair.background);
            const double least = pair.least < 4 ? pair.least : row.text;
            CHECK(contrast(named(row.theme, pair.foreground), named(row.theme, pair.background)) >= least);
        }
        for (const CategoryTint& category : row.theme.categories)
            CHECK(contrast(category.icon, category.tint) >= 4.5);
    }
}

TEST_CASE("theme: black on white is 21, the same on itself is 1") {
    CHECK(contrast(paint::Colour::rgb(0), paint::white) == doctest::Approx(21));
    CHECK(contrast(paint::white, paint::white) == doctest::Approx(1));
}

}  // namespace
}  // namespace kiosk::ui
