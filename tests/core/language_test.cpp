#include <doctest/doctest.h>

#include "core/base/language.hpp"
#include "core/base/words.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/folder.hpp"

TEST_CASE("language: a text falls back and says so") {
    const core::Text text(std::map<core::Language, std::string>{{"en", "Lift"}, {"de", "Aufzug"}});
    CHECK(text.read("de", {"en"}).text == "Aufzug");
    CHECK(text.read("de-AT", {"en"}).text == "Aufzug");
    CHECK_FALSE(text.read("de-AT", {"en"}).is_fallback);
    CHECK(text.read("fr", {"en"}).text == "Lift");
    CHECK(text.read("fr", {"en"}).is_fallback);
    CHECK(core::Text("Lift").read("fr", {"en"}).text == "Lift");
    CHECK(core::Text().read("fr", {"en"}).text.empty());
}

TEST_CASE("language: dates and numbers are written as its people write them") {
    const core::Date day{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}};
    CHECK(core::format_date("en", day) == "November 24, 2026");
    CHECK(core::format_date("de", day) == "24. November 2026");
    CHECK(core::format_date("zh-Hans", day) == "2026年11月24日");
    CHECK(core::format_time("de", support::at("2026-11-24T13:05:00Z"), "Europe/Berlin") == "14:05");
    CHECK(core::format_number("de", 12345) == "12.345");
    CHECK(core::weekday_names("de").front().starts_with("Mo"));
}

TEST_CASE("language: it knows its direction and its own name") {
    CHECK(core::is_right_to_left("ar"));
    CHECK_FALSE(core::is_right_to_left("zh-Hans"));
    CHECK(core::own_name_of("de") == "Deutsch");
    CHECK(core::own_name_of("fr") == "Français");
}

TEST_CASE("words: plurals follow the language, gaps fall back, unknown keys show themselves") {
    const support::Folder folder;
    folder.write("en.yaml", "hits: {one: '{n} answer', other: '{n} answers'}\nhello: Hello {name}\nonly: Only here\n");
    folder.write("ar.yaml", "hits: {zero: لا إجابات, one: إجابة, two: إجابتان, few: '{n} إجابات', many: '{n} إجابة', other: '{n} إجابة'}\nhello: مرحبا {name}\n");
    core::Problems problems;
    const auto words = core::Words::load(folder.path(), {"en"}, problems);
    REQUIRE(problems.empty());
    CHECK(words.count("en", "hits", 1) == "1 answer");
    CHECK(words.count("en", "hits", 0) == "0 answers");
    CHECK(words.count("ar", "hits", 2) == "إجابتان");
    CHECK(words.say("en", "hello", {{"name", "Amina"}}) == "Hello Amina");
    CHECK(words.say("ar", "only") == "Only here");
    CHECK(words.say("en", "nothing") == "<nothing>");
}
