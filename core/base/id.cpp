#include "core/base/id.hpp"

#include <array>
#include <cassert>
#include <limits>

#include <sodium.h>

namespace core {

std::uint64_t Random::number() {
    std::uint64_t value = 0;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
    assert(bound > 0);
    // Values above the last whole multiple of the bound would make small results likelier.
    const std::uint64_t last_even = std::numeric_limits<std::uint64_t>::max() - std::numeric_limits<std::uint64_t>::max() % bound;
    for (;;) {
        if (const std::uint64_t value = number(); value < last_even) return value % bound;
    }
}

void SystemRandom::fill(std::span<std::byte> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

std::string make_uuid7(PreciseTime now, Random& random) {
    std::array<std::byte, 16> bytes{};
    random.fill(bytes);
    const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (int i = 0; i < 6; ++i) bytes[std::size_t(i)] = static_cast<std::byte>(milliseconds >> (40 - 8 * i));
    bytes[6] = (bytes[6] & std::byte{0x0F}) | std::byte{0x70};
    bytes[8] = (bytes[8] & std::byte{0x3F}) | std::byte{0x80};

    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += hex[std::to_integer<std::size_t>(bytes[i] >> 4)];
        text += hex[std::to_integer<std::size_t>(bytes[i] & std::byte{0x0F})];
    }
    return text;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

}  // namespace core
