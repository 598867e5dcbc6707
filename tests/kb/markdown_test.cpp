#include "kb/markdown.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/utf8.hpp"
#include "tests/kb/told.hpp"

using kb::Block;
using kb_test::tells;
using kb_test::told;

namespace {

std::vector<Block> parse(std::string_view body, core::Problems& problems) { return kb::parse_markdown(body, "articles/en/x.md", 1, problems); }

std::vector<Block> parse(std::string_view body) {
    core::Problems problems;
    auto blocks = parse(body, problems);
    CHECK_MESSAGE(problems.empty(), told(problems));
    return blocks;
}

// One line a block: kind, level, marker and words.
std::string outline(const std::vector<Block>& blocks) {
    constexpr const char* kinds[] = {"heading", "paragraph", "item", "table", "picture", "code", "rule"};
    std::string text;
    for (const Block& block : blocks) {
        text += kinds[static_cast<int>(block.kind)];
        if (block.kind == Block::Kind::heading || block.kind == Block::Kind::list_item) text += fmt::format(" {}", block.level);
        if (!block.marker.empty()) text += " " + block.marker;
        if (block.quote_depth > 0) text += fmt::format(" quoted {}", block.quote_depth);
        if (block.callout >= 0) text += fmt::format(" callout {}", static_cast<int>(block.callout_kind));
        if (!block.words.text.empty()) text += ": " + block.words.text;
        if (block.kind == Block::Kind::picture) text += fmt::format(": {} ({})", block.picture, block.alt);
        text += "\n";
    }
    return text;
}

bool all_is_valid(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) {
        if (!core::utf8::is_valid(block.words.text)) return false;
        std::size_t last = 0;
        for (const kb::Span& span : block.words.spans) {
            if (span.begin < last || span.begin >= span.end || span.end > block.words.text.size()) return false;
            last = span.end;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("markdown: becomes a flat list of blocks") {
    const struct {
        const char* name;
        const char* markdown;
        const char* outline;
    } rows[] = {
        {"headings and paragraphs", "# One\n\nTwo\nlines\n\n### Three", "heading 1: One\nparagraph: Two lines\nheading 3: Three\n"},
        {"a nested list", "- a\n  - b\n- c", "item 0 •: a\nitem 1 •: b\nitem 0 •: c\n"},
        {"a numbered list that starts at three", "3. c\n4. d", "item 0 3.: c\nitem 0 4.: d\n"},
        {"a task list", "- [ ] open\n- [x] done", "item 0 [ ]: open\nitem 0 [x]: done\n"},
        {"an item of two paragraphs", "- a\n\n  b", "item 0 •: a\nitem 0: b\n"},
        {"a quote in a quote", "> a\n>\n> > b", "paragraph quoted 1: a\nparagraph quoted 2: b\n"},
        {"code keeps its spaces", "```sh\n a  b\n```", "code:  a  b\n"},
        {"a rule", "a\n\n---", "paragraph: a\nrule\n"},
        {"a picture alone", "![a till](../../pictures/till.svg)", "picture: ../../pictures/till.svg (a till)\n"},
        {"a picture in a sentence comes after it", "See ![x](x.png) here", "paragraph: See here\npicture: x.png (x)\n"},
        {"a hard break stays", "a  \nb", "paragraph: a\nb\n"},
        {"a line end between Han characters is no space", "打开\n盖子", "paragraph: 打开盖子\n"},
        {"a callout", "> [!WARNING]\n> Hot.\n>\n> Really.", "paragraph callout 2: Hot.\nparagraph callout 2: Really.\n"},
        {"a callout with its words on the first line", "> [!TIP] Short.", "paragraph callout 1: Short.\n"},
        {"footnotes are text", "a[^1]\n\n[^1]: b", "paragraph: a[^1]\nparagraph: [^1]: b\n"},
        {"HTML blocks become their text", "<div><p>One <b>two</b></p><ul><li>three</ul></div>", "paragraph: One two\nitem 0 •: three\n"},
        {"HTML lists with numbers, quotes and code", "<ol start=\"3\"><li>c<ul><li>d</ul><li>e</ol><blockquote>f<pre>\n g  h\n</pre></blockquote>i",
         "item 0 3.: c\nitem 1 •: d\nitem 0 4.: e\nparagraph quoted 1: f\ncode quoted 1:  g  h\nparagraph: i\n"},
        {"a comment in a sentence, whatever it holds", "a <!-- b -- c --> d <!--> e\n\n`<!-- f -->`", "paragraph: a d e\nparagraph: <!-- f -->\n"},
        {"an item that begins with a picture or code is its marker alone", "1. ![x](x.png)\n2. ```\n   code\n   ```\n\n   after\n3.\n4. - a",
         "item 0 1.\npicture: x.png (x)\nitem 0 2.\ncode: code\nitem 0: after\nitem 0 3.\nitem 0 4.\nitem 1 •: a\n"},
        {"HTML headings", "<h2>Title</h2>", "heading 2: Title\n"},
        {"scripts and styles say nothing", "<script>alert(1)</script>\n\n<style>p{}</style>\n\na", "paragraph: a\n"},
        {"comments say nothing", "<!-- secret\n\nstill -->\n\na", "paragraph: a\n"},
        {"Markdown in HTML that asks for it", "<aside markdown=\"1\">\n  **bold** [x](y.md)\n</aside>", "paragraph: bold x\n"},
        {"entities", "a &amp; b &lt; &eacute;", "paragraph: a & b < é\n"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(outline(parse(row.markdown)) == row.outline);
    }
}

TEST_CASE("markdown: spans tell how runs look and where they lead") {
    const auto blocks = parse("**bold** and *it* `co de` ~~no~~ [**a** link](b.md#c) <b>raw</b>");
    REQUIRE(blocks.size() == 1);
    const kb::RichText& words = blocks[0].words;
    CHECK(words.text == "bold and it co de no a link raw");
    REQUIRE(words.spans.size() == 7);
    CHECK(words.spans[0] == kb::Span{0, 4, true, false, false, false, ""});
    CHECK(words.spans[1] == kb::Span{9, 11, false, true, false, false, ""});
    CHECK(words.spans[2] == kb::Span{12, 17, false, false, true, false, ""});
    CHECK(words.spans[3] == kb::Span{18, 20, false, false, false, true, ""});
    CHECK(words.spans[4] == kb::Span{21, 22, true, false, false, false, "b.md#c"});
    CHECK(words.spans[5] == kb::Span{22, 27, false, false, false, false, "b.md#c"});
    CHECK(words.spans[6] == kb::Span{28, 31, true, false, false, false, ""});
}

TEST_CASE("markdown: a line end in bold words or a link is bold or of the link too") {
    const auto blocks = parse("**a\nb** [c\nd](e.md)");
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].words.text == "a b c d");
    REQUIRE(blocks[0].words.spans.size() == 2);
    CHECK(blocks[0].words.spans[0] == kb::Span{0, 3, true, false, false, false, ""});
    CHECK(blocks[0].words.spans[1] == kb::Span{4, 7, false, false, false, false, "e.md"});
}

TEST_CASE("markdown: a table has rows of cells, and its columns' alignments") {
    const auto blocks = parse("| a | b | c |\n|:--|:-:|--:|\n| *1* | 2 |");
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].columns == std::vector{kb::Alignment::start, kb::Alignment::centre, kb::Alignment::end});
    REQUIRE(blocks[0].rows.size() == 2);
    CHECK(blocks[0].rows[0][1].text == "b");
    CHECK(blocks[0].rows[1][0].text == "1");
    CHECK(blocks[0].rows[1][0].spans.size() == 1);
    CHECK(blocks[0].rows[1][2].text.empty());
}

