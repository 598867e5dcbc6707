// The desk's tables, as numbered migrations, and the check of a database before it is used.
#pragma once

#include "core/base/database.hpp"
#include "core/base/result.hpp"

namespace desk {

[[nodiscard]] core::Result<void> prepare_schema(core::Database& db);

// Reads all pages; a damaged file is an error of kind `corrupt`.
[[nodiscard]] core::Result<void> check_database(core::Database& db);

}  // namespace desk
