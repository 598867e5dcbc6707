// UTF-8, checked where it enters, and never cut or counted by bytes where a person reads it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace core::utf8 {

// The offset of the first byte that is not valid UTF-8.
[[nodiscard]] std::optional<std::size_t> find_invalid(std::string_view text);
[[nodiscard]] inline bool is_valid(std::string_view text) { return !find_invalid(text); }

// Each invalid sequence becomes U+FFFD.
[[nodiscard]] std::string repaired(std::string_view text);

// Characters as people count them (grapheme clusters).
[[nodiscard]] std::size_t length(std::string_view text);

// The byte offset of the boundary after or before `at`; stays at the ends.
[[nodiscard]] std::size_t next_boundary(std::string_view text, std::size_t at);
[[nodiscard]] std::size_t previous_boundary(std::string_view text, std::size_t at);

// At most `characters`, with "…" where something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t characters);

// Lower case by the rules of all languages together (Unicode default case folding).
[[nodiscard]] std::string folded(std::string_view text);

[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace core::utf8
