#include <set>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/catalog/feedback.hpp"
#include "core/catalog/wire.hpp"
#include "tests/support/clock.hpp"

namespace {

std::string golden(const std::string& name) {
    const auto text = core::read_file(std::string(FOYER_SOURCE) + "/tests/data/wire/" + name);
    REQUIRE(text);
    return text->substr(0, text->find_last_not_of('\n') + 1);
}

// `optional`: members that older programs neither send nor know.
template <class T>
void is_pinned(const T& value, const std::string& name, const std::set<std::string>& optional = {}) {
    CHECK(core::canonical(value.to_json()) == golden(name));
    const auto again = T::from_json(*core::parse_json(golden(name)));
    REQUIRE(again);
    CHECK(core::canonical(again->to_json()) == golden(name));
    // Each member is needed: without it, nobody may guess.
    const auto whole = *core::parse_json(golden(name));
    for (const auto& [key, member] : whole.items()) {
        CAPTURE(key);
        auto less = whole;
        less.erase(key);
        CHECK(T::from_json(less).has_value() == optional.contains(key));
        auto wrong = whole;
        wrong[key] = core::Json::array({true});
        CHECK_FALSE(T::from_json(wrong));
    }
}

}  // namespace

TEST_CASE("wire: the forms that kiosk and desk exchange are pinned") {
    const auto now = support::at("2026-11-24T04:02:15Z");
    is_pinned(catalog::EnrolRequest{"7QK2M9XTBD", "public"}, "enrol_request.json");
    is_pinned(catalog::Enrolment{"kiosk-id", "K7", "harbour-street", "seal", "receipt", "release", now}, "enrolment.json");
    is_pinned(catalog::Enrolment{"kiosk-id", "K7", "harbour-street", "seal", "receipt", "release", now, R"({"signed":"{}","signatures":[]})"},
              "enrolment_with_root.json", {"root"});
    const catalog::Progress progress{"019331f5-2a6f-7b1c-8d3e-5f60718293a4", "K7-0042-R4TX-9", "F-000123", "Printer", "in_progress", now,
                                     {{now, "Store IT", "On the way"}}};
    is_pinned(progress, "progress.json");
    is_pinned(catalog::Changes{"17", now, 60, {progress}, 3, {5, 6}}, "changes.json");
    is_pinned(catalog::Changes{"17", now, 60, {}, 3, {}, "canary", "0123456789abcdef"}, "changes_with_channel.json", {"channel", "release_tag"});
    is_pinned(catalog::Delivery{"019331f5-2a6f-7b1c-8d3e-5f60718293a4", "stored", "{}", ""}, "delivery.json");
    const core::Date day{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{24}};
    catalog::Feedback feedback{day, "en", {}, {}, {}};
    feedback.searches = {{"printer jam", "en", catalog::Results::few, true, catalog::FormUse::sent}};
    feedback.articles = {{"en/printer", "en", catalog::Said::not_helped, catalog::FormUse::sent, {"printer-fault"}}};
    feedback.forms = {{"printer-fault", "article", true}};
    is_pinned(feedback, "feedback.json");
    is_pinned(catalog::FeedbackBatch{7, 2, {"box"}}, "feedback_batch.json");
    is_pinned(catalog::FeedbackTaken{7, "counted"}, "feedback_taken.json");
}

TEST_CASE("wire: what a kiosk shows travels as plain words of a query") {
    const catalog::Shows shows{"12-0123abcd", "canary", "held_back"};
    CHECK(shows.to_query() == "release=12-0123abcd&channel=canary&state=held_back");
    CHECK(catalog::Shows::from("12-0123abcd", "canary", "held_back") == shows);
    CHECK(catalog::Shows::from("", "", "") == catalog::Shows{});
    CHECK_FALSE(catalog::Shows::from("12-0123abcd", "canary", "\x1b[2J"));
    CHECK_FALSE(catalog::Shows::from(std::string(65, 'a'), "", ""));
}
