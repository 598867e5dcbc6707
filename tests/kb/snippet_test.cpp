#include "kb/snippet.hpp"

#include <doctest/doctest.h>

#include "core/base/utf8.hpp"

namespace {

std::string marked(const kb::Snippet& snippet) {
    std::string text;
    std::size_t at = 0;
    for (const auto& [begin, end] : snippet.ranges) {
        text += snippet.text.substr(at, begin - at) + "[" + snippet.text.substr(begin, end - begin) + "]";
        at = end;
    }
    return text + snippet.text.substr(at);
}

std::string filler(int sentences) {
    std::string text;
    for (int i = 0; i < sentences; ++i) text += "Here stands a sentence that says nothing of use. ";
    return text;
}

}  // namespace

TEST_CASE("snippet: shows the sentence where most of what was asked stands") {
    kb::Highlighter highlighter;
    highlighter.add("till", 0, 1);
    highlighter.add("frozen", 1, 3);
    const std::string text = filler(5) + "The till is open. " + filler(5) + "A frozen till is restarted. " + filler(5);
    const kb::Snippet snippet = kb::make_snippet(text, highlighter);
    CHECK(marked(snippet).starts_with("A [frozen] [till] is restarted. Here"));
    CHECK(snippet.text.ends_with("."));  // a whole sentence needs no ellipsis
    CHECK(snippet.text.size() < 250);
    CHECK(snippet.weight == doctest::Approx(4));
}

TEST_CASE("snippet: a whole word is marked, also one that is half typed or a compound") {
    kb::Highlighter highlighter;
    highlighter.add("wifi", 0, 1);
    highlighter.add_beginning("pass", 1, 1);
    CHECK(marked(kb::make_snippet("The Wi-Fi has a PASSWORD.", highlighter)) == "The [Wi-Fi] has a [PASSWORD].");
}

TEST_CASE("snippet: lines become one line, and nothing found gives the beginning") {
    kb::Highlighter highlighter;
    highlighter.add("zebra", 0, 1);
    const kb::Snippet snippet = kb::make_snippet("One line\nand another", highlighter);
    CHECK(snippet.text == "One line and another");
    CHECK(snippet.ranges.empty());
    CHECK(snippet.weight == 0);
    CHECK(kb::make_snippet("", highlighter).text.empty());
    std::string endless;
    for (int i = 0; i < 100; ++i) endless += "and so on ";
    CHECK(kb::make_snippet(endless, highlighter).text.ends_with("on…"));
}

TEST_CASE("snippet: ranges are whole characters inside of the text, in every script") {
    kb::Highlighter highlighter;
    highlighter.add("打印", 0, 1);
    highlighter.add("принтер", 1, 1);
    highlighter.add("gerat", 2, 1);
    std::string han;
    for (int i = 0; i < 200; ++i) han += "如果红灯亮起请关闭";
    for (const std::string& text : {han + "打印" + han, "Das Gerät, " + filler(9) + " Gerät", "  принтер. " + filler(20), std::string("Gerät")}) {
        const kb::Snippet snippet = kb::make_snippet(text, highlighter);
        CHECK(core::utf8::is_valid(snippet.text));
        CHECK(snippet.ranges.size() >= 1);
        std::size_t last = 0;
        for (const auto& [begin, end] : snippet.ranges) {
            CHECK(begin >= last);
            CHECK(begin < end);
            REQUIRE(end <= snippet.text.size());
            CHECK(core::utf8::is_valid(std::string_view(snippet.text).substr(begin, end - begin)));
            last = end;
        }
    }
}
