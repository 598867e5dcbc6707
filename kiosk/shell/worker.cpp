#include "kiosk/shell/worker.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <mutex>
#include <span>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "kb/release.hpp"
#include "kiosk/shell/control.hpp"
#include "kiosk/shell/enrol.hpp"
#include "kiosk/shell/feedback_box.hpp"
#include "kiosk/shell/outbox.hpp"
#include "kiosk/shell/release_fetcher.hpp"
#include "kiosk/shell/start_watch.hpp"
#include "kiosk/shell/sync.hpp"

namespace kiosk {
namespace {

using std::chrono::milliseconds;

// Without a word from the desk the head is looked at so often: it may have expired meanwhile.
constexpr std::chrono::hours longest_look_pause{12};

// Midnight falls on a quarter of an hour in every time zone.
constexpr milliseconds longest_rest = std::chrono::minutes{15};

// Lets a thread that waits without a network be woken; a call before the waiting is not lost.
class Bell {
public:
    Bell() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Bell() { ::close(descriptor_); }
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    void ring() const { ::eventfd_write(descriptor_, 1); }
    void wait(milliseconds at_most, int also) const {
        pollfd watched[] = {{descriptor_, POLLIN, 0}, {also, POLLIN, 0}};
        ::poll(watched, also >= 0 ? 2 : 1, static_cast<int>(at_most.count()));
        eventfd_t ignored = 0;
        ::eventfd_read(descriptor_, &ignored);
    }

private:
    int descriptor_;
};

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

struct Worker::Inside {
    explicit Inside(Set with) : set(std::move(with)), clock(set.clock), decoder(set.fonts) {}
    ~Inside() {
        if (thread.joinable()) thread.join();
    }

    Set set;
    const core::Clock& clock;
    core::SystemRandom random;
    std::unique_ptr<core::Database> db;
    std::unique_ptr<Outbox> outbox;
    std::unique_ptr<core::Database> feedback_db;  // none while not enrolled
    std::unique_ptr<FeedbackBox> feedback;
    std::optional<ControlDoor> door;
    std::unique_ptr<DeskClient> client;  // none while not enrolled
    std::unique_ptr<Sync> sync;
    std::unique_ptr<ReleaseFetcher> fetcher;
    std::optional<Library> library;
    core::PreciseTime page_seen_at{};
    std::string looking_for;  // the desk's release tag that the fetcher is after
    std::string looked_for;   // the last one that it was through with
    core::Time next_look{};
    core::PreciseTime content_shown_at{};
    bool start_is_good = false;
    paint::PictureDecoder decoder;
    Bell bell;

    mutable std::mutex mutex;  // guards the members up to `broken`
    std::deque<Effect> effects;
    std::deque<ui::PictureWish> wishes;
    Actions actions;
    std::vector<Decoded> pictures;
    bool ending = false;
    std::optional<core::PreciseTime> first_frame_at;
    std::optional<core::Error> broken;

    std::thread thread;

    core::Result<void> open() {
        auto opened = open_outbox(set.folder.outbox(), core::SqliteMode::read_write);
        if (!opened) return core::fail(opened.error());
        db = std::move(*opened);
        outbox = std::make_unique<Outbox>(*db, random);
        if (auto done = finish_enrolment(set.folder, set.identity, *outbox); !done) return done;
        if (auto done = outbox->release_claims(); !done) return done;

        if (auto opened_door = ControlDoor::open(set.folder.control())) {
            door.emplace(std::move(*opened_door));
        } else {
            // Only an operator's `retry` misses it.
            set.log.warning("no_control", {{"why", opened_door.error().message}});
        }
        if (!set.identity.is_enrolled()) return {};

        auto opened_feedback = open_feedback_box(set.folder.feedback());
        if (!opened_feedback) return core::fail(opened_feedback.error());
        feedback_db = std::move(*opened_feedback);
        feedback = std::make_unique<FeedbackBox>(*feedback_db);
        auto made = DeskClient::make(set.identity.desk, clock);
        if (!made) return core::fail(made.error());
        client = std::move(*made);
        client->sign_as(set.identity.kiosk, set.identity.signing.secret_key);
        sync = std::make_unique<Sync>(
            set.identity, *outbox, *feedback, *client, clock, random, set.log,
            Sync::Told{.state_changed = [this] { tell_sync(); },
                       .arrived = [this](const std::string& request, const std::string& ticket) {
                           tell(RequestArrived{request, ticket});
                       },
                       .has_releases = [this](std::int64_t version, const std::string& tag) { look_for_release(version, tag); }});
        fetcher = std::make_unique<ReleaseFetcher>(set.folder, set.identity, clock, [this] { wake(); });
        return {};
    }

