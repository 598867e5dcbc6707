#include <doctest/doctest.h>

#include "core/catalog/claim_code.hpp"
#include "tests/support/clock.hpp"

namespace {
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}

TEST_CASE("claim code: it reads back, however it was typed") {
    support::SeededRandom random;
    const std::string code = catalog::make_claim_code("K7", 42, random);
    CHECK(code.starts_with("K7-0042-"));
    std::string loose;
    for (char c : code) loose += c == '-' ? ' ' : static_cast<char>(std::tolower(c));
    CHECK(*catalog::read_claim_code(code) == code);
    CHECK(*catalog::read_claim_code(loose) == code);
    std::string bare = code;
    std::erase(bare, '-');
    std::replace(bare.begin(), bare.end(), '0', 'o');
    std::replace(bare.begin(), bare.end(), '1', 'l');
    CHECK(*catalog::read_claim_code(bare) == code);
}

TEST_CASE("claim code: long-lived kiosks and long names stay readable without hyphens") {
    support::SeededRandom random;
    for (const char* kiosk : {"K", "K7", "K12", "K999"}) {
        for (const std::int64_t sequence : {1, 9'999, 10'000, 123'456, 730'895, 730'897, 5'000'000}) {
            std::string code = catalog::make_claim_code(kiosk, sequence, random);
            CAPTURE(code);
            std::string bare = code;
            std::erase(bare, '-');
            CHECK(*catalog::read_claim_code(bare) == code);
        }
    }
}

TEST_CASE("claim code: every single wrong character and every swap of two is caught") {
    support::SeededRandom random;
    for (int round = 0; round < 20; ++round) {
        const std::string code = catalog::make_claim_code("K7", 40 + round, random);
        for (std::size_t i = 0; i < code.size(); ++i) {
            if (code[i] == '-') continue;
            for (char c : alphabet) {
                std::string wrong = code;
                wrong[i] = c;
                CAPTURE(wrong);
                CHECK(catalog::read_claim_code(wrong).has_value() == (c == code[i]));
            }
            for (std::size_t k = i + 1; k < code.size(); ++k) {
                if (code[k] == '-' || code[k] == code[i]) continue;
                std::string swapped = code;
                std::swap(swapped[i], swapped[k]);
                CAPTURE(swapped);
                CHECK_FALSE(catalog::read_claim_code(swapped));
            }
        }
    }
}

TEST_CASE("claim code: what is none is refused") {
    for (const char* typed : {"", "K7", "K7-0042", "hello world", "K7-0042-R4TX-", "0000000000000000000000", "K7-0042-ÄÖÜ-9"}) {
        CAPTURE(typed);
        CHECK_FALSE(catalog::read_claim_code(typed));
    }
}
