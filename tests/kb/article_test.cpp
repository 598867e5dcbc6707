#include "kb/article.hpp"

#include <doctest/doctest.h>

#include "tests/kb/told.hpp"

using kb_test::tells;
using kb_test::told;

namespace {

kb::Article parse(std::string_view text, const std::string& path, core::Problems& problems) { return kb::parse_article(text, path, problems); }

kb::Article parse(std::string_view text, const std::string& path = "articles/en/x.md") {
    core::Problems problems;
    auto article = parse(text, path, problems);
    CHECK_MESSAGE(problems.empty(), told(problems));
    return article;
}

}  // namespace

TEST_CASE("article: its path tells id, language and slug") {
    const struct {
        const char* path;
        const char* id;
        const char* language;
        const char* slug;
    } rows[] = {
        {"articles/en/card-reader.md", "en/card-reader", "en", "card-reader"},
        {"articles/zh-Hans/card-reader.md", "zh-Hans/card-reader", "zh-Hans", "card-reader"},
        {"articles/de/tills/frozen.md", "de/tills/frozen", "de", "frozen"},
        {"articles/it/cassa.md", "it/cassa", "it", "cassa"},
        {"docs/it/vpn.md", "en/docs/it/vpn", "en", "vpn"},
        {"docs/hr/leave.md", "en/docs/hr/leave", "en", "leave"},
        {"_articles/zh-hans/legal.md", "zh-Hans/_articles/legal", "zh-Hans", "legal"},
        {"pages/travel/_index.md", "en/pages/travel/_index", "en", "travel"},
        {"README.md", "en/README", "en", "README"},
        {"de/start.markdown", "de/start", "de", "start"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        const kb::Article article = parse("# Title", row.path);
        CHECK(article.id == row.id);
        CHECK(article.language == row.language);
        CHECK(article.slug == row.slug);
    }
}

TEST_CASE("article: reads Foyer's own front matter") {
    const kb::Article article = parse(
        "---\ntitle: A till\ndescription: d\ncategory: tills\ntags: [a, b]\nkeywords: [c]\nowner: it\npubDate: 2026-03-02\nupdated: 2026-09-14\n"
        "review_by: 2027-03-01\nexpires: 2028-01-01\naudience: staff\nsites: all\nrelated: [x]\nservices: [s]\nfeaturedImage: a.svg\nfeaturedImageAlt: alt\n"
        "draft: true\ntranslation_of: en/y\nsource_revision: 2026-01-01\n---\n\nBody.\n");
    CHECK(article.title == "A till");
    CHECK(article.tags == std::vector<std::string>{"a", "b"});
    CHECK(article.published == core::Date{std::chrono::year{2026}, std::chrono::March, std::chrono::day{2}});
    CHECK(article.expires.has_value());
    CHECK(article.audience == std::vector<std::string>{"staff"});
    CHECK(article.sites.empty());
    CHECK(article.draft);
    CHECK(article.source_revision == "2026-01-01");
    REQUIRE(article.blocks.size() == 1);
    CHECK(article.blocks[0].words.text == "Body.");
}

TEST_CASE("article: reads the dialects of other collections") {
    core::Problems problems;
    const kb::Article article = parse(
        "---\ntitle: \"Leave: all kinds\"\ncategorySlug: people\nkeywords: vacation, pto\ndate: 2021-05-04T10:00:00Z\nlastmod: 2022-01-02\nlang: pt-br\n"
        "authors: [{name: Ann}]\nredirect_from: [/family-medical-leave/]\npermalink: /leave/\nlayout: page\npublished: false\nwhatever: 1\n---\nText",
        "pages/leave.md", problems);
    CHECK(article.title == "Leave: all kinds");
    CHECK(article.category == "people");
    CHECK(article.keywords == std::vector<std::string>{"vacation", "pto", "family medical leave"});
    CHECK(article.addresses == std::vector<std::string>{"/family-medical-leave/", "/leave/"});
    CHECK(core::to_text(*article.published) == "2021-05-04");
    CHECK(core::to_text(*article.updated) == "2022-01-02");
    CHECK(article.language == "pt-BR");
    CHECK(article.author == "Ann");
    CHECK(article.draft);
    CHECK(told(problems) == "pages/leave.md:13:1: warning: the key `whatever` is not known and has no effect. Remove it, or mend its spelling.\n");
}

TEST_CASE("article: the title comes from the front matter, a heading, or the file's name") {
    CHECK(parse("---\ntitle: A\n---\n# B").title == "A");
    const kb::Article from_heading = parse("# B\n\ntext");
    CHECK(from_heading.title == "B");
    CHECK(from_heading.blocks.size() == 1);  // it is not shown twice
    core::Problems problems;
    CHECK(parse("text", "articles/en/lost-badge.md", problems).title == "Lost badge");
    CHECK(tells(problems, "no title; the file's name is shown"));
}

TEST_CASE("article: mistakes in the front matter are told by line, and the rest is read") {
    const struct {
        const char* name;
        const char* text;
        const char* told;
    } rows[] = {
        {"broken YAML", "---\ntitle: a\nkeywords: [b\n---\n# T", "x.md:4:1: error: not valid YAML"},
        {"never closed", "---\ntitle: a\n\n# T", "x.md:1:1: error: the front matter is never closed"},
        {"not a map", "---\n- a\n---\n# T", "error: the front matter is not a map"},
        {"no date", "---\ntitle: a\nupdated: soon\n---\n", "x.md:3:10: warning: `updated` is not a date"},
        {"no language", "---\ntitle: a\nlang: klingonish\n---\n", "x.md:3:7: warning: 'klingonish' is not a language"},
        {"twice the same key", "---\ntitle: a\ntitle: b\n---\n# T", "error: the key 'title' stands twice"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        core::Problems problems;
        const kb::Article article = parse(row.text, "articles/en/x.md", problems);
        CHECK_FALSE(article.title.empty());
        CHECK_MESSAGE(tells(problems, row.told), told(problems));
    }
}

TEST_CASE("article: Windows line ends and a byte order mark change nothing") {
    const kb::Article article = parse("\xEF\xBB\xBF---\r\ntitle: A\r\n---\r\n\r\nb\r\nc\r\n");
    CHECK(article.title == "A");
    CHECK(article.blocks.at(0).words.text == "b c");
}

TEST_CASE("article: reading time is at least a minute, in every script") {
    std::string english = "# T\n\n";
    std::string chinese = "# T\n\n";
    for (int i = 0; i < 1000; ++i) {
        english += "word ";
        chinese += "打印";
    }
    CHECK(parse("# T").reading_minutes() == 1);
    CHECK(parse(english).reading_minutes() == 5);
    CHECK(parse(chinese).reading_minutes() == 5);
}
