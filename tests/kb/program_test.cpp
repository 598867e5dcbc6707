// The real `kb`, run as an editor runs it: exit codes, JSON, and one clear sentence when something is wrong.
#include <doctest/doctest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "tests/kb/program.hpp"

using kb_program::Ran;
using kb_program::run;

namespace {

const std::string shop = std::string(FOYER_SOURCE) + "/tests/data/kb/shop";

}  // namespace

TEST_CASE("kb: help and wrong words") {
    const support::Folder folder;
    for (const char* command : {"check", "build", "search", "show", "import", "eval", "release"}) {
        CAPTURE(command);
        const Ran help = run(folder, {command, "--help"});
        CHECK(help.code == 0);
        CHECK(help.out.find("Usage:") != std::string::npos);
        CHECK(run(folder, {command}).code == 2);
        CHECK(run(folder, {command, "--no-such-thing"}).code == 2);
    }
    CHECK(run(folder, {}).code == 2);
}

TEST_CASE("kb: check tells the mistakes, also as JSON") {
    const support::Folder folder;
    const Ran good = run(folder, {"check", shop, "--json"});
    CHECK(good.code == 0);
    CHECK(good.json().at("articles") == 13);
    folder.write("content/articles/en/a.md", "---\ntitle: [\n---\n");
    folder.write("content/known-problems/a.yaml", "id: a\ntitle: A\nmeanwhile: Wait.\nsince: 2026-02-01\nuntil: 2026-01-01\n");
    const Ran bad = run(folder, {"check", (folder.path() / "content").string()});
    CHECK(bad.code == 1);
    CHECK(bad.out.find("known-problems/a.yaml:5:8: error: `until` is not after `since`") != std::string::npos);
    CHECK(run(folder, {"check", "/nowhere"}).is_one_sentence("/nowhere"));
}

TEST_CASE("kb: check --fix mends what is mechanical and tells the rest; --dry-run only says it") {
    const support::Folder folder;
    const std::string content = (folder.path() / "content").string();
    const std::string before = "---\r\ntitle: Till  # short\r\nPubDate: 2026/3/2\r\n---\r\n\r\n[roll](old/Roll.md) and [gone](gone.md)\r\n";
    const auto file = folder.write("content/articles/en/a.md", before);
    const auto other = folder.write("content/articles/en/paper/roll.md", "---\ntitle: Roll\n---\n\nPaper.\n");
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    const auto untouched = std::filesystem::last_write_time(other);

    CHECK(run(folder, {"check", content, "--json"}).json().at("fixable").size() == 3);
    const Ran dry = run(folder, {"check", content, "--fix", "--dry-run"});
    CHECK(dry.code == 0);
    CHECK(dry.out.find(content + "/articles/en/a.md:3: would fix: key PubDate → pubDate\n") == 0);
    CHECK(dry.out.find("a.md:6: would fix: link old/Roll.md → paper/roll.md\n") != std::string::npos);
    CHECK(dry.out.find("; `kb check --fix` fixes 3\n") != std::string::npos);
    CHECK(core::read_file(file).value() == before);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path() / "content/articles/en"), {}) == 2);

    const Ran fixed = run(folder, {"check", content, "--fix"});
    CHECK(fixed.code == 0);
    CHECK(fixed.out.find(content + "/articles/en/a.md:3: fixed: key PubDate → pubDate\n") == 0);
    CHECK(fixed.out.find("a.md:6:34: warning: the link gone.md leads nowhere") != std::string::npos);
    CHECK(fixed.out.find("0 errors, 1 warning; 3 fixed\n") != std::string::npos);
    CHECK(core::read_file(file).value() == "---\r\ntitle: Till  # short\r\npubDate: 2026-03-02\r\n---\r\n\r\n[roll](paper/roll.md) and [gone](gone.md)\r\n");
    CHECK(std::filesystem::status(file).permissions() == std::filesystem::perms(0640));
    CHECK(std::filesystem::last_write_time(other) == untouched);

    const core::Json again = run(folder, {"check", content, "--fix", "--json"}).json();
    CHECK(again.at("fixed").empty());
    CHECK(again.at("warnings") == 1);
    CHECK(run(folder, {"check", content, "--dry-run"}).code == 2);
}

