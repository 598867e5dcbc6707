#include "kb/mend.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/file.hpp"
#include "kb/link_places.hpp"
#include "kb/meant.hpp"
#include "tests/kb/told.hpp"
#include "tests/support/folder.hpp"

namespace {

constexpr core::Date today{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}};

// A small company around one article, articles/en/x.md.
struct Company {
    support::Folder folder;

    Company() {
        folder.write("topics.yaml", "- {id: tills, title: Tills, icon: x, colour: 1}\n- {id: back-office, title: Office, icon: x, colour: 2}\n");
        folder.write("departments.yaml", "- {id: it, title: IT, icon: x}\n");
        folder.write("teams.yaml", "- {id: it-stores, title: Store IT, department: it}\n");
        folder.write("articles/en/till-frozen.md", "---\ntitle: A frozen till\n---\n\n## Restart it!\n\ntext\n\n## Call us\n\ntext\n");
        folder.write("articles/en/paper/roll.md", "---\ntitle: Paper\n---\n\ntext\n");
        folder.write("articles/en/a/twin.md", "---\ntitle: Twin A\n---\n\ntext\n");
        folder.write("articles/en/b/twin.md", "---\ntitle: Twin B\n---\n\ntext\n");
        folder.write("articles/de/nur-hier.md", "---\ntitle: Nur hier\n---\n\ntext\n");
        folder.write("pictures/till.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        folder.write("pictures/one/same.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        folder.write("pictures/two/same.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }

    kb::Mended mend(std::string_view text) const {
        folder.write("articles/en/x.md", text);
        core::Problems problems;
        const auto collection = kb::load_collection(folder.path(), problems);
        REQUIRE(collection);
        const auto catalog = catalog::load_catalog(folder.path(), problems);
        const kb::Article* article = collection->article("en/x");
        REQUIRE(article);
        kb::check_collection(*collection, catalog, today, problems);
        const kb::Mended mended = kb::Mender(*collection, catalog).mend(*article, text);
        const bool is_told = std::any_of(problems.begin(), problems.end(), [](const core::Problem& each) { return each.file == "articles/en/x.md"; });
        CHECK_MESSAGE((mended.mends.empty() || is_told), "what is mended is told by the check as well");
        CHECK(mended.mends.empty() == (mended.text == text));
        return mended;
    }
};

std::string lines_of(const kb::Mended& mended) {
    std::string all;
    for (const kb::Mend& each : mended.mends) all += fmt::format("{}: {}\n", each.line, each.what);
    return all;
}

std::string with_front_matter(std::string_view lines) { return fmt::format("---\ntitle: X\n{}\n---\n\ntext\n", lines); }
std::string with_body(std::string_view body) { return fmt::format("---\ntitle: X\n---\n\n{}\n", body); }

}  // namespace

TEST_CASE("mend: what has one way out is mended, each by its line, and nothing else changes") {
    const struct {
        const char* name;
        std::string before;
        std::string after;
        const char* told;
    } rows[] = {
        {"a date in another form", with_front_matter("updated: 2026/9/4  # by Ann"), with_front_matter("updated: 2026-09-04  # by Ann"), "3: updated: 2026/9/4 → 2026-09-04\n"},
        {"a date in words, in quotes", with_front_matter("date: 'March 2nd, 2026'"), with_front_matter("date: '2026-03-02'"), "3: pubDate: March 2nd, 2026 → 2026-03-02\n"},
        {"yes and no", with_front_matter("draft: Yes\npublished: \"on\""), with_front_matter("draft: true\npublished: true"), "3: draft: Yes → true\n4: published: on → true\n"},
        {"a key in another case, and its value", with_front_matter("PubDate: 2026.3.2\nreview-by: 2027-01-01"), with_front_matter("pubDate: 2026-03-02\nreview_by: 2027-01-01"),
         "3: key PubDate → pubDate\n3: pubDate: 2026.3.2 → 2026-03-02\n4: key review-by → review_by\n"},
        {"names of topics and teams", with_front_matter("category: Back Office\nowner: IT_stores"), with_front_matter("category: back-office\nowner: it-stores"),
         "3: category: Back Office → back-office\n4: owner: IT_stores → it-stores\n"},
        {"an audience", with_front_matter("audience: [Staff, Manager]"), with_front_matter("audience: [staff, manager]"), "3: audience: Staff → staff\n3: audience: Manager → manager\n"},
        {"twice the same in brackets", with_front_matter("tags: [a, b,  a , \"b\", c] # all"), with_front_matter("tags: [a, b, c] # all"),
         "3: tags: a → taken out, it stands there twice\n3: tags: b → taken out, it stands there twice\n"},
        {"twice the same in a list of lines", with_front_matter("keywords:\n  - a b # first\n  - c\n  - a b\nowner: it-stores"), with_front_matter("keywords:\n  - a b # first\n  - c\nowner: it-stores"),
         "6: keywords: a b → taken out, it stands there twice\n"},
        {"twice the same between commas", with_front_matter("keywords: a, b,a, c"), with_front_matter("keywords: a, b, c"), "3: keywords: a, b,a, c → a, b, c\n"},
        {"related to itself", with_front_matter("related: [x, till-frozen]"), with_front_matter("related: [till-frozen]"), "3: related: x → taken out, the article itself\n"},
        {"related to itself alone", with_front_matter("related: [en/x]"), with_front_matter("related: []"), "3: related: en/x → taken out, the article itself\n"},
        {"related by a path, then twice", with_front_matter("related: [Till-Frozen.md, articles/en/till-frozen.md, roll]"), with_front_matter("related: [till-frozen, roll]"),
         "3: related: Till-Frozen.md → till-frozen\n3: related: articles/en/till-frozen.md → taken out, it stands there twice\n"},
        {"the source of a translation", with_front_matter("translation_of: /articles/DE/nur-hier.md"), with_front_matter("translation_of: de/nur-hier"),
         "3: translation_of: /articles/DE/nur-hier.md → de/nur-hier\n"},
        {"a picture of the article", with_front_matter("featuredImage: /img/Till.SVG\nfeaturedImageAlt: a"), with_front_matter("featuredImage: ../../pictures/till.svg\nfeaturedImageAlt: a"),
         "3: featuredImage: /img/Till.SVG → ../../pictures/till.svg\n"},
        {"a colon in a title", "---\ntitle: Leave: \"all\" kinds\nowner: it-stores\n---\n\ntext\n", "---\ntitle: \"Leave: \\\"all\\\" kinds\"\nowner: it-stores\n---\n\ntext\n",
         "2: its value → in quotes, since it holds a sign of YAML\n"},
        {"two titles with signs of YAML", "---\r\ntitle: @home: now\r\ndescription: `a` and: b\r\n---\r\n\r\ntext\r\n", "---\r\ntitle: \"@home: now\"\r\ndescription: \"`a` and: b\"\r\n---\r\n\r\ntext\r\n",
         "2: its value → in quotes, since it holds a sign of YAML\n3: its value → in quotes, since it holds a sign of YAML\n"},
        {"tabs before a list", "---\ntitle: X\ntags:\n\t- a\n\t- b\n---\n\ntext\n", "---\ntitle: X\ntags:\n  - a\n  - b\n---\n\ntext\n",
         "4: tabs at its beginning → spaces\n5: tabs at its beginning → spaces\n"},
        {"a link by a wrong case", with_body("[a](Till-Frozen.md)"), with_body("[a](till-frozen.md)"), "5: link Till-Frozen.md → till-frozen.md\n"},
        {"a link by an old path, with a heading", with_body("one\ntwo [a](../old/roll.html) and [b](old/till-frozen.md#Call-Us \"t\")"), with_body("one\ntwo [a](paper/roll.md) and [b](till-frozen.md#call-us \"t\")"),
         "6: link ../old/roll.html → paper/roll.md\n6: link old/till-frozen.md#Call-Us → till-frozen.md#call-us\n"},
        {"a heading written as it reads", with_body("[a](<till-frozen.md#Restart it!>)"), with_body("[a](<till-frozen.md#restart-it>)"), "5: link till-frozen.md#Restart it! → till-frozen.md#restart-it\n"},
        {"a heading of the article itself", with_body("[a](#Part-One)\n\n## Part one"), with_body("[a](#part-one)\n\n## Part one"), "5: link #Part-One → #part-one\n"},
        {"an article of another language", with_body("[a](old/nur-hier.md)"), with_body("[a](../de/nur-hier.md)"), "5: link old/nur-hier.md → ../de/nur-hier.md\n"},
        {"a definition and HTML", with_body("[a][r] <a class='x' href='Old/Roll.md'>b</a>\n\n[r]: Old/Roll.md"), with_body("[a][r] <a class='x' href='paper/roll.md'>b</a>\n\n[r]: paper/roll.md"),
         "5: link Old/Roll.md → paper/roll.md\n7: link Old/Roll.md → paper/roll.md\n"},
        {"pictures", with_body("![a](till.svg) and ![b](..\\..\\pictures\\TILL.svg)\n\n<img src=\"../pictures/till.svg\" alt=\"c\">\n\n[![d](x/till.svg)](Till-Frozen.md)"),
         with_body("![a](../../pictures/till.svg) and ![b](../../pictures/till.svg)\n\n<img src=\"../../pictures/till.svg\" alt=\"c\">\n\n[![d](../../pictures/till.svg)](till-frozen.md)"),
         "5: picture till.svg → ../../pictures/till.svg\n5: picture ..\\..\\pictures\\TILL.svg → ../../pictures/till.svg\n7: picture ../pictures/till.svg → ../../pictures/till.svg\n"
         "9: picture x/till.svg → ../../pictures/till.svg\n9: link Till-Frozen.md → till-frozen.md\n"},
        {"Windows line ends, a byte order mark and no last line end stay", "\xEF\xBB\xBF---\r\ntitle: X\r\n# why\r\nDraft: no\r\ntags:\r\n- a\r\n- a\r\n---\r\n\r\n\t[a](Roll.md)",
         "\xEF\xBB\xBF---\r\ntitle: X\r\n# why\r\ndraft: false\r\ntags:\r\n- a\r\n---\r\n\r\n\t[a](Roll.md)",
         "4: key Draft → draft\n4: draft: no → false\n7: tags: a → taken out, it stands there twice\n"},
    };
    const Company company;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const kb::Mended mended = company.mend(row.before);
        CHECK(mended.text == row.after);
        CHECK(lines_of(mended) == row.told);
        CHECK_MESSAGE(company.mend(mended.text).mends.empty(), "mending again changes nothing");
    }
}

TEST_CASE("mend: what a person must judge stays as it is") {
    const struct {
        const char* name;
        std::string text;
    } rows[] = {
        {"day or month first", with_front_matter("updated: 3/2/2026")},
        {"no date at all", with_front_matter("updated: next week\nexpires: 2026-13-45")},
        {"neither yes nor no", with_front_matter("draft: almost")},
        {"an unknown key", with_front_matter("colour: red")},
        {"a key that is there already", with_front_matter("Title: Y")},
        {"two keys for one", with_front_matter("Updated: 2026-01-01\nUPDATED: 2026-02-02")},
        {"the same in another case", with_front_matter("tags: [Till, till]")},
        {"a second one with a comment", with_front_matter("tags:\n  - a\n  - a  # Ann wants it\nkeywords: [b, # first\n  b]")},
        {"a name that is like no other", with_front_matter("category: cash\nowner: nobody\nrelated: [gone]\nfeaturedImage: none.svg\nfeaturedImageAlt: a")},
        {"a list that is not closed", with_front_matter("tags: [a, b")},
        {"a comment behind a colon", with_front_matter("description: one: two # three")},
        {"front matter that is never closed", "---\ntitle: a: b\n\ntext\n"},
        {"no revision of the source", with_front_matter("translation_of: de/nur-hier")},
        {"a link that two articles may be meant by", with_body("[a](old/twin.md)")},
        {"a link to nothing", with_body("[a](gone.md) [b](#gone) [c](till-frozen.md#gone) [d](//host/roll.md) [e](https://example.org/Roll.md)")},
        {"a picture that two may be meant by", with_body("![a](same.svg) ![b](none.svg) ![c](https://example.org/till.svg)")},
        {"code and comments", with_body("`[a](Roll.md)` <!-- [a](Roll.md) -->\n\n```\n[a](Roll.md)\n```\n\n    [a](Roll.md)\n\n\\[a](Roll.md)")},
        {"what a site generator fills in", with_body("[a]({{ base }}/till-frozen/) [b]({{base}}/Roll.md)")},
        {"bytes that are no UTF-8", with_body("[a](Till-Frozen.md) \xFF")},
        {"nothing wrong", with_body("[a](till-frozen.md) ![b](../../pictures/till.svg)")},
    };
    const Company company;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const kb::Mended mended = company.mend(row.text);
        CHECK(mended.text == row.text);
        CHECK(lines_of(mended).empty());
    }
}

