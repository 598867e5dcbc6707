#include <doctest/doctest.h>

#include "tests/kiosk/app/kit.hpp"

using namespace support;
using namespace kiosk;

TEST_CASE("search: each change of the words asks anew") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    CHECK(find_effect<FindArticles>(kiosk.does(TypeText{"t"}))->words == "t");
    CHECK(find_effect<FindArticles>(kiosk.does(TypeText{"ill"}))->words == "till");
    CHECK(find_effect<FindArticles>(kiosk.does(Backspace{}))->words == "til");
    kiosk.does(MoveCaret{0});
    CHECK(kiosk.does(Backspace{}).empty());
    CHECK(kiosk.on<search::State>().waiting);
}

TEST_CASE("search: the answer to an older question is dropped, and what is shown stays meanwhile") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"prin"});
    kiosk.does(HitsCame{"prin", found("en/printer"), "en"});
    kiosk.does(TypeText{"t"});
    CHECK(kiosk.on<search::State>().found.hits.size() == 1);

    kiosk.does(HitsCame{"prin", found("en/older"), "en"});
    CHECK(kiosk.on<search::State>().waiting);
    CHECK(kiosk.on<search::State>().found.hits[0].id == "en/printer");

    kiosk.does(HitsCame{"print", found("en/newer"), "en"});
    CHECK(!kiosk.on<search::State>().waiting);
    CHECK(kiosk.on<search::State>().found.hits[0].id == "en/newer");
    CHECK(kiosk.on<search::State>().found_for == "print");
}

TEST_CASE("search: no words, no results") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"x"});
    kiosk.does(HitsCame{"x", found("en/x"), "en"});
    CHECK(!find_effect<FindArticles>(kiosk.does(ClearText{})));
    CHECK(kiosk.on<search::State>().found.hits.empty());
    CHECK(!kiosk.on<search::State>().waiting);
    // An answer that was still on its way does not bring them back.
    kiosk.does(HitsCame{"", found("en/x"), "en"});
    CHECK(kiosk.on<search::State>().found.hits.empty());
}

TEST_CASE("search: typing goes by characters as people count them") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"a👩‍👩‍👧é"});
    kiosk.does(Backspace{});
    CHECK(kiosk.on<search::State>().query == "a👩‍👩‍👧");
    kiosk.does(Backspace{});
    CHECK(kiosk.on<search::State>().query == "a");

    kiosk.does(MoveCaret{0});
    kiosk.does(TypeText{"b"});
    CHECK(kiosk.on<search::State>().query == "ba");
    CHECK(kiosk.on<search::State>().caret == 1);
}

TEST_CASE("search: what cannot be shown is not typed, and there is an end") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"a\x01\x7f\xff"});
    CHECK(kiosk.on<search::State>().query.empty());
    kiosk.does(TypeText{"a\tb"});
    CHECK(kiosk.on<search::State>().query == "ab");
    kiosk.does(TypeText{std::string(1000, 'x')});
    CHECK(kiosk.on<search::State>().query.size() == 200);
    kiosk.does(TypeText{"y"});
    CHECK(kiosk.on<search::State>().query.size() == 200);
}

TEST_CASE("search: enter puts the keyboard away") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    CHECK(kiosk.on<search::State>().keyboard);
    kiosk.does(TypeText{"\n"});
    CHECK(!kiosk.on<search::State>().keyboard);
    kiosk.does(ShowKeyboard{true});
    CHECK(kiosk.on<search::State>().keyboard);
}

TEST_CASE("search: a suggestion takes the place of what was typed, and the typing goes on behind it") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"recip"});
    CHECK(find_effect<FindArticles>(kiosk.does(TakeWords{"receipt printer"}))->words == "receipt printer");
    CHECK(find_effect<FindArticles>(kiosk.does(TypeText{" red"}))->words == "receipt printer red");
}

