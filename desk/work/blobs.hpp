// Attachments, kept as files named by their hash.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace desk {

class Desk;

inline constexpr std::size_t largest_blob = 10u << 20;

// False when it was there already. `invalid` when the bytes are not those of the hash, or too many.
[[nodiscard]] core::Result<bool> keep_blob(Desk& desk, std::string_view sha256, std::string_view bytes);
[[nodiscard]] core::Result<bool> has_blob(Desk& desk, std::string_view sha256);
[[nodiscard]] core::Result<std::string> read_blob(Desk& desk, std::string_view sha256);

}  // namespace desk
