#include "kiosk/paint/text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "samples.hpp"
#include "sheet.hpp"

namespace kiosk::paint {
namespace {

Style style_in(const char* language, float size_px = 24) {
    Style style;
    style.language = language;
    style.size_px = size_px;
    return style;
}

struct Engine {
    std::unique_ptr<Canvas> canvas = open_canvas();
    TextEngine& text = canvas->text();

    std::shared_ptr<const Layout> of(std::string_view words, const Style& style = {}, float max_width = -1) {
        return text.layout({.text = words, .style = style, .max_width = max_width});
    }
};

std::vector<std::uint8_t> painted(const TextRequest& request, AtlasLimits limits = {}) {
    const auto canvas = open_canvas(limits);
    Rasteriser rasteriser;
    Pixels pixels(900, 200);
    draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) { canvas->text(list, {8, 8}, Colour{}, request); });
    return pixels.bytes;
}

template <class Check>
void for_all_samples(Check check) {
    for (const Sample& sample : samples) check(sample);
    for (const Sample& sample : more_samples) check(sample);
}

TEST_CASE("text: twenty-nine languages have all their glyphs, in regular and in bold") {
    Engine engine;
    for_all_samples([&](const Sample& sample) {
        for (const int weight : {400, 700}) {
            const std::string name = sample.name;
        CAPTURE(name);
            CAPTURE(weight);
            Style style = style_in(sample.language);
            style.weight = weight;
            const auto layout = engine.of(sample.text, style, 600);
            CHECK(layout->unknown_glyphs() == 0);
            CHECK(layout->width() <= 600);
            CHECK(engine.of(sample.name, style)->unknown_glyphs() == 0);
        }
    });
}

TEST_CASE("text: a character that no font has is counted, and seen as a box") {
    Engine engine;
    const auto layout = engine.of("a\uF8B1b");
    CHECK(layout->unknown_glyphs() == 1);
    Rasteriser rasteriser;
    Pixels pixels(100, 60);
    draw_frame(*engine.canvas, rasteriser, pixels,
               [&](ImDrawList& list) { engine.text.draw(list, {0, 0}, Colour{}, *engine.of("\uF8B1")); });
    CHECK(std::any_of(pixels.bytes.begin(), pixels.bytes.end(), [](std::uint8_t byte) { return byte == 0; }));
}

TEST_CASE("text: scripts that join and stack are shaped, not set letter by letter") {
    Engine engine;
    // Lam and alef become one glyph; a Devanagari conjunct has fewer glyphs than characters.
    CHECK(engine.of("لا", style_in("ar"))->glyph_count() == 1);
    CHECK(engine.of("क्ष", style_in("hi"))->glyph_count() < 3);
    CHECK(engine.of("👩‍🚀", style_in("en"))->glyph_count() == 1);
    CHECK(engine.of("🇫🇷", style_in("en"))->glyph_count() == 1);
}

TEST_CASE("text: Han characters have the shapes of the text's language") {
    const char* words = "直骨角画门";
    const auto simplified = painted({.text = words, .style = style_in("zh-Hans", 60)});
    const auto traditional = painted({.text = words, .style = style_in("zh-Hant", 60)});
    const auto japanese = painted({.text = words, .style = style_in("ja", 60)});
    CHECK(simplified != traditional);
    CHECK(simplified != japanese);
    CHECK(traditional != japanese);
}

TEST_CASE("text: lines stand on a grid, whatever fonts they need") {
    Engine engine;
    Style style;
    style.size_px = 26;
    style.line_height = 1.5F;
    const auto plain = engine.of("one\ntwo\nthree", style);
    const auto mixed = engine.of("日本語 · العربية · हिन्दी\n😀 ไทย น้ำ\nthree", style);
    CHECK(plain->line_count() == 3);
    CHECK(plain->height() == 3 * 39);
    CHECK(mixed->height() == plain->height());
    CHECK(mixed->baseline() == plain->baseline());
    CHECK(engine.of("", style)->height() == 39);
    CHECK(engine.of("", style)->line_count() == 1);
}

