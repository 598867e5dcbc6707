// Measures building, opening and searching at growing sizes, beside SQLite's FTS5 on the same articles and questions.
//
// Each step runs in a process of its own, so that its memory is only its own; times are CPU times of that process, which
// a busy machine disturbs least. Only opening is by the clock: it waits for the disk.
#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/cli/commands.hpp"
#include "kb/cli/fts5.hpp"
#include "kb/cli/generator.hpp"
#include "kb/cli/keystrokes.hpp"
#include "kb/cli/temporary_folder.hpp"
#include "kb/index_update.hpp"
#include "kb/indexer.hpp"
#include "kb/schema.hpp"
#include "kb/searcher.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t questions_asked = 30;
constexpr std::size_t article_bytes = 1600;
// A million is measured as an FAQ, with short texts.
constexpr std::size_t faq_from = 500'000;
constexpr std::size_t faq_bytes = 450;
constexpr core::Date any_day{std::chrono::year{2026}, std::chrono::January, std::chrono::day{1}};
constexpr double longest_search_ms = 120'000;  // an engine that takes longer has been measured well enough

struct Options {
    std::string folder;
    std::vector<std::size_t> sizes{1'000, 10'000};
    std::string work;
    bool no_peers = false;
    bool json = false;
};

double process_cpu_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Runs `work` in a process of its own and hands over what it found.
core::Result<core::Json> apart(const std::function<core::Result<core::Json>()>& work) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return core::fail(core::system_error("cannot start a step", errno));
    const pid_t child = ::fork();
    if (child < 0) return core::fail(core::system_error("cannot start a step", errno));
    if (child == 0) {
        ::close(ends[0]);
        const auto found = work();
        const std::string text = found ? found->dump() : core::Json{{"error", found.error().message}}.dump();
        for (std::size_t sent = 0; sent < text.size();) {
            const auto count = ::write(ends[1], text.data() + sent, text.size() - sent);
            if (count <= 0) ::_exit(failed);
            sent += static_cast<std::size_t>(count);
        }
        ::_exit(done);
    }
    ::close(ends[1]);
    std::string text;
    char bytes[4096];
    for (ssize_t count = 0; (count = ::read(ends[0], bytes, sizeof bytes)) > 0;) text.append(bytes, static_cast<std::size_t>(count));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    auto found = core::parse_json(text);
    if (!found || status != 0) return core::fail(core::ErrorKind::corrupt, fmt::format("a step ended before its time (status {})", status));
    if (const auto error = core::text_at(*found, "error")) return core::fail(core::ErrorKind::corrupt, *error);
    return *found;
}

// The next reader finds nothing of it in memory.
void forget_pages(const std::filesystem::path& path) {
    std::error_code ignored;
    std::vector<std::filesystem::path> files{path};
    if (std::filesystem::is_directory(path, ignored)) {
        files.clear();
        for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) files.push_back(entry.path());
    }
    for (const auto& each : files) {
        const int file = ::open(each.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) continue;
        ::fdatasync(file);
        ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
        ::close(file);
    }
}

std::uintmax_t size_of(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return std::filesystem::file_size(path, ignored);
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) bytes += entry.file_size(ignored);
    return bytes;
}

core::Result<Generator> generator_for(const std::string& folder, std::size_t size) {
    core::Problems ignored;  // `kb check` is there for them
    const auto real = load_collection(folder, ignored);
    if (!real) return core::fail(real.error());
    return Generator::from(*real, size >= faq_from ? faq_bytes : article_bytes);
}

core::Result<core::Json> make_questions(const Options& options, std::size_t size) {
    const auto generator = generator_for(options.folder, size);
    if (!generator) return core::fail(generator.error());
    core::Json questions = core::Json::array();
    std::size_t bytes = 0;
    for (std::size_t n = 0; n < questions_asked; ++n) {
        const std::size_t number = n * size / questions_asked;
        questions.push_back(generator->question(number));
        bytes += plain_text(generator->article(number).blocks).size();
    }
    return core::Json{{"questions", questions}, {"mean_bytes", bytes / questions_asked}};
}

// What one keystroke after the other costs, after a first question on cold files.
core::Result<core::Json> time_search(const std::filesystem::path& files, const core::Json& questions,
                                     const std::function<core::Result<void>()>& open, const Search& search) {
    forget_pages(files);
    const std::size_t before = resident_bytes();
    const auto start = std::chrono::steady_clock::now();
    if (auto opened = open(); !opened) return core::fail(opened.error());
    if (auto found = search(questions.at(0).get<std::string>()); !found) return core::fail(found.error());
    const std::chrono::duration<double, std::milli> cold = std::chrono::steady_clock::now() - start;

    std::vector<double> times;
    double spent = 0;
    for (const core::Json& question : questions) {
        const auto some = time_keystrokes(question.get<std::string>(), search);
        if (!some) return core::fail(some.error());
        for (const double each : *some) spent += each;
        times.insert(times.end(), some->begin(), some->end());
        if (spent > longest_search_ms) break;
    }
    return core::Json{{"cold_open_ms", cold.count()},         {"p50_ms", percentile(times, 0.5)}, {"p99_ms", percentile(times, 0.99)},
                      {"keystrokes", times.size()}, {"resident_bytes", resident_bytes() - std::min(before, resident_bytes())}};
}

