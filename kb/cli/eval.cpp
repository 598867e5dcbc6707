#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "kb/cli/commands.hpp"
#include "kb/cli/judged.hpp"
#include "kb/cli/keystrokes.hpp"
#include "kb/cli/temporary_folder.hpp"
#include "kb/indexer.hpp"
#include "kb/searcher.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t judged_depth = 100;
constexpr std::size_t shown_hits = 10;
constexpr std::size_t most_timed = 30;  // questions that are typed letter by letter

struct Options {
    std::string folder;
    std::string queries;
    bool from_links = false;
    bool json = false;
};

void print(const Figures& figures, const std::vector<double>& times, bool as_json) {
    core::Json json{{"ndcg10", figures.ndcg10},       {"mrr10", figures.mrr10},       {"recall10", figures.recall10},
                    {"recall100", figures.recall100}, {"success1", figures.success1}, {"success5", figures.success5},
                    {"no_result", figures.without_result}, {"queries", figures.queries}, {"p50_ms", percentile(times, 0.5)},
                    {"p99_ms", percentile(times, 0.99)}};
    if (as_json) {
        fmt::print("{}\n", json.dump(2));
        return;
    }
    for (const auto& [name, value] : json.items()) fmt::print("{:10} {:.4f}\n", name, value.get<double>());
}

int run(const Options& options) {
    constexpr core::Date any_day{std::chrono::year{2026}, std::chrono::January, std::chrono::day{1}};
    const auto judged = options.from_links ? load_links(options.folder, any_day) : load_judged(options.folder, options.queries);
    if (!judged) return say_failure(judged.error());
    const TemporaryFolder temporary("kb-eval");
    if (temporary.path().empty()) return say_failure(core::system_error("cannot make a temporary folder", errno));
    const std::filesystem::path index = temporary.path() / "index";
    if (const auto built = build_index(judged->documents, {}, index, any_day, progress_line("indexing")); !built) return say_failure(built.error());
    const auto searcher = Searcher::open(index);
    if (!searcher) return say_failure(searcher.error());

    Scores scores;
    std::vector<double> times;
    std::size_t timed = 0;
    for (const Asked& asked : judged->questions) {
        const auto relevant = judged->relevant.find(asked.id);
        if (relevant == judged->relevant.end()) continue;
        Question question;
        question.words = asked.words;
        question.language = asked.language;
        question.limit = judged_depth;
        question.today = any_day;
        const auto found = searcher->search(question);
        if (!found) return say_failure(found.error());
        std::vector<std::string> ids;
        for (const Hit& hit : found->hits) ids.push_back(hit.id);
        scores.add(ids, relevant->second);

        if (timed++ >= most_timed) continue;
        question.limit = shown_hits;
        const auto spent = time_keystrokes(*searcher, question);
        if (!spent) return say_failure(spent.error());
        times.insert(times.end(), spent->begin(), spent->end());
    }
    print(scores.mean(), times, options.json);
    return done;
}

}  // namespace

void add_eval(CLI::App& program, int& exit_code) {
    auto* command = program.add_subcommand("eval", "Measure how well and how fast answers are found in a judged collection: docs.jsonl, queries.jsonl and "
                                                   "qrels.tsv, each perhaps with .gz. p50_ms and p99_ms are key presses: 30 questions "
                                                   "typed letter by letter, the CPU time of one search for each letter. Nothing is tuned to the collection.");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "Folder of the collection")->required();
    auto* from_links = command->add_flag("--from-links", options->from_links, "DIR is a folder of articles: ask the words with which they link to each other, and look for the article that is linked to");
    command->add_option("--queries", options->queries, "Other questions with the same ids, such as misspelled ones: a file, or its name in DIR")->excludes(from_links);
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace kb::cli