TEST_CASE("text: a script among others stands on the same base line as alone") {
    // Pango 1.50 moves later runs by the first one's script unless its offset is left out.
    const auto lowest_ink = [](std::string_view words, float from_x) {
        const auto canvas = open_canvas();
        Rasteriser rasteriser;
        Pixels pixels(500, 80);
        Style style = style_in("ar", 40);
        style.direction = Direction::left_to_right;
        float x = 0;
        draw_frame(*canvas, rasteriser, pixels, [&](ImDrawList& list) {
            const auto layout = canvas->text(list, {0, 0}, Colour{}, {.text = words, .style = style});
            x = from_x < 0 ? layout->boxes(words.size() - std::strlen("ا"), words.size()).front().x : from_x;
        });
        int lowest = 0;
        for (int y = 0; y < 80; ++y) {
            for (int at = static_cast<int>(x); at < 500; ++at) {
                if (pixels.at(at, y).r < 100) lowest = y;
            }
        }
        return lowest;
    };
    CHECK(lowest_ink("日本語 ا", -1) == lowest_ink("ا", 0));
}

TEST_CASE("text: lines break at the width, also where there are no spaces") {
    Engine engine;
    for (const Sample& sample : samples) {
        const std::string name = sample.name;
        CAPTURE(name);
        const auto layout = engine.of(sample.text, style_in(sample.language), 300);
        CHECK(layout->line_count() > 1);
        CHECK(layout->width() <= 300);
    }
    const auto narrow = engine.text.layout({.text = "a verylongword b", .style = {}, .max_width = 0, .break_words = false});
    CHECK(narrow->line_count() == 3);
    CHECK(narrow->width() == engine.of("verylongword")->width());
}

TEST_CASE("text: right-to-left paragraphs start at the right by themselves") {
    Engine engine;
    Style style;
    const auto x_of = [&](const char* words) { return engine.of(words, style, 400)->boxes(0, 4).front(); };
    CHECK(x_of("Word here").x == 0);
    CHECK(x_of("كلمة هنا").right() > 390);
    CHECK(engine.of("كلمة", style)->starts_right_to_left());
    CHECK_FALSE(engine.of("12:30", style)->starts_right_to_left());

    style.align = Align::left;
    CHECK(x_of("كلمة هنا").x < 200);
    style.align = Align::right;
    CHECK(x_of("Word here").x > 200);
    style.align = Align::centre;
    const auto centred = engine.of("Word", style, 400);
    CHECK(std::abs(centred->boxes(0, 4).front().centre().x - 200) <= 1);
    style.align = Align::start;
    style.direction = Direction::right_to_left;
    CHECK(engine.of("12:30", style, 400)->boxes(0, 5).back().right() > 390);
}

TEST_CASE("text: what max_lines leaves out ends in an ellipsis, and is told") {
    Engine engine;
    const char* words = "Reset the printer’s network settings, then wait for the light to turn green.";
    const TextRequest one{.text = words, .style = {}, .max_width = 300, .max_lines = 1};
    const auto cut = engine.text.layout(one);
    CHECK(cut->cut());
    CHECK(cut->line_count() == 1);
    CHECK(cut->width() <= 300);
    CHECK(cut->width() > 200);

    const auto two = engine.text.layout({.text = words, .style = {}, .max_width = 300, .max_lines = 2});
    CHECK(two->line_count() == 2);
    CHECK(two->cut());
    const auto all = engine.text.layout({.text = words, .style = {}, .max_width = 2000, .max_lines = 1});
    CHECK_FALSE(all->cut());
    const auto lines = engine.text.layout({.text = "one\ntwo\nthree\nfour", .style = {}, .max_width = 90, .max_lines = 2});
    CHECK(lines->line_count() == 2);
    CHECK(lines->cut());
    const auto plain = engine.text.layout({.text = words, .style = {}, .max_width = 300, .max_lines = 2, .ellipsize = false});
    CHECK(plain->line_count() == 2);
    CHECK(plain->cut());
    const auto arabic = engine.text.layout({.text = samples[7].text, .style = style_in("ar"), .max_width = 300, .max_lines = 1});
    CHECK(arabic->cut());
    CHECK(arabic->line_count() == 1);
}

// Pango divides the width of a conjunct or a stack evenly between its graphemes, and may look one of them up as
// its neighbour; so inside of one, one grapheme off is right.
bool shares_clusters(std::string_view language) {
    for (const char* one : {"hi", "th", "bn", "ta", "te", "km", "pa"}) {
        if (language == one) return true;
    }
    return false;
}