TEST_CASE("mend: dates that can be read in one way only") {
    const struct {
        const char* written;
        const char* meant;
    } rows[] = {
        {"2026/03/02", "2026-03-02"},   {"2026.3.2", "2026-03-02"},     {"2 March 2026", "2026-03-02"}, {"2nd of March 2026", ""},     {"March 2, 2026", "2026-03-02"},
        {"02-Mar-2026", "2026-03-02"},  {"Sept 1st, 2026", "2026-09-01"}, {"15.3.2026", "2026-03-15"},  {"3/15/2026", "2026-03-15"},   {"3/3/2026", "2026-03-03"},
        {"3/2/2026", ""},               {"2026-2-30", ""},              {"15.3.26", ""},                {"2026", ""},                  {"soon", ""},
        {"", ""},                       {"2026/3/2 10:30", "2026-03-02"}, {"99999999999/1/1", ""},      {"1/1/1/2026", ""},            {"2026/3/2x", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.written);
        const auto meant = kb::date_meant(row.written);
        CHECK((meant ? core::to_text(*meant) : "") == row.meant);
    }
}

TEST_CASE("mend: the places of links are found where Markdown has them") {
    const std::string text = "[a](b.md) ![c [d]](<e f.png> \"t\") [g](h(i).md)\n`[x](y)` ``[x](`y)`` [[Wiki|w]]\n\n> ~~~\n> [x](y)\n> ~~~\n\n[r]: j.md 'k'\n[p]: <l.PNG>\n<img alt=\"x\" src='m.svg'><a href=\"n.md\">o</a> [![q](s.png)](t.md)\n"
                             "<!--\n[x](y)\n-->\n[u] (x) [v](\n";
    std::string found;
    for (const kb::LinkPlace& place : kb::link_places(text)) {
        found += fmt::format("{} {} {}\n", place.line, place.kind == kb::LinkPlace::Kind::link ? "link" : place.kind == kb::LinkPlace::Kind::picture ? "picture" : "wiki",
                             text.substr(place.begin, place.end - place.begin));
    }
    CHECK(found == "1 link b.md\n1 picture e f.png\n1 link h(i).md\n2 wiki Wiki|w\n8 link j.md\n9 picture l.PNG\n10 picture m.svg\n10 link n.md\n10 picture s.png\n10 link t.md\n");
}
