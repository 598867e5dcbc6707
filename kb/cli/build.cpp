#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "kb/cli/commands.hpp"
#include "kb/index_refresh.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string folder;
    std::string index;
    Viewers viewers;
    bool anew = false;
};

int run(const Options& options, core::Date today) {
    std::error_code ignored;
    if (options.anew) std::filesystem::remove(std::filesystem::path(options.index) / "built-from.json", ignored);
    core::Problems problems;
    const auto refreshed = refresh_index(options.folder, options.index, today, options.viewers, problems, progress_line("reading"), progress_line("indexing"));
    if (!refreshed) return say_failure(refreshed.error());
    const auto& built = refreshed->built;
    if (!built && refreshed->changed == 0) {
        fmt::print("Nothing has changed in {}.\n", options.folder);
    } else if (!built) {
        fmt::print("{} article{} changed in {}.\n", refreshed->changed, refreshed->changed == 1 ? "" : "s", options.index);
    } else {
        fmt::print("{} articles, {} services and {} known problems in {} sections: {} KB in {}\n", built->articles, built->services, built->known_problems,
                   built->sections, (built->bytes + 1023) / 1024, options.index);
    }
    if (!problems.empty()) fmt::print("The content has {}; `kb check {}` tells them.\n", counted(problems), options.folder);
    return done;
}

}  // namespace

void add_build(CLI::App& program, const core::Clock& clock, int& exit_code) {
    auto* command = program.add_subcommand("build", "Build the search index of a folder of content. Where one stands already and some articles have changed, only these are read. What cannot be read is left out; `kb check` tells it.");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "A content folder, or any folder of Markdown")->required();
    command->add_option("--out", options->index, "Folder for the index; an index that is there is brought up to date or replaced")->required();
    command->add_option("--audience", options->viewers.audience, "Who will search in it: what is for others is not in its bytes. Default: public staff");
    command->add_option("--site", options->viewers.sites, "Sites at which it is used; without this, all");
    command->add_flag("--anew", options->anew, "Read everything, whatever has changed");
    command->callback([options, &clock, &exit_code] { exit_code = run(*options, today(clock)); });
}

}  // namespace kb::cli