TEST_CASE("text: the box of each grapheme leads back to it, in every script and across mixed directions") {
    Engine engine;
    for_all_samples([&](const Sample& sample) {
        const std::string name = sample.name;
        CAPTURE(name);
        const std::string_view words = sample.text;
        const auto layout = engine.of(words, style_in(sample.language), 500);
        int checked = 0;
        for (std::size_t at = 0; at < words.size(); at = layout->next(at)) {
            const auto boxes = layout->boxes(at, layout->next(at));
            if (boxes.empty()) continue;  // a space at the end of a line has no width
            const auto found = layout->character_at(boxes.front().centre());
            REQUIRE(found.has_value());
            const bool loose = shares_clusters(sample.language);
            CHECK(*found >= (loose ? layout->previous(at) : at));
            CHECK(*found < (loose ? layout->next(layout->next(at)) : layout->next(at)));
            ++checked;
        }
        CHECK(checked > 10);
    });
}

TEST_CASE("text: the caret leads back to its place") {
    Engine engine;
    for (const char* words : {"Reset the network, wait 30 s", "שלום עולם", "ไทย", "设置，然后"}) {
        CAPTURE(words);
        const auto layout = engine.of(words, {}, 160);
        for (std::size_t at = 0; at < std::strlen(words); at = layout->next(at)) {
            const Caret caret = layout->caret(at);
            CHECK(caret.height == layout->line_height());
            CHECK(layout->byte_at({caret.top.x, caret.top.y + caret.height / 2}) == at);
        }
    }
}

TEST_CASE("text: a range across directions has a box for each, and they cover what is between") {
    Engine engine;
    const std::string words = "abc العربية def";
    const auto layout = engine.of(words);
    const auto whole = layout->boxes(0, words.size());
    CHECK(whole.size() == 1);
    CHECK(std::abs(whole.front().width - layout->width()) <= 1);

    const auto boxes = layout->boxes(2, words.find("عربية"));  // "c ال": its Arabic part is at the right of the run
    REQUIRE(boxes.size() == 2);
    CHECK(boxes[0].right() < boxes[1].x);
    CHECK(layout->boxes(3, 3).empty());
}

TEST_CASE("text: where directions meet there are two carets") {
    Engine engine;
    const std::string words = "abc عرب";
    const auto layout = engine.of(words);
    const Caret caret = layout->caret(4);
    CHECK(caret.top.x != caret.other_top.x);
    const Caret inside = layout->caret(1);
    CHECK(inside.top == inside.other_top);
}

TEST_CASE("text: carets move as seen, and by graphemes in reading order") {
    Engine engine;
    const auto hebrew = engine.of("שלום");
    CHECK(hebrew->moved_left(0) == 2);
    CHECK(hebrew->moved_right(2) == 0);
    CHECK(hebrew->moved_right(0) == 0);
    const auto latin = engine.of("ab");
    CHECK(latin->moved_right(0) == 1);
    CHECK(latin->moved_left(0) == 0);

    const std::string family = "a👨‍👩‍👧b";
    const auto emoji = engine.of(family);
    CHECK(emoji->next(1) == family.size() - 1);
    CHECK(emoji->previous(family.size() - 1) == 1);
    CHECK(emoji->next(family.size()) == family.size());
    CHECK(emoji->previous(0) == 0);
}

TEST_CASE("text: a backspace takes a whole emoji, but one sign of a cluster") {
    Engine engine;
    const std::string flag = "x🇫🇷";
    CHECK(engine.of(flag)->backspace_from(flag.size()) == 1);
    const std::string hindi = "कि";
    CHECK(engine.of(hindi)->backspace_from(hindi.size()) == 3);
    const std::string accent = "e\u0301";
    CHECK(engine.of(accent)->backspace_from(accent.size()) == 0);  // an é is one letter, however written
    CHECK(engine.of("abc")->backspace_from(0) == 0);
}