    // From any thread.
    void wake() const {
        if (client) {
            client->wake();
        } else {
            bell.ring();
        }
    }

    void tell(Action action) {
        {
            const std::lock_guard lock(mutex);
            actions.push_back(std::move(action));
        }
        set.wake();
    }

    void tell_sync() {
        const auto waiting = outbox->waiting();
        tell(SyncChanged{{set.identity.is_enrolled(), sync && sync->is_online(), waiting ? *waiting : 0}});
    }

    void run() {
        if (auto done = show(set.showing); !done) {
            const std::lock_guard lock(mutex);
            broken = done.error();
            set.wake();
            return;
        }
        tell_sync();
        for (;;) {
            std::deque<Effect> todo;
            std::optional<ui::PictureWish> wish;
            {
                const std::lock_guard lock(mutex);
                if (ending) return;
                todo.swap(effects);
                if (todo.empty() && !wishes.empty()) {
                    wish = std::move(wishes.front());
                    wishes.pop_front();
                }
            }
            watch_start();
            turn_page();
            drop_older_searches(todo);
            for (Effect& effect : todo) {
                std::visit([this](auto& one) { carry_out(one); }, effect);
            }
            if (wish) decode(*wish);
            if (fetcher) take_release();
            if (door) door->serve([this](const core::Json& question) { return answer(question); });
            rest();
        }
    }

    static void drop_older_searches(std::deque<Effect>& todo) {
        bool has_newer = false;
        for (auto effect = todo.rbegin(); effect != todo.rend(); ++effect) {
            if (!std::holds_alternative<FindArticles>(*effect)) continue;
            if (has_newer) std::get<FindArticles>(*effect).words.clear();
            has_newer = true;
        }
        std::erase_if(todo, [](const Effect& effect) {
            const auto* search = std::get_if<FindArticles>(&effect);
            return search && search->words.empty();
        });
    }

    void rest() {
        // Counted from when the page was looked at: a midnight that fell between that and now is not slept through.
        const core::PreciseTime next_quarter = page_seen_at + longest_rest - page_seen_at.time_since_epoch() % longest_rest;
        const milliseconds to_quarter = std::max(milliseconds{0}, next_quarter - now());
        milliseconds pause = to_quarter;
        if (sync) {
            const auto next = std::chrono::ceil<milliseconds>(sync->step() - clock.now_precise());
            pause = std::clamp(next, milliseconds{0}, to_quarter);
        }
        {
            const std::lock_guard lock(mutex);
            if (first_frame_at && !start_is_good) pause = std::min(pause, milliseconds{home_stands_after});
            if (ending || !effects.empty() || !wishes.empty()) pause = milliseconds{0};
        }
        // What comes from here on rings, and a ring is not lost.
        const int knocking = door ? door->descriptor() : -1;
        if (client) {
            client->run(pause, knocking);
        } else {
            bell.wait(pause, knocking);
        }
    }

    // The start was a good one when home, with all of the content, has stood for a while.
    void watch_start() {
        if (start_is_good) return;
        {
            const std::lock_guard lock(mutex);
            if (!first_frame_at || clock.now_precise() < std::max(*first_frame_at, content_shown_at) + home_stands_after) return;
        }
        start_is_good = true;
        if (auto done = forget_starts(set.folder); !done) set.log.warning("start_not_noted", {{"why", done.error().message}});
    }

    // ---- Content.

    // By the desk's clock as far as it is known.
    [[nodiscard]] core::PreciseTime now() const {
        return clock.now_precise() + std::chrono::seconds{sync ? sync->clock_offset() : 0};
    }

    // The day at the kiosk's site.
    [[nodiscard]] core::Date today(const Content* content) const {
        const core::Time moment = std::chrono::floor<std::chrono::seconds>(now());
        const catalog::Site* site = content ? content->catalog.site(set.showing.site) : nullptr;
        const auto local = core::local_date(moment, site ? site->zone : "UTC");
        return local ? *local : core::Date{std::chrono::floor<std::chrono::days>(moment)};
    }

    void turn_page() {
        page_seen_at = now();
        if (library && library->turn_to(today(library->content().get()))) tell(ContentCame{library->content()});
    }

