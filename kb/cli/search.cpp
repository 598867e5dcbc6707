#include <unistd.h>

#include <algorithm>

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
    std::vector<std::string> kinds;
    Question question;
    bool json = false;
    bool time = false;
};

core::Json to_json(const Ranges& ranges) {
    core::Json list = core::Json::array();
    for (const auto& [begin, end] : ranges) list.push_back({begin, end});
    return list;
}

core::Json to_json(const std::vector<Hit>& hits) {
    core::Json list = core::Json::array();
    for (const Hit& hit : hits) {
        list.push_back({{"kind", name_of(hit.kind)},
                        {"id", hit.id},
                        {"language", hit.language},
                        {"title", hit.title},
                        {"title_matches", to_json(hit.title_matches)},
                        {"snippet", hit.snippet},
                        {"snippet_matches", to_json(hit.snippet_matches)},
                        {"anchor", hit.anchor},
                        {"heading", hit.heading},
                        {"category", hit.category},
                        {"score", hit.score}});
    }
    return list;
}

void print_json(const Found& found) {
    core::Json json{{"hits", to_json(found.hits)}, {"searched", found.searched}, {"instead", to_json(found.instead)}};
    core::Json& corrected = json["corrected"] = core::Json::object();
    for (const auto& [typed, meant] : found.corrected) corrected[typed] = meant;
    core::Json& suggestions = json["suggestions"] = core::Json::array();
    for (const Suggestion& each : found.suggestions) suggestions.push_back({{"text", each.text}, {"id", each.id}, {"anchor", each.anchor}});
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

std::string_view label_of(HitKind kind) {
    switch (kind) {
        case HitKind::article: return "";
        case HitKind::service: return "  [form]";
        case HitKind::problem: return "  [known problem]";
    }
    return "";
}

void print_hits(const std::vector<Hit>& hits) {
    for (std::size_t i = 0; i < hits.size(); ++i) {
        const Hit& hit = hits[i];
        fmt::print("{}. {}{}\n   {}{}{}\n", i + 1, highlighted(hit.title, hit.title_matches), label_of(hit.kind), hit.id, hit.anchor.empty() ? "" : "#", hit.anchor);
        if (!hit.snippet.empty()) fmt::print("   {}\n", highlighted(hit.snippet, hit.snippet_matches));
    }
}

void print_text(const Found& found) {
    if (!found.searched.empty()) fmt::print("Showing results for: {}\n", found.searched);
    print_hits(found.hits);
    if (!found.hits.empty()) return;
    fmt::print("Nothing found.{}\n", found.instead.empty() ? "" : " Perhaps one of these helps:");
    print_hits(found.instead);
}

int run(Options& options, core::Date today) {
    options.question.today = today;
    for (const HitKind kind : {HitKind::article, HitKind::service, HitKind::problem}) {
        if (std::find(options.kinds.begin(), options.kinds.end(), name_of(kind)) != options.kinds.end()) options.question.kinds.push_back(kind);
    }
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
    auto* command = program.add_subcommand("search", "Find articles, services and known problems. Exits with 1 when there are none.");
    auto options = std::make_shared<Options>();
    command->add_option("INDEX", options->index, "What `kb build` wrote, or `index` of a release")->required();
    command->add_option("WORDS", options->words, "What a person types; the last word counts as half typed")->required();
    command->add_option("--lang", options->question.language, "Preferred language, such as de or zh-Hans");
    command->add_flag("--only-lang", options->question.only_language, "Leave other languages out");
    command->add_option("--category", options->question.category, "Only of this topic");
    command->add_option("--kind", options->kinds, "Only these: article, service, problem")->check(CLI::IsMember({"article", "service", "problem"}));
    command->add_option("--site", options->question.site, "Only what is for this site, or for all");
    command->add_option("--audience", options->question.audience, "Only what is for one of these or public; of what the index was built for");
    command->add_option("--suggest", options->question.suggestions, "At most so many titles, headings and names that continue the words")->check(CLI::Range(0, 20))->default_val(5);
    command->add_option("--limit", options->question.limit, "At most so many hits")->check(CLI::Range(1, 100))->default_val(10);
    command->add_flag("--json", options->json, "Print JSON; ranges are bytes");
    command->add_flag("--time", options->time, "Type the words letter by letter and tell the CPU time of each search on stderr");
    command->callback([options, &clock, &exit_code] { exit_code = run(*options, today(clock)); });
}

}  // namespace kb::cli