TEST_CASE("text: a place knows its word") {
    Engine engine;
    const auto layout = engine.of("two words");
    CHECK(layout->word_around(1) == std::pair<std::size_t, std::size_t>{0, 3});
    CHECK(layout->word_around(6) == std::pair<std::size_t, std::size_t>{4, 9});
    CHECK(layout->word_around(9) == std::pair<std::size_t, std::size_t>{4, 9});
    CHECK(engine.of("")->word_around(0) == std::pair<std::size_t, std::size_t>{0, 0});
    const std::string thai = "น้ำที่นี่";  // "water here", without a space
    const auto [begin, end] = engine.of(thai, style_in("th"))->word_around(0);
    CHECK(begin == 0);
    CHECK(end < thai.size());
}

TEST_CASE("text: a link is found under the finger, not beside it") {
    Engine engine;
    const Span spans[] = {{.begin = 4, .end = 8, .underline = true, .link = 7}};
    const auto layout = engine.text.layout({.text = "See here for more", .style = {}, .spans = spans});
    const Rect box = layout->boxes(4, 8).front();
    CHECK(layout->link_at(box.centre()) == 7);
    CHECK(layout->link_at({box.x - 3, box.y + 5}) == -1);
    CHECK(layout->link_at({box.centre().x, box.bottom() + 2}) == -1);
}

TEST_CASE("text: spans change weight, colour and ground of their part alone") {
    const Span bold[] = {{.begin = 0, .end = 5, .weight = 700}};
    const Span red[] = {{.begin = 0, .end = 5, .colour = Colour{255, 0, 0, 255}}};
    const Span ground[] = {{.begin = 0, .end = 5, .background = Colour{0, 255, 0, 255}}};
    {
        Engine engine;
        const TextRequest request{.text = "Words here", .style = {}, .spans = bold};
        CHECK(engine.text.layout(request)->width() > engine.of("Words here")->width());
    }
    const auto has = [](const std::vector<std::uint8_t>& bytes, Colour colour) {
        for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
            if (bytes[i] == colour.b && bytes[i + 1] == colour.g && bytes[i + 2] == colour.r) return true;
        }
        return false;
    };
    CHECK(has(painted({.text = "Words here", .style = style_in("en", 60), .spans = red}), {255, 0, 0, 255}));
    CHECK(has(painted({.text = "Words here", .style = style_in("en", 60), .spans = ground}), {0, 255, 0, 255}));
    CHECK_FALSE(has(painted({.text = "Words here", .style = style_in("en", 60)}), {255, 0, 0, 255}));
}

TEST_CASE("text: what an ellipsis hides is not marked") {
    const std::string_view words = "In the morning the green light blinks three times";
    const TextRequest plain{.text = words, .style = {}, .max_width = 300, .max_lines = 1};
    TextRequest marked = plain;
    const Span hidden[] = {{.begin = words.find("three"), .end = words.find(" times"), .background = Colour{0, 255, 0, 255}}};
    marked.spans = hidden;
    CHECK(painted(marked) == painted(plain));
    const Span shown[] = {{.begin = 0, .end = 2, .background = Colour{0, 255, 0, 255}}};
    marked.spans = shown;
    CHECK(painted(marked) != painted(plain));
}

TEST_CASE("text: markup and broken spans are only text") {
    Engine engine;
    CHECK(engine.of("<b>&amp;</b>")->glyph_count() == 12);
    const Span odd[] = {{.begin = 9, .end = 3, .weight = 700}, {.begin = 2, .end = 900, .underline = true}};
    const auto layout = engine.text.layout({.text = "short", .style = {}, .spans = odd});
    CHECK(layout->line_count() == 1);
}

TEST_CASE("text: colour emoji are as large as the text") {
    Engine engine;
    const auto layout = engine.of("😀", style_in("en", 24));
    CHECK(layout->width() > 22);
    CHECK(layout->width() < 40);
    Rasteriser rasteriser;
    Pixels pixels(100, 60);
    draw_frame(*engine.canvas, rasteriser, pixels, [&](ImDrawList& list) { engine.text.draw(list, {4, 4}, Colour{}, *layout); });
    bool yellow = false;
    for (int y = 0; y < 60; ++y) {
        for (int x = 0; x < 100; ++x) {
            const Colour c = pixels.at(x, y);
            yellow = yellow || (c.r > 200 && c.g > 150 && c.b < 110);
            CHECK((c == white || x < 50));
        }
    }
    CHECK(yellow);
}

