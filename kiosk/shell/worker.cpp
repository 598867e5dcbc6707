#include "kiosk/shell/worker.hpp"

#include <algorithm>
#include <condition_variable>

#include <fmt/format.h>

#include "kb/release.hpp"
#include "kiosk/shell/enrol.hpp"
#include "kiosk/shell/outbox.hpp"
#include "kiosk/shell/sync.hpp"

namespace kiosk {
namespace {

constexpr std::chrono::milliseconds longest_rest = std::chrono::hours{1};

std::string path_at_desk(std::string_view path) {
    // The store's "objects/ab/<hash>" and "manifests/<hash>.json" are plain names in the API.
    const auto name = path.substr(path.rfind('/') + 1);
    const bool is_manifest = path.starts_with("manifests/");
    return fmt::format("/api/v1/releases/{}/{}", is_manifest ? "manifests" : "objects", name.substr(0, name.find('.')));
}

core::Result<kb::Fetched> fetch(DeskClient& client, const DataFolder& folder, const Identity& identity, core::Time now) {
    const auto get = [&](const std::string& target, std::size_t largest) -> core::Result<std::string> {
        auto answer = client.fetch({.target = target, .accept = "*/*", .largest_answer = largest});
        if (!answer) return core::fail(answer.error());
        if (answer->status != 200) return core::fail(core::ErrorKind::unavailable, fmt::format("the desk answered {} for {}", answer->status, target));
        return std::move(answer->body);
    };
    const auto head = get("/api/v1/releases/head", kb::largest_head);
    if (!head) return core::fail(head.error());
    return kb::fetch_release(*head, identity.release_key,
                             [&](const std::string& path) { return get(path_at_desk(path), kb::largest_release_file); }, folder.releases(), now);
}

}  // namespace

struct Worker::Inside {
    explicit Inside(Set with) : set(std::move(with)), decoder(set.fonts) {}

    Set set;
    core::SystemClock clock;
    core::SystemRandom random;
    std::unique_ptr<core::Database> db;
    std::unique_ptr<Outbox> outbox;
    std::unique_ptr<DeskClient> client;
    std::unique_ptr<Sync> sync;
    std::optional<Library> library;
    paint::PictureDecoder decoder;
    bool release_wanted = false;

    std::mutex mutex;  // guards the members up to `ending`
    std::condition_variable came;
    std::deque<Effect> effects;
    std::deque<ui::PictureWish> wishes;
    Actions actions;
    std::vector<Decoded> pictures;
    bool ending = false;

    std::thread thread;

    core::Result<void> open() {
        auto opened = open_outbox(set.folder.outbox(), core::SqliteMode::read_write);
        if (!opened) return core::fail(opened.error());
        db = std::move(*opened);
        outbox = std::make_unique<Outbox>(*db, random);
        if (auto done = finish_enrolment(set.folder, set.identity, *outbox); !done) return done;
        if (auto done = outbox->release_claims(); !done) return done;
        if (!set.identity.is_enrolled()) return {};

        auto made = DeskClient::make(set.identity.desk, clock);
        if (!made) return core::fail(made.error());
        client = std::move(*made);
        client->sign_as(set.identity.kiosk, set.identity.signing.secret_key);
        sync = std::make_unique<Sync>(set.identity, *outbox, *client, clock, random, set.log,
                                      Sync::Told{.state_changed = [this] { tell_sync(); },
                                                 .arrived = [this](const std::string& request, const std::string& ticket) { tell(RequestArrived{request, ticket}); },
                                                 .release_wanted = [this](std::int64_t version) { release_wanted = !library || version > library->content()->release; }});
        return {};
    }

    void tell(Action action) {
        {
            const std::lock_guard lock(mutex);
            actions.push_back(std::move(action));
        }
        if (set.wake) set.wake();
    }

    void tell_sync() {
        const auto waiting = outbox->waiting();
        tell(SyncChanged{{set.identity.is_enrolled(), sync && sync->is_online(), waiting ? *waiting : 0}});
    }

    void run() {
        load(set.content, set.release);
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
            for (std::size_t i = 0; i < todo.size(); ++i) {
                const bool is_stale = std::holds_alternative<FindArticles>(todo[i]) &&
                                      std::any_of(todo.begin() + static_cast<std::ptrdiff_t>(i) + 1, todo.end(),
                                                  [](const Effect& later) { return std::holds_alternative<FindArticles>(later); });
                if (!is_stale) std::visit([this](const auto& effect) { carry_out(effect); }, todo[i]);
            }
            if (wish) decode(*wish);
            if (std::exchange(release_wanted, false)) take_release();
            rest();
        }
    }

