#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"
#include "kb/article.hpp"
#include "kb/cli/commands.hpp"
#include "kb/import.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t shown_places = 5;  // of each kind; --all shows every one

struct Options {
    std::string from;
    std::string to;
    std::string language;
    std::vector<std::string> topics;
    bool all = false;
    bool json = false;
};

void print_json(const Imported& imported) {
    core::Json json{{"articles", imported.articles}, {"pictures", imported.pictures}, {"problems", core::Json::array()}};
    for (const core::Problem& each : imported.problems) {
        json["problems"].push_back({{"severity", each.severity == core::Severity::error ? "error" : "warning"}, {"file", each.file}, {"line", each.line}, {"what", each.what}, {"remedy", each.remedy}});
    }
    fmt::print("{}\n", json.dump(2));
}

// By what is to be done, the most frequent first: a person mends one kind at a time.
void print_report(const Options& options, const Imported& imported) {
    std::map<std::string, std::vector<const core::Problem*>> by_remedy;
    for (const core::Problem& each : imported.problems) by_remedy[each.remedy].push_back(&each);
    std::vector<std::pair<std::string, std::vector<const core::Problem*>>> kinds(by_remedy.begin(), by_remedy.end());
    std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    for (const auto& [remedy, places] : kinds) {
        fmt::print("{} × {}\n", places.size(), remedy);
        const std::size_t shown = options.all ? places.size() : std::min(shown_places, places.size());
        for (std::size_t i = 0; i < shown; ++i) fmt::print("  {}/{}:{}: {}\n", options.from, places[i]->file, places[i]->line, places[i]->what);
        if (shown < places.size()) fmt::print("  … and {} more (--all shows them)\n", places.size() - shown);
    }
    fmt::print("{} articles and {} pictures in {}: {}. Next: kb check {}\n", imported.articles, imported.pictures, options.to, counted(imported.problems), options.to);
}

// "name=topic", or a file of lines `name: topic`.
core::Result<std::map<std::string, std::string>> read_topics(const std::vector<std::string>& words) {
    std::map<std::string, std::string> topics;
    for (const std::string& word : words) {
        if (const std::size_t sign = word.find('='); sign != std::string::npos && sign > 0 && sign + 1 < word.size()) {
            topics[core::utf8::folded(core::utf8::trimmed(word.substr(0, sign)))] = core::utf8::trimmed(word.substr(sign + 1));
            continue;
        }
        const auto text = core::read_file(word);
        if (!text) return core::fail(text.error());
        const auto yaml = core::Yaml::parse(*text, word);
        if (!yaml) return core::fail(core::ErrorKind::invalid, yaml.error().line_of_text());
        if (!yaml->is_map()) return core::fail(core::ErrorKind::invalid, fmt::format("{}: write one `category: topic` a line", word));
        for (const auto& [name, topic] : yaml->entries()) {
            if (!topic.is_text()) return core::fail(core::ErrorKind::invalid, topic.error("a topic is one word", "Write `category: topic`.").line_of_text());
            topics[core::utf8::folded(name.text())] = topic.text();
        }
    }
    return topics;
}

int run(const Options& options) {
    auto topics = read_topics(options.topics);
    if (!topics) return say_failure(topics.error());
    if (!options.language.empty() && !language_tag(options.language)) {
        return say_failure({core::ErrorKind::invalid, fmt::format("'{}' is not a language; write a tag such as de or zh-Hans", options.language)});
    }
    const core::Language language = options.language.empty() ? core::Language() : *language_tag(options.language);
    const auto imported = import_collection({options.from, options.to, language, std::move(*topics)}, progress_line("importing"));
    if (!imported) return say_failure(imported.error());
    options.json ? print_json(*imported) : print_report(options, *imported);
    return done;
}

}  // namespace

void add_import(CLI::App& program, int& exit_code) {
    auto* command = program.add_subcommand("import", "Take over a folder of Markdown that was written for another program (Jekyll, Hugo, Eleventy, Docusaurus, MkDocs, wikis). "
                                                     "No file stops the rest; the report says what to look at. Exits with 0 also when there is something to report.");
    auto options = std::make_shared<Options>();
    command->add_option("FROM", options->from, "The folder; it is only read")->required();
    command->add_option("--to", options->to, "A new content folder")->required();
    command->add_option("--language", options->language, "Of articles that do not say theirs, such as de or zh-Hans; otherwise en");
    command->add_option("--topics", options->topics, "Which topic a category, tag or folder of the source becomes: name=topic, or a YAML file of lines `name: topic`. May be given more than once")
        ->allow_extra_args(false);
    command->add_flag("--all", options->all, "Show every place in the report");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace kb::cli