core::Result<core::Json> build_ours(const Options& options, std::size_t size, const std::filesystem::path& index) {
    const auto generator = generator_for(options.folder, size);
    if (!generator) return core::fail(generator.error());
    Collection collection;
    collection.folder = options.folder;
    for (std::size_t n = 0; n < size; ++n) collection.articles.push_back(generator->article(n));
    const double start = process_cpu_ms();
    const auto built = build_index(collection, {}, index, any_day);
    if (!built) return core::fail(built.error());
    const double spent = process_cpu_ms() - start;
    std::error_code ignored;
    const auto texts = std::filesystem::file_size(index / schema::texts_file, ignored);
    return core::Json{{"build_ms", spent}, {"articles_per_second", static_cast<double>(size) / spent * 1e3}, {"bytes", size_of(index)}, {"bytes_without_texts", size_of(index) - texts}};
}

core::Result<core::Json> search_ours(const std::filesystem::path& index, const core::Json& questions) {
    std::optional<Searcher> searcher;
    const auto open = [&]() -> core::Result<void> {
        auto opened = Searcher::open(index);
        if (!opened) return core::fail(opened.error());
        searcher.emplace(std::move(*opened));
        return {};
    };
    const auto search = [&](const std::string& words) -> core::Result<void> {
        Question question;
        question.words = words;
        question.limit = 10;
        if (auto found = searcher->search(question); !found) return core::fail(found.error());
        return {};
    };
    return time_search(index, questions, open, search);
}

// One article takes the place of another, and is found.
core::Result<core::Json> update_ours(const Options& options, std::size_t size, const std::filesystem::path& index) {
    const auto generator = generator_for(options.folder, size);
    if (!generator) return core::fail(generator.error());
    Article article = generator->article(size);
    article.id = generator->article(size / 2).id;
    const auto start_clock = std::chrono::steady_clock::now();
    const double start = process_cpu_ms();
    const auto updated = update_index(index, {article}, {}, any_day);
    if (!updated) return core::fail(updated.error());
    const auto searcher = Searcher::open(index);
    if (!searcher) return core::fail(searcher.error());
    Question question;
    question.words = article.title;
    const auto found = searcher->search(question);
    if (!found) return core::fail(found.error());
    const double spent = process_cpu_ms() - start;
    const std::chrono::duration<double, std::milli> waited = std::chrono::steady_clock::now() - start_clock;
    if (std::none_of(found->hits.begin(), found->hits.end(), [&](const Hit& hit) { return hit.title == article.title; })) {
        return core::fail(core::ErrorKind::corrupt, "what was changed is not found");
    }
    return core::Json{{"update_ms", spent}, {"update_waited_ms", waited.count()}};
}

core::Result<core::Json> build_fts5(const Options& options, std::size_t size, const std::filesystem::path& file, Fts5Kind kind) {
    const auto generator = generator_for(options.folder, size);
    if (!generator) return core::fail(generator.error());
    double making = 0;
    const double start = process_cpu_ms();
    const auto built = Fts5::build(file, kind, size, [&](std::size_t n) {
        const double before = process_cpu_ms();
        Article article = generator->article(n);
        making += process_cpu_ms() - before;
        return article;
    });
    if (!built) return core::fail(built.error());
    const double spent = process_cpu_ms() - start - making;
    return core::Json{{"build_ms", spent}, {"articles_per_second", static_cast<double>(size) / spent * 1e3}, {"bytes", size_of(file)}};
}

core::Result<core::Json> search_fts5(const std::filesystem::path& file, Fts5Kind kind, const core::Json& questions) {
    std::optional<Fts5> fts5;
    const auto open = [&]() -> core::Result<void> {
        auto opened = Fts5::open(file, kind);
        if (!opened) return core::fail(opened.error());
        fts5.emplace(std::move(*opened));
        return {};
    };
    const auto search = [&](const std::string& words) -> core::Result<void> {
        if (auto found = fts5->search(words); !found) return core::fail(found.error());
        return {};
    };
    return time_search(file, questions, open, search);
}

core::Result<core::Json> update_fts5(const Options& options, std::size_t size, const std::filesystem::path& file, Fts5Kind kind) {
    const auto generator = generator_for(options.folder, size);
    if (!generator) return core::fail(generator.error());
    auto fts5 = Fts5::open(file, kind);
    if (!fts5) return core::fail(fts5.error());
    const Article article = generator->article(size);
    const double start = process_cpu_ms();
    if (auto replaced = fts5->replace(size / 2, article); !replaced) return core::fail(replaced.error());
    return core::Json{{"update_ms", process_cpu_ms() - start}};
}

