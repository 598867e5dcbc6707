#include "kiosk/ui/article_view.hpp"

#include <doctest/doctest.h>

namespace kiosk::ui {
namespace {

kb::Article at(const char* path) {
    kb::Article article;
    article.path = path;
    return article;
}

TEST_CASE("article: a link leads to an article, a place in it, or nowhere") {
    const kb::Article article = at("articles/en/printer.md");
    const struct {
        const char* link;
        const char* article;
        const char* anchor;
    } rows[] = {
        {"card-reader.md", "en/card-reader", ""},
        {"card-reader.md#light", "en/card-reader", "light"},
        {"../de/drucker.md", "de/drucker", ""},
        {"tills/drawer.md", "en/tills/drawer", ""},
        {"#light", "", "light"},
        {"https://example.org/", "", ""},
        {"mailto:someone@example.org", "", ""},
        {"../../../secret.md", "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.link);
        const Target target = target_of(article, row.link);
        CHECK(target.article == row.article);
        CHECK(target.anchor == row.anchor);
    }
}

TEST_CASE("article: a picture stands in the content folder, or is not shown") {
    const kb::Article article = at("articles/en/printer.md");
    CHECK(picture_path(article, "../../pictures/till.svg") == "pictures/till.svg");
    CHECK(picture_path(article, "https://example.org/a.png").empty());
    CHECK(picture_path(article, "../../../etc/a.png").empty());
}

TEST_CASE("article: words that were searched are found by their beginning, short ones are left alone") {
    using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;
    CHECK(matches_in("The printers print.", "print") == Ranges{{4, 12}, {13, 18}});
    CHECK(matches_in("It is in the till", "is in").empty());
    CHECK(matches_in("Über ÜBER", "über") == Ranges{{0, 5}, {6, 11}});
    CHECK(matches_in("anything", "").empty());
}

TEST_CASE("article: the paragraphs of a callout are one unit") {
    std::vector<kb::Block> blocks(4);
    blocks[1].callout = 0;
    blocks[2].callout = 0;
    const std::vector<Unit> units = units_of(blocks);
    REQUIRE(units.size() == 3);
    CHECK(units[1].begin == 1);
    CHECK(units[1].end == 3);
}

}  // namespace
}  // namespace kiosk::ui
