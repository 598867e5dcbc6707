#include "kb/lexicon.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "kb/tokenizer.hpp"

namespace {

std::string bytes_of(std::vector<std::string> words, std::uint32_t documents = 1) {
    std::sort(words.begin(), words.end());
    std::vector<kb::LexiconWord> entries;
    std::vector<kb::LexiconStem> stems;
    for (kb::StemId i = 0; i < words.size(); ++i) {
        entries.push_back({words[i], {{0, documents}}, {i}, 0, {}});
        stems.push_back({words[i], 1});
    }
    return kb::lexicon_bytes(entries, stems);
}

kb::Lexicon read(const std::string& bytes, const std::string& changes = {}) {
    auto lexicon = kb::Lexicon::from_bytes(bytes, changes);
    REQUIRE(lexicon);
    return std::move(*lexicon);
}

kb::Lexicon lexicon_of(std::vector<std::string> words) { return read(bytes_of(std::move(words))); }

std::string near(const kb::Lexicon& lexicon, std::string_view word, int distance) {
    std::string all;
    for (const kb::Neighbour& each : lexicon.near(word, distance)) all += std::string(lexicon.word(each.word)) + ":" + std::to_string(each.distance) + " ";
    return all;
}

std::string all_words(const kb::Lexicon& lexicon) {
    std::string all;
    for (kb::WordId id = 0; id < lexicon.size(); ++id) all += std::string(lexicon.word(id)) + ":" + std::to_string(lexicon.documents(id)) + " ";
    return all;
}

constexpr core::Date day(unsigned number) { return {std::chrono::year{2026}, std::chrono::November, std::chrono::day{number}}; }

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
        for (const kb::Neighbour& each : lexicon.starting_near(typed, most)) all += std::string(lexicon.word(each.word)) + " ";
        return all;
    };
    CHECK(found("acocunt", 1) == "account accounting ");
    CHECK(found("reimbrus", 1) == "reimburse reimbursement ");
    CHECK(found("accomo", 1) == "accommodation ");
    CHECK(found("zzzz", 1).empty());
}

TEST_CASE("lexicon: what was written is read, and a damaged one is refused") {
    // Two languages, stems that several words share, a word that waits for its day.
    const std::vector<kb::LexiconWord> words{
        {"alpha", {{0, 3}}, {0}, 0, {}},
        {"alphabet", {{0, 1}, {2, 4}}, {1, 0}, 1, {}},
        {"alphabets", {{2, 2}}, {1}, 2, {day(3), day(9)}},
        {"ß", {{1, 300}}, {2}, 0, {}},
    };
    const std::vector<kb::LexiconStem> stems{{"alpha", 3}, {"alphabet", 1}, {"ß", 12}};
    const std::string bytes = kb::lexicon_bytes(words, stems);
    const kb::Lexicon lexicon = read(bytes);
    CHECK(all_words(lexicon) == "alpha:3 alphabet:5 alphabets:2 ß:300 ");
    CHECK(lexicon.is_in(1, 0));
    CHECK_FALSE(lexicon.is_in(1, 1));
    CHECK(lexicon.is_in(1, 2));
    CHECK(lexicon.starting_with("alphabe") == std::pair<kb::WordId, kb::WordId>{1, 3});
    CHECK_FALSE(lexicon.find("alph"));
    REQUIRE(lexicon.find_stem("alphabet"));
    const auto words_of = lexicon.words_of(*lexicon.find_stem("alphabet"));
    CHECK(std::vector<kb::WordId>(words_of.begin(), words_of.end()) == std::vector<kb::WordId>{1, 2});
    CHECK(lexicon.fields(*lexicon.find_stem("ß")) == 12);

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

TEST_CASE("lexicon: a word is known on the days of what has it") {
    const kb::Lexicon lexicon = read(kb::lexicon_bytes(
        {{"always", {{0, 2}}, {}, 1, {day(3), {}}}, {"later", {{0, 1}}, {}, 1, {day(3), day(9)}}, {"now", {{0, 1}}, {}, 0, {}}}, {}));
    const auto known = [&](std::string_view word, std::optional<core::Date> today) { return lexicon.is_known(*lexicon.find(word), today); };
    for (const auto& today : {std::optional<core::Date>{}, std::optional{day(2)}, std::optional{day(3)}, std::optional{day(8)}, std::optional{day(9)}}) {
        CHECK(known("always", today));
        CHECK(known("now", today));
        CHECK(known("later", today) == (today && *today >= day(3) && *today < day(9)));
    }
}

TEST_CASE("lexicon: changes take the place of words, add words, and take words away") {
    std::vector<kb::LexiconWord> changes{{"aardvark", {{0, 7}}, {0}, 0, {}}, {"beta", {}, {}, 0, {}}, {"delta", {{0, 9}}, {1}, 0, {}}, {"omega", {{0, 1}}, {1}, 0, {}}};
    const kb::Lexicon lexicon = read(bytes_of({"alpha", "beta", "delta", "gamma"}), kb::lexicon_bytes(changes, {{"aardvark", 1}, {"delta", 2}}));
    CHECK(all_words(lexicon) == "aardvark:7 alpha:1 delta:9 gamma:1 omega:1 ");
    CHECK_FALSE(lexicon.find_stem("beta"));
    const auto delta = lexicon.find_stem("delta");
    REQUIRE(delta);
    CHECK(lexicon.fields(*delta) == 3);
    CHECK(lexicon.words_of(*delta).size() == 2);
    CHECK(lexicon.stem(lexicon.stems(*lexicon.find("gamma")).front()) == "gamma");
    CHECK(near(lexicon, "gmama", 1) == "gamma:1 ");
    CHECK(near(lexicon, "betaa", 1).empty());

    const std::vector<kb::LexiconWord> written = kb::Lexicon::read_words(bytes_of({"alpha", "beta", "gamma"}, 5), {"aaa", "alpha", "bbb", "gamma", "zzz"});
    REQUIRE(written.size() == 2);
    CHECK(written[0].word == "alpha");
    CHECK(written[1].word == "gamma");
    CHECK(written[1].documents == std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 5}});
}
