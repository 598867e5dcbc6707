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
    CheckRules rules;
    bool json = false;
};

bool comes_before(const core::Problem& a, const core::Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
}

std::map<core::Language, std::size_t> languages_of(const Collection& collection) {
    std::map<core::Language, std::size_t> languages;
    for (const Article& article : collection.articles) ++languages[article.language];
    return languages;
}

void print_json(const core::Problems& problems, const Collection& collection, std::size_t services) {
    const auto errors = static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [](const core::Problem& each) { return each.severity == core::Severity::error; }));
    core::Json json;
    json["articles"] = collection.articles.size();
    json["languages"] = languages_of(collection);
    json["services"] = services;
    json["errors"] = errors;
    json["warnings"] = problems.size() - errors;
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
    check_collection(*collection, catalog, today, problems, options.rules);
    std::stable_sort(problems.begin(), problems.end(), comes_before);

    if (options.json) {
        print_json(problems, *collection, catalog.services.size());
        return core::has_error(problems) ? not_good : done;
    }
    const std::string counts = counted(problems);
    const bool has_error = core::has_error(problems);
    for (core::Problem& each : problems) {
        each.file = (folder / each.file).string();
        fmt::print("{}\n", each.line_of_text());
    }
    std::vector<std::string> languages;
    for (const auto& [language, count] : languages_of(*collection)) languages.push_back(fmt::format("{} {}", language, count));
    fmt::print("{} articles{}, {} services: {}\n", collection->articles.size(), languages.size() > 1 ? fmt::format(" ({})", fmt::join(languages, ", ")) : "",
               catalog.services.size(), counts);
    return has_error ? not_good : done;
}

}  // namespace

void add_check(CLI::App& program, const core::Clock& clock, int& exit_code) {
    auto* command = program.add_subcommand("check", "Tell every mistake in a folder of content: where it is, what is wrong, what to do. "
                                                    "Exits with 1 when there are errors; warnings alone are 0.");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "A content folder, or any folder of Markdown")->required();
    command->add_option("--reading-ease", options->rules.least_reading_ease,
                        "Warn of texts below this: 100 a children's book, 60 plain speech, 30 a scientific text. By the Flesch formula of the language (en, de, es, fr, it, nl, pt, ru, tr)")
        ->check(CLI::Range(-100, 100))
        ->default_val(options->rules.least_reading_ease);
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &clock, &exit_code] { exit_code = run(*options, today(clock)); });
}

}  // namespace kb::cli