    core::Result<void> show(const Showing& showing) {
        const auto began = std::chrono::steady_clock::now();
        auto opened = Library::open(showing, today(nullptr));
        // After an update of this program, or when the disk lost something: mended, or the release before.
        if (!opened && showing.release > 0) {
            set.log.error("release_not_opened", {{"release", std::to_string(showing.release)}, {"why", opened.error().message}});
            auto mended = kb::mend_release(set.folder.releases(), clock.now());
            if (!mended) return core::fail(mended.error());
            Showing instead = showing;
            instead.folder = mended->folder;
            instead.release = mended->version;
            opened = Library::open(instead, today(nullptr));
            if (opened) return present(std::move(*opened), instead, began);
        }
        if (!opened) return core::fail(opened.error());
        return present(std::move(*opened), showing, began);
    }

    core::Result<void> present(Library opened, const Showing& showing, std::chrono::steady_clock::time_point began) {
        library = std::move(opened);
        set.showing = showing;
        content_shown_at = clock.now_precise();
        tell_desk("current");
        library->turn_to(today(library->content().get()));
        set.log.info("content_shown", {{"release", std::to_string(showing.release)},
                                       {"articles", std::to_string(library->content()->articles.size())},
                                       {"ms", fmt::format("{:.0f}", milliseconds_since(began))}});
        tell(ContentCame{library->content()});
        return {};
    }

    // The state as catalog::Shows has it.
    void tell_desk(std::string state) {
        if (!sync || set.showing.release == 0) return;
        sync->set_shows({set.showing.folder.filename().string(), sync->channel(), std::move(state)});
    }

    void look_for_release(std::int64_t version, const std::string& tag) {
        // A folder that was named at the start is shown whatever the desk has.
        if (set.showing.release == 0) return;
        const bool is_new = tag.empty() ? version > set.showing.release : tag != looked_for;  // an older desk has no tag
        if (!is_new && clock.now() < next_look) return;
        if (fetcher->start({sync->channel(), sync->clock_offset()})) looking_for = tag;
    }

    void take_release() {
        const auto fetched = fetcher->take();
        if (!fetched) return;
        if (!*fetched) {
            set.log.warning("release_not_fetched", {{"why", fetched->error().message}});
            // What the network did says nothing about the release.
            if (fetched->error().kind == core::ErrorKind::denied) tell_desk("refused");
            if (fetched->error().kind == core::ErrorKind::conflict) tell_desk("unfit");
            return;
        }
        looked_for = looking_for;
        next_look = clock.now() + longest_look_pause;
        if ((*fetched)->is_expired) set.log.warning("release_expired", {{"release", std::to_string((*fetched)->version)}});
        const char* state = (*fetched)->is_expired ? "expired" : (*fetched)->is_held_back ? "held_back" : "current";
        if ((*fetched)->version <= set.showing.release) return tell_desk(state);
        Showing next = set.showing;
        next.folder = (*fetched)->folder;
        next.release = (*fetched)->version;
        // What cannot be opened leaves the release that is shown.
        if (auto done = show(next); !done) set.log.error("release_not_opened", {{"why", done.error().message}});
        tell_desk(set.showing.release < next.release ? "unfit" : state);
    }

    void decode(const ui::PictureWish& wish) {
        std::optional<paint::Picture> picture;
        if (const auto file = library->file(wish.path)) {
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(file->data());
            auto decoded = decoder.decode(std::span(bytes, file->size()), wish.request);
            if (decoded) {
                picture = std::move(*decoded);
            } else {
                set.log.warning("picture_not_decoded", {{"path", wish.path}, {"why", decoded.error().message}});
            }
        } else {
            set.log.warning("picture_not_read", {{"path", wish.path}, {"why", file.error().message}});
        }
        {
            const std::lock_guard lock(mutex);
            pictures.emplace_back(wish, std::move(picture));
        }
        set.wake();
    }

    // ---- Effects.

    void carry_out(const FindArticles& effect) {
        const auto began = std::chrono::steady_clock::now();
        auto found = library->find(effect.words, effect.language);
        if (!found) set.log.error("search_failed", {{"why", found.error().message}});
        set.log.debug("searched", {{"hits", std::to_string(found ? found->hits.size() : 0)},
                                   {"ms", fmt::format("{:.2f}", milliseconds_since(began))}});
        tell(HitsCame{effect.words, found ? std::move(*found) : kb::Found{}, effect.language});
    }

