// The commands of `kb`: each adds itself to the program and stores its exit code.
//
// 0: done. 1: the content has errors, or nothing was found. 2: it could not be done; one sentence on stderr says why.
#pragma once

#include <memory>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/collection.hpp"

namespace CLI {
class App;
}

namespace kb::cli {

inline constexpr int done = 0;
inline constexpr int not_good = 1;
inline constexpr int failed = 2;

void add_check(CLI::App& program, const core::Clock& clock, int& exit_code);
void add_build(CLI::App& program, const core::Clock& clock, int& exit_code);
void add_search(CLI::App& program, const core::Clock& clock, int& exit_code);
void add_import(CLI::App& program, int& exit_code);
void add_release(CLI::App& program, const core::Clock& clock, int& exit_code);
void add_show(CLI::App& program, int& exit_code);
void add_eval(CLI::App& program, int& exit_code);
void add_bench(CLI::App& program, int& exit_code);

// "kb: …" on stderr; answers `failed`.
int say_failure(const core::Error& error);

// The day in UTC.
[[nodiscard]] core::Date today(const core::Clock& clock);

// A progress line on stderr while that is a terminal, else nothing.
[[nodiscard]] Progress progress_line(std::string_view what);

}  // namespace kb::cli
