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

    kb::Imported run(const char* language = "") {
        auto imported = kb::import_collection({from.path(), to.path(), language});
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
    import.from.write("toml.md", "+++\ntitle = \"T\"\n+++\n# Toml\n\ntext\n");
    import.from.write("tags.md", "# Tags\n\n{{< figure src=\"x\" >}} words {% note %}\n");
    const kb::Imported imported = import.run();
    CHECK(imported.articles == 5);
    CHECK(tells(imported.problems, "broken.md:3:1: error: not valid YAML"));
    CHECK(tells(imported.problems, "toml.md:1:1: warning: the front matter is TOML"));
    core::Problems problems;
    const auto collection = kb::load_collection(import.to.path(), problems);
    REQUIRE(collection);
    kb::check_collection(*collection, {}, core::Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}}, problems);
    CHECK_MESSAGE(!core::has_error(problems), told(problems));
}

TEST_CASE("import: a folder that holds something is not written into") {
    Import import;
    import.to.write("mine.txt", "x");
    const auto refused = kb::import_collection({import.from.path(), import.to.path(), ""});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("is not empty") != std::string::npos);
    CHECK_FALSE(kb::import_collection({import.from.path() / "none", import.to.path() / "new", ""}));
}
