#include <doctest/doctest.h>

#include "tests/kiosk/app/kit.hpp"

using namespace support;
using namespace kiosk;

TEST_CASE("form: it starts half filled from where the person comes from") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"till is dark "});
    kiosk.does(Follow{"en/till-dark", ""});
    kiosk.does(SayHelped{false});
    kiosk.does(OpenService{"till-fault"});

    CHECK(kiosk.answer("details") == "till is dark");
    CHECK(kiosk.answer("helped_by") == "The till is dark");
    CHECK(kiosk.answer("where") == "harbour-street");
    CHECK(kiosk.on<form::State>().article == "en/till-dark");
    CHECK(kiosk.on<form::State>().search_words == "till is dark");
    CHECK(!kiosk.on<form::State>().request_id.empty());
}

TEST_CASE("form: opened from the list of services it knows nothing of an earlier search") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"secret words"});
    kiosk.does(Back{});
    kiosk.does(OpenServices{"it"});
    kiosk.does(OpenService{"till-fault"});
    CHECK(kiosk.answer("details").empty());
    CHECK(kiosk.state.session.last_search.empty());
}

TEST_CASE("form: a service that is not there opens nothing") {
    Kiosk kiosk;
    kiosk.does(OpenService{"no-such-service"});
    CHECK(kiosk.at_home());
}

TEST_CASE("form: Next is refused while something is missing, and shows what") {
    Kiosk kiosk;
    kiosk.does(OpenService{"till-fault"});
    CHECK(!kiosk.on<form::State>().show_faults);
    kiosk.does(NextStep{});
    CHECK(kiosk.on<form::State>().step == 0);
    CHECK(kiosk.on<form::State>().show_faults);
    kiosk.answers("problem", "drawer");
    kiosk.does(NextStep{});
    CHECK(kiosk.on<form::State>().step == 1);
    CHECK(!kiosk.on<form::State>().show_faults);
}

TEST_CASE("form: a step in which nothing is shown is skipped both ways") {
    Kiosk kiosk;
    kiosk.does(OpenService{"till-fault"});
    kiosk.answers("problem", "dark");
    kiosk.does(NextStep{});
    CHECK(kiosk.on<form::State>().step == 2);
    kiosk.does(Back{});
    CHECK(kiosk.on<form::State>().step == 0);
    kiosk.does(GoToStep{1});
    CHECK(kiosk.on<form::State>().step == 0);
}

TEST_CASE("form: nobody jumps over what is missing") {
    Kiosk kiosk;
    kiosk.does(OpenService{"till-fault"});
    kiosk.does(GoToStep{3});
    CHECK(kiosk.on<form::State>().step == 0);
    CHECK(kiosk.on<form::State>().show_faults);
    CHECK(kiosk.does(Send{}).empty());
}

TEST_CASE("form: typing goes to the field with the caret") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    kiosk.does(GoToStep{2});
    kiosk.does(TypeText{"lost"});
    CHECK(kiosk.answer("details") == "It went dark");

    kiosk.does(FocusField{"details"});
    CHECK(kiosk.on<form::State>().caret == 12);
    kiosk.does(MoveCaret{3});
    kiosk.does(TypeText{"just "});
    CHECK(kiosk.answer("details") == "It just went dark");
    kiosk.does(TypeText{"\n"});
    CHECK(kiosk.answer("details") == "It just \nwent dark");
    kiosk.does(Backspace{});
    kiosk.does(ClearText{});
    CHECK(kiosk.answer("details").empty());
}

TEST_CASE("form: enter in a single line goes on to the next field, then puts the keyboard away") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    kiosk.does(GoToStep{2});
    kiosk.does(FocusField{"helped_by"});
    kiosk.does(TypeText{"\n"});
    CHECK(kiosk.on<form::State>().focused == "count");
    kiosk.does(TypeText{"12"});
    CHECK(kiosk.answer("count") == "12");
    kiosk.does(TypeText{"\n"});
    CHECK(kiosk.on<form::State>().focused.empty());
}

TEST_CASE("form: a field that is chosen has no caret, and choosing puts the keyboard away") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    kiosk.does(GoToStep{2});
    kiosk.does(FocusField{"where"});
    CHECK(kiosk.on<form::State>().focused.empty());
    kiosk.does(FocusField{"details"});
    kiosk.answers("where", "harbour-street");
    CHECK(kiosk.on<form::State>().focused.empty());
}

TEST_CASE("form: after the review, Next leads straight back to it") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    REQUIRE(kiosk.on<form::State>().step == 3);
    kiosk.does(GoToStep{0});
    kiosk.does(NextStep{});
    CHECK(kiosk.on<form::State>().step == 3);

    SUBCASE("unless the correction asks for more") {
        kiosk.does(GoToStep{0});
        kiosk.answers("problem", "drawer");
        kiosk.does(NextStep{});
        CHECK(kiosk.on<form::State>().step == 1);
    }
}

