#include "kb/import.hpp"

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "core/catalog/catalog.hpp"
#include "tests/kb/told.hpp"
#include "tests/support/folder.hpp"

using kb_test::tells;
using kb_test::told;

namespace {

struct Import {
    support::Folder from;
    support::Folder to;

    kb::Imported run(const char* language = "", const std::map<std::string, std::string>& topics = {}) {
        auto imported = kb::import_collection({from.path(), to.path(), language, topics});
        REQUIRE(imported);
        return std::move(*imported);
    }
    std::string text(const std::string& path) {
        const auto read = core::read_file(to.path() / path);
        REQUIRE_MESSAGE(read, path);
        return *read;
    }
};

}  // namespace

TEST_CASE("import: names of other programs become short names, and old addresses stay") {
    Import import;
    import.from.write("_posts/2021-05-04-Coffee Machine.md", "---\ntitle: \"Coffee: how\"\npermalink: /kitchen/coffee/\ncategories: [office]\n---\nPress it.\n");
    import.from.write("travel/_index.md", "# Travel\n\nBook early.\n");
    import.from.write("hr/leave/index.md", "# Leave\n\nAsk first.\n");
    import.from.write("it/leave.md", "# Leave of a laptop\n\nHand it in.\n");
    const kb::Imported imported = import.run();
    CHECK(imported.articles == 4);
    CHECK(import.text("articles/en/coffee-machine.md") ==
          "---\ntitle: \"Coffee: how\"\ncategory: office\npubDate: 2021-05-04\naliases: [\"/kitchen/coffee/\"]\n---\n\nPress it.\n");
    CHECK(import.text("articles/en/travel.md").find("title: Travel\n") != std::string::npos);
    CHECK(import.text("articles/en/leave.md").find("Ask first.") != std::string::npos);
    CHECK(import.text("articles/en/it-leave.md").find("Hand it in.") != std::string::npos);
}

TEST_CASE("import: translations keep one short name, and --language is for those that tell none") {
    Import import;
    import.from.write("de/kasse.md", "# Kasse\n");
    import.from.write("fr/kasse.md", "# Caisse\n");
    import.from.write("start.md", "# Anfang\n");
    const kb::Imported imported = import.run("de");
    CHECK(imported.articles == 3);
    CHECK_FALSE(import.text("articles/de/kasse.md").empty());
    CHECK_FALSE(import.text("articles/fr/kasse.md").empty());
    CHECK_FALSE(import.text("articles/de/start.md").empty());
}

TEST_CASE("import: links and pictures lead to the new places, code stays as it is") {
    Import import;
    import.from.write("docs/tills/start.md", "# Start\n\n[a](../paper/roll.md#cut) and [[Paper roll|the roll]] and [[Nothing]] and [dead](gone.md) [out](https://example.org)\n\n"
                                             "![Till](../img/till.svg \"A till\") <img src=\"../img/till.svg\" alt=\"x\"> ![no](../../../../etc/x.png)\n\n[r]: ../paper/roll.md\n\n"
                                             "```\n[a](../paper/roll.md)\n```\n\n`[a](../paper/roll.md)`\n");
    import.from.write("docs/paper/roll.md", "# Paper roll\n\n## Cut\n\ntext\n");
    import.from.write("docs/img/till.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    const kb::Imported imported = import.run();
    CHECK(imported.pictures == 1);
    const std::string text = import.text("articles/en/start.md");
    CHECK_MESSAGE(text.find("[a](roll.md#cut) and [the roll](roll.md) and Nothing and [dead](gone.md) [out](https://example.org)\n") != std::string::npos, text);
    CHECK(text.find("![Till](../../pictures/till.svg \"A till\") <img src=\"../../pictures/till.svg\" alt=\"x\"> ![no](../../pictures/x.png)\n") != std::string::npos);
    CHECK(text.find("[r]: roll.md\n") != std::string::npos);
    CHECK(text.find("```\n[a](../paper/roll.md)\n```\n\n`[a](../paper/roll.md)`\n") != std::string::npos);
    CHECK_FALSE(import.text("pictures/till.svg").empty());
    CHECK_MESSAGE(tells(imported.problems, "docs/tills/start.md:3:1: warning: there is no page 'Nothing' to link to; its words stay"), told(imported.problems));
    CHECK(tells(imported.problems, "docs/tills/start.md:3:1: warning: the link gone.md leads to nothing that was imported"));
    CHECK(tells(imported.problems, "docs/tills/start.md:5:1: warning: there is no picture ../../../../etc/x.png"));
}

TEST_CASE("import: boxes of Docusaurus and MkDocs become callouts") {
    Import import;
    import.from.write("a.md", "# A\n\n:::warning Hot\nDo **not** touch.\n:::\n\n!!! danger \"Stop\"\n    One.\n\n    Two.\n\nAfter.\n");
    CHECK(import.run().articles == 1);
    core::Problems problems;
    const auto collection = kb::load_collection(import.to.path(), problems);
    REQUIRE(collection);
    const auto& blocks = collection->article("en/a")->blocks;
    REQUIRE(blocks.size() == 6);
    CHECK(blocks[0].words.text == "Hot");
    CHECK(blocks[1].words.text == "Do not touch.");
    CHECK(blocks[1].callout_kind == kb::CalloutKind::warning);
    CHECK(blocks[2].words.text == "Stop");
    CHECK(blocks[4].words.text == "Two.");
    CHECK(blocks[4].callout_kind == kb::CalloutKind::danger);
    CHECK(blocks[5].words.text == "After.");
    CHECK(blocks[5].callout == -1);
}

TEST_CASE("import: what cannot be read stops nothing, and the result has no errors") {
    Import import;
    import.from.write("broken.md", "---\ntitle: [a\n---\n# Broken\n\ntext\n");
    import.from.write("bytes.md", "# Bytes\n\n\xff\xfe text\n");
    import.from.write("empty.md", "");
    import.from.write("toml.md", "+++\ntitle = T\n+++\n# Toml\n\ntext\n");
    import.from.write("tags.md", "# Tags\n\n{{< figure src=\"x\" >}} words {% note %}\n");
    const kb::Imported imported = import.run();
    CHECK(imported.articles == 5);
    CHECK(tells(imported.problems, "broken.md:3:1: error: not valid YAML"));
    CHECK_MESSAGE(tells(imported.problems, "toml.md:2:9: error: not valid TOML"), told(imported.problems));
    core::Problems problems;
    const auto collection = kb::load_collection(import.to.path(), problems);
    REQUIRE(collection);
    kb::check_collection(*collection, {}, core::Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}}, problems);
    CHECK_MESSAGE(!core::has_error(problems), told(problems));
}

