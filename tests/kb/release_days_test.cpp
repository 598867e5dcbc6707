// What comes and goes by itself: an article travels ahead, and is found from its first day to its last.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/file.hpp"
#include "kb/indexer.hpp"
#include "kb/searcher.hpp"
#include "tests/support/folder.hpp"

namespace {

core::Date day(std::string_view text) { return core::parse_date(text).value(); }

constexpr std::string_view built_on = "2026-11-24";

class Shelf {
public:
    Shelf() {
        folder_.write("articles/en/opening.md", "---\ntitle: Opening hours of the market\npubDate: 2026-01-01\n---\nFrom eight to eight.\n");
        folder_.write("articles/en/christmas.md", "---\ntitle: Christmas market\npubDate: 2026-12-01\nexpires: 2026-12-27\n---\nThe market of lights.\n\n## Where\n\nThe market stands outside.\n");
        folder_.write("articles/en/autumn.md", "---\ntitle: Autumn market\nexpires: 2026-11-30\n---\nThe market of pumpkins.\n");
        folder_.write("articles/en/summer.md", "---\ntitle: Summer market\nexpires: 2026-09-01\n---\nThe market of cherries.\n");
        folder_.write("articles/en/board.md", "---\ntitle: Market figures\npubDate: 2026-12-01\naudience: [manager]\n---\nThe market of secrets, zebraquux.\n");
        folder_.write("articles/en/backwards.md", "---\ntitle: Market that never was\npubDate: 2026-12-24\nexpires: 2026-12-01\n---\nA market.\n");
        core::Problems problems;
        const auto collection = kb::load_collection(folder_.path(), problems);
        REQUIRE(collection);
        REQUIRE(kb::build_index(*collection, {}, index(), day(built_on)));
    }
    [[nodiscard]] std::filesystem::path index() const { return folder_.path() / "index"; }

    [[nodiscard]] std::vector<std::string> found(std::optional<core::Date> today, std::size_t limit = 20) const {
        const auto searcher = kb::Searcher::open(index());
        REQUIRE(searcher);
        kb::Question question;
        question.words = "market ";
        question.today = today;
        question.limit = limit;
        const auto answer = searcher->search(question);
        REQUIRE(answer);
        std::vector<std::string> ids;
        for (const kb::Hit& hit : answer->hits) ids.push_back(hit.id);
        std::sort(ids.begin(), ids.end());
        return ids;
    }

private:
    support::Folder folder_;
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("days: an article is found from its first day to the day before it expires, in one and the same index") {
    const Shelf shelf;
    const struct {
        std::string_view day;
        Ids found;
    } rows[] = {
        {"2026-11-24", {"en/autumn", "en/opening"}},
        {"2026-11-29", {"en/autumn", "en/opening"}},
        {"2026-11-30", {"en/opening"}},
        {"2026-12-01", {"en/christmas", "en/opening"}},
        {"2026-12-26", {"en/christmas", "en/opening"}},
        {"2026-12-27", {"en/opening"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.day);
        CHECK(shelf.found(day(row.day)) == row.found);
    }
}

TEST_CASE("days: who does not say what day it is finds only what is there on every day") {
    CHECK(Shelf().found(std::nullopt) == Ids{"en/opening"});
}

TEST_CASE("days: what waits takes no place among the few that are asked for") {
    const Shelf shelf;
    CHECK(shelf.found(day("2026-11-30"), 1) == Ids{"en/opening"});
}

TEST_CASE("days: what is over or for some roles only is not in the bytes; what is to come is") {
    const Shelf shelf;
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(shelf.index())) all += core::read_file(entry.path()).value();
    CHECK(all.find("zebraquux") == std::string::npos);
    CHECK(all.find("cherries") == std::string::npos);
    CHECK(all.find("never was") == std::string::npos);
    CHECK(all.find("lights") != std::string::npos);
}
