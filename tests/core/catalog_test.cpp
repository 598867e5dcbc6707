#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/base/words.hpp"
#include "core/catalog/catalog.hpp"
#include "tests/support/folder.hpp"

namespace {

bool told(const core::Problems& problems, std::string_view what) {
    return std::any_of(problems.begin(), problems.end(), [&](const core::Problem& p) { return p.line_of_text().find(what) != std::string::npos; });
}

}  // namespace

TEST_CASE("catalog: a folder that Foyer has never seen is an empty catalog") {
    const support::Folder folder;
    folder.write("readme.md", "# Hello");
    core::Problems problems;
    const auto catalog = catalog::load_catalog(folder.path(), problems);
    CHECK(problems.empty());
    CHECK(catalog.services.empty());
}

TEST_CASE("catalog: references that lead nowhere are told by file") {
    const support::Folder folder;
    folder.write("departments.yaml", "- {id: it, title: IT}\n- {id: it, title: Again}\n");
    folder.write("teams.yaml", "- {id: it-stores, title: Store IT, department: magic, lead: '9'}\n");
    folder.write("sites.yaml", "- {id: quay, title: Quay, zone: Europe/Atlantis}\n");
    folder.write("people.csv", "number,name,team,site,manager\n1,Amina,it-stores,quay,7\n2,Ben,nowhere,moon,1\n3,too few\n2,Twin,,,\n");
    core::Problems problems;
    const auto catalog = catalog::load_catalog(folder.path(), problems);
    CHECK(told(problems, "departments.yaml:2:3: error: the id 'it' stands twice"));
    CHECK(told(problems, "no known department"));
    CHECK(told(problems, "no time zone 'Europe/Atlantis'"));
    CHECK(told(problems, "the manager '7' is no person"));
    CHECK(told(problems, "no team 'nowhere'"));
    CHECK(told(problems, "people.csv:4:1: error: 2 cells"));
    CHECK(told(problems, "people.csv:5:1: error: the number '2' stands twice"));
    CHECK(catalog.people.size() == 2);
}

TEST_CASE("catalog: a quoted cell may hold commas, quotes and lines") {
    core::Problems problems;
    const auto people = catalog::parse_people("name,number\n\"Okoro, \"\"Ama\"\"\nJr\",7\r\n", "people.csv", problems);
    CHECK(problems.empty());
    REQUIRE(people.size() == 1);
    CHECK(people[0].name == "Okoro, \"Ama\"\nJr");
    CHECK(people[0].number == "7");
}

TEST_CASE("catalog: the sample company is complete and without a mistake") {
    core::Problems problems;
    const auto catalog = catalog::load_catalog(std::string(FOYER_SOURCE) + "/content", problems);
    for (const auto& problem : problems) FAIL_CHECK(problem.line_of_text());
    CHECK(catalog.services.size() >= 16);
    CHECK(catalog.sites.size() == 12);
    CHECK(catalog.people.size() == 40);
    CHECK(catalog.departments.size() >= 6);
    std::set<std::string> languages(catalog.languages.begin(), catalog.languages.end());
    CHECK(languages == std::set<std::string>{"ar", "de", "en", "es", "fr", "zh-Hans"});
    for (const auto& service : catalog.services) {
        for (const std::string& language : languages) {
            CAPTURE(service.id);
            CAPTURE(language);
            CHECK_FALSE(service.title.read(language, {}).is_fallback);
        }
    }
}

TEST_CASE("words: all languages of the sample company have the same keys, and the plurals they need") {
    core::Problems problems;
    const auto words = core::Words::load(std::string(FOYER_SOURCE) + "/content/translations", {}, problems);
    for (const auto& problem : problems) FAIL_CHECK(problem.line_of_text());
    CHECK(words.languages().size() == 6);
    const auto english = words.keys("en");
    CHECK(english.size() > 50);
    for (const std::string& language : words.languages()) {
        CAPTURE(language);
        CHECK(words.keys(language) == english);
    }
}

TEST_CASE("catalog: a known problem says what to do meanwhile, where and how long") {
    const support::Folder folder;
    folder.write("topics.yaml", "- {id: tills, title: Tills, icon: x, colour: 1}\n");
    folder.write("sites.yaml", "- {id: quay, title: Quay}\n");
    folder.write("known-problems/slow.yaml",
                 "id: slow\ntitle: {en: Slow tills, de: Langsame Kassen}\nmeanwhile: Wait.\nkeywords: {en: [slow, hang]}\ncategory: tills\nsites: [quay]\nsince: 2026-11-01\nuntil: 2026-12-01\n");
    folder.write("known-problems/lost.yaml", "id: lost\ntitle: Lost\nmeanwhile: Look.\ncategory: none\nsites: [moon]\n");
    folder.write("known-problems/mute.yaml", "id: mute\ntitle: Mute\nuntil: yesterday\n");
    folder.write("known-problems/back.yaml", "id: back\ntitle: Back\nmeanwhile: Wait.\nsince: 2026-12-01\nuntil: 2026-12-01\n");
    folder.write("known-problems/name.yaml", "id: other\ntitle: Other\nmeanwhile: Wait.\n");
    core::Problems problems;
    const auto catalog = catalog::load_catalog(folder.path(), problems);
    REQUIRE(catalog.known_problem("slow"));
    const catalog::KnownProblem& slow = *catalog.known_problem("slow");
    CHECK(slow.title.in("de") == "Langsame Kassen");
    CHECK(slow.keywords.in("en") == "slow, hang");
    CHECK(slow.until == core::parse_date("2026-12-01").value());
    CHECK(catalog.known_problems.size() == 2);
    CHECK(told(problems, "known-problems/lost.yaml:1:1: error: there is no topic 'none'"));
    CHECK(told(problems, "known-problems/lost.yaml:1:1: error: there is no site 'moon'"));
    CHECK(told(problems, "known-problems/mute.yaml:1:1: error:"));
    CHECK(told(problems, "known-problems/back.yaml:5:8: error: `until` is not after `since`"));
    CHECK(told(problems, "the id 'other' is not the file's name"));
}
