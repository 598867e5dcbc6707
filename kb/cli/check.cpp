#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/catalog/catalog.hpp"
#include "kb/cli/commands.hpp"
#include "kb/collection.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string folder;
    bool json = false;
};

bool comes_before(const core::Problem& a, const core::Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
}

void print_json(const core::Problems& problems, std::size_t articles, std::size_t services) {
    core::Json json;
    json["articles"] = articles;
    json["services"] = services;
    core::Json& list = json["problems"] = core::Json::array();
    for (const core::Problem& each : problems) {
        list.push_back({{"severity", each.severity == core::Severity::error ? "error" : "warning"},
                        {"file", each.file},
                        {"line", each.line},
                        {"column", each.column},
                        {"what", each.what},
                        {"remedy", each.remedy}});
    }
    fmt::print("{}\n", json.dump(2));
}

int run(const Options& options, core::Date today) {
    core::Problems problems;
    const std::filesystem::path folder = options.folder;
    const auto collection = load_collection(folder, problems, progress_line("reading"));
    if (!collection) return say_failure(collection.error());
    const auto catalog = catalog::load_catalog(folder, problems);
    check_collection(*collection, catalog, today, problems);
    std::stable_sort(problems.begin(), problems.end(), comes_before);

    if (options.json) {
        print_json(problems, collection->articles.size(), catalog.services.size());
        return core::has_error(problems) ? not_good : done;
    }
    std::size_t errors = 0;
    for (core::Problem& each : problems) {
        if (each.severity == core::Severity::error) ++errors;
        each.file = (folder / each.file).string();
        fmt::print("{}\n", each.line_of_text());
    }
    fmt::print("{} articles, {} services: {} errors, {} warnings\n", collection->articles.size(), catalog.services.size(), errors, problems.size() - errors);
    return errors > 0 ? not_good : done;
}

}  // namespace

void add_check(CLI::App& program, const core::Clock& clock, int& exit_code) {
    auto* command = program.add_subcommand("check", "Tell every mistake in a folder of content: where it is, what is wrong, what to do. "
                                                    "Exits with 1 when there are errors; warnings alone are 0.");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "A content folder, or any folder of Markdown")->required();
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &clock, &exit_code] { exit_code = run(*options, today(clock)); });
}

}  // namespace kb::cli
