#include <algorithm>
#include <filesystem>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/catalog/catalog.hpp"
#include "kb/cli/commands.hpp"
#include "kb/collection.hpp"
#include "kb/mend.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string folder;
    CheckRules rules;
    bool fix = false;
    bool dry_run = false;
    bool json = false;
};

struct FileMend {
    std::string file;  // relative to the folder
    Mend mend;
};

// What is mechanical in the files that have a problem. With `write` the files are rewritten, each in one step.
core::Result<std::vector<FileMend>> mend_files(const Collection& collection, const catalog::Catalog& catalog, const core::Problems& problems, bool write) {
    std::set<std::string> files;
    for (const core::Problem& each : problems) files.insert(each.file);
    const Mender mender(collection, catalog);
    std::vector<FileMend> all;
    for (const Article& article : collection.articles) {
        if (!files.contains(article.path)) continue;
        const std::filesystem::path path = collection.folder / article.path;
        const auto text = core::read_file(path);
        if (!text) continue;  // told as a problem
        const Mended mended = mender.mend(article, *text);
        for (const Mend& each : mended.mends) all.push_back({article.path, each});
        if (!write || mended.mends.empty()) continue;
        std::error_code ignored;
        const auto access = std::filesystem::status(path, ignored).permissions();
        if (auto done = core::write_file(path, mended.text); !done) return core::fail(done.error());
        std::filesystem::permissions(path, access, ignored);
    }
    return all;
}

bool comes_before(const core::Problem& a, const core::Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
}

std::map<core::Language, std::size_t> languages_of(const Collection& collection) {
    std::map<core::Language, std::size_t> languages;
    for (const Article& article : collection.articles) ++languages[article.language];
    return languages;
}

void print_json(const core::Problems& problems, const Collection& collection, std::size_t services, const std::vector<FileMend>& mends, bool mended) {
    const auto errors = static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [](const core::Problem& each) { return each.severity == core::Severity::error; }));
    core::Json json;
    json["articles"] = collection.articles.size();
    json["languages"] = languages_of(collection);
    json["services"] = services;
    json["errors"] = errors;
    json["warnings"] = problems.size() - errors;
    core::Json& done = json[mended ? "fixed" : "fixable"] = core::Json::array();
    for (const FileMend& each : mends) done.push_back({{"file", each.file}, {"line", each.mend.line}, {"what", each.mend.what}});
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

struct Checked {
    Collection collection;
    catalog::Catalog catalog;
    core::Problems problems;
};

core::Result<Checked> check(const Options& options, core::Date today) {
    Checked checked;
    auto collection = load_collection(options.folder, checked.problems, progress_line("reading"));
    if (!collection) return core::fail(collection.error());
    checked.collection = std::move(*collection);
    checked.catalog = catalog::load_catalog(options.folder, checked.problems);
    check_collection(checked.collection, checked.catalog, today, checked.problems, options.rules);
    std::stable_sort(checked.problems.begin(), checked.problems.end(), comes_before);
    return checked;
}

int run(const Options& options, core::Date today) {
    auto checked = check(options, today);
    if (!checked) return say_failure(checked.error());
    const bool write = options.fix && !options.dry_run;
    const auto mends = mend_files(checked->collection, checked->catalog, checked->problems, write);
    if (!mends) return say_failure(mends.error());
    if (write && !mends->empty()) {
        checked = check(options, today);
        if (!checked) return say_failure(checked.error());
    }
    const auto& [collection, catalog, problems] = *checked;

    if (options.json) {
        print_json(problems, collection, catalog.services.size(), *mends, write);
        return core::has_error(problems) ? not_good : done;
    }
    const std::filesystem::path folder = options.folder;
    if (options.fix) {
        for (const FileMend& each : *mends) fmt::print("{}:{}: {}: {}\n", (folder / each.file).string(), each.mend.line, write ? "fixed" : "would fix", each.mend.what);
    }
    for (core::Problem each : problems) {
        each.file = (folder / each.file).string();
        fmt::print("{}\n", each.line_of_text());
    }
    std::vector<std::string> languages;
    for (const auto& [language, count] : languages_of(collection)) languages.push_back(fmt::format("{} {}", language, count));
    fmt::print("{} articles{}, {} services: {}", collection.articles.size(), languages.size() > 1 ? fmt::format(" ({})", fmt::join(languages, ", ")) : "", catalog.services.size(),
               counted(problems));
    if (write) {
        fmt::print("; {} fixed", mends->size());
    } else if (!mends->empty()) {
        fmt::print("; `kb check --fix` fixes {}", mends->size());
    }
    fmt::print("\n");
    return core::has_error(problems) ? not_good : done;
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
    auto* fix = command->add_flag("--fix", options->fix, "Mend what has one way out only: links and pictures by a wrong path or case, names and keys in another case, dates and yes/no in "
                                                         "another form, what a list names twice, tabs and colons that YAML refuses. Then tell what is left");
    command->add_flag("--dry-run", options->dry_run, "With --fix: tell what would be mended, and write nothing")->needs(fix);
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &clock, &exit_code] { exit_code = run(*options, today(clock)); });
}

}  // namespace kb::cli
