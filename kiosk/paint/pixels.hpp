// Between cairo's pixels and ours.
#pragma once

#include <cstdint>
#include <vector>

namespace kiosk::paint {

// From cairo's ARGB32 (premultiplied, B G R A in memory) to R G B A with straight alpha and tight rows.
[[nodiscard]] std::vector<std::uint8_t> straight_rgba(const std::uint8_t* argb, int width, int height, int stride);

}  // namespace kiosk::paint