    void rest() {
        auto pause = longest_rest;
        if (sync) {
            const auto next = sync->step() - clock.now_precise();
            pause = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(next), std::chrono::milliseconds{0}, longest_rest);
        }
        std::unique_lock lock(mutex);
        if (ending || !effects.empty() || !wishes.empty()) pause = std::chrono::milliseconds{0};
        if (client) {
            lock.unlock();
            client->run(pause);
            return;
        }
        came.wait_for(lock, pause, [this] { return ending || !effects.empty() || !wishes.empty(); });
    }

    void load(const std::filesystem::path& folder, std::int64_t release) {
        const auto now = clock.now();
        auto opened = Library::open(folder, release, core::Date{std::chrono::floor<std::chrono::days>(now)});
        if (!opened) {
            set.log.error("content_not_opened", {{"problem", opened.error().message}});
            return;
        }
        library = std::move(*opened);
    }

    void take_release() {
        const auto fetched = fetch(*client, set.folder, set.identity, clock.now());
        if (!fetched) {
            set.log.warning("release_not_fetched", {{"problem", fetched.error().message}});
            return;
        }
        if (!fetched->is_new) return;
        load(fetched->folder, fetched->version);
        set.log.info("release_shown", {{"version", std::to_string(fetched->version)}});
        if (library) tell(ContentCame{library->content()});
    }

    void decode(const ui::PictureWish& wish) {
        std::optional<paint::Picture> picture;
        if (library) {
            if (const auto file = library->file(wish.path)) {
                auto decoded = decoder.decode({reinterpret_cast<const std::uint8_t*>(file->data()), file->size()}, wish.request);
                if (decoded) picture = std::move(*decoded);
                else set.log.warning("picture_not_decoded", {{"path", wish.path}, {"problem", decoded.error().message}});
            }
        }
        {
            const std::lock_guard lock(mutex);
            pictures.emplace_back(wish, std::move(picture));
        }
        if (set.wake) set.wake();
    }

    void carry_out(const FindArticles& effect) {
        if (!library) return;
        auto found = library->find(effect.words, effect.language);
        if (!found) set.log.error("search_failed", {{"problem", found.error().message}});
        tell(HitsCame{effect.words, found ? std::move(*found) : kb::Found{}, effect.language});
    }

    void carry_out(const OpenArticle& effect) { tell(ArticleCame{effect.id, library ? library->article(effect.id, effect.language) : nullptr, effect.language}); }

    void carry_out(const Submit& effect) {
        catalog::Request request;
        request.id = effect.request_id;
        request.service = effect.service;
        request.service_version = effect.service_version;
        request.title = effect.title;
        request.language = effect.language;
        request.site = effect.site;
        request.captured_at = clock.now();
        request.answers = effect.answers;
        request.article = effect.article;
        request.search_words = effect.search_words;
        const auto code = outbox->put(std::move(request), {set.identity.short_name, set.identity.seal_key, sync ? sync->clock_offset() : 0}, clock.now_precise());
        if (!code) {
            set.log.error("request_not_kept", {{"problem", code.error().message}});
            tell(NotQueued{effect.request_id, code.error().kind});
            return;
        }
        tell(Queued{effect.request_id, *code});
        tell_sync();
        if (sync) sync->hurry();
    }

    void carry_out(const LookUp& effect) {
        const std::string code = effect.claim_code;
        if (sync) {
            sync->look_up(code, [this, code](std::optional<catalog::Progress> progress, bool offline) { tell(ProgressCame{code, std::move(progress), offline}); });
            return;
        }
        const auto known = outbox->find(code);
        std::optional<catalog::Progress> progress;
        if (known && *known) {
            progress.emplace();
            progress->request = (*known)->id;
            progress->claim_code = code;
            progress->state = "received";
            progress->updated_at = (*known)->captured_at;
        }
        tell(ProgressCame{code, std::move(progress), true});
    }

    void carry_out(const CountFeedback& effect) {
        if (auto done = outbox->count_feedback(effect.article, effect.helped); !done) {
            set.log.warning("feedback_not_counted", {{"problem", done.error().message}});
        }
    }

    // Nothing of a person is kept here between two effects.
    void carry_out(const WipeSession&) {}
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
    inside_->came.notify_all();
    if (inside_->client) inside_->client->wake();
    if (inside_->thread.joinable()) inside_->thread.join();
}

void Worker::give(Effects effects) {
    if (effects.empty()) return;
    {
        const std::lock_guard lock(inside_->mutex);
        for (Effect& effect : effects) inside_->effects.push_back(std::move(effect));
    }
    inside_->came.notify_all();
    if (inside_->client) inside_->client->wake();
}

void Worker::give(std::vector<ui::PictureWish> wishes) {
    if (wishes.empty()) return;
    {
        const std::lock_guard lock(inside_->mutex);
        for (ui::PictureWish& wish : wishes) inside_->wishes.push_back(std::move(wish));
    }
    inside_->came.notify_all();
    if (inside_->client) inside_->client->wake();
}

Actions Worker::take() {
    const std::lock_guard lock(inside_->mutex);
    return std::exchange(inside_->actions, {});
}

std::vector<Worker::Decoded> Worker::take_pictures() {
    const std::lock_guard lock(inside_->mutex);
    return std::exchange(inside_->pictures, {});
}

core::Result<void> fetch_first_release(const DataFolder& folder, const Identity& identity, const core::Clock& clock) {
    auto client = DeskClient::make(identity.desk, clock);
    if (!client) return core::fail(client.error());
    (*client)->sign_as(identity.kiosk, identity.signing.secret_key);
    const auto fetched = fetch(**client, folder, identity, clock.now());
    if (!fetched) return core::fail(fetched.error());
    return {};
}

}  // namespace kiosk