TEST_CASE("kb: import takes topics from the line and from a file, and says what it cannot take") {
    const support::Folder folder;
    folder.write("site/a.md", "---\ntitle: A\ncategory: Trips\n---\n\nText.\n");
    folder.write("site/b.md", "---\ntitle: B\ncategory: Pay & Tax\n---\n\n{{< youtube x >}}\n");
    const std::string site = (folder.path() / "site").string();
    const std::string to = (folder.path() / "content").string();
    const std::string topics = folder.write("topics.yaml", "# ours\nPay & Tax: finance\n").string();
    const Ran imported = run(folder, {"import", "--topics", topics, "--topics", "trips=travel", site, "--to", to, "--language", "de"});
    REQUIRE_MESSAGE(imported.code == 0, imported.err);
    CHECK(imported.out.find("1 × Write what it would show as Markdown.\n  " + site + "/b.md:6: the tag `{{youtube}}`") == 0);
    CHECK(imported.out.find("2 articles and 0 pictures in " + to + ": 0 errors, 1 warning. Next: kb check " + to + "\n") != std::string::npos);
    CHECK(core::read_file(to + "/articles/de/a.md").value().find("category: travel\n") != std::string::npos);
    CHECK(core::read_file(to + "/articles/de/b.md").value().find("category: finance\n") != std::string::npos);

    CHECK(run(folder, {"import", site, "--to", to}).is_one_sentence("is not empty"));
    const std::string other = (folder.path() / "other").string();
    CHECK(run(folder, {"import", site, "--to", other, "--topics", "none.yaml"}).is_one_sentence("none.yaml"));
    CHECK(run(folder, {"import", site, "--to", other, "--topics", folder.write("list.yaml", "- a\n").string()}).is_one_sentence("write one `category: topic` a line"));
    CHECK(run(folder, {"import", site, "--to", other, "--topics", folder.write("map.yaml", "a: {b: c}\n").string()}).is_one_sentence("map.yaml:1:4: error: a topic is one word"));
    CHECK(run(folder, {"import", site, "--to", other, "--language", "klingonish"}).is_one_sentence("'klingonish' is not a language"));
    CHECK_FALSE(std::filesystem::exists(other));
}

TEST_CASE("kb: build and search") {
    const support::Folder folder;
    const std::string index = (folder.path() / "index").string();
    const Ran built = run(folder, {"build", shop, "--out", index});
    REQUIRE_MESSAGE(built.code == 0, built.err);
    CHECK(built.err.empty());  // no progress line where nobody looks

    const Ran found = run(folder, {"search", index, "pasword", "--json"});
    CHECK(found.code == 0);
    const core::Json json = found.json();
    REQUIRE_FALSE(json.at("hits").empty());
    const core::Json& hit = json.at("hits")[0];
    CHECK(hit.at("id") == "en/password");
    CHECK(hit.at("kind") == "article");
    CHECK(hit.at("title") == "Reset your password");
    CHECK(hit.at("title_matches") == core::Json::array({{11, 19}}));
    CHECK(json.at("corrected").at("pasword") == "password");
    CHECK(json.at("searched") == "password");
    CHECK(json.at("suggestions").is_array());
    CHECK(run(folder, {"search", index, "reset"}).out.find("1. Reset your password") == 0);
    CHECK(run(folder, {"search", index, "printer", "--kind", "service", "--json"}).json().at("hits")[0].at("id") == "printer-fault");
    CHECK(run(folder, {"search", index, "rese", "--lang", "en", "--json"}).json().at("suggestions")[0].at("text") == "Reset your password");

    const Ran nothing = run(folder, {"search", index, "🦭", "--lang", "en"});
    CHECK(nothing.code == 1);
    CHECK(nothing.out.find("Nothing found. Perhaps one of these helps:\n1. Report a broken printer  [form]") == 0);

    const Ran missing = run(folder, {"search", folder.path() / "none", "printer"});
    CHECK(missing.code == 2);
    CHECK(missing.is_one_sentence("there is no index in"));
    folder.write("index/forward.bin", "x");
    const Ran damaged = run(folder, {"search", index, "printer"});
    CHECK(damaged.code == 2);
    CHECK(damaged.is_one_sentence("is damaged: forward.bin is not complete"));
    CHECK(run(folder, {"build", shop, "--out", shop}).is_one_sentence("is not an index"));
    CHECK(run(folder, {"search", index, "printer", "--limit", "0"}).code == 2);
}

TEST_CASE("kb: show") {
    const support::Folder folder;
    const Ran shown = run(folder, {"show", shop, "password"});
    CHECK(shown.code == 0);
    CHECK(shown.out.find("Reset your password\n") == 0);
    const Ran none = run(folder, {"show", shop, "none"});
    CHECK(none.code == 2);
    CHECK(none.is_one_sentence("there is no article 'none'"));
}

