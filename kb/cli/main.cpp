#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "kb/cli/commands.hpp"

namespace kb::cli {

int say_failure(const core::Error& error) {
    fmt::print(stderr, "kb: {}\n", error.message);
    return failed;
}

core::Date today(const core::Clock& clock) { return core::Date{std::chrono::floor<std::chrono::days>(clock.now())}; }

Progress progress_line(std::string_view what) {
    if (::isatty(STDERR_FILENO) == 0) return {};
    return [what = std::string(what), last = -1](std::size_t count, std::size_t total) mutable {
        const int percent = total == 0 ? 100 : static_cast<int>(100 * count / total);
        if (percent == last) return;
        last = percent;
        fmt::print(stderr, "\r{} {:3} %{}", what, percent, percent == 100 ? "\n" : "");
        std::fflush(stderr);
    };
}

}  // namespace kb::cli

int main(int count, char** words) {
    // Xapian reads it when a database is opened. Its own 10,000 makes large builds three to four times slower.
    ::setenv("XAPIAN_FLUSH_THRESHOLD", "250000", 0);
    const core::SystemClock clock;
    int exit_code = kb::cli::done;
    CLI::App program("Foyer's knowledge base: check, build, search, show and publish articles.", "kb");
    program.require_subcommand(1);
    kb::cli::add_check(program, clock, exit_code);
    kb::cli::add_build(program, clock, exit_code);
    kb::cli::add_search(program, clock, exit_code);
    kb::cli::add_import(program, exit_code);
    kb::cli::add_release(program, clock, exit_code);
    kb::cli::add_show(program, exit_code);
    kb::cli::add_eval(program, exit_code);
    kb::cli::add_bench(program, exit_code);
    try {
        program.parse(count, words);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? kb::cli::done : kb::cli::failed;
    }
    return exit_code;
}
