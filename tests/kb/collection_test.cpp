#include "kb/collection.hpp"

#include <doctest/doctest.h>

#include "core/catalog/catalog.hpp"
#include "tests/kb/told.hpp"
#include "tests/support/folder.hpp"

using kb_test::tells;
using kb_test::told;

namespace {

const std::filesystem::path data = std::filesystem::path(FOYER_SOURCE) / "tests/data/kb";
constexpr core::Date today{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}};

kb::Collection load(const std::filesystem::path& folder, core::Problems& problems) {
    auto collection = kb::load_collection(folder, problems);
    REQUIRE(collection);
    return std::move(*collection);
}

std::string ids(const kb::Collection& collection) {
    std::string all;
    for (const kb::Article& article : collection.articles) all += article.id + " ";
    return all;
}

}  // namespace

TEST_CASE("collection: a content folder is its articles, in every language") {
    core::Problems problems;
    const kb::Collection shop = load(data / "shop", problems);
    CHECK_MESSAGE(problems.empty(), told(problems));
    CHECK(shop.articles.size() == 13);
    REQUIRE(shop.article("zh-Hans/receipt-printer"));
    CHECK(shop.article("en/none") == nullptr);
    CHECK(shop.synonyms.at("en").size() == 2);

    CHECK(shop.in_language("receipt-printer", "de")->id == "de/receipt-printer");
    CHECK(shop.in_language("en/receipt-printer", "ar")->id == "ar/receipt-printer");
    CHECK(shop.in_language("receipt-printer", "fr")->id == "en/receipt-printer");
    CHECK(shop.in_language("arbeitszeit", "en")->id == "de/arbeitszeit");
    CHECK(shop.in_language("nothing", "en") == nullptr);
}

TEST_CASE("collection: any folder of Markdown works, also one that nobody wrote for Foyer") {
    core::Problems problems;
    const kb::Collection foreign = load(data / "foreign", problems);
    CHECK(ids(foreign) == "de/start en/README en/docs/_index en/docs/bytes en/docs/it/vpn en/docs/leave/policy en/docs/leave/sick fr/start ");
    CHECK_FALSE(core::has_error(problems));
    CHECK(foreign.article("en/docs/it/vpn")->title == "VPN");
    CHECK(foreign.article("en/docs/leave/sick")->title == "Sick: what now?");
    CHECK(foreign.article("en/docs/leave/policy")->blocks.size() == 5);
    const kb::LinkTarget policy = kb::follow_link(foreign, *foreign.article("en/docs/leave/sick"), "/docs/leave/policy");
    CHECK(policy.article == "en/docs/leave/policy");
}

TEST_CASE("collection: a folder named 'it' is a language only beside other languages") {
    const support::Folder folder;
    for (const char* path : {"guide/de/a.md", "guide/fr/a.md", "guide/it/a.md", "teams/it/b.md", "teams/hr/b.md"}) folder.write(path, "# A\n");
    core::Problems problems;
    const kb::Collection collection = load(folder.path() / "guide", problems);
    CHECK(ids(collection) == "de/a fr/a it/a ");
    CHECK(ids(load(folder.path() / "teams", problems)) == "en/hr/b en/it/b ");
}

TEST_CASE("collection: a folder that is not there is an error, an empty one is not") {
    core::Problems problems;
    const support::Folder folder;
    CHECK_FALSE(kb::load_collection(folder.path() / "none", problems));
    CHECK(load(folder.path(), problems).articles.empty());
}

TEST_CASE("collection: links lead to articles by path, address or name, or are dead") {
    core::Problems problems;
    const kb::Collection shop = load(data / "shop", problems);
    const kb::Article& from = *shop.article("en/receipt-printer");
    using Kind = kb::LinkTarget::Kind;
    const struct {
        const char* link;
        Kind kind;
        const char* article;
        const char* anchor;
    } rows[] = {
        {"till-frozen.md", Kind::article, "en/till-frozen", ""},
        {"till-frozen.md#restart-it", Kind::article, "en/till-frozen", "restart-it"},
        {"./till-frozen", Kind::article, "en/till-frozen", ""},
        {"../de/arbeitszeit.md", Kind::article, "de/arbeitszeit", ""},
        {"/till-frozen/", Kind::article, "en/till-frozen", ""},
        {"till%2Dfrozen.md", Kind::article, "en/till-frozen", ""},
        {"#blank-paper", Kind::anchor_here, "en/receipt-printer", "blank-paper"},
        {"https://example.org/till-frozen", Kind::outside, "", ""},
        {"mailto:a@example.org", Kind::outside, "", ""},
        {"//example.org", Kind::outside, "", ""},
        {"nothing.md", Kind::dead, "", ""},
        {"../../../../etc/passwd", Kind::dead, "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.link);
        const kb::LinkTarget target = kb::follow_link(shop, from, row.link);
        CHECK(target.kind == row.kind);
        CHECK(target.article == row.article);
        if (row.kind != Kind::dead) CHECK(target.anchor == row.anchor);
    }
}

TEST_CASE("collection: paths stay in the content folder") {
    CHECK(kb::path_from("articles/en/till.md", "../../pictures/a.svg") == "pictures/a.svg");
    CHECK(kb::path_from("articles/en/till.md", "a.svg") == "articles/en/a.svg");
    CHECK(kb::path_from("articles/en/till.md", "/pictures/a.svg") == "pictures/a.svg");
    for (const char* outside : {"../../../a.svg", "../../pictures/../../a.svg", "/../a.svg", "..\\..\\a.svg"}) {
        CAPTURE(outside);
        CHECK_FALSE(kb::path_from("articles/en/till.md", outside));
    }
}

TEST_CASE("collection: who may see an article, and when") {
    const auto day = [](int d) { return core::Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{static_cast<unsigned>(d)}}; };
    kb::Article article;
    CHECK(kb::is_shown(article, today));
    article.audience = {"manager"};
    CHECK_FALSE(kb::is_shown(article, today));
    article.audience = {"manager", "public"};
    CHECK(kb::is_shown(article, today));
    article.expires = day(25);
    CHECK(kb::is_shown(article, day(24)));
    CHECK_FALSE(kb::is_shown(article, day(25)));
    article.published = day(24);
    CHECK_FALSE(kb::is_shown(article, day(23)));
    CHECK(kb::is_shown(article, day(24)));
    article.draft = true;
    CHECK_FALSE(kb::is_shown(article, day(24)));
}