TEST_CASE("import: a site of Hugo, with TOML, section pages and shortcodes") {
    Import import;
    import.from.write("content/_index.md", "+++\ntitle = 'Staff handbook'\n[cascade]\n  type = 'docs'\n+++\nStart here.\n\n![The house](/img/house.svg)\n");
    import.from.write("static/img/house.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    import.from.write("content/travel/_index.md", "+++\ntitle = \"Travel\"\nweight = 3\n+++\n\nSee [meals](meals/).\n");
    import.from.write("content/travel/meals/index.md",
                      "+++\n# who may eat\ntitle = \"Meals: what counts\"\ndate = 2024-03-05T10:00:00+01:00\nlastmod = 2024-04-01\ndraft = false\ncategories = [\"Trips\"]\n"
                      "aliases = [\n  '/old/meals/',\n]\nodd = 1\n[taxonomies]\ntags = [\"food\", \"money\"]\n+++\n\n"
                      "{{< figure src=\"plate (1).png\" >}}\n\n![A plate](<plate (1).png>) and ![again](plate%20%281%29.png)\n\n{{% notice tip %}}\nKeep the receipt.\n{{% /notice %}}\n\n"
                      "Back to [travel](<../_index.md> \"up\").\n");
    import.from.write("content/travel/meals/plate (1).png", "not a picture, but a file");
    const kb::Imported imported = import.run();
    CHECK(imported.articles == 3);
    CHECK(imported.pictures == 2);
    CHECK(import.text("articles/en/content.md").find("![The house](../../pictures/house.svg)") != std::string::npos);
    CHECK(import.text("articles/en/travel.md") == "---\ntitle: Travel\n---\n\n\nSee [meals](meals.md).\n");
    CHECK(import.text("articles/en/meals.md") == "---\ntitle: \"Meals: what counts\"\ncategory: Trips\ntags: [\"food\", \"money\"]\nkeywords: [\"meals\"]\npubDate: 2024-03-05\nupdated: 2024-04-01\n"
                                                 "aliases: [\"/old/meals/\"]\n---\n\n\n![](<../../pictures/plate-1.png>)\n\n![A plate](<../../pictures/plate-1.png>) and ![again](../../pictures/plate-1.png)\n\n\nKeep the receipt.\n\n\n"
                                                 "Back to [travel](<travel.md> \"up\").\n");
    CHECK_MESSAGE(tells(imported.problems, "content/travel/meals/index.md:11:1: warning: the key `odd` is not known"), told(imported.problems));
    CHECK_MESSAGE(tells(imported.problems, "index.md:20:1: warning: the tag `{{notice}}` means nothing here and is left out (2 times)"), told(imported.problems));
}