TEST_CASE("text: the same request is laid out once, another one anew") {
    Engine engine;
    const Span spans[] = {{.begin = 0, .end = 2, .colour = white}};
    const auto first = engine.of("same");
    CHECK(engine.of("same") == first);
    CHECK(engine.of("same", style_in("de")) != first);
    CHECK(engine.of("same", {}, 300) != first);
    CHECK(engine.of("Same") != first);
    CHECK(engine.text.layout({.text = "same", .style = {}, .spans = spans}) != first);
    CHECK(engine.text.layouts_kept() == 5);
}

TEST_CASE("text: the cache keeps what was asked for last") {
    const auto fonts = Fonts::open(test_fonts());
    REQUIRE(fonts.has_value());
    Atlas atlas;
    TextEngine engine(*fonts, atlas, 3);
    const auto first = engine.layout({.text = "first"});
    for (const char* words : {"a", "b"}) (void)engine.layout({.text = words});
    CHECK(engine.layout({.text = "first"}) == first);
    (void)engine.layout({.text = "c"});  // pushes "a" out
    CHECK(engine.layouts_kept() == 3);
    CHECK(engine.layout({.text = "first"}) == first);
    for (const char* words : {"d", "e", "f"}) (void)engine.layout({.text = words});
    CHECK(engine.layout({.text = "first"}) != first);
    CHECK(first->width() > 0);  // its handle still holds
}

TEST_CASE("text: a secret is never kept, and one text can be forgotten") {
    Engine engine;
    const auto secret = engine.text.layout({.text = "secret", .style = {}, .keep = false});
    CHECK(secret->glyph_count() == 6);
    CHECK(engine.text.layouts_kept() == 0);
    (void)engine.of("one");
    (void)engine.of("one", {}, 200);
    (void)engine.of("another one");
    engine.text.forget("one");
    CHECK(engine.text.layouts_kept() == 1);
    engine.text.clear();
    CHECK(engine.text.layouts_kept() == 0);
}

// How often the bytes stand in the memory that this process can write to. The needle is asked for byte by byte, so
// that looking for it makes no copy.
template <class ByteAt>
int times_in_memory(std::size_t size, ByteAt byte_at) {
    std::ifstream maps("/proc/self/maps");
    std::stringstream copy;
    copy << maps.rdbuf();
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    REQUIRE(memory >= 0);
    int found = 0;
    std::string line;
    while (std::getline(copy, line)) {
        unsigned long begin = 0;
        unsigned long end = 0;
        char rights[5] = {};
        if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, rights) != 3 || rights[1] != 'w') continue;
        const auto* bytes = reinterpret_cast<const unsigned char*>(begin);
        unsigned char probe = 0;
        if (::pread(memory, &probe, 1, static_cast<off_t>(begin)) != 1) continue;
        for (std::size_t i = 0; i + size <= end - begin; ++i) {
            std::size_t same = 0;
            while (same < size && bytes[i + same] == byte_at(same)) ++same;
            if (same == size) ++found;
        }
    }
    ::close(memory);
    return found;
}

// A sanitizer keeps freed memory, and terabytes of its own, on purpose.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_ours = false;
#else
constexpr bool memory_is_ours = true;
#endif

TEST_CASE("text: after clear() no byte of a text is left in memory" * doctest::skip(!memory_is_ours)) {
    Engine engine;
    // Made up at run time and kept complemented, so that the only plain copies are the engine's.
    constexpr std::size_t size = 48;
    unsigned char hidden[size];
    for (std::size_t i = 0; i < size; ++i) hidden[i] = static_cast<unsigned char>(~('a' + (i * 7 + static_cast<std::size_t>(::getpid())) % 26));
    const auto plain = [&](std::size_t i) { return static_cast<unsigned char>(~hidden[i]); };
    {
        char words[size];
        for (std::size_t i = 0; i < size; ++i) words[i] = static_cast<char>(plain(i));
        const std::string_view view(words, size);
        const Span spans[] = {{.begin = 1, .end = 9, .weight = 700, .underline = true}};
        Rasteriser rasteriser;
        Pixels pixels(900, 100);
        draw_frame(*engine.canvas, rasteriser, pixels, [&](ImDrawList& list) {
            engine.canvas->text(list, {0, 0}, Colour{}, {.text = view, .style = {}, .max_width = 200, .max_lines = 1, .spans = spans});
            engine.canvas->text(list, {0, 40}, Colour{}, {.text = view, .style = {}, .keep = false});
            const auto layout = engine.canvas->text(list, {0, 40}, Colour{}, {.text = view});
            (void)layout->boxes(3, 20);
            (void)layout->caret(5);
            (void)layout->moved_left(9);
        });
        engine.text.forget(view);
        (void)engine.of(view);
        ::explicit_bzero(words, size);
    }
    CHECK(times_in_memory(size, plain) > 0);
    engine.text.clear();
    CHECK(times_in_memory(size, plain) == 0);
}

