// The short names that people say aloud: ticket numbers and kiosk names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace desk {

// "F-000123"; longer once six digits are used up.
[[nodiscard]] std::string ticket_number(std::int64_t n);
// Takes it as typed: "f-123", "F000123", "123".
[[nodiscard]] std::optional<std::int64_t> read_ticket_number(std::string_view typed);

inline constexpr std::int64_t most_kiosks = 22 * 999;
// K1 … K999, M1 … and so on through the letters of Crockford's alphabet: fits a claim code. From 1 to most_kiosks.
[[nodiscard]] std::string kiosk_short_name(std::int64_t n);

}  // namespace desk