TEST_CASE("markdown: anchors are like GitHub's, unique, or the author's own") {
    const auto blocks = parse("## What's New?\n\n## What's new?\n\n## Über uns\n\n## 打印机\n\n## Own {#mine}\n\n## ???");
    const char* anchors[] = {"whats-new", "whats-new-1", "über-uns", "打印机", "mine", "section"};
    REQUIRE(blocks.size() == std::size(anchors));
    for (std::size_t i = 0; i < blocks.size(); ++i) CHECK(blocks[i].anchor == anchors[i]);
    CHECK(blocks[4].words.text == "Own");
    CHECK(parse("## मेरी कंपनी की कानूनी टीम को क्या जानना आवश्यक है?")[0].anchor == "मेरी-कंपनी-की-कानूनी-टीम-को-क्या-जानना-आवश्यक-है");
}

TEST_CASE("markdown: tags of site generators go, what stands between them stays") {
    core::Problems problems;
    const auto blocks = parse("a {{< youtube x >}} b\n\n{{< figure src=\"a b.png\" caption=\"c\" >}}\n\n{% note %}\nInside.\n{% endnote %}\n\n[p]({% page \"/travel#m\" %}) {% image \"i.png\" \"alt\" %}\n\n"
                              "{% comment %}\nhidden\n{% endcomment %}\n\n`{{ kept }}`\n\n```\n{% kept %}\n```\n{: .class}\n", problems);
    CHECK(outline(blocks) == "paragraph: a b\npicture: a b.png (c)\nparagraph: Inside.\nparagraph: p\npicture: i.png (alt)\nparagraph: {{ kept }}\ncode: {% kept %}\n");
    CHECK(blocks[3].words.spans.at(0).link == "/travel#m");
    CHECK(tells(problems, "articles/en/x.md:1:3: warning: the tag `{{youtube}}`"));
    CHECK(tells(problems, "articles/en/x.md:5:1: warning: the tag `{%note%}`"));
    CHECK_FALSE(tells(problems, "page"));
}

