// What hands can do with the kiosk, in a real frame without a window.
#include <algorithm>
#include <optional>
#include <tuple>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "booth.hpp"
#include "core/base/json.hpp"

namespace {

using namespace kiosk;
using support::Booth;
using ui::PointerMoved;
using ui::PointerPressed;
using ui::PointerReleased;

template <class A>
const A* find(const Actions& actions) {
    for (const Action& action : actions) {
        if (const A* found = std::get_if<A>(&action)) return found;
    }
    return nullptr;
}

bool has_text(const Booth& booth, std::string_view words) {
    const auto& texts = booth.stage->registry().texts();
    return std::any_of(texts.begin(), texts.end(), [&](const ui::TextNote& note) {
        return note.text.find(words) != std::string::npos;
    });
}

const ui::Item* first_starting(const Booth& booth, std::string_view beginning) {
    for (const ui::Item& item : booth.stage->registry().items()) {
        if (item.id.starts_with(beginning)) return &item;
    }
    return nullptr;
}

TEST_CASE("stage: a press and a release on one thing do it") {
    Booth booth;
    const Actions actions = booth.click("home.topic.computers");
    const auto* open = find<OpenTopic>(actions);
    REQUIRE(open);
    CHECK(open->topic == "computers");
    CHECK(find<Touched>(actions));
    CHECK(booth.on<search::State>());
}

TEST_CASE("stage: a finger that leaves the thing before it lifts does nothing") {
    Booth booth;
    const paint::Point at = booth.item("bar.language")->rect.centre();
    const Actions actions = booth.feel({PointerPressed{at.x, at.y, booth.now_ms, true},
                                        PointerMoved{at.x - 400, at.y, booth.now_ms + 30},
                                        PointerReleased{at.x - 400, at.y, booth.now_ms + 60}});
    CHECK_FALSE(find<OpenLanguages>(actions));
}

TEST_CASE("stage: a press that the window takes away does nothing") {
    Booth booth;
    const paint::Point at = booth.item("bar.language")->rect.centre();
    booth.feel({PointerPressed{at.x, at.y, booth.now_ms, true}, ui::PointerCancelled{}});
    CHECK_FALSE(find<OpenLanguages>(booth.feel({PointerReleased{at.x, at.y, booth.now_ms + 60}})));
}

TEST_CASE("stage: dragging scrolls and clicks nothing; a flick goes on and comes to rest") {
    Booth booth({.width = 1024, .height = 600, .scale = 0.75F});
    const paint::Point at = booth.item("home.search")->rect.centre();
    const float before = booth.item("home.search")->rect.y;
    std::vector<ui::InputEvent> events{PointerPressed{at.x, at.y, booth.now_ms, true}};
    for (int i = 1; i <= 8; ++i)
        events.push_back(PointerMoved{at.x, at.y - 12.0F * static_cast<float>(i), booth.now_ms + 10 * i});
    events.push_back(PointerReleased{at.x, at.y - 96, booth.now_ms + 85});
    const Actions actions = booth.feel(events);
    CHECK_FALSE(find<OpenSearch>(actions));
    CHECK(booth.state.session.screens.size() == 1);
    CHECK(booth.item("home.search")->rect.y < before - 96);
    CHECK_FALSE(booth.stage->wants_frames());
}

TEST_CASE("stage: pulling beyond the end springs back") {
    Booth booth({.width = 1024, .height = 600, .scale = 0.75F});
    const paint::Point at = booth.item("home.search")->rect.centre();
    const float before = booth.item("home.search")->rect.y;
    booth.feel({PointerPressed{at.x, at.y, booth.now_ms, true},
                PointerMoved{at.x, at.y + 40, booth.now_ms + 20},
                PointerMoved{at.x, at.y + 140, booth.now_ms + 60}});
    CHECK(booth.item("home.search")->rect.y > before);
    CHECK(booth.item("home.search")->rect.y < before + 60);
    booth.feel({PointerReleased{at.x, at.y + 140, booth.now_ms + 300}});
    CHECK(booth.item("home.search")->rect.y == before);
}

TEST_CASE("stage: keys act when the finger comes down, and none of many fast taps is lost") {
    Booth booth;
    booth.click("home.search");
    std::vector<ui::InputEvent> events;
    double time = booth.now_ms;
    for (const char* key : {"key.c", "key.a", "key.r", "key.d"}) {
        const paint::Point at = booth.item(key)->rect.centre();
        events.push_back(PointerPressed{at.x, at.y, time, true});
        events.push_back(PointerReleased{at.x, at.y, time + 1});
        time += 2;
    }
    booth.feel(events);
    REQUIRE(booth.on<search::State>());
    CHECK(booth.on<search::State>()->query == "card");
    CHECK_FALSE(booth.on<search::State>()->found.hits.empty());
}

TEST_CASE("stage: what comes after a touch that changes the screen is judged by the new screen") {
    Booth booth;
    const paint::Point search = booth.item("home.search")->rect.centre();
    const std::vector<ui::InputEvent> events{PointerPressed{search.x, search.y, booth.now_ms, true},
                                             PointerReleased{search.x, search.y, booth.now_ms + 10},
                                             ui::Characters{"till"}};
    booth.feel(events);
    REQUIRE(booth.on<search::State>());
    CHECK(booth.on<search::State>()->query == "till");
}

TEST_CASE("stage: shift is for one letter, and keys keep their ids") {
    Booth booth;
    booth.click("home.search");
    booth.click("key.shift");
    booth.click("key.a");
    booth.click("key.b");
    CHECK(booth.on<search::State>()->query == "Ab");
    booth.click("key.symbols");
    booth.click("key.7");
    booth.click("key.backspace");
    CHECK(booth.on<search::State>()->query == "Ab");
}

TEST_CASE("stage: the keyboard goes through the company's languages") {
    Booth booth;
    booth.click("home.search");
    CHECK_FALSE(booth.item("key.ö"));
    booth.click("key.language");
    CHECK(booth.item("key.ö"));
    booth.type("öl");
    CHECK(booth.on<search::State>()->query == "öl");
}

TEST_CASE("stage: a key can hold more than one letter") {
    Booth booth({.language = "ar"});
    booth.click("home.search");
    booth.click("key.لا");
    CHECK(booth.on<search::State>()->query == "لا");
}

TEST_CASE("stage: a tap into a text puts the caret there, arrows move it by what is seen") {
    Booth booth;
    booth.does(OpenSearch{});
    booth.does(TypeText{"printer"});
    booth.settle();
    const paint::Rect rect = booth.item("search.field")->rect;
    const float inside = rect.x + 34 + 60;
    const Actions actions = booth.feel({PointerPressed{inside + 2, rect.centre().y, booth.now_ms, true},
                                        PointerReleased{inside + 2, rect.centre().y, booth.now_ms + 20}});
    REQUIRE(find<MoveCaret>(actions));
    CHECK(booth.on<search::State>()->caret == 0);
    booth.feel({ui::KeyPressed{ui::Key::right}});
    CHECK(booth.on<search::State>()->caret == 1);
    booth.feel({ui::KeyPressed{ui::Key::end}});
    CHECK(booth.on<search::State>()->caret == 7);
}

TEST_CASE("stage: with Tab and Enter alone one gets from home to a form") {
    Booth booth;
    const std::string wanted = "home.services";
    for (int i = 0; i < 60; ++i) {
        booth.feel({ui::KeyPressed{ui::Key::tab}});
        const auto all = core::parse_json(booth.stage->items_json(booth.state, 1));
        REQUIRE(all.has_value());
        if (booth.state.session.screens.size() > 1) break;
        if (i == 0) continue;
        // Enter acts on what has the focus ring; walk until the services are reached.
        const auto& items = booth.stage->registry().items();
        std::size_t place = 0;
        std::size_t at = 0;
        for (const ui::Item& item : items) {
            if (!item.is_interactive() || item.role == ui::Role::key) continue;
            if (item.id == wanted) at = place;
            ++place;
        }
        if (static_cast<std::size_t>(i) == at) booth.feel({ui::KeyPressed{ui::Key::enter}});
    }
    CHECK(booth.on<services::State>());
}

TEST_CASE("stage: Escape goes back, and typing at home begins a search") {
    Booth booth;
    booth.feel({ui::Characters{"l"}});
    REQUIRE(booth.on<search::State>());
    CHECK(booth.on<search::State>()->query == "l");
    booth.feel({ui::KeyPressed{ui::Key::escape}});
    booth.feel({ui::KeyPressed{ui::Key::escape}});
    CHECK(booth.state.session.screens.size() == 1);
}

TEST_CASE("stage: below the idle warning nothing can be touched") {
    Booth booth;
    booth.does(OpenServices{});
    booth.state.session.warned = true;
    booth.state.session.last_touch = booth.now - std::chrono::seconds{60};
    booth.settle();
    const paint::Point at = booth.item("bar.language")->rect.centre();
    CHECK_FALSE(find<OpenLanguages>(booth.feel(
        {PointerPressed{at.x, at.y, booth.now_ms, true}, PointerReleased{at.x, at.y, booth.now_ms + 20}})));
    CHECK(booth.stage->changes_at_ms().has_value());
    CHECK(find<StillHere>(booth.click("idle.stay")));
    CHECK_FALSE(booth.state.session.warned);
}

TEST_CASE("stage: an answer that does not help leads to a form, and the form to a receipt") {
    Booth booth;
    booth.click("home.search");
    booth.type("receipt printer");
    booth.click("search.hit.article.en/receipt-printer-does-not-print");
    REQUIRE(booth.on<article::State>());
    REQUIRE(booth.on<article::State>()->article);
    booth.click("article.helpful.no");
    booth.click("article.service.everything");
    REQUIRE(booth.on<form::State>());

    booth.click("form.next");
    CHECK(booth.item("form.fault.place"));
    booth.click("form.choice.place.till-1");
    booth.click("form.date.since.previous");
    booth.click("form.date.since.next");
    booth.click("form.date.since.2026-11-23");
    booth.click("form.next");

    booth.click("form.choice.problem.red_light");
    booth.click("form.field.serial");
    booth.click("key.shift");
    booth.type("t");
    booth.click("key.shift");
    booth.type("p");
    booth.click("key.symbols");
    booth.type("-4410-203");
    CHECK(booth.item("form.field.serial")->value == "TP-4410-203");
    booth.click("form.next");

    booth.click("form.choice.waiting.true");
    booth.click("form.choice.tried.roll");
    booth.click("form.choice.tried.cable");
    booth.click("form.more.printers");
    booth.click("form.more.printers");
    booth.click("form.less.printers");
    booth.click("form.choice.mood.4");
    CHECK(booth.item("form.field.printers")->value == "1");
    booth.click("form.next");

    booth.click("review.edit.1");
    CHECK(booth.on<form::State>()->step == 1);
    booth.click("form.next");
    booth.click("review.send");
    REQUIRE(booth.on<receipt::State>());
    CHECK(booth.item("receipt.code")->value == "K7-0042-R4TX-9");
    CHECK(booth.item("receipt.state")->value == "sending");
    booth.state.sync.online = false;
    booth.settle();
    CHECK(booth.item("receipt.state")->value == "kept");
    booth.click("receipt.done");
    CHECK(booth.state.session.screens.size() == 1);
}

TEST_CASE("stage: a misspelled word is found, and what was searched instead is said") {
    for (const auto& [language, typed, searched] :
         {std::tuple{"en", "recipt prnter", "receipt printer"}, std::tuple{"de", "Bondrukcer", "bondrucker"}}) {
        CAPTURE(language);
        Booth booth({.language = language});
        booth.does(OpenSearch{});
        booth.does(TypeText{typed});
        booth.settle();
        const std::string id = std::string("search.hit.article.") + language + "/receipt-printer-does-not-print";
        REQUIRE(booth.item(id));
        CHECK(has_text(booth, searched));
    }
}

TEST_CASE("stage: a known problem says in the results what to do, and offers its forms") {
    Booth booth;
    booth.does(OpenSearch{});
    booth.does(TypeText{"tap declined"});
    booth.settle();
    const std::string hit = "search.hit.problem.contactless-payments-slow";
    REQUIRE(booth.item(hit));
    CHECK(has_text(booth, "insert the card and enter the PIN"));
    booth.click(hit + ".form.card-reader-fault");
    REQUIRE(booth.on<form::State>());
    CHECK(booth.on<form::State>()->service == "card-reader-fault");
    booth.click("bar.back");

    booth.click("search.filter.problems");
    CHECK(booth.item("search.filter.problems")->selected);
    CHECK_FALSE(booth.item("search.hit.article.en/card-reader-not-responding"));
    booth.click(hit);
    REQUIRE(booth.on<problem::State>());
    CHECK(booth.item("problem.meanwhile")->label.find("enter the PIN") != std::string::npos);
    booth.click("problem.article.card-reader-not-responding");
    REQUIRE(booth.on<article::State>());
    booth.click("bar.back");
    booth.click("problem.service.card-reader-fault");
    CHECK(booth.on<form::State>());
}

TEST_CASE("stage: home shows what is broken now, the newest first") {
    for (const support::Look& look :
         {support::Look{}, support::Look{.width = 1080, .height = 1920}, support::Look{.text_scale = 2}}) {
        Booth booth(look);
        const ui::Item* first = first_starting(booth, "home.problem.");
        REQUIRE(first);
        CHECK(first->id == "home.problem.goods-lift-waits-for-a-part");
        booth.click("home.problem.contactless-payments-slow");
        REQUIRE(booth.on<problem::State>());
        CHECK(booth.on<problem::State>()->id == "contactless-payments-slow");
    }
}

TEST_CASE("stage: a known problem that was solved meanwhile says so") {
    Booth booth;
    booth.does(OpenProblem{"contactless-payments-slow"});
    auto content = std::make_shared<Content>(*booth.state.content);
    content->catalog.known_problems.clear();
    booth.does(ContentCame{content});
    booth.settle();
    CHECK(booth.on<problem::State>());
    CHECK_FALSE(booth.item("problem.meanwhile"));
    CHECK(has_text(booth, "not here any more"));
}

TEST_CASE("stage: suggestions stand above the keys and take the person there") {
    Booth booth;
    booth.does(OpenSearch{});
    booth.does(TypeText{"recei"});
    booth.settle();
    const std::string title = "search.suggestion.en/receipt-printer-does-not-print#";
    REQUIRE(booth.item(title));
    CHECK(booth.item(title)->rect.bottom() < booth.item("key.q")->rect.y);
    booth.click(title);
    REQUIRE(booth.on<article::State>());
    CHECK(booth.on<article::State>()->id == "en/receipt-printer-does-not-print");
}

TEST_CASE("stage: while a person types, the results and the keys stay where they are") {
    for (const support::Look& look : {support::Look{}, support::Look{.width = 1080, .height = 1920}}) {
        Booth booth(look);
        booth.does(OpenSearch{});
        booth.settle();
        const float keys = booth.item("key.q")->rect.y;
        std::optional<float> first;
        for (const char* letter : {"r", "e", "c", "e", "i", "p", "t"}) {
            booth.does(TypeText{letter});
            booth.settle();
            CHECK(booth.item("key.q")->rect.y == keys);
            const ui::Item* hit = first_starting(booth, "search.hit.");
            REQUIRE(hit);
            if (first) CHECK(hit->rect.y == *first);
            first = hit->rect.y;
        }
    }
}

TEST_CASE("stage: when nothing is found there are forms, a person to ask, and no end") {
    Booth booth;
    booth.does(OpenSearch{});
    booth.does(TypeText{"qqxxzzvv"});
    booth.settle();
    CHECK(booth.item("search.service.not-sure"));
    REQUIRE(first_starting(booth, "search.instead.service."));
    booth.click(first_starting(booth, "search.instead.service.")->id);
    CHECK(booth.on<form::State>());
}

TEST_CASE("stage: no letter leaves the screen empty while its answer is on the way") {
    Booth booth;
    booth.does(OpenSearch{});
    booth.settle();
    const auto waits_for = [&](const char* words) {
        auto& screen = std::get<search::State>(booth.state.session.screens.back());
        screen.query = words;
        screen.waiting = true;
        booth.settle();
    };
    waits_for("q");
    CHECK(first_starting(booth, "search.service."));
    booth.does(TypeText{"qxxzzvv"});
    booth.settle();
    REQUIRE(booth.item("search.services"));
    waits_for("qqxxzzvvq");
    CHECK(booth.item("search.services"));
    CHECK(has_text(booth, "qqxxzzvv"));
}

TEST_CASE("stage: a result opens its article at the section that was found") {
    Booth booth;
    booth.does(OpenSearch{});
    booth.does(TypeText{"what the light means"});
    booth.settle();
    booth.click("search.hit.article.en/receipt-printer-does-not-print");
    REQUIRE(booth.on<article::State>());
    CHECK(booth.on<article::State>()->anchor == "what-the-light-means");
    CHECK(booth.item("article.toc.what-the-light-means")->selected);
    const auto heading_y = [&] {  // in the text; the list of contents comes later
        const auto& texts = booth.stage->registry().texts();
        const auto heading = std::find_if(texts.begin(), texts.end(), [](const ui::TextNote& note) {
            return note.text == "What the light means";
        });
        return heading == texts.end() ? -1 : heading->rect.y;
    };
    const float top = booth.stage->registry().area("article")->rect.y;
    CHECK(heading_y() > top);
    CHECK(heading_y() < top + 60);

    // It stays there when the picture above it comes and is lower than the place that was kept.
    const float before = heading_y();
    booth.stage->forget();
    booth.settle();
    CHECK(heading_y() == before);

    // Until the person scrolls.
    const paint::Point middle = booth.stage->registry().area("article")->rect.centre();
    booth.feel({ui::Wheel{middle.x, middle.y, 1, booth.now_ms}});
    CHECK(heading_y() > before + 60);
}

TEST_CASE("stage: an article's contents lead to its headings") {
    Booth booth;
    booth.does(Follow{"receipt-printer-does-not-print", {}});
    booth.settle();
    std::vector<std::string> ids;
    for (const ui::Item& item : booth.stage->registry().items()) {
        if (item.id.starts_with("article.toc.")) ids.push_back(item.id);
    }
    REQUIRE(ids.size() > 2);
    CHECK(booth.item(ids[0])->selected);
    booth.click(ids[2]);
    CHECK_FALSE(booth.item(ids[0])->selected);
}

TEST_CASE("stage: a form keeps what is typed into it in view above the keyboard") {
    Booth booth;
    for (const support::Scene& scene : support::scenes()) {
        if (std::string(scene.name) == "form-typing") scene.enter(booth);
    }
    const ui::Item* field = booth.item("form.field.details");
    REQUIRE(field);
    CHECK(field->visible == field->rect);
    CHECK(field->rect.bottom() < booth.item("key.q")->rect.y);
}

TEST_CASE("stage: what the registry tells is what the demo reads") {
    Booth booth;
    const auto all = core::parse_json(booth.stage->items_json(booth.state, 12));
    REQUIRE(all.has_value());
    CHECK((*all)["frame"] == 12);
    CHECK((*all)["screen"] == "home");
    CHECK((*all)["settled"] == true);
    CHECK((*all)["waiting"] == false);
    CHECK((*all)["sync"]["online"] == true);
    bool found = false;
    for (const core::Json& item : (*all)["items"]) {
        if (item["id"] != "home.search") continue;
        found = true;
        CHECK(item["role"] == "field");
        CHECK(item["visible"] == true);
        CHECK(item["rect"].size() == 4);
        CHECK(item["rect"][2].get<int>() > 400);
    }
    CHECK(found);
}

TEST_CASE("stage: after a session nothing of it is scrolled, typed or told") {
    Booth booth;
    booth.does(OpenSearch{});
    booth.does(TypeText{"canary-4711"});
    booth.settle();
    booth.click("key.language");
    booth.click("bar.start_over");
    booth.settle();
    const std::string told = booth.stage->items_json(booth.state, 1);
    CHECK(told.find("canary") == std::string::npos);
    for (const ui::TextNote& note : booth.stage->registry().texts())
        CHECK(note.text.find("canary") == std::string::npos);
    booth.click("home.search");
    CHECK_FALSE(booth.item("key.ö"));
}

TEST_CASE("stage: at rest nothing asks for another frame") {
    for (const support::Scene& scene : support::scenes()) {
        CAPTURE(scene.name);
        Booth booth;
        scene.enter(booth);
        CHECK_FALSE(booth.stage->wants_frames());
    }
}

TEST_CASE("stage: every icon in use has a picture in the font") {
    paint::Canvas& canvas = *support::house().canvas;
    for (const char* name : {"add",
                             "arrow_back",
                             "arrow_forward",
                             "arrow_upward",
                             "article",
                             "assignment",
                             "backspace",
                             "bolt",
                             "broken_image",
                             "campaign",
                             "cancel",
                             "chat",
                             "check",
                             "check_box",
                             "check_box_outline_blank",
                             "check_circle",
                             "chevron_left",
                             "chevron_right",
                             "close",
                             "cloud_done",
                             "cloud_off",
                             "cloud_upload",
                             "confirmation_number",
                             "contact_support",
                             "contrast",
                             "edit",
                             "error",
                             "format_size",
                             "help_outline",
                             "home",
                             "hourglass_empty",
                             "image",
                             "info",
                             "keyboard_hide",
                             "keyboard_return",
                             "language",
                             "lightbulb",
                             "link_off",
                             "lock",
                             "radio_button_unchecked",
                             "remove",
                             "report",
                             "save",
                             "schedule",
                             "search",
                             "search_off",
                             "send",
                             "spellcheck",
                             "star",
                             "star_border",
                             "subdirectory_arrow_left",
                             "subdirectory_arrow_right",
                             "support",
                             "thumb_down",
                             "thumb_up",
                             "timer",
                             "warning"}) {
        CAPTURE(name);
        CHECK(canvas.has_icon(name));
    }
    const catalog::Catalog& catalog = support::house().content->catalog;
    for (const auto& topic : catalog.topics) CHECK_MESSAGE(canvas.has_icon(topic.icon), topic.icon);
    for (const auto& department : catalog.departments)
        CHECK_MESSAGE(canvas.has_icon(department.icon), department.icon);
    for (const auto& service : catalog.services) {
        if (!service.icon.empty()) CHECK_MESSAGE(canvas.has_icon(service.icon), service.icon);
        for (const auto& step : service.form.steps) {
            for (const auto& field : step.fields) {
                if (!field.icon.empty()) CHECK_MESSAGE(canvas.has_icon(field.icon), field.icon);
                for (const auto& choice : field.choices) {
                    if (!choice.icon.empty()) CHECK_MESSAGE(canvas.has_icon(choice.icon), choice.icon);
                }
            }
        }
    }
}

}  // namespace
