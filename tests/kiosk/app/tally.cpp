#include "kiosk/app/tally.hpp"

#include <doctest/doctest.h>

#include "core/base/utf8.hpp"
#include "tests/kiosk/app/kit.hpp"

using namespace support;
using namespace kiosk;
using namespace std::chrono_literals;
using catalog::FormUse;
using catalog::Results;
using catalog::Said;

namespace {

struct Person : Kiosk {
    // Letter by letter, as fingers do, with the answer to each.
    void types(const std::string& words, std::size_t hits) {
        for (std::size_t at = 0; at < words.size();) {
            const std::size_t next = core::utf8::next_boundary(words, at);
            does(TypeText{words.substr(at, next - at)});
            at = next;
            answer_came(hits);
        }
    }
    void answer_came(std::size_t hits) {
        kb::Found all;
        for (std::size_t i = 0; i < hits; ++i) {
            kb::Hit hit;
            hit.id = i == 0 ? "en/till-dark" : "en/other-" + std::to_string(i);
            all.hits.push_back(hit);
        }
        kb::Hit form;
        form.kind = kb::HitKind::service;
        form.id = "till-fault";
        if (hits > 1) all.hits.push_back(form);
        if (hits > 2) all.hits.push_back(hit(kb::HitKind::problem, "till-freezes"));
        all.suggestions.push_back({"Request leave", "en/leave", "", kb::HitKind::article});
        does(HitsCame{on<search::State>().query, all, state.session.language});
    }
    void searches(const std::string& words, std::size_t hits = 2) {
        does(OpenSearch{});
        types(words, hits);
    }
    void opens(const std::string& id) {
        does(Follow{id, ""});
        auto article = std::make_shared<kb::Article>();
        article->id = id;
        article->slug = id.substr(3);
        article->services = {"till-fault", "not-in-this-catalog"};
        does(ArticleCame{on<article::State>().id, article, state.session.language});
    }
    void sends_the_form() {
        does(OpenService{"till-fault"});
        answers("problem", "dark");
        does(NextStep{});
        answers("details", "It went dark");
        does(NextStep{});
        does(Send{});
        REQUIRE(on<form::State>().sending);
    }
    catalog::Feedback leaves() { return told(does(StartOver{})); }
    static catalog::Feedback told(const Effects& effects) {
        const auto* kept = find_effect<KeepFeedback>(effects);
        return kept ? kept->feedback : catalog::Feedback{};
    }
};

std::string all_words(const catalog::Feedback& feedback) {
    std::string all;
    for (const auto& search : feedback.searches) all += (all.empty() ? "" : "|") + search.words;
    return all;
}

}  // namespace

TEST_CASE("tally: a session in which nobody searched or read tells nothing") {
    Person person;
    person.does(OpenServices{""});
    person.does(OpenService{"till-fault"});
    const Effects effects = person.does(StartOver{});
    CHECK(!find_effect<KeepFeedback>(effects));
    CHECK(find_effect<WipeSession>(effects));
}

TEST_CASE("tally: a search counts once it is settled, not with each letter") {
    Person person;
    person.searches("Till Dark");
    const auto feedback = person.leaves();
    CHECK(all_words(feedback) == "till dark");
    CHECK(feedback.searches[0].results == Results::few);
    CHECK(!feedback.searches[0].opened);
    CHECK(feedback.searches[0].language == "en");
    CHECK(core::to_text(feedback.day) == "2026-11-24");
    // It is told once.
    CHECK(person.leaves().is_empty());
}