TEST_CASE("markdown: pictures of other hosts and outside of the content are refused") {
    core::Problems problems;
    const auto blocks = parse("![a](https://evil.example/a.png)\n\n![b](//evil.example/b.png)\n\n![c](data:image/png;base64,AAAA)\n\n![d](../../../etc/passwd)\n\n"
                              "![e](../../pictures/../../x.png)\n\n<img src=\"http://evil.example/f.png\">\n\n![g](../../pictures/g.png)", problems);
    CHECK(outline(blocks) == "picture: ../../pictures/g.png (g)\n");
    CHECK(problems.size() == 6);
    CHECK(tells(problems, "x.md:7:1: error: the picture ../../../etc/passwd is outside of the content folder"));
}

TEST_CASE("markdown: an unknown callout is shown as a note, and told") {
    core::Problems problems;
    const auto blocks = parse("> [!FANCY]\n> a", problems);
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].callout == 0);
    CHECK(blocks[0].callout_kind == kb::CalloutKind::note);
    CHECK(tells(problems, "there is no callout 'fancy'"));
}

TEST_CASE("markdown: bad UTF-8 is repaired and told by its line") {
    core::Problems problems;
    const auto blocks = parse("one\n\ntwo \xff three", problems);
    CHECK(blocks.at(1).words.text == "two \xEF\xBF\xBD three");
    CHECK(tells(problems, "x.md:3:1: warning: not valid UTF-8"));
}

