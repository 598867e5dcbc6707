#include <doctest/doctest.h>

#include "core/base/utf8.hpp"

namespace utf8 = core::utf8;

TEST_CASE("utf8: what is not UTF-8 is found at its first wrong byte") {
    CHECK_FALSE(utf8::find_invalid("Größe 中文 🙂"));
    CHECK(utf8::find_invalid("ab\xC3") == 2);
    CHECK(utf8::find_invalid("\xED\xA0\x80") == 0);  // a lone surrogate
    CHECK(utf8::find_invalid("ok\xC0\x80") == 2);    // an overlong zero
}

TEST_CASE("utf8: a repaired text is valid and keeps what was right") {
    CHECK(utf8::repaired("a\xFF" "b") == "a\xEF\xBF\xBD" "b");
    CHECK(utf8::is_valid(utf8::repaired("\xE4\xB8" "x\x80")));
}

TEST_CASE("utf8: characters are counted and stepped over as people see them") {
    const std::string flag = "🇩🇪";
    const std::string family = "👨‍👩‍👧";
    const std::string accent = "e\u0301";
    CHECK(utf8::length(flag + family + accent) == 3);
    CHECK(utf8::next_boundary(flag + "x", 0) == flag.size());
    CHECK(utf8::previous_boundary("x" + family, 1 + family.size()) == 1);
    CHECK(utf8::previous_boundary("abc", 0) == 0);
    CHECK(utf8::next_boundary("abc", 3) == 3);
}

TEST_CASE("utf8: a shortened text is never longer than asked and says that it was cut") {
    CHECK(utf8::shortened("Freezer", 7) == "Freezer");
    CHECK(utf8::shortened("Freezers", 7) == "Freeze…");
    CHECK(utf8::shortened("🇩🇪🇫🇷🇪🇸", 2) == "🇩🇪…");
    CHECK(utf8::shortened("", 3).empty());
}

TEST_CASE("utf8: folding makes cases equal in any language") {
    CHECK(utf8::folded("STRASSE") == utf8::folded("straße"));
    CHECK(utf8::folded("ΣΊΣΥΦΟΣ") == utf8::folded("σίσυφος"));
}