    void carry_out(const OpenArticle& effect) {
        tell(ArticleCame{effect.id, library->article(effect.id, effect.language), effect.language});
    }

    void carry_out(const Submit& effect) {
        const std::int64_t offset = sync ? sync->clock_offset() : 0;
        catalog::Request request;
        request.id = effect.request_id;
        request.service = effect.service;
        request.service_version = effect.service_version;
        request.title = effect.title;
        request.language = effect.language;
        request.site = effect.site;
        request.captured_at = clock.now() + std::chrono::seconds{offset};
        request.answers = effect.answers;
        request.article = effect.article;
        request.search_words = effect.search_words;
        const Outbox::Sealing sealing{set.identity.short_name, set.identity.seal_key, offset};
        const auto code = outbox->put(std::move(request), sealing, clock.now_precise());
        if (!code) {
            set.log.error("request_not_kept", {{"request", effect.request_id}, {"why", code.error().message}});
            return tell(NotQueued{effect.request_id, code.error().kind});
        }
        set.log.info("request_kept", {{"request", effect.request_id}});
        tell(Queued{effect.request_id, *code});
        tell_sync();
        if (sync) sync->hurry();
    }

    void carry_out(const LookUp& effect) {
        const std::string code = effect.claim_code;
        if (sync) {
            return sync->look_up(code, [this, code](std::optional<catalog::Progress> progress, bool offline) {
                tell(ProgressCame{code, std::move(progress), offline});
            });
        }
        auto progress = known_progress(*outbox, code);
        if (!progress) set.log.error("outbox_failed", {{"doing", "find"}, {"why", progress.error().message}});
        tell(ProgressCame{code, progress ? std::move(*progress) : std::nullopt, true});
    }

    // Without a desk there is nobody to tell, and no key to seal it to that does not lie beside it.
    void carry_out(KeepFeedback& effect) {
        if (feedback) {
            if (auto done = feedback->put(effect.feedback, set.identity.seal_key); !done) {
                set.log.warning("feedback_not_kept", {{"why", done.error().message}});
            }
        }
        for (auto& search : effect.feedback.searches) core::wipe(search.words);
    }

    // The pictures that the last person looked at; of what they typed nothing is kept between two effects.
    void carry_out(const WipeSession&) {
        const std::lock_guard lock(mutex);
        wishes.clear();
    }

    core::Json answer(const core::Json& question) {
        if (core::text_at(question, "do") != "retry") return {{"error", "an unknown order"}};
        const auto count = outbox->retry(core::text_at(question, "id").value_or(""), clock.now_precise());
        if (!count) return {{"error", count.error().message}};
        if (sync) sync->hurry();
        tell_sync();
        return {{"count", *count}};
    }
};

core::Result<std::unique_ptr<Worker>> Worker::start(Set set) {
    auto inside = std::make_unique<Inside>(std::move(set));
    if (auto opened = inside->open(); !opened) return core::fail(opened.error());
    Inside& running = *inside;
    std::unique_ptr<Worker> worker(new Worker(std::move(inside)));
    running.thread = std::thread([&running] { running.run(); });
    return worker;
}

Worker::Worker(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Worker::~Worker() {
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->ending = true;
    }
    inside_->wake();
}

void Worker::first_frame_drawn() {
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->first_frame_at = inside_->clock.now_precise();
    }
    inside_->wake();
}

void Worker::give(Effects effects) {
    if (effects.empty()) return;
    {
        const std::lock_guard lock(inside_->mutex);
        for (Effect& effect : effects) inside_->effects.push_back(std::move(effect));
    }
    inside_->wake();
}

void Worker::give(std::vector<ui::PictureWish> wishes) {
    if (wishes.empty()) return;
    {
        const std::lock_guard lock(inside_->mutex);
        for (ui::PictureWish& wish : wishes) inside_->wishes.push_back(std::move(wish));
    }
    inside_->wake();
}

Actions Worker::take() {
    const std::lock_guard lock(inside_->mutex);
    return std::exchange(inside_->actions, {});
}

std::vector<Worker::Decoded> Worker::take_pictures() {
    const std::lock_guard lock(inside_->mutex);
    return std::exchange(inside_->pictures, {});
}

std::optional<core::Error> Worker::broken() const {
    const std::lock_guard lock(inside_->mutex);
    return inside_->broken;
}

}  // namespace kiosk