TEST_CASE("markdown: hostile input is bounded in time, depth and size, and its text stays valid") {
    const auto repeated = [](std::string_view piece, std::size_t times) {
        std::string text;
        for (std::size_t i = 0; i < times; ++i) text += piece;
        return text;
    };
    std::string deep_list;
    for (std::size_t i = 0; i < 300; ++i) deep_list += std::string(2 * i, ' ') + "- x\n";
    const struct {
        const char* name;
        std::string body;
        const char* told;
    } rows[] = {
        {"quotes in quotes", repeated("> ", 5'000) + "x", "nested deeper than 40"},
        {"lists in lists", deep_list, "nested deeper than 40"},
        {"brackets without end", repeated("[", 60'000), nullptr},
        {"emphasis without end", repeated("*a ", 20'000), nullptr},
        {"one line of ten megabytes", repeated("word ", 2'000'000), "longer than 2048 KB"},
        {"a line that is too long", repeated("word ", 20'000), "a line longer than 64 KB"},
        {"more blocks than a person reads", repeated("x\n\n", 30'000), "more than 20000 blocks"},
        {"tags without end", repeated("{%", 30'000), nullptr},
        {"backticks of all lengths", [&] {
             std::string text;
             for (std::size_t i = 1; i < 300; ++i) text += "e" + std::string(i, '`');
             return text;
         }(), nullptr},
        {"comments without end", "a " + repeated("<!-- a\n", 30'000), nullptr},
        {"headings of one name", repeated("# a\n", 19'000), nullptr},
        {"quotes and lists of HTML without end", repeated("<blockquote>\n<ol><li>", 20'000), nullptr},
        {"callouts without end", repeated("> [!NOTE]\n> a\n\n", 19'000), nullptr},
        {"links without end", repeated("[a](b.md)\n", 20'000), nullptr},
        {"half of a character, again and again", repeated("\xE2\x82", 30'000), "not valid UTF-8"},
        {"HTML without end", repeated("<div ", 12'000), nullptr},
        {"zero bytes", std::string("a\0b", 3), nullptr},
        {"a hundred thousand quotes", repeated(">", 60'000) + "\n" + repeated(">", 60'000), "nested deeper than 40"},
        {"a short table that asks for ten billion cells", repeated("|a", 5'000) + "|\n" + repeated("|-", 5'000) + "|\n" + repeated("b\n", 500'000), "more than 100000 cells in tables"},
        {"many such tables", repeated(repeated("|a", 300) + "|\n" + repeated("|-", 300) + "|\n" + repeated("b\n", 300) + "\n", 400), "more than 100000 cells in tables"},
        {"an HTML table that asks for ten billion cells", "<table><tr>" + repeated("<td>a", 12'000) + "\n" + repeated("<tr><td>b\n", 100'000), nullptr},
        {"a table of many columns", repeated("|a", 10'000) + "|\n" + repeated("|-", 10'000) + "|\n" + repeated("|b\n", 100), nullptr},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        core::Problems problems;
        const auto blocks = parse(row.body, problems);
        CHECK(blocks.size() <= kb::most_blocks);
        CHECK(all_is_valid(blocks));
        if (row.told) CHECK_MESSAGE(tells(problems, row.told), told(problems));
    }
}

TEST_CASE("markdown: a link that would run or read something is taken out, its words stay") {
    for (const char* link : {"javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "<java&#10;script:x>"}) {
        CAPTURE(link);
        core::Problems problems;
        const auto blocks = parse(std::string("[**words**](") + link + ") <a href=\"" + link + "\">more</a>", problems);
        REQUIRE(blocks.size() == 1);
        CHECK(blocks[0].words.text == "words more");
        for (const kb::Span& span : blocks[0].words.spans) CHECK(span.link.empty());
        CHECK(tells(problems, "cannot be followed, and is left out"));
    }
    CHECK(parse("[a](tel:112) [b](mailto:a@example.org) [c](https://example.org) [d](e.md)")[0].words.spans.size() == 4);
}

TEST_CASE("markdown: plain text holds what a person reads") {
    CHECK(kb::plain_text(parse("# A\n\nb *c*\n\n| d | e |\n|---|---|\n| f | g |\n\n![h](i.png)")) == "A\nb c\nd · e\nf · g\nh");
}