TEST_CASE("kb: eval measures as was agreed, by hand on four documents") {
    const support::Folder folder;
    folder.write("judged/docs.jsonl", R"({"id":"a","title":"zebra zebra zebra","text":"zebra"}
{"id":"b","title":"zebra","text":"zebra grass and much other food that makes a text long"}
{"id":"c","title":"okapi","text":"okapi"}
{"id":"d","title":"quagga","text":"# Stripes\nquagga"}
)");
    folder.write("judged/queries.jsonl", R"({"id":"1","text":"okapi"}
{"id":"2","text":"quagga"}
{"id":"3","text":"okapi quagga"}
{"id":"4","text":"nobody judged this"}
)");
    // Of the second question's two documents one is never found; the third has a better and a worse one.
    folder.write("judged/qrels.tsv", "1\tc\t1\n2\td\t1\n2\ta\t1\n3\tc\t1\n3\td\t1\n3\tb\t0\n");
    const std::string judged = (folder.path() / "judged").string();
    const core::Json json = run(folder, {"eval", judged, "--json"}).json();
    const auto figure = [&](const char* name) { return json.at(name).get<double>(); };
    const double two = 1 + 1 / std::log2(3.0);  // what two relevant documents on top gain
    CHECK(figure("queries") == 3);
    CHECK(figure("ndcg10") == doctest::Approx((1 + 1 / two + 1) / 3));
    CHECK(figure("mrr10") == doctest::Approx(1));
    CHECK(figure("recall10") == doctest::Approx((1 + 0.5 + 1) / 3));
    CHECK(figure("recall100") == doctest::Approx((1 + 0.5 + 1) / 3));
    CHECK(figure("success1") == doctest::Approx(1));
    CHECK(figure("success5") == doctest::Approx(1));
    CHECK(figure("no_result") == 0);
    CHECK(figure("p99_ms") >= figure("p50_ms"));

    // Grades: (2^r - 1) / log2(rank + 1).
    folder.write("judged/qrels.tsv", "3\tc\t1\n3\td\t1\n3\ta\t3\n");
    CHECK(run(folder, {"eval", judged, "--json"}).json().at("ndcg10").get<double>() == doctest::Approx(two / (7 + 1 / std::log2(3.0) + 0.5)));

    folder.write("judged/other.jsonl", R"({"id":"1","text":"quagga"})");
    folder.write("judged/qrels.tsv", "1\tc\t1\n");
    const core::Json wrong = run(folder, {"eval", judged, "--queries", "other.jsonl", "--json"}).json();
    CHECK(wrong.at("success1") == 0);
    CHECK(wrong.at("mrr10") == 0);
    CHECK(wrong.at("ndcg10") == 0);

    folder.write("judged/qrels.tsv", "1 c 1\n");
    CHECK(run(folder, {"eval", judged}).is_one_sentence("qrels.tsv:1: write question, document and relevance with tabs"));
    folder.write("judged/queries.jsonl", "{\"text\":\"okapi\"}\n");
    CHECK(run(folder, {"eval", judged}).is_one_sentence("queries.jsonl:1: the line has no \"id\""));
    CHECK(run(folder, {"eval", "/nowhere"}).is_one_sentence("docs.jsonl"));
}

TEST_CASE("kb: eval reads documents in the language they are in, also when they do not say which") {
    const support::Folder folder;
    folder.write("judged/docs.jsonl", R"({"id":"a","title":"Comprar","text":"Cuando se quiere comprar algo para la tienda, se pide a la responsable."}
{"id":"b","title":"Dormir","text":"Es mejor dormir en casa que en el trabajo, pero no siempre."}
)");
    folder.write("judged/queries.jsonl", R"({"id":"1","text":"comprando casa"}
)");
    folder.write("judged/qrels.tsv", "1\ta\t1\n");
    const core::Json json = run(folder, {"eval", (folder.path() / "judged").string(), "--json"}).json();
    CHECK(json.at("recall100") == 1);  // only its Spanish stem leads from "comprando" to "comprar"
}

TEST_CASE("kb: eval asks with the links of any folder of articles") {
    const support::Folder folder;
    folder.write("site/en/one.md", "# Holidays\n\nRead the [parental **leave** rules](two.md), or [here](two.md), or [our main page](https://example.org/a/b).\n");
    folder.write("site/en/two.md", "# Parental leave\n\nThe rules for leave of parents.\n");
    folder.write("site/de/one.md", "# Urlaub\n\nDie [Regeln der Elternzeit](two.md).\n");
    folder.write("site/de/two.md", "# Elternzeit\n\nRegeln.\n");
    const core::Json json = run(folder, {"eval", "--from-links", (folder.path() / "site").string(), "--json"}).json();
    CHECK(json.at("queries") == 2);
    CHECK(json.at("success1") == 1);
}
