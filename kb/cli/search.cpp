#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "kb/cli/commands.hpp"
#include "kb/cli/keystrokes.hpp"
#include "kb/searcher.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string index;
    std::vector<std::string> words;
    Question question;
    bool json = false;
    bool time = false;
};

core::Json to_json(const Ranges& ranges) {
    core::Json list = core::Json::array();
    for (const auto& [begin, end] : ranges) list.push_back({begin, end});
    return list;
}

void print_json(const Found& found) {
    core::Json json;
    core::Json& hits = json["hits"] = core::Json::array();
    for (const Hit& hit : found.hits) {
        hits.push_back({{"kind", hit.kind == HitKind::service ? "service" : "article"},
                        {"id", hit.id},
                        {"language", hit.language},
                        {"title", hit.title},
                        {"title_matches", to_json(hit.title_matches)},
                        {"snippet", hit.snippet},
                        {"snippet_matches", to_json(hit.snippet_matches)},
                        {"anchor", hit.anchor},
                        {"category", hit.category},
                        {"score", hit.score}});
    }
    core::Json& corrected = json["corrected"] = core::Json::object();
    for (const auto& [typed, meant] : found.corrected) corrected[typed] = meant;
    fmt::print("{}\n", json.dump(2));
}

// In bold on a terminal.
std::string highlighted(const std::string& text, const Ranges& ranges) {
    if (::isatty(STDOUT_FILENO) == 0) return text;
    std::string shown;
    std::size_t at = 0;
    for (const auto& [begin, end] : ranges) {
        shown += text.substr(at, begin - at) + "\033[1m" + text.substr(begin, end - begin) + "\033[0m";
        at = end;
    }
    return shown + text.substr(at);
}

void print_text(const Found& found) {
    for (const auto& [typed, meant] : found.corrected) fmt::print("Showing results for '{}' instead of '{}'.\n", meant, typed);
    for (std::size_t i = 0; i < found.hits.size(); ++i) {
        const Hit& hit = found.hits[i];
        fmt::print("{}. {}{}\n   {}{}{}\n", i + 1, highlighted(hit.title, hit.title_matches), hit.kind == HitKind::service ? "  [form]" : "", hit.id,
                   hit.anchor.empty() ? "" : "#", hit.anchor);
        if (!hit.snippet.empty()) fmt::print("   {}\n", highlighted(hit.snippet, hit.snippet_matches));
    }
    if (found.hits.empty()) fmt::print("Nothing found.\n");
}

int run(Options& options, core::Date today) {
    options.question.today = today;
    options.question.words = fmt::format("{}", fmt::join(options.words, " "));
    const auto searcher = Searcher::open(options.index);
    if (!searcher) return say_failure(searcher.error());
    const auto found = searcher->search(options.question);
    if (!found) return say_failure(found.error());
    options.json ? print_json(*found) : print_text(*found);
    if (options.time) {
        const auto times = time_keystrokes(*searcher, options.question);
        if (!times) return say_failure(times.error());
        fmt::print(stderr, "{} keystrokes: p50 {:.3f} ms, p99 {:.3f} ms CPU\n", times->size(), percentile(*times, 0.5), percentile(*times, 0.99));
    }
    return found->hits.empty() ? not_good : done;
}

}  // namespace

void add_search(CLI::App& program, const core::Clock& clock, int& exit_code) {
    auto* command = program.add_subcommand("search", "Find articles and services. Exits with 1 when there are none.");
    auto options = std::make_shared<Options>();
    command->add_option("INDEX", options->index, "What `kb build` wrote, or `index` of a release")->required();
    command->add_option("WORDS", options->words, "What a person types; the last word counts as half typed")->required();
    command->add_option("--lang", options->question.language, "Preferred language, such as de or zh-Hans");
    command->add_flag("--only-lang", options->question.only_language, "Leave other languages out");
    command->add_option("--category", options->question.category, "Only of this topic");
    command->add_option("--limit", options->question.limit, "At most so many hits")->check(CLI::Range(1, 100))->default_val(10);
    command->add_flag("--json", options->json, "Print JSON; ranges are bytes");
    command->add_flag("--time", options->time, "Type the words letter by letter and tell the CPU time of each search on stderr");
    command->callback([options, &clock, &exit_code] { exit_code = run(*options, today(clock)); });
}

}  // namespace kb::cli
