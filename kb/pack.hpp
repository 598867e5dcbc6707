// Smaller bytes on the way: zstd, whole or as the difference to bytes that the other side has already.
//
// What comes in may be hostile: a pack must say how much it holds, and no call gives or takes more than its `limit`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace kb {

[[nodiscard]] core::Result<std::string> pack(std::string_view bytes);
// More than `limit` bytes inside: an error of kind `full`, and none of them was unpacked.
[[nodiscard]] core::Result<std::string> unpack(std::string_view packed, std::size_t limit);

[[nodiscard]] core::Result<std::string> make_delta(std::string_view from, std::string_view to);
// Only with the same `from`; who applies it checks the hash of what comes.
[[nodiscard]] core::Result<std::string> apply_delta(std::string_view from, std::string_view delta, std::size_t limit);

}  // namespace kb
