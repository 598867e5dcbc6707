// Series of numbers without gaps: counted in the transaction that uses the number, taken back with it.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/database.hpp"
#include "core/base/result.hpp"

namespace desk {

[[nodiscard]] core::Result<std::int64_t> next_of(core::Database& db, std::string_view series);  // from 1
[[nodiscard]] core::Result<std::int64_t> last_of(core::Database& db, std::string_view series);  // 0 before the first

}  // namespace desk
