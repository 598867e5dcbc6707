#include <doctest/doctest.h>

#include "core/catalog/claim_code.hpp"
#include "tests/kiosk/app/kit.hpp"

using namespace support;
using namespace kiosk;
using namespace std::chrono_literals;

TEST_CASE("idle: home waits for ever") {
    Kiosk kiosk;
    CHECK(!next_deadline(kiosk.state));
}

TEST_CASE("idle: each screen has its own limit") {
    CHECK(!idle_limit(home::State{}));
    CHECK(idle_limit(article::State{}) == 60s);
    CHECK(idle_limit(search::State{}) == 60s);
    CHECK(idle_limit(form::State{}) == 120s);
    CHECK(idle_limit(form::State{}) > idle_limit(claim::State{}));
}

TEST_CASE("idle: first a warning, then everything of the person is gone") {
    Kiosk kiosk;
    kiosk.does(ChooseLanguage{"de"});
    kiosk.does(ChooseTextScale{1.5f});
    kiosk.does(OpenSearch{});
    kiosk.does(TypeText{"my words"});
    CHECK(kiosk.waits(59s).empty());
    CHECK(!kiosk.state.session.warned);
    kiosk.waits(1s);
    CHECK(kiosk.state.session.warned);
    CHECK(next_deadline(kiosk.state) == kiosk.now + warning_length);

    const Effects effects = kiosk.waits(20s);
    CHECK(find_effect<WipeSession>(effects));
    CHECK(kiosk.at_home());
    CHECK(kiosk.state.session.language == "en");
    CHECK(kiosk.state.session.text_scale == 1.0f);
    CHECK(kiosk.state.session.last_search.empty());
    CHECK(!kiosk.state.session.warned);
    CHECK(!next_deadline(kiosk.state));
}

TEST_CASE("idle: any sign of life starts the time anew") {
    const struct {
        const char* name;
        Action action;
    } rows[] = {{"a touch", Touched{}}, {"a letter", TypeText{"a"}}, {"moving the caret", MoveCaret{0}}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Kiosk kiosk;
        kiosk.does(OpenSearch{});
        kiosk.after(50s, row.action);
        kiosk.waits(59s);
        CHECK(!kiosk.state.session.warned);
        kiosk.waits(1s);
        CHECK(kiosk.state.session.warned);
    }
}

TEST_CASE("idle: what the worker brings is no sign of life") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.after(59s, SyncChanged{{true, true, 0}});
    kiosk.waits(1s);
    CHECK(kiosk.state.session.warned);
}

TEST_CASE("idle: staying takes the warning away; a bare touch only gives it its time again") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.waits(60s);
    kiosk.after(15s, Touched{});
    CHECK(kiosk.state.session.warned);
    kiosk.waits(19s);
    CHECK(!kiosk.at_home());
    kiosk.does(StillHere{});
    CHECK(!kiosk.state.session.warned);
    CHECK(next_deadline(kiosk.state) == kiosk.now + 60s);
}

TEST_CASE("idle: after the machine slept, the warning still gets its full time") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.after(3h, Tick{});
    CHECK(kiosk.state.session.warned);
    CHECK(!kiosk.at_home());
    kiosk.after(20s, Tick{});
    CHECK(kiosk.at_home());
}

TEST_CASE("idle: a tick that came too early does nothing") {
    Kiosk kiosk;
    kiosk.does(OpenSearch{});
    kiosk.after(10s, Tick{});
    CHECK(!kiosk.state.session.warned);
}

TEST_CASE("idle: a language that somebody left behind on home goes by itself, without a question") {
    Kiosk kiosk;
    kiosk.does(OpenLanguages{});
    kiosk.does(ChooseLanguage{"de"});
    CHECK(kiosk.at_home());
    CHECK(find_effect<WipeSession>(kiosk.waits(60s)));
    CHECK(kiosk.state.session.language == "en");
    CHECK(!kiosk.state.session.warned);
}

TEST_CASE("start over: from anywhere to a fresh home, and the rest of the program forgets too") {
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    CHECK(find_effect<WipeSession>(kiosk.does(StartOver{})));
    CHECK(kiosk.at_home());
    CHECK(kiosk.state.session.drafts.empty());
}

