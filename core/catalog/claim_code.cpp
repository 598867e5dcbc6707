#include "core/catalog/claim_code.hpp"

#include <array>
#include <cassert>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

namespace catalog {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t random_characters = 4;
constexpr std::size_t sequence_characters = 4;
constexpr std::size_t longest_kiosk = 4;

std::optional<unsigned> digit_of(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    const auto at = alphabet.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(at));
}

// Multiplication by x in GF(32) modulo x^5 + x^2 + 1. Its powers differ over 31 positions, more than a code has, so no
// swap of two characters goes unnoticed.
constexpr unsigned times_x(unsigned value) {
    value <<= 1;
    return value & 32 ? value ^ 0b100101 : value;
}

// The sum of digit·x^position over the text; the check character makes the sum of the whole zero.
std::optional<unsigned> remainder(std::string_view digits) {
    unsigned sum = 0;
    for (char c : digits) {
        const auto digit = digit_of(c);
        if (!digit) return std::nullopt;
        sum = times_x(sum) ^ *digit;
    }
    return sum;
}

// Always four characters, so that a code can be read without its hyphens: decimal to 9999, then counting on in base 32
// from "A000".
std::string written_sequence(std::int64_t sequence) {
    constexpr std::int64_t decimal = 10'000;
    constexpr std::int64_t lettered = 22 * 32 * 32 * 32;
    sequence %= decimal + lettered;
    if (sequence < decimal) return fmt::format("{:04}", sequence);
    auto value = static_cast<std::size_t>(sequence - decimal + 10 * 32 * 32 * 32);
    std::string text(sequence_characters, '0');
    for (auto c = text.rbegin(); c != text.rend(); ++c) {
        *c = alphabet[value % alphabet.size()];
        value /= alphabet.size();
    }
    return text;
}

}  // namespace

std::string make_claim_code(std::string_view kiosk, std::int64_t sequence, core::Random& random) {
    assert(!kiosk.empty() && kiosk.size() <= longest_kiosk && sequence > 0);
    const std::string middle = written_sequence(sequence);
    std::string chance;
    for (std::size_t i = 0; i < random_characters; ++i) chance += alphabet[random.below(alphabet.size())];
    const auto sum = remainder(std::string(kiosk) + middle + chance);
    assert(sum);
    // Appending c gives sum·x + c, which must be zero.
    return fmt::format("{}-{}-{}-{}", kiosk, middle, chance, alphabet[times_x(*sum)]);
}

core::Result<std::string> read_claim_code(std::string_view typed) {
    const auto wrong = [] { return core::fail(core::ErrorKind::invalid, "no claim code: a character is wrong or missing"); };
    std::string digits;
    for (char c : typed) {
        if (c == '-' || c == ' ') continue;
        const auto digit = digit_of(c);
        if (!digit) return wrong();
        digits += alphabet[*digit];
    }
    constexpr std::size_t tail = sequence_characters + random_characters + 1;
    if (digits.size() <= tail || digits.size() > longest_kiosk + tail || remainder(digits) != 0u) return wrong();
    const std::size_t name = digits.size() - tail;
    return fmt::format("{}-{}-{}-{}", digits.substr(0, name), digits.substr(name, sequence_characters),
                       digits.substr(name + sequence_characters, random_characters), digits.back());
}

}  // namespace catalog