TEST_CASE("tally: however the search screen is left, the search counts") {
    const struct {
        const char* name;
        Action action;
        bool opened;
    } rows[] = {
        {"a result is opened", Follow{"en/till-dark", ""}, true},
        {"a form among the results is opened", OpenService{"till-fault"}, true},
        {"a known problem among the results is opened", OpenProblem{"till-freezes"}, true},
        {"a suggestion is opened that is no result", Follow{"en/leave", ""}, true},
        {"a form that was no result is opened", OpenService{"question"}, false},
        {"all forms", OpenServices{""}, false},
        {"back", Back{}, false},
        {"the languages", OpenLanguages{}, false},
        {"a topic", OpenTopic{"tills"}, false},
        {"the claim codes", OpenClaim{}, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Person person;
        person.searches("till", 3);
        person.does(row.action);
        const auto feedback = person.leaves();
        REQUIRE(all_words(feedback) == "till");
        CHECK(feedback.searches[0].opened == row.opened);
    }
}

TEST_CASE("tally: a session that runs out tells what it knows, also when it ended at home") {
    Person person;
    person.searches("till", 0);
    const auto feedback = Person::told(person.waits(90s));
    CHECK(person.at_home());
    CHECK(all_words(feedback) == "till");
    CHECK(feedback.searches[0].results == Results::none);

    person.searches("drawer", 0);
    person.does(Back{});
    CHECK(person.at_home());
    CHECK(all_words(Person::told(person.waits(60s))) == "drawer");
    CHECK(!next_deadline(person.state));
}

TEST_CASE("tally: words whose results were looked at count, though others were tried then") {
    Person person;
    person.searches("kasse", 0);
    person.after(tally::look, ClearText{});
    person.types("till", 2);
    person.does(Follow{"en/till-dark", ""});
    const auto feedback = person.leaves();
    CHECK(all_words(feedback) == "kasse|till");
    CHECK(!feedback.searches[0].opened);
    CHECK(feedback.searches[1].opened);
}

TEST_CASE("tally: words that were changed at once were no search") {
    Person person;
    person.searches("kasse", 0);
    person.after(tally::look - 1s, ClearText{});
    person.types("till", 2);
    CHECK(all_words(person.leaves()) == "till");
}

TEST_CASE("tally: a pause within a word makes no second search of it") {
    Person person;
    person.searches("ti", 2);
    person.after(tally::look, TypeText{"l"});
    person.answer_came(2);
    person.after(tally::look, TypeText{"l"});
    person.answer_came(2);
    CHECK(all_words(person.leaves()) == "till");

    SUBCASE("but fewer words after a look are another try") {
        person.searches("till dark", 0);
        person.now += tally::look;
        for (int i = 0; i < 5; ++i) person.does(Backspace{});
        person.answer_came(2);
        CHECK(all_words(person.leaves()) == "till dark|till");
    }
}

TEST_CASE("tally: words whose answer has not come tell nothing") {
    Person person;
    person.does(OpenSearch{});
    person.does(TypeText{"till"});
    CHECK(person.leaves().is_empty());
}

TEST_CASE("tally: the same search again in a session is one, opened if it ever was") {
    Person person;
    person.searches("till");
    person.opens("en/till-dark");
    person.does(Back{});
    person.does(Back{});
    person.searches("TILL ");
    const auto feedback = person.leaves();
    REQUIRE(feedback.searches.size() == 1);
    CHECK(feedback.searches[0].opened);
    CHECK(feedback.articles.size() == 1);
}

TEST_CASE("tally: an article tells what was said about it last, and what it offers") {
    Person person;
    person.opens("en/till-dark");
    person.does(SayHelped{false});
    person.does(SayHelped{true});
    person.opens("en/drawer");
    person.does(Back{});
    const auto feedback = person.leaves();
    REQUIRE(feedback.articles.size() == 2);
    CHECK(feedback.articles[0].id == "en/till-dark");
    CHECK(feedback.articles[0].said == Said::helped);
    CHECK(feedback.articles[0].offers == std::vector<std::string>{"till-fault"});
    CHECK(feedback.articles[1].said == Said::nothing);
    CHECK(feedback.searches.empty());
}

TEST_CASE("tally: an article that is opened again stands last") {
    Person person;
    person.opens("en/till-dark");
    person.opens("en/drawer");
    person.opens("en/till-dark");
    const auto feedback = person.leaves();
    REQUIRE(feedback.articles.size() == 2);
    CHECK(feedback.articles[1].id == "en/till-dark");
}

TEST_CASE("tally: an article that is not there was not read") {
    Person person;
    person.does(Follow{"en/gone", ""});
    person.does(ArticleCame{"en/gone", nullptr, "en"});
    CHECK(person.leaves().is_empty());
}

TEST_CASE("tally: a form is charged to the search and the article that led to it") {
    Person person;
    person.searches("till");
    person.opens("en/till-dark");

    SUBCASE("opened, and not sent") {
        person.does(OpenService{"till-fault"});
        const auto feedback = person.leaves();
        CHECK(feedback.searches.at(0).form == FormUse::opened);
        CHECK(feedback.articles.at(0).form == FormUse::opened);
        CHECK(feedback.forms.at(0).after == "article");
        CHECK(!feedback.forms[0].sent);
    }
    SUBCASE("sent: told also when the person goes on to the receipt") {
        person.sends_the_form();
        const std::string id = person.on<form::State>().request_id;
        person.does(Queued{id, "K7-0042-R4TX-9"});
        const auto feedback = person.leaves();
        CHECK(feedback.searches.at(0).form == FormUse::sent);
        CHECK(feedback.articles.at(0).form == FormUse::sent);
        REQUIRE(feedback.forms.size() == 1);
        CHECK(feedback.forms[0].service == "till-fault");
        CHECK(feedback.forms[0].sent);
    }
}

TEST_CASE("tally: a form after a search without an article, and one by itself") {
    Person person;
    person.searches("till", 0);
    person.does(OpenServices{""});
    person.does(OpenService{"till-fault"});
    auto feedback = person.leaves();
    CHECK(feedback.searches.at(0).form == FormUse::opened);
    CHECK(feedback.forms.at(0).after == "search");

    person.opens("en/drawer");
    person.does(Back{});
    person.sends_the_form();
    feedback = person.leaves();
    CHECK(feedback.articles.at(0).form == FormUse::none);
    CHECK(feedback.forms.at(0).after.empty());
    CHECK(feedback.forms.at(0).sent);
}

TEST_CASE("tally: words in another language are another search") {
    Person person;
    person.searches("till", 0);
    person.does(OpenLanguages{});
    person.does(ChooseLanguage{"de"});
    person.answer_came(1);
    const auto feedback = person.leaves();
    REQUIRE(feedback.searches.size() == 2);
    CHECK(feedback.searches[0].language == "en");
    CHECK(feedback.searches[1].language == "de");
    CHECK(feedback.searches[1].results == Results::few);
    CHECK(feedback.language == "de");
}

TEST_CASE("tally: numbers and addresses do not leave the session, and there is an end to what it tells") {
    Person person;
    person.searches("anna 0171 555 anna@example.com", 0);
    CHECK(all_words(person.leaves()) == "anna #");

    for (int i = 0; i < 100; ++i) {
        person.searches("till " + std::string(1, static_cast<char>('a' + i % 26)) + std::string(1, static_cast<char>('a' + i / 26)));
        person.opens("en/" + std::to_string(i));
        person.does(Back{});
        person.does(Back{});
    }
    const auto feedback = person.leaves();
    CHECK(feedback.searches.size() == catalog::most_of_a_session);
    CHECK(feedback.articles.size() == catalog::most_of_a_session);
}