TEST_CASE("form: Send hands in once, with what is shown and answered") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    const std::string id = kiosk.on<form::State>().request_id;
    const Effects effects = kiosk.does(Send{});
    const Submit* submit = find_effect<Submit>(effects);
    REQUIRE(submit);
    CHECK(submit->request_id == id);
    CHECK(submit->service == "till-fault");
    CHECK(submit->service_version == kiosk.content->catalog.service("till-fault")->version);
    CHECK(submit->title == "Report a till fault");
    CHECK(submit->site == "harbour-street");
    CHECK(submit->answers.at("details").one() == "It went dark");
    CHECK(submit->answers.count("key") == 0);

    CHECK(kiosk.on<form::State>().sending);
    CHECK(kiosk.does(Send{}).empty());
    CHECK(kiosk.does(Back{}).empty());
    kiosk.answers("problem", "drawer");
    CHECK(kiosk.answer("problem") == "dark");
}

TEST_CASE("form: what could not be kept is not thanked for, and nothing is lost") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    const std::string id = kiosk.on<form::State>().request_id;
    kiosk.does(Send{});
    kiosk.does(NotQueued{id, core::ErrorKind::full});
    CHECK(!kiosk.on<form::State>().sending);
    CHECK(kiosk.on<form::State>().failed == core::ErrorKind::full);
    CHECK(kiosk.answer("details") == "It went dark");

    const Effects again = kiosk.does(Send{});
    REQUIRE(find_effect<Submit>(again));
    CHECK(find_effect<Submit>(again)->request_id == id);
    CHECK(!kiosk.on<form::State>().failed);
}

TEST_CASE("receipt: it takes the form's place, and Back leads home") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"dark"});
    kiosk.fills_in_the_form();
    const std::string id = kiosk.on<form::State>().request_id;
    kiosk.does(Send{});
    kiosk.does(Queued{"another", "K7-0001-AAAA-A"});
    CHECK(kiosk.on<form::State>().sending);
    kiosk.does(Queued{id, "K7-0042-R4TX-9"});
    CHECK(kiosk.on<receipt::State>().claim_code == "K7-0042-R4TX-9");
    CHECK(!kiosk.on<receipt::State>().sent);

    kiosk.does(RequestArrived{"another", "IT-1"});
    CHECK(!kiosk.on<receipt::State>().sent);
    kiosk.does(RequestArrived{id, "IT-7"});
    CHECK(kiosk.on<receipt::State>().sent);
    CHECK(kiosk.on<receipt::State>().ticket == "IT-7");

    kiosk.does(Back{});
    CHECK(kiosk.at_home());
    CHECK(kiosk.state.session.drafts.empty());
}

TEST_CASE("receipt: it comes also when the person opened another screen meanwhile") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    const std::string id = kiosk.on<form::State>().request_id;
    kiosk.does(Send{});
    kiosk.does(OpenLanguages{});
    kiosk.does(Queued{id, "K7-0042-R4TX-9"});
    CHECK(kiosk.on<receipt::State>().request_id == id);
}

TEST_CASE("receipt: a request whose person has gone shows itself to nobody") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    const std::string id = kiosk.on<form::State>().request_id;
    kiosk.does(Send{});
    kiosk.does(StartOver{});
    kiosk.does(Queued{id, "K7-0042-R4TX-9"});
    CHECK(kiosk.at_home());
}

TEST_CASE("draft: Back on the first step leaves the form, and coming back finds it as it was") {
    Kiosk kiosk;
    kiosk.does(OpenServices{"it"});
    kiosk.fills_in_the_form();
    const std::string id = kiosk.on<form::State>().request_id;
    kiosk.does(Back{});
    CHECK(kiosk.on<form::State>().step == 2);
    kiosk.does(Back{});
    kiosk.does(Back{});
    CHECK(kiosk.on<services::State>().department == "it");

    kiosk.does(OpenService{"question"});
    kiosk.does(Back{});
    kiosk.does(OpenService{"till-fault"});
    CHECK(kiosk.answer("details") == "It went dark");
    CHECK(kiosk.on<form::State>().request_id == id);

    kiosk.does(StartOver{});
    kiosk.does(OpenService{"till-fault"});
    CHECK(kiosk.answer("details").empty());
}

TEST_CASE("draft: a form that nobody touched leaves none") {
    Kiosk kiosk;
    kiosk.does(OpenService{"till-fault"});
    kiosk.does(Back{});
    CHECK(kiosk.state.session.drafts.empty());
}

TEST_CASE("content: a new release waits until no form is open") {
    Kiosk kiosk;
    auto newer = std::make_shared<Content>(*kiosk.content);
    newer->release = 9;
    kiosk.fills_in_the_form();
    kiosk.does(ContentCame{newer});
    CHECK(kiosk.state.content->release == 0);
    const std::string id = kiosk.on<form::State>().request_id;
    kiosk.does(Send{});
    kiosk.does(Queued{id, "K7-0042-R4TX-9"});
    CHECK(kiosk.state.content->release == 9);

    auto newest = std::make_shared<Content>(*newer);
    newest->release = 10;
    kiosk.does(Back{});
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"till"});
    const Effects effects = kiosk.does(ContentCame{newest});
    CHECK(kiosk.state.content->release == 10);
    CHECK(find_effect<FindArticles>(effects));
}
