// Files, read and written whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace core {

inline constexpr std::size_t largest_file_bytes = 64u << 20;

// The whole file; larger than `limit` is an error of kind `full`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t limit = largest_file_bytes);

// Replaces the file in one step: readers see the old or the new text, also after a power cut. Safe on
// disk when this returns.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view text,
                                      bool private_to_owner = false);

// Makes the folder and its parents.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& path, bool private_to_owner = false);

// All regular files below `folder`, as sorted paths relative to it. Links are not followed.
[[nodiscard]] Result<std::vector<std::filesystem::path>> files_below(const std::filesystem::path& folder);

// Turns errno into a sentence and a kind (ENOSPC and EDQUOT are `full`).
[[nodiscard]] Error system_error(std::string_view doing, int error_number);

}  // namespace core