TEST_CASE("import: pages of Docusaurus, with MDX and components") {
    Import import;
    import.from.write("docs/till/start.mdx",
                      "---\ntitle: Start a till\nsidebar_position: 1\n---\n\nimport Tabs from '@theme/Tabs';\nimport {\n  TabItem,\n} from '@theme/TabItem';\n\nexport const colour = () => {\n\n  return 'red';\n};\n\n"
                      "## First steps {#first}\n\nPress *on* {/* the green one */} and wait {props.seconds} seconds{' '}or `{less}`.\n\n"
                      "<Tabs>\n  <TabItem value=\"a\" label=\"New till\" default>\n\n    - Open it.\n        - Slowly.\n\n    ```js\n    const a = {b: 1};\n    ```\n\n  </TabItem>\n</Tabs>\n\n"
                      "<img src={require('./img/till.svg').default} style={{width: 200}} alt=\"A till\" />\n\n5 < 6, a \\{brace}, <https://example.org>, [on](./stop.mdx#now) <Badge text=\"new\" />\n\nimport is a word of English as well.\n");
    import.from.write("docs/till/stop.mdx", "# Stop a till\n\n## Now\n\nPress *off*.\n");
    import.from.write("docs/till/img/till.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    const kb::Imported imported = import.run();
    CHECK(imported.articles == 2);
    CHECK(imported.pictures == 1);
    core::Problems problems;
    const auto collection = kb::load_collection(import.to.path(), problems);
    REQUIRE(collection);
    const kb::Article* start = collection->article("en/start");
    REQUIRE(start);
    CHECK_MESSAGE(kb::plain_text(start->blocks) == "First steps\nPress on and wait seconds or {less}.\nNew till\nOpen it.\nSlowly.\nconst a = {b: 1};\nA till\n5 < 6, a {brace}, https://example.org, on\n"
                                                   "import is a word of English as well.", kb::plain_text(start->blocks));
    CHECK(start->blocks[0].anchor == "first");
    CHECK(start->blocks[4].level == 1);
    CHECK(import.text("articles/en/start.md").find("[on](stop.md#now)") != std::string::npos);
    CHECK(import.text("articles/en/start.md").find("src=\"../../pictures/till.svg\"") != std::string::npos);
    CHECK_MESSAGE(tells(imported.problems, "docs/till/start.mdx:21:1: warning: the component <TabItem> of MDX shows nothing here. Look at what it showed"), told(imported.problems));
    CHECK(tells(imported.problems, "start.mdx:18:1: warning: an expression in braces of MDX shows nothing here"));
    CHECK(tells(imported.problems, "the component <Badge> of MDX"));
}

TEST_CASE("import: front matter in JSON, in all the ways that people mark it") {
    Import import;
    import.from.write("a.md", "{\n\t\"title\": \"A \\ud83d\\ude00 \\/ b\",\n\t\"date\": \"2024-03-05\",\n\t\"tags\": [\"x\", \"y}\"]\n}\n\nText.\n");
    import.from.write("b.md", "---json\n{ \"title\": \"B\", \"odd\": 1 }\n---\n# B\n\nText.\n");
    import.from.write("c.md", "{{< shortcode >}}\n# C\n");
    import.from.write("d.md", "{ \"title\": \"D\" } is JSON, and this is text.\n");
    import.from.write("e.md", "---toml\ntitle = 'É _x41_ 打印'  # für alle\nschlüssel = 1\n---\nText.\n");
    const kb::Imported imported = import.run();
    CHECK(import.text("articles/en/a.md") == "---\ntitle: \"A 😀 / b\"\ntags: [\"x\", \"y}\"]\npubDate: 2024-03-05\n---\n\n\nText.\n");
    CHECK(import.text("articles/en/b.md").find("title: B\n") != std::string::npos);
    CHECK(import.text("articles/en/c.md").find("title: C\n") != std::string::npos);
    CHECK(import.text("articles/en/d.md").find("is JSON, and this is text.\n") != std::string::npos);
    CHECK(import.text("articles/en/e.md").find("title: \"É _x41_ 打印\"\n") != std::string::npos);
    CHECK(tells(imported.problems, "e.md:3:1: warning: the key `schlüssel` is not known"));
    CHECK_MESSAGE(tells(imported.problems, "b.md:2:17: warning: the key `odd` is not known"), told(imported.problems));
}

TEST_CASE("import: --language is for what tells none; a folder, and before it the front matter, say their own") {
    Import import;
    import.from.write("garden/open.md", "# Offen\n");  // "garden/" ends in "en/"
    import.from.write("en/open-late.md", "# Open late\n");
    import.from.write("fr/ouvert.md", "# Ouvert\n");
    import.from.write("english.md", "---\nlang: en\n---\n# English\n");
    import.from.write("fr/quote.md", "---\nlang: es\n---\n# Cita\n");
    const kb::Imported imported = import.run("de");
    CHECK(imported.articles == 5);
    for (const char* path : {"articles/de/open.md", "articles/en/open-late.md", "articles/fr/ouvert.md", "articles/en/english.md", "articles/es/quote.md"}) {
        CAPTURE(path);
        CHECK(std::filesystem::exists(import.to.path() / path));
    }
}

TEST_CASE("import: categories, tags and folders become topics, and what has none is told once") {
    Import import;
    import.from.write("a.md", "---\ntitle: A\ncategory: Trips & Travel\n---\n");
    import.from.write("b.md", "---\ntitle: B\ncategory: Other\ntags: [Money]\n---\n");
    import.from.write("travel/far/c.md", "---\ntitle: C\n---\n");
    import.from.write("d.md", "---\ntitle: D\ncategory: Other\n---\n");
    import.from.write("e.md", "---\ntitle: E\ncategory: Other\n---\n");
    const kb::Imported imported = import.run("", {{"trips & travel", "trips"}, {"money", "finance"}, {"travel", "trips"}});
    CHECK(import.text("articles/en/a.md").find("category: trips\n") != std::string::npos);
    CHECK(import.text("articles/en/b.md").find("category: finance\n") != std::string::npos);
    CHECK(import.text("articles/en/c.md").find("category: trips\n") != std::string::npos);
    CHECK(import.text("articles/en/d.md").find("category") == std::string::npos);
    CHECK_MESSAGE(told(imported.problems) == "d.md:1:1: warning: the category 'Other' has no topic. Name one: --topics 'category=topic'.\n", told(imported.problems));
}

TEST_CASE("import: hostile input comes over bounded, and takes nothing from outside of its folder") {
    const auto repeated = [](std::string_view piece, std::size_t times) {
        std::string text;
        for (std::size_t i = 0; i < times; ++i) text += piece;
        return text;
    };
    Import import;
    const support::Folder outside;
    outside.write("secret.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    std::filesystem::create_symlink(outside.path() / "secret.svg", import.from.path() / "linked.svg");
    import.from.write("paths.md", "# Paths\n\n![a](" + (outside.path() / "secret.svg").string() + ") ![b](..%2F..%2F" + outside.path().filename().string() + "/secret.svg) ![c](linked.svg) ![d](https://evil.example/x.png)\n");
    const struct {
        const char* name;
        std::string text;
    } rows[] = {
        {"brackets.md", repeated("[", 60'000)},      {"wiki.md", repeated("[[", 60'000)},        {"wikis.md", repeated("[[a\n", 20'000)},  {"targets.md", repeated("[a](", 40'000)},
        {"links.md", repeated("[a](b.md) ", 20'000)}, {"tags.md", repeated("{%", 60'000)},       {"comments.md", repeated("a <!-- ", 20'000)}, {"ticks.md", repeated("`a", 40'000)},
        {"html.md", repeated("<a b=\"", 20'000)},    {"boxes.md", repeated(":::note\n", 10'000)}, {"braces.mdx", repeated("{", 60'000)},     {"components.mdx", repeated("<A>\n", 20'000)},
        {"open.mdx", repeated("<A b={", 20'000)},    {"imports.mdx", repeated("import {\n", 10'000)}, {"braces-in-code.mdx", repeated("{`", 40'000)}, {"bytes.mdx", repeated("\xFF{\n", 10'000)},
    };
    for (const auto& row : rows) import.from.write(row.name, "---\ntitle: " + std::string(row.name) + "\n---\n\n" + row.text);
    const kb::Imported imported = import.run();
    CHECK(imported.articles == std::size(rows) + 1);
    CHECK(imported.pictures == 0);
    CHECK_FALSE(std::filesystem::exists(import.to.path() / "pictures"));
    core::Problems problems;
    CHECK(kb::load_collection(import.to.path(), problems)->articles.size() == imported.articles);
    CHECK_MESSAGE(!core::has_error(problems), told(problems));
}

TEST_CASE("import: a folder that holds something is not written into") {
    Import import;
    import.to.write("mine.txt", "x");
    const auto refused = kb::import_collection({import.from.path(), import.to.path(), "", {}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("is not empty") != std::string::npos);
    CHECK_FALSE(kb::import_collection({import.from.path() / "none", import.to.path() / "new", "", {}}));
}
