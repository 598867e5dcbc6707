// Writes what was painted to a PNG file.
#pragma once

#include <filesystem>

#include "core/base/result.hpp"
#include "kiosk/paint/rasteriser.hpp"

namespace kiosk::paint {

[[nodiscard]] core::Result<void> write_png(const std::filesystem::path& path, const Framebuffer& frame);

}  // namespace kiosk::paint
