// The SQLite driver.
//
// Exactly one connection of a file may write and checkpoint; all others open `read_only`. Debian's SQLite 3.40.1
// can corrupt a WAL when a checkpoint races a commit of another connection.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/database.hpp"

namespace core {

enum class SqliteMode { read_write, read_only };

// WAL, synchronous=FULL, foreign keys. `path` ":memory:" keeps it in memory.
[[nodiscard]] Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& path, SqliteMode mode);

}  // namespace core
