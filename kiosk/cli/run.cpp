#include <atomic>
#include <csignal>
#include <thread>

#include <fmt/format.h>

#include "kb/release.hpp"
#include "kiosk/cli/commands.hpp"
#include "kiosk/shell/loop.hpp"

namespace kiosk::cli {
namespace {

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

struct Shown {
    std::filesystem::path folder;
    std::int64_t release = 0;
};

core::Result<Shown> content_to_show(const RunOptions& options, const DataFolder& folder, const Identity& identity, const core::Clock& clock) {
    if (!options.content.empty()) {
        core::Problems problems;
        const core::Date today{std::chrono::floor<std::chrono::days>(clock.now())};
        const auto prepared = kb::prepare_folder(options.content, folder.prepared(), today, problems);
        if (!prepared) return core::fail(prepared.error());
        return Shown{prepared->folder, 0};
    }
    if (!identity.is_enrolled()) {
        return core::fail(core::ErrorKind::not_found, "this kiosk is not enrolled; use `kiosk enrol`, or give a folder with --content");
    }
    auto current = kb::current_release(folder.releases());
    if (!current) return core::fail(current.error());
    if (!*current) {
        if (auto fetched = fetch_first_release(folder, identity, clock); !fetched) {
            return core::fail(fetched.error().in("there is no content yet, and it cannot be fetched"));
        }
        current = kb::current_release(folder.releases());
        if (!current) return core::fail(current.error());
        if (!*current) return core::fail(core::ErrorKind::not_found, "the desk has published no content yet");
    }
    return Shown{(*current)->folder, (*current)->version};
}

}  // namespace

int run(const RunOptions& options) {
    const double started_ms = Window::now_ms();
    const core::Log log = core::Log::to_stderr();
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
    const auto shown = content_to_show(options, folder, *identity, clock);
    if (!shown) return complain(shown.error());
    const auto library = Library::open(shown->folder, shown->release, core::Date{std::chrono::floor<std::chrono::days>(clock.now())});
    if (!library) return complain(library.error());

    Ending ending;  // before any thread starts, so that all of them leave the signals to it
    const paint::FontPlaces fonts{.bundled = assets() / "fonts", .cache = folder.font_cache()};
    const auto canvas = paint::Canvas::open(fonts);
    if (!canvas) return complain(canvas.error());
    const auto stage = ui::Stage::open(**canvas, assets());
    if (!stage) return complain(stage.error());
    const auto window = Window::open(size);
    if (!window) return complain(window.error());
    auto worker = Worker::start({.folder = folder,
                                 .identity = *identity,
                                 .content = shown->folder,
                                 .release = shown->release,
                                 .fonts = fonts,
                                 .log = log,
                                 .wake = [] { Window::wake(); }});
    if (!worker) return complain(worker.error());
    ending.watch();

    const std::string site = identity->is_enrolled() ? identity->site : options.site;
    const catalog::Site* place = library->content()->catalog.site(site);
    const std::string language = !options.language.empty() ? options.language : place ? place->language : "en";
    State state = start(library->content(), site, language, clock.now());
    run_loop(state, {.window = **window,
                     .canvas = **canvas,
                     .stage = **stage,
                     .worker = **worker,
                     .clock = clock,
                     .random = random,
                     .log = log,
                     .scale = options.scale > 0 ? options.scale : (*window)->scale_of_panel(),
                     .items = options.items,
                     .started_ms = started_ms,
                     .should_end = [&] { return ending.came(); }});
    return 0;
}

}  // namespace kiosk::cli
