// Carries an order to the desk of a data directory: through the socket of the process that has it open, or else by
// opening it here. Either way one connection writes.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "desk/work/desk.hpp"

namespace desk::cli {

// A command has the directory for a moment only; whoever comes meanwhile waits so long.
inline constexpr std::chrono::seconds patience{5};

[[nodiscard]] core::Result<core::Json> ask(const std::filesystem::path& data, const core::Json& order);

// Opens it here, waiting for a command that has it now.
[[nodiscard]] core::Result<std::unique_ptr<Desk>> open_patiently(const std::filesystem::path& data,
                                                                 const core::Clock& clock, core::Random& random,
                                                                 const core::Log& log);

// Tells an error in one sentence on standard error, and answers the exit code.
int complain(const core::Error& error);

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

}  // namespace desk::cli