TEST_CASE("back: one screen at a time, and home stays") {
    Kiosk kiosk;
    kiosk.does(OpenServices{""});
    kiosk.does(OpenServices{"it"});
    CHECK(kiosk.on<services::State>().department == "it");
    kiosk.does(OpenLanguages{});
    kiosk.does(OpenLanguages{});
    kiosk.does(Back{});
    CHECK(kiosk.on<services::State>().department == "it");
    kiosk.does(Back{});
    CHECK(kiosk.at_home());
    kiosk.does(Back{});
    CHECK(kiosk.at_home());
}

TEST_CASE("text size: between one and two") {
    Kiosk kiosk;
    kiosk.does(ChooseTextScale{7});
    CHECK(kiosk.state.session.text_scale == 2.0f);
    kiosk.does(ChooseTextScale{0});
    CHECK(kiosk.state.session.text_scale == 1.0f);
}

TEST_CASE("claim: a code is looked up as it was typed, in any case and without hyphens") {
    SeededRandom random;
    const std::string code = catalog::make_claim_code("K7", 42, random);
    std::string typed;
    for (char c : code) {
        if (c != '-') typed += static_cast<char>(std::tolower(c));
    }
    Kiosk kiosk;
    kiosk.does(OpenClaim{});
    kiosk.does(TypeText{typed});
    const Effects effects = kiosk.does(LookUpClaim{});
    REQUIRE(find_effect<LookUp>(effects));
    CHECK(find_effect<LookUp>(effects)->claim_code == code);
    CHECK(kiosk.on<claim::State>().waiting);
    CHECK(kiosk.does(LookUpClaim{}).empty());

    catalog::Progress progress;
    progress.state = "in_progress";
    kiosk.does(ProgressCame{"K7-0001-AAAA-A", progress});
    CHECK(!kiosk.on<claim::State>().progress);
    kiosk.does(ProgressCame{code, progress, true});
    REQUIRE(kiosk.on<claim::State>().progress);
    CHECK(kiosk.on<claim::State>().offline);

    // What was told about one code must not stand below another.
    kiosk.does(Backspace{});
    CHECK(!kiosk.on<claim::State>().progress);
    CHECK(!kiosk.on<claim::State>().offline);
}

TEST_CASE("claim: a wrong character is told on the spot, without asking anybody") {
    SeededRandom random;
    std::string code = catalog::make_claim_code("K7", 42, random);
    code.back() = code.back() == 'A' ? 'B' : 'A';
    Kiosk kiosk;
    kiosk.does(OpenClaim{});
    kiosk.does(TypeText{code});
    CHECK(kiosk.does(TypeText{"\n"}).empty());
    CHECK(kiosk.on<claim::State>().wrong_code);
    kiosk.does(Backspace{});
    CHECK(!kiosk.on<claim::State>().wrong_code);
}

TEST_CASE("claim: a code that nobody knows is not found; offline it is unknown") {
    SeededRandom random;
    const std::string code = catalog::make_claim_code("K7", 42, random);
    Kiosk kiosk;
    kiosk.does(OpenClaim{});
    kiosk.does(TypeText{code});
    kiosk.does(LookUpClaim{});
    kiosk.does(ProgressCame{code, std::nullopt, false});
    CHECK(kiosk.on<claim::State>().not_found);
    kiosk.does(LookUpClaim{});
    kiosk.does(ProgressCame{code, std::nullopt, true});
    CHECK(!kiosk.on<claim::State>().not_found);
    CHECK(kiosk.on<claim::State>().offline);
}

TEST_CASE("claim: from the receipt the code is there already") {
    SeededRandom random;
    const std::string code = catalog::make_claim_code("K7", 42, random);
    Kiosk kiosk;
    kiosk.fills_in_the_form();
    const std::string id = kiosk.on<form::State>().request_id;
    kiosk.does(Send{});
    kiosk.does(Queued{id, code});
    const Effects effects = kiosk.does(OpenClaim{});
    REQUIRE(find_effect<LookUp>(effects));
    CHECK(find_effect<LookUp>(effects)->claim_code == code);
}
