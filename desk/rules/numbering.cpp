#include "desk/rules/numbering.hpp"

#include <cassert>

#include <fmt/format.h>

namespace desk {
namespace {

// Crockford's letters, beginning with the K of kiosk.
constexpr std::string_view letters = "KMNPQRSTVWXYZABCDEFGHJ";
constexpr std::int64_t per_letter = 999;
static_assert(static_cast<std::int64_t>(letters.size()) * per_letter == most_kiosks);

constexpr std::size_t longest_number = 15;  // digits

}  // namespace

std::string ticket_number(std::int64_t n) { return fmt::format("F-{:06}", n); }

std::optional<std::int64_t> read_ticket_number(std::string_view typed) {
    std::int64_t n = 0;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const char c = typed[i];
        if (c >= '0' && c <= '9') {
            n = n * 10 + (c - '0');
            if (++digits > longest_number) return std::nullopt;
        } else if (digits > 0 ? c != ' ' : c != 'F' && c != 'f' && c != '-' && c != ' ') {
            return std::nullopt;
        }
    }
    if (digits == 0 || n == 0) return std::nullopt;
    return n;
}

std::string kiosk_short_name(std::int64_t n) {
    assert(n >= 1 && n <= most_kiosks);
    return fmt::format("{}{}", letters[static_cast<std::size_t>((n - 1) / per_letter)], (n - 1) % per_letter + 1);
}

}  // namespace desk
