// What must hold on every screen in every size, language and text size: cheap to check, and easily broken by
// a word.
#include <algorithm>
#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include "booth.hpp"

namespace {

using kiosk::ui::Item;
using kiosk::ui::Role;

// A clear button stands in the field that it clears.
bool may_overlap(const Item& a, const Item& b) {
    const auto is = [](const Item& item, const char* id) { return item.id == id; };
    return (is(a, "search.field") && is(b, "search.clear")) || (a.role == Role::link && b.role == Role::link);
}

// A theme unit is a pixel on a panel that is 531 mm wide.
constexpr float pixels_per_mm_at_scale_1 = 1920.0F / 531.0F;
constexpr float least_target_mm = 15;

void check_items(const support::Booth& booth) {
    const auto& items = booth.stage->registry().items();
    const auto width = static_cast<float>(booth.look().width);
    const auto height = static_cast<float>(booth.look().height);
    std::set<std::string> ids;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Item& item = items[i];
        CAPTURE(item.id);
        CHECK(ids.insert(item.id).second);
        CHECK_FALSE(item.label.empty());
        if (!item.is_interactive()) continue;
        CHECK(item.rect.x >= 0);
        CHECK(item.rect.right() <= width);
        CHECK(item.rect.height >= kiosk::ui::unit::least_target_px);
        if (item.role != Role::link) {
            CHECK(item.rect.width >= kiosk::ui::unit::least_target_px);
            const float least = std::floor(least_target_mm * pixels_per_mm_at_scale_1 * booth.look().scale);
            CHECK(std::min(item.rect.width, item.rect.height) >= least);
        }
        if (item.area.empty()) {
            CHECK(item.rect.y >= 0);
            CHECK(item.rect.bottom() <= height);
        }
        for (std::size_t j = i + 1; j < items.size(); ++j) {
            const Item& other = items[j];
            if (!other.is_interactive() || other.covered != item.covered || may_overlap(item, other))
                continue;
            const kiosk::paint::Rect shared = item.visible.intersect(other.visible);
            if (shared.width > 1 && shared.height > 1) {
                CAPTURE(other.id);
                FAIL_CHECK("two things to touch overlap");
            }
        }
    }
}

void check_texts(const support::Booth& booth) {
    const auto width = static_cast<float>(booth.look().width);
    for (const kiosk::ui::TextNote& note : booth.stage->registry().texts()) {
        CAPTURE(note.text);
        CHECK(note.unknown_glyphs == 0);
        if (!note.may_be_cut) {
            CHECK_FALSE(note.cut);
            CHECK(note.rect.x >= -1);
            CHECK(note.rect.right() <= width + 1);
        }
        const bool is_missing_word =
            note.text.size() > 2 && note.text.front() == '<' && note.text.back() == '>';
        CHECK_FALSE(is_missing_word);
    }
}

// Each scroll area's last item can be brought into view.
void check_reach(support::Booth& booth) {
    std::vector<std::string> last;
    for (const kiosk::ui::Area& area : booth.stage->registry().areas()) {
        if (area.covered) continue;
        const std::string* id = nullptr;
        for (const Item& item : booth.stage->registry().items()) {
            if (item.area == area.id && item.is_interactive()) id = &item.id;
        }
        if (id) last.push_back(*id);
    }
    for (const std::string& id : last) {
        CAPTURE(id);
        booth.bring_into_view(id);
        REQUIRE(booth.item(id));
        CHECK_FALSE(booth.item(id)->visible.empty());
    }
}

struct Size {
    const char* name;
    int width;
    int height;
    float scale;
};
constexpr Size sizes[] = {
    {"landscape", 1920, 1080, 1}, {"portrait", 1080, 1920, 1}, {"small", 1024, 600, 0.75F}};

void check_all(const char* language, float text_scale) {
    for (const Size& size : sizes) {
        INFO(std::string(size.name));
        for (const support::Scene& scene : support::scenes()) {
            INFO(std::string(scene.name));
            support::Booth booth({.width = size.width,
                                  .height = size.height,
                                  .scale = size.scale,
                                  .text_scale = text_scale,
                                  .language = language});
            scene.enter(booth);
            check_items(booth);
            check_texts(booth);
            check_reach(booth);
        }
    }
}

TEST_CASE("layout: every screen holds in English") { check_all("en", 1); }
TEST_CASE("layout: every screen holds in English at 200 %") { check_all("en", 2); }
TEST_CASE("layout: every screen holds in German, whose words are long") { check_all("de", 1); }
TEST_CASE("layout: every screen holds in German at 200 %") { check_all("de", 2); }
TEST_CASE("layout: every screen holds in Arabic, mirrored") { check_all("ar", 1); }
TEST_CASE("layout: every screen holds in Arabic at 200 %") { check_all("ar", 2); }
TEST_CASE("layout: every screen holds in Chinese") { check_all("zh-Hans", 1); }

TEST_CASE("layout: what stands at the start in English stands at the other side in Arabic") {
    for (const char* scene : {"home", "services", "form-second"}) {
        CAPTURE(scene);
        const auto enter = [&](support::Booth& booth) {
            for (const support::Scene& known : support::scenes()) {
                if (std::string(known.name) == scene) known.enter(booth);
            }
        };
        support::Booth english({.language = "en"});
        enter(english);
        const kiosk::paint::Rect left = english.item("bar.language")->rect;
        CHECK(left.x > 960);
        const bool has_back = english.item("bar.back") != nullptr;
        support::Booth arabic({.language = "ar"});
        enter(arabic);
        CHECK(arabic.item("bar.language")->rect.right() < 960);
        if (has_back) CHECK(arabic.item("bar.back")->rect.x > 960);
    }
}

}  // namespace
