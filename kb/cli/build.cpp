#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/catalog/catalog.hpp"
#include "kb/cli/commands.hpp"
#include "kb/indexer.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string folder;
    std::string index;
    Viewers viewers;
};

int run(const Options& options, core::Date today) {
    core::Problems problems;
    const auto collection = load_collection(options.folder, problems, progress_line("reading"));
    if (!collection) return say_failure(collection.error());
    const auto catalog = catalog::load_catalog(options.folder, problems);
    check_collection(*collection, catalog, today, problems);
    const auto built = build_index(*collection, catalog, options.index, today, progress_line("indexing"), options.viewers);
    if (!built) return say_failure(built.error());
    fmt::print("{} articles, {} services and {} known problems in {} sections: {} KB in {}\n", built->articles, built->services, built->known_problems,
               built->sections, (built->bytes + 1023) / 1024, options.index);
    if (!problems.empty()) fmt::print("The content has {}; `kb check {}` tells them.\n", counted(problems), options.folder);
    return done;
}

}  // namespace

void add_build(CLI::App& program, const core::Clock& clock, int& exit_code) {
    auto* command = program.add_subcommand("build", "Build the search index of a folder of content. What cannot be read is left out; `kb check` tells it.");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "A content folder, or any folder of Markdown")->required();
    command->add_option("--out", options->index, "Folder for the index; an index that is there is replaced")->required();
    command->add_option("--audience", options->viewers.audience, "Who will search in it: what is for others is not in its bytes. Default: public staff");
    command->add_option("--site", options->viewers.sites, "Sites at which it is used; without this, all");
    command->callback([options, &clock, &exit_code] { exit_code = run(*options, today(clock)); });
}

}  // namespace kb::cli