TEST_CASE("collection: what shows only when all files are seen together is told by its line") {
    const support::Folder folder;
    folder.write("topics.yaml", "- {id: tills, title: Tills, icon: x, colour: 1}\n");
    folder.write("departments.yaml", "- {id: it, title: IT, icon: x}\n");
    folder.write("teams.yaml", "- {id: it-stores, title: Store IT, department: it}\n");
    folder.write("articles/en/a.md", "---\ntitle: Same\ncategory: nope\nowner: nobody\nrelated: [gone]\naudience: [wizards]\nreview_by: 2026-01-01\nupdated: 2026-05-05\n---\n\n"
                                     "[dead](gone.md) and [no heading](b.md#nope)\n\n![](../../pictures/none.svg)\n");
    folder.write("articles/en/b.md", "---\ntitle: Same\nexpires: 2025-01-01\nfeaturedImage: ../../pictures/none.svg\n---\n\ntext\n");
    folder.write("articles/de/a.md", "---\ntitle: A\ntranslation_of: en/a\nsource_revision: 2026-01-01\n---\n\ntext\n");
    folder.write("articles/de/b.md", "---\ntitle: B\ntranslation_of: en/none\n---\n\ntext\n");
    core::Problems problems;
    const kb::Collection collection = load(folder.path(), problems);
    const catalog::Catalog catalog = catalog::load_catalog(folder.path(), problems);
    REQUIRE_MESSAGE(problems.empty(), told(problems));
    kb::check_collection(collection, catalog, today, problems);
    for (const char* expected : {
             "articles/en/a.md:3:1: warning: there is no topic 'nope'. Use an id of topics.yaml.",
             "articles/en/a.md:4:1: warning: there is no team 'nobody'",
             "articles/en/a.md:5:1: warning: there is no article 'gone'",
             "articles/en/a.md:6:1: warning: there is no audience 'wizards'",
             "articles/en/a.md:7:1: warning: was to be reviewed by 2026-01-01",
             "articles/en/a.md:11:8: warning: the link gone.md leads nowhere",
             "articles/en/a.md:11:34: warning: the link b.md#nope names a heading that is not there",
             "articles/en/a.md:13:5: warning: there is no picture ../../pictures/none.svg",
             "articles/en/a.md:13:5: warning: the picture ../../pictures/none.svg has no description",
             "articles/en/b.md:2:1: warning: has the same title as articles/en/a.md",
             "articles/en/b.md:3:1: warning: expired on 2025-01-01",
             "articles/en/b.md:4:1: warning: the picture has no description",
             "articles/de/a.md:4:1: warning: is out of date: en/a changed on 2026-05-05",
             "articles/de/b.md:3:1: warning: there is no article 'en/none' to be a translation of",
         }) {
        CAPTURE(expected);
        CHECK_MESSAGE(tells(problems, expected), told(problems));
    }
    CHECK(problems.size() == 15);  // the missing picture stands in two articles
}

TEST_CASE("collection: bad synonyms are told") {
    const support::Folder folder;
    folder.write("articles/en/a.md", "# A\n");
    folder.write("search/synonyms.en.yaml", "- [lift, elevator]\n- [alone]\n");
    folder.write("search/synonyms.tlhingan.yaml", "- [a, b]\n");
    core::Problems problems;
    CHECK(load(folder.path(), problems).synonyms.at("en").size() == 1);
    CHECK(tells(problems, "search/synonyms.en.yaml:2:3: error: a group of synonyms has 2 to 50 words"));
    CHECK(tells(problems, "the file's name has no language"));
}
