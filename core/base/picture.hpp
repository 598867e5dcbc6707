// What a picture's first bytes say, and what is too large to be shown: nothing is decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.hpp"

namespace core {

inline constexpr std::size_t largest_picture_bytes = 16u << 20;
inline constexpr std::uint64_t most_picture_pixels = 40'000'000;  // what a phone takes

enum class PictureFormat : std::uint8_t { png, jpeg, webp, svg };

// Told by the content, never by the name.
[[nodiscard]] std::optional<PictureFormat> picture_format(std::string_view file);

struct PictureSize {
    PictureFormat format = PictureFormat::png;
    std::uint32_t width = 0;  // as stored, before an orientation turns it; 0 for SVG, which has any size
    std::uint32_t height = 0;
};

// Other formats, and files without a size, are `invalid`.
[[nodiscard]] Result<PictureSize> picture_size(std::string_view file);

}  // namespace core