TEST_CASE("text: with tiny pages that are emptied all the time, the pixels stay the same") {
    const AtlasLimits tiny{.page_px = 96, .colour_page_px = 128, .coverage_pages = 2, .colour_pages = 1};
    auto large = open_canvas();
    std::vector<std::vector<std::uint8_t>> expected;
    const auto paint = [](Canvas& canvas, const Sample& sample) {
        return [&canvas, &sample](ImDrawList& list) {
            canvas.text(list, {8, 8}, Colour{}, {.text = sample.text, .style = style_in(sample.language, 30), .max_width = 800});
        };
    };
    for (const Sample& sample : samples) {
        Rasteriser rasteriser;
        Pixels pixels(820, 240);
        draw_frame(*large, rasteriser, pixels, paint(*large, sample));
        expected.push_back(pixels.bytes);
    }
    large.reset();  // one canvas at a time

    const auto canvas = open_canvas(tiny);
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < std::size(samples); ++i) {
            const std::string name = samples[i].name;
            CAPTURE(name);
            Rasteriser rasteriser;
            Pixels pixels(820, 240);
            draw_frame(*canvas, rasteriser, pixels, paint(*canvas, samples[i]));
            CHECK(pixels.bytes == expected[i]);
        }
    }
    CHECK(canvas->atlas().evictions() > 20);
}

TEST_CASE("text: a glyph that finds no room comes as soon as there is some") {
    const auto canvas = open_canvas({.page_px = 32, .colour_page_px = 32, .coverage_pages = 1, .colour_pages = 1});
    Rasteriser rasteriser;
    Pixels pixels(1000, 60);
    const auto draw = [&](std::string_view words, float x) {
        draw_frame(*canvas, rasteriser, pixels,
                   [&](ImDrawList& list) { canvas->text(list, {x, 0}, Colour{}, {.text = words, .style = style_in("en", 28)}); });
    };
    const std::string crowd = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@";
    const auto is_blank = [&] {
        return std::all_of(pixels.bytes.begin(), pixels.bytes.end(), [](std::uint8_t byte) { return byte == 255; });
    };
    draw(crowd, 0);
    draw("", 0);
    REQUIRE(is_blank());
    draw("@", 4);
    draw("@", 5);
    CHECK_FALSE(is_blank());
}

TEST_CASE("text: only the lines that the clip shows are drawn") {
    Engine engine;
    std::string many;
    for (int i = 0; i < 200; ++i) many += "line\n";
    const auto layout = engine.of(many);
    engine.canvas->begin_frame({300, 200}, 1.0F / 60);
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    engine.text.draw(list, {0, -1000}, Colour{}, *layout);
    const int vertices = list.VtxBuffer.Size;
    CHECK(vertices > 0);
    CHECK(vertices < 10 * 4 * 4);
    engine.text.draw(list, {0, 5000}, Colour{}, *layout);
    engine.text.draw(list, {0, -50'000}, Colour{}, *layout);
    CHECK(list.VtxBuffer.Size == vertices);
    (void)engine.canvas->end_frame();
}

TEST_CASE("text: words keep their place to a quarter of a pixel") {
    Engine engine;
    // The same word at four places a quarter apart is four pictures; a whole pixel further it is the first again.
    const auto layout = engine.of("iiiiiiiiiiiiiiiiiiii");
    CHECK(engine.text.glyphs_kept() == 0);
    Rasteriser rasteriser;
    Pixels pixels(300, 60);
    draw_frame(*engine.canvas, rasteriser, pixels, [&](ImDrawList& list) { engine.text.draw(list, {0, 0}, Colour{}, *layout); });
    CHECK(engine.text.glyphs_kept() >= 2);
    CHECK(engine.text.glyphs_kept() <= 4);
}

}  // namespace
}  // namespace kiosk::paint
