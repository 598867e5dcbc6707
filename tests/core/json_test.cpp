#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/json.hpp"

TEST_CASE("json: the canonical form does not depend on how the text was written") {
    const auto a = core::parse_json(R"({"b": [1, 2], "a": "Größe"})");
    const auto b = core::parse_json("{\"a\":\"Gr\\u00f6\\u00dfe\",\n\"b\":[1,2]}");
    REQUIRE(a);
    REQUIRE(b);
    CHECK(core::canonical(*a) == R"({"a":"Größe","b":[1,2]})");
    CHECK(core::canonical(*a) == core::canonical(*b));
}

TEST_CASE("json: hostile and broken texts are errors, not crashes") {
    CHECK_FALSE(core::parse_json(""));
    CHECK_FALSE(core::parse_json(R"({"a":1,"a":2})"));
    CHECK_FALSE(core::parse_json("\"\xFF\""));
    CHECK_FALSE(core::parse_json(std::string(100'000, '[')));
    CHECK(core::parse_json(R"(["[[[[ {{{{ \" "])"));
    const auto error = core::parse_json("{\"a\":\n  nope}");
    REQUIRE_FALSE(error);
    CHECK(error.error().message.find("line 2") != std::string::npos);
}

TEST_CASE("json: members of the wrong type are as good as absent") {
    const auto json = core::parse_json(R"({"text": "x", "number": 5, "large": 18446744073709551615, "truth": true})");
    REQUIRE(json);
    CHECK(core::text_at(*json, "text") == "x");
    CHECK_FALSE(core::text_at(*json, "number"));
    CHECK(core::integer_at(*json, "number") == 5);
    CHECK_FALSE(core::integer_at(*json, "large"));
    CHECK(core::truth_at(*json, "truth") == true);
    CHECK_FALSE(core::text_at(core::Json::array(), "text"));
}
