#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "kb/release.hpp"
#include "kiosk/cli/commands.hpp"
#include "core/base/settings.hpp"
#include "kiosk/shell/loop.hpp"
#include "kiosk/shell/release_fetcher.hpp"
#include "kiosk/shell/start_watch.hpp"

namespace kiosk::cli {
namespace {

constexpr float least_scale = 0.3F;
constexpr float largest_scale = 4.0F;

// SIGTERM and SIGINT end the loop at its next turn. They are taken by a thread of their own, since a handler may not
// wake the window.
class Ending {
public:
    Ending() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGTERM);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGUSR2);  // our own word that the program ends anyway
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    }
    void watch() {
        thread_ = std::thread([this] {
            int got = 0;
            sigwait(&signals_, &got);
            came_ = true;
            if (got != SIGUSR2) Window::wake();
        });
    }
    ~Ending() {
        if (!thread_.joinable()) return;
        pthread_kill(thread_.native_handle(), SIGUSR2);
        thread_.join();
    }
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    [[nodiscard]] bool came() const { return came_; }

private:
    sigset_t signals_{};
    std::atomic<bool> came_ = false;
    std::thread thread_;
};

// A few of the mistakes in a folder of content; `kb check` tells all of them.
constexpr std::size_t most_problems_told = 5;

core::Result<Showing> folder_to_show(const std::filesystem::path& content, const DataFolder& folder, core::Date today) {
    core::Problems problems;
    auto prepared = kb::prepare_folder(content, folder.prepared(), today, problems);
    if (prepared) return Showing{prepared->folder, 0};
    std::size_t told = 0;
    for (const core::Problem& problem : problems) {
        if (problem.severity != core::Severity::error || ++told > most_problems_told) continue;
        fmt::print(stderr, "{}\n", problem.line_of_text());
    }
    return core::fail(prepared.error());
}

// Nobody ever sees home when a release opens and brings the program down all the same. After some starts in a row that
// ended so, the release before is shown again.
std::optional<kb::CurrentRelease> given_up(const DataFolder& folder, const kb::CurrentRelease& current, core::Time now, const core::Log& log) {
    const std::string name = current.folder.filename().string();
    if (starts_of(folder, name) < most_failed_starts) return std::nullopt;
    const auto before = kb::give_up_release(folder.releases(), now);
    if (before) {
        log.error("release_given_up", {{"release", name}, {"shown_instead", before->folder.filename().string()}});
        return *before;
    }
    log.error("release_not_given_up", {{"release", name}, {"why", before.error().message}});
    return std::nullopt;
}

core::Result<Showing> release_to_show(const DataFolder& folder, const Identity& identity, const core::Clock& clock, const core::Log& log) {
    if (!identity.is_enrolled()) {
        return core::fail(core::ErrorKind::not_found,
                          "this kiosk is not enrolled; use `kiosk enrol`, or show a folder with --content");
    }
    auto current = kb::current_release(folder.releases());
    if (!current) return core::fail(current.error());
    if (*current) {
        const auto before = given_up(folder, **current, clock.now(), log);
        const kb::CurrentRelease& shown = before ? *before : **current;
        return Showing{shown.folder, shown.version};
    }
    const auto fetched = fetch_release(folder, identity, ask_desk(identity, clock), clock);
    if (!fetched) return core::fail(fetched.error().in("there is no content yet, and it cannot be fetched"));
    return Showing{fetched->folder, fetched->version};
}

core::Result<float> scale_of(const RunOptions& options, const DataFolder& folder, const Window& window) {
    if (options.scale > 0) return options.scale;
    auto settings = core::Settings::load(folder.settings(), "KIOSK");
    if (!settings) return core::fail(settings.error());
    const std::string written = settings->text("scale", "");
    if (written.empty()) return window.scale_of_panel();
    char* end = nullptr;
    const float scale = std::strtof(written.c_str(), &end);
    if (*end != 0 || scale < least_scale || scale > largest_scale) {
        return core::fail(core::ErrorKind::invalid, fmt::format("{}: 'scale: {}' is no number from {} to {}",
                                                                folder.settings().string(), written, least_scale, largest_scale));
    }
    return scale;
}

}  // namespace

int run(const RunOptions& options) {
    const core::Log log = core::Log::to_stderr(options.debug ? core::Log::Level::debug : core::Log::Level::info);
    const core::SystemClock clock;
    core::SystemRandom random;

    std::optional<Window::Size> size;
    if (!options.window.empty()) {
        const auto read = size_from(options.window);
        if (!read) return complain(read.error());
        size = *read;
    }
    const DataFolder folder{options.data};
    const auto lock = FolderLock::take(folder);
    if (!lock) return complain(lock.error());
    const auto identity = load_identity(folder);
    if (!identity) return complain(identity.error());
    const core::Date today{std::chrono::floor<std::chrono::days>(clock.now())};
    auto showing = options.content.empty() ? release_to_show(folder, *identity, clock, log)
                                           : folder_to_show(options.content, folder, today);
    if (!showing) return complain(showing.error());
    showing->site = identity->is_enrolled() ? identity->site : options.site;

    Ending ending;  // before any thread starts, so that all of them leave the signals to it
    const paint::FontPlaces fonts{.bundled = assets() / "fonts", .cache = folder.font_cache()};
    const auto canvas = paint::Canvas::open(fonts);
    if (!canvas) return complain(canvas.error());
    const auto stage = ui::Stage::open(**canvas, assets());
    if (!stage) return complain(stage.error());
    const auto window = Window::open(size);
    if (!window) return complain(window.error());
    // From here on it is the content that may end us; a missing display is not its fault.
    if (showing->release > 0) {
        if (auto noted = note_start(folder, showing->folder.filename().string()); !noted) log.warning("start_not_noted", {{"why", noted.error().message}});
    }
    const auto content = load_home(*showing);
    const catalog::Site* site = content->catalog.site(showing->site);
    if (!options.site.empty() && !identity->is_enrolled() && !site) {
        return complain(fmt::format("there is no site '{}' in this content", options.site));
    }
    const auto scale = scale_of(options, folder, **window);
    if (!scale) return complain(scale.error());
    const auto worker = Worker::start({.folder = folder,
                                       .identity = *identity,
                                       .showing = *showing,
                                       .fonts = fonts,
                                       .clock = clock,
                                       .log = log,
                                       .wake = [] { Window::wake(); }});
    if (!worker) return complain(worker.error());
    ending.watch();

    std::string language = !options.language.empty() ? options.language : site ? site->language : "en";
    State state = start(content, showing->site, std::move(language), clock.now());
    const auto ended = run_loop(state, {.window = **window,
                                        .canvas = **canvas,
                                        .stage = **stage,
                                        .worker = **worker,
                                        .clock = clock,
                                        .random = random,
                                        .log = log,
                                        .scale = *scale,
                                        .items = options.items,
                                        .should_end = [&] { return ending.came(); }});
    if (!ended) return complain(ended.error());
    if (auto done = forget_starts(folder); !done) log.warning("start_not_noted", {{"why", done.error().message}});  // somebody ended it
    return 0;
}

}  // namespace kiosk::cli
