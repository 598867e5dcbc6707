#include "page.hpp"

#include <cstring>

#include "kiosk/paint/png.hpp"
#include "sheet.hpp"
#include "tests/support/folder.hpp"

namespace kiosk::paint {
namespace {

constexpr Colour ink = Colour::rgb(0x14212B);
constexpr Colour ink_2 = Colour::rgb(0x445565);
constexpr Colour primary = Colour::rgb(0x0B5A66);
constexpr Colour surface = Colour::rgb(0xFFFFFF);
constexpr Colour shade = Colour::rgb(0x0B2430);
constexpr Colour background = Colour::rgb(0xF4F6F8);

void card(Canvas& canvas, ImDrawList& list, Rect rect, float radius) {
    canvas.shadow(list, rect, radius, {14, {0, 4}, shade.faded(0.06F)});
    canvas.shadow(list, rect, radius, {4, {0, 1}, shade.faded(0.07F)});
    canvas.fill(list, rect, surface, radius);
}

}  // namespace

void paint_page(Canvas& canvas, ImDrawList& list, bool pressed) {
    canvas.gradient(list, {0, 0, 1920, 420}, Colour::rgb(0xE3EEF0), background);
    Style title;
    title.size_px = 34;
    title.weight = 700;
    canvas.text(list, {32, 10}, ink, {.text = "Sixteen languages, one text engine", .style = title});

    Style caption;
    caption.size_px = 18;
    caption.weight = 600;
    caption.line_height = 1.2F;
    Style body;
    body.size_px = 24;
    body.line_height = 1.3F;

    float x = 32;
    float y = 74;
    for (const Sample& sample : samples) {
        caption.language = body.language = sample.language;
        const TextRequest request{.text = sample.text, .style = body, .max_width = 880};
        const auto layout = canvas.text().layout(request);
        const float height = layout->height() + 40;
        if (y + height > 1050) {
            x = 976;
            y = 74;
        }
        card(canvas, list, {x, y, 912, height}, 16);
        canvas.text(list, {x + 16, y + 8}, primary, {.text = sample.name, .style = caption, .max_width = 880});
        canvas.text().draw(list, {x + 16, y + 31}, ink, *layout);
        y += height + 9;
    }

    const Rect row{976, y, 912, 84};
    card(canvas, list, row, 24);
    canvas.border(list, row, Colour::rgb(0x6F7E8D), 2, 24);
    canvas.circle(list, {row.x + 48, row.y + 42}, 28, Colour::rgb(0xDDEFF1));
    canvas.icon(list, "print", {row.x + 30, row.y + 24, 36, 36}, primary);
    Style cut = body;
    cut.language = "en";
    canvas.text(list, {row.x + 92, row.y + 8}, ink_2,
                {.text = "Ellipsis: Reset the printer’s network settings, then wait for it", .style = cut, .max_width = 420, .max_lines = 1});
    canvas.text(list, {row.x + 92, row.y + 42}, ink_2,
                {.text = "أعِد ضبط إعدادات الشبكة في الطابعة ثم انتظر حتى يتحول الضوء", .style = cut, .max_width = 420, .max_lines = 1});
    const Span spans[] = {{.begin = 0, .end = 4, .weight = 700}, {.begin = 5, .end = 14, .background = Colour::rgb(0xFFE7A3)},
                          {.begin = 15, .end = 19, .underline = true, .colour = primary, .link = 0},
                          {.begin = 20, .end = 24, .mono = true, .background = Colour::rgb(0xEDF1F5)},
                          {.begin = 25, .end = 28, .strike = true}, {.begin = 29, .end = 35, .italic = true}};
    canvas.text(list, {row.x + 530, row.y + 24}, ink,
                {.text = "Bold highlight link code old italic", .style = cut, .spans = spans});

    const Rect key{1740, 990, 126, 78};
    canvas.shadow(list, key, 14, {4, {0, 1}, shade.faded(0.07F)});
    canvas.fill(list, key, pressed ? Colour::rgb(0xDDEFF1) : surface, 14);
    Style cap;
    cap.size_px = 30;
    cap.weight = 500;
    cap.align = Align::centre;
    canvas.text(list, {key.x, key.y + 16}, ink, {.text = "Q", .style = cap, .max_width = key.width});
    canvas.gradient(list, {976, 1040, 700, 40}, background.faded(0), background);
    canvas.line(list, {990, 1060}, {1100, 1075}, primary, 3);
}

TEST_CASE("page: sixteen languages with cards and shadows are painted the same twice, and written as PNG") {
    Pixels first(1920, 1080);
    Pixels second(1920, 1080);
    for (Pixels* pixels : {&first, &second}) {
        const auto canvas = open_canvas();
        Rasteriser rasteriser;
        const auto damage = draw_frame(
            *canvas, rasteriser, *pixels, [&](ImDrawList& list) { paint_page(*canvas, list); }, background);
        REQUIRE(damage.size() == 1);
        CHECK(damage.front() == PixelRect{0, 0, 1920, 1080});
    }
    CHECK(first.bytes == second.bytes);

    const support::Folder folder;
    const char* kept = std::getenv("FOYER_KEEP_PICTURES");  // a folder, for people who want to look
    const auto path = (kept != nullptr ? std::filesystem::path(kept) : folder.path()) / "page.png";
    const auto written = write_png(path, first.frame());
    REQUIRE_MESSAGE(written.has_value(), written.error().message);
    CHECK(std::filesystem::file_size(path) > 50'000);
}

}  // namespace kiosk::paint
