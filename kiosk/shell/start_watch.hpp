// Counts the starts that ended before anybody saw home: a release that opens, and brings the program down all the same,
// would do so for ever.
//
// A start is noted before the content is drawn, and forgotten when home has stood for a while or somebody ended the kiosk
// in an orderly way. Notes are of one release: another one begins anew.
#pragma once

#include <chrono>
#include <string>

#include "core/base/result.hpp"
#include "kiosk/shell/data_folder.hpp"

namespace kiosk {

inline constexpr int most_failed_starts = 3;
inline constexpr std::chrono::seconds home_stands_after{5};

// `release` is the name of its folder, "12-0123abcd".
[[nodiscard]] int starts_of(const DataFolder& folder, const std::string& release);
[[nodiscard]] core::Result<void> note_start(const DataFolder& folder, const std::string& release);
[[nodiscard]] core::Result<void> forget_starts(const DataFolder& folder);

}  // namespace kiosk
