// Decimal numbers as people type them, kept exactly, as text: "12.5", "-3".
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace catalog {

inline constexpr std::size_t most_digits = 24;

// Takes "007,50" or "7.50" and answers "7.5"; nothing if it is no number or has more than `most_digits`.
[[nodiscard]] std::optional<std::string> normal_decimal(std::string_view typed);

// Both in normal form.
[[nodiscard]] std::strong_ordering compare_decimals(std::string_view a, std::string_view b);

}  // namespace catalog
