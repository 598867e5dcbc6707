#include "desk/rules/numbering.hpp"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

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
    typed = core::utf8::trimmed(typed);
    typed.remove_prefix(std::min(typed.find_first_not_of("Ff- "), typed.size()));
    if (typed.empty() || typed.size() > longest_number) return std::nullopt;
    std::int64_t n = 0;
    for (const char c : typed) {
        if (c < '0' || c > '9') return std::nullopt;
        n = n * 10 + (c - '0');
    }
    return n == 0 ? std::nullopt : std::optional(n);
}

std::string kiosk_short_name(std::int64_t n) {
    assert(n >= 1 && n <= most_kiosks);
    return fmt::format("{}{}", letters[static_cast<std::size_t>((n - 1) / per_letter)], (n - 1) % per_letter + 1);
}

}  // namespace desk