TEST_CASE("search: a filter shows one kind, and never nothing") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"till"});
    kb::Found all;
    all.hits = {hit(kb::HitKind::problem, "till-freezes"), hit(kb::HitKind::article, "en/till-dark"),
                hit(kb::HitKind::article, "en/drawer"), hit(kb::HitKind::service, "till-fault")};
    kiosk.does(HitsCame{"till", all, "en"});
    const auto& shown = kiosk.on<search::State>();
    const std::pair<search::Filter, std::size_t> counts[] = {
        {search::Filter::all, 4}, {search::Filter::answers, 2}, {search::Filter::forms, 1}, {search::Filter::problems, 1}};
    for (const auto& [filter, count] : counts) CHECK(search::count(shown, filter) == count);

    kiosk.does(ChooseFilter{search::Filter::problems});
    CHECK(search::shown_filter(shown) == search::Filter::problems);
    kiosk.does(TypeText{"s"});
    kiosk.does(HitsCame{"tills", found("en/till-dark"), "en"});
    CHECK(search::shown_filter(shown) == search::Filter::all);
    // What was chosen holds again as soon as there is something of it.
    kiosk.does(Backspace{});
    kiosk.does(HitsCame{"till", all, "en"});
    CHECK(search::shown_filter(shown) == search::Filter::problems);
}

TEST_CASE("search: a known problem opens, and Back leads to the results as they were") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"till"});
    kiosk.does(HitsCame{"till", found("en/till-dark"), "en"});
    kiosk.does(OpenProblem{"till-freezes"});
    CHECK(kiosk.on<problem::State>().id == "till-freezes");
    CHECK(idle_limit(kiosk.state.session.screens.back()));
    CHECK(kiosk.does(Back{}).empty());
    CHECK(kiosk.on<search::State>().found.hits.size() == 1);

    kiosk.does(OpenProblem{"solved-long-ago"});
    CHECK(kiosk.on<search::State>().query == "till");
}

TEST_CASE("search: a form that is opened beside a known problem begins with the words searched") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"till frozen"});
    kiosk.does(OpenProblem{"till-freezes"});
    kiosk.does(OpenService{"till-fault"});
    CHECK(kiosk.answer("details") == "till frozen");
    CHECK(kiosk.on<form::State>().article.empty());
}

TEST_CASE("topic: what is broken now, its articles in the person's language, untranslated ones in the fallback, then its forms") {
    Kiosk kiosk;
    kiosk.does(ChooseLanguage{"de"});
    kiosk.does(OpenTopic{"tills"});
    const auto& hits = kiosk.on<search::State>().found.hits;
    REQUIRE(hits.size() == 4);
    CHECK(hits[0].kind == kb::HitKind::problem);
    CHECK(hits[0].snippet == "Wait a minute, it comes back.");
    CHECK(hits[1].id == "de/till-dark");
    CHECK(hits[1].snippet == "Drei Handgriffe");
    CHECK(hits[2].id == "en/drawer");
    CHECK(hits[3].kind == kb::HitKind::service);
    CHECK(hits[3].title == "Kassenstörung melden");
}

TEST_CASE("topic: words search everywhere, and without words the topic is back") {
    Kiosk kiosk;
    kiosk.does(OpenTopic{"tills"});
    CHECK(find_effect<FindArticles>(kiosk.does(TypeText{"leave"})));
    kiosk.does(HitsCame{"leave", found("en/leave"), "en"});
    kiosk.does(ClearText{});
    CHECK(kiosk.on<search::State>().found.hits.size() == 4);
}

TEST_CASE("language: the same place in another language, and the search goes again") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"till"});
    kiosk.does(OpenLanguages{});
    const Effects effects = kiosk.does(ChooseLanguage{"de"});
    CHECK(kiosk.on<search::State>().query == "till");
    REQUIRE(find_effect<FindArticles>(effects));
    CHECK(find_effect<FindArticles>(effects)->language == "de");

    // The English answer was on its way.
    kiosk.does(HitsCame{"till", found("en/till-dark"), "en"});
    CHECK(kiosk.on<search::State>().waiting);
}

TEST_CASE("language: a screen below is read again when Back shows it, and only then") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"till"});
    kiosk.does(Follow{"en/till-dark", ""});
    CHECK(kiosk.does(Back{}).empty());

    kiosk.does(Follow{"en/till-dark", ""});
    kiosk.does(ChooseLanguage{"de"});
    const Effects effects = kiosk.does(Back{});
    REQUIRE(find_effect<FindArticles>(effects));
    CHECK(find_effect<FindArticles>(effects)->language == "de");
}
