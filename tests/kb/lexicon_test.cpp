#include "kb/lexicon.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "kb/tokenizer.hpp"

namespace {

kb::Lexicon lexicon_of(std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    std::vector<kb::LexiconWord> entries;
    for (kb::StemId i = 0; i < words.size(); ++i) entries.push_back({words[i], 1, 1, {i}});
    return {std::move(entries), words};
}

std::string near(const kb::Lexicon& lexicon, std::string_view word, int distance) {
    std::string all;
    for (const kb::Neighbour& each : lexicon.near(word, distance)) all += lexicon.word(each.word).word + ":" + std::to_string(each.distance) + " ";
    return all;
}

int distance(std::string_view a, std::string_view b, int most) { return kb::edit_distance(kb::letters_of(a), kb::letters_of(b), most); }

}  // namespace

TEST_CASE("lexicon: distance counts letters, and a swap of neighbours once") {
    CHECK(distance("printer", "printer", 2) == 0);
    CHECK(distance("printer", "printr", 2) == 1);
    CHECK(distance("printer", "pirnter", 2) == 1);
    CHECK(distance("receipt", "reciept", 2) == 1);
    CHECK(distance("printer", "plinger", 2) == 2);
    CHECK(distance("öffnen", "offnen", 2) == 1);
    CHECK(distance("printer", "paper", 2) > 2);
    CHECK(distance("a", "abcdef", 2) > 2);
}

TEST_CASE("lexicon: finds words near a misspelled one, whatever the mistake") {
    const kb::Lexicon lexicon = lexicon_of({"printer", "print", "painter", "password", "passport", "straße", "card", "accommodation", "принтер"});
    const struct {
        const char* typed;
        int distance;
        const char* found;
    } rows[] = {
        {"printr", 1, "print:1 printer:1 "},
        {"prnter", 1, "printer:1 "},
        {"pritner", 1, "printer:1 "},
        {"pasword", 1, "password:1 "},
        {"pqssword", 1, "password:1 "},
        {"oassword", 1, "password:1 "},
        {"psasowrd", 2, "password:2 "},
        {"acommodatoin", 2, "accommodation:2 "},
        {"принетр", 1, "принтер:1 "},
        {"car", 2, ""},       // too short to guess at
        {"printer2", 1, ""},  // a code is not a typo
        {"zebra", 2, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.typed);
        CHECK(near(lexicon, row.typed, row.distance) == row.found);
    }
}

TEST_CASE("lexicon: near finds exactly what comparing with every word finds") {
    std::vector<std::string> words;
    for (const char* head : {"ab", "ba", "abc", "cab", "bca"}) {
        for (const char* tail : {"abab", "baba", "aabb", "cabc", "bbaacc", "abcabca"}) words.push_back(std::string(head) + tail);
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    const kb::Lexicon lexicon = lexicon_of(words);
    for (const std::string& typed : {std::string("abcaba"), std::string("bbaba"), std::string("cabaabcabc"), std::string("abccabc"), std::string("baabcabca")}) {
        for (int most : {1, 2}) {
            CAPTURE(typed);
            std::string expected;
            for (const std::string& word : words) {
                const int away = distance(word, typed, most);
                if (away <= most) expected += word + ":" + std::to_string(away) + " ";
            }
            CHECK(near(lexicon, typed, most) == expected);
        }
    }
}

TEST_CASE("lexicon: a half-typed word with a mistake finds its whole word") {
    const kb::Lexicon lexicon = lexicon_of({"accommodation", "account", "accounting", "reimbursement", "reimburse", "remote"});
    const auto found = [&](std::string_view typed, int most) {
        std::string all;
        for (const kb::Neighbour& each : lexicon.starting_near(typed, most)) all += lexicon.word(each.word).word + " ";
        return all;
    };
    CHECK(found("acocunt", 1) == "account accounting ");
    CHECK(found("reimbrus", 1) == "reimburse reimbursement ");
    CHECK(found("accomo", 1) == "accommodation ");
    CHECK(found("zzzz", 1).empty());
}

TEST_CASE("lexicon: is the same after it was written and read, and a damaged one is refused") {
    const kb::Lexicon lexicon = lexicon_of({"alpha", "alphabet", "beta", "ß"});
    const std::string bytes = lexicon.to_bytes();
    const auto again = kb::Lexicon::from_bytes(bytes);
    REQUIRE(again);
    CHECK(again->to_bytes() == bytes);
    CHECK(again->word(*again->find("alphabet")).word == "alphabet");
    CHECK(again->starting_with("alpha") == std::pair<kb::WordId, kb::WordId>{0, 2});
    CHECK_FALSE(again->find("alph"));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(kb::Lexicon::from_bytes(std::string_view(bytes).substr(0, size)));
    }
    // Whatever byte is wrong: refused or read, never out of bounds.
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
        [[maybe_unused]] const auto read = kb::Lexicon::from_bytes(damaged);
    }
}