core::Result<core::Json> measure(const Options& options, std::size_t size, const std::filesystem::path& work) {
    const auto asked = apart([&] { return make_questions(options, size); });
    if (!asked) return core::fail(asked.error());
    const core::Json& questions = asked->at("questions");
    core::Json engines = core::Json::object();
    const auto step = [&](const char* engine, const std::function<core::Result<core::Json>()>& work_of_step) -> core::Result<void> {
        auto found = apart(work_of_step);
        if (!found) return core::fail(found.error());
        engines[engine].update(*found);
        return {};
    };
    const auto index = work / fmt::format("foyer-{}", size);
    if (auto did = step("foyer", [&] { return build_ours(options, size, index); }); !did) return core::fail(did.error());
    if (auto did = step("foyer", [&] { return search_ours(index, questions); }); !did) return core::fail(did.error());
    if (auto did = step("foyer", [&] { return update_ours(options, size, index); }); !did) return core::fail(did.error());
    for (const auto& [name, kind] : {std::pair{"fts5_porter", Fts5Kind::porter}, std::pair{"fts5_trigram", Fts5Kind::trigram}}) {
        if (options.no_peers) break;
        const auto file = work / fmt::format("{}-{}.db", name, size);
        if (auto did = step(name, [&, kind = kind] { return build_fts5(options, size, file, kind); }); !did) return core::fail(did.error());
        if (auto did = step(name, [&, kind = kind] { return search_fts5(file, kind, questions); }); !did) return core::fail(did.error());
        if (auto did = step(name, [&, kind = kind] { return update_fts5(options, size, file, kind); }); !did) return core::fail(did.error());
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
    }
    return core::Json{{"articles", size}, {"mean_bytes", asked->at("mean_bytes")}, {"engines", engines}};
}

void print(const core::Json& size) {
    const auto articles = size.at("articles").get<double>();
    fmt::print("{} articles of {} bytes\n", size.at("articles").get<std::size_t>(), size.at("mean_bytes").get<std::size_t>());
    fmt::print("  {:13} {:>9} {:>9} {:>10} {:>11} {:>11} {:>10} {:>10}\n", "", "p50 ms", "p99 ms", "build /s", "update ms", "bytes each", "memory MB", "cold ms");
    for (const auto& [name, engine] : size.at("engines").items()) {
        const auto number = [&engine = engine](const char* key) { return engine.at(key).get<double>(); };
        fmt::print("  {:13} {:9.2f} {:9.2f} {:10.0f} {:11.1f} {:11.0f} {:10.1f} {:10.1f}\n", name, number("p50_ms"), number("p99_ms"), number("articles_per_second"), number("update_ms"),
                   number("bytes") / articles, number("resident_bytes") / 1e6, number("cold_open_ms"));
    }
    const core::Json& engines = size.at("engines");
    fmt::print("  bytes each without the texts that snippets are cut from: {:.0f}\n", engines.at("foyer").at("bytes_without_texts").get<double>() / articles);
    if (engines.contains("fts5_porter")) {
        fmt::print("  p99 to that of FTS5 porter: {:.3f}\n", engines.at("foyer").at("p99_ms").get<double>() / engines.at("fts5_porter").at("p99_ms").get<double>());
    }
    fmt::print("\n");
}

int run(const Options& options) {
    const TemporaryFolder work("kb-bench", options.work);
    if (work.path().empty()) return say_failure(core::system_error("cannot make a temporary folder", errno));
    core::Json all = core::Json::array();
    int code = done;
    for (const std::size_t size : options.sizes) {
        const auto measured = measure(options, size, work.path());
        if (!measured) {
            code = say_failure(measured.error());
            break;
        }
        if (options.json) {
            all.push_back(*measured);
        } else {
            print(*measured);
            std::fflush(stdout);
        }
    }
    if (options.json && code == done) fmt::print("{}\n", all.dump(2));
    return code;
}

}  // namespace

void add_bench(CLI::App& program, int& exit_code) {
    auto* command = program.add_subcommand("bench", "Measure building, opening and searching beside SQLite's FTS5, on any number of articles made of the sentences of "
                                                    "real ones. CPU times; a keystroke is one letter typed of a question.");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "Folder of real articles in English")->required();
    command->add_option("--sizes", options->sizes, "How many articles, several times")->delimiter(',')->check(CLI::Range(100, 2'000'000))->capture_default_str();
    command->add_option("--work", options->work, "Folder for what is built meanwhile; the temporary one when absent");
    command->add_flag("--no-peers", options->no_peers, "Only our own");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace kb::cli
