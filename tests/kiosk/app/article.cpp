#include <doctest/doctest.h>

#include "tests/kiosk/app/kit.hpp"

using namespace support;
using namespace kiosk;

namespace {

std::shared_ptr<const kb::Article> article_of(const std::string& id) {
    auto article = std::make_shared<kb::Article>();
    article->id = id;
    article->services = {"till-fault"};
    return article;
}

}  // namespace

TEST_CASE("article: it is asked for in the person's language and shown when it comes") {
    Kiosk kiosk;
    const Effects effects = kiosk.does(Follow{"en/till-dark", "lamp"});
    REQUIRE(find_effect<OpenArticle>(effects));
    CHECK(find_effect<OpenArticle>(effects)->id == "en/till-dark");
    CHECK(find_effect<OpenArticle>(effects)->anchor == "lamp");

    kiosk.does(ArticleCame{"en/other", article_of("en/other"), "en"});
    CHECK(!kiosk.on<article::State>().article);
    kiosk.does(ArticleCame{"en/till-dark", article_of("en/till-dark"), "en"});
    CHECK(kiosk.on<article::State>().article->id == "en/till-dark");
}

TEST_CASE("article: one that is not there says so") {
    Kiosk kiosk;
    kiosk.does(Follow{"en/gone", ""});
    kiosk.does(ArticleCame{"en/gone", nullptr, "en"});
    CHECK(kiosk.on<article::State>().missing);
}

TEST_CASE("article: a related article is named by the part that all translations share") {
    Kiosk kiosk;
    kiosk.does(ChooseLanguage{"de"});
    kiosk.does(Follow{"till-dark", ""});
    CHECK(kiosk.on<article::State>().id == "de/till-dark");
    kiosk.does(Follow{"drawer", ""});
    CHECK(kiosk.on<article::State>().id == "en/drawer");
    kiosk.does(Back{});
    CHECK(kiosk.on<article::State>().id == "de/till-dark");
}

TEST_CASE("article: a link within it scrolls, and adds nothing to the way back") {
    Kiosk kiosk;
    kiosk.does(Follow{"en/till-dark", ""});
    CHECK(kiosk.does(Follow{"en/till-dark", "cable"}).empty());
    CHECK(kiosk.does(Follow{"", "lamp"}).empty());
    CHECK(kiosk.on<article::State>().anchor == "lamp");
    CHECK(kiosk.state.session.screens.size() == 2);
}

TEST_CASE("article: whether it helped shows, and a person may change their mind") {
    Kiosk kiosk;
    kiosk.does(Follow{"en/till-dark", ""});
    CHECK(kiosk.does(SayHelped{false}).empty());
    CHECK(kiosk.on<article::State>().helped == article::Helped::no);
    CHECK(kiosk.does(SayHelped{true}).empty());
    CHECK(kiosk.on<article::State>().helped == article::Helped::yes);
}

TEST_CASE("article: in another language it is asked for again and stays meanwhile") {
    Kiosk kiosk;
    kiosk.does(Follow{"en/till-dark", ""});
    kiosk.does(ArticleCame{"en/till-dark", article_of("en/till-dark"), "en"});
    const Effects effects = kiosk.does(ChooseLanguage{"de"});
    REQUIRE(find_effect<OpenArticle>(effects));
    CHECK(find_effect<OpenArticle>(effects)->language == "de");
    CHECK(kiosk.on<article::State>().article);
    kiosk.does(ArticleCame{"en/till-dark", article_of("de/till-dark"), "de"});
    CHECK(kiosk.on<article::State>().article->id == "de/till-dark");
}

TEST_CASE("article: following links for ever keeps the newest way back, and home") {
    Kiosk kiosk;
    for (int i = 0; i < 100; ++i) kiosk.does(Follow{"en/" + std::to_string(i), ""});
    CHECK(kiosk.state.session.screens.size() <= 32);
    CHECK(std::holds_alternative<home::State>(kiosk.state.session.screens.front()));
    CHECK(kiosk.on<article::State>().id == "en/99");
    kiosk.does(Back{});
    CHECK(kiosk.on<article::State>().id == "en/98");
}
