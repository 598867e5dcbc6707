#include "kiosk/shell/worker.hpp"

#include <condition_variable>
#include <mutex>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "kb/release.hpp"
#include "kiosk/shell/control.hpp"
#include "tests/kiosk/shell/kit.hpp"

using namespace support;
using namespace std::chrono_literals;

namespace {

constexpr const char* service = R"(
id: till-fault
title: {en: Report a till fault}
summary: {en: Tills and drawers.}
icon: point_of_sale
department: it
category: tills
audience: staff
sites: all
kind: incident
routing: {team: it-stores}
steps:
  - id: what
    title: {en: What happens}
    fields:
      - {id: details, type: long_text, label: {en: What did you see?}, required: true}
)";

std::string with(std::string text, std::string_view from, std::string_view to) {
    const auto place = text.find(from);
    REQUIRE(place != std::string::npos);
    return text.replace(place, from.size(), to);
}

// A small folder of content, prepared as a kiosk shows it.
struct ContentKit {
    Folder folder;
    kiosk::Showing showing;

    ContentKit() {
        folder.write("content/departments.yaml", "- {id: it, title: IT, icon: computer}\n");
        folder.write("content/topics.yaml", "- {id: tills, title: Tills, icon: point_of_sale, colour: 1}\n");
        folder.write("content/teams.yaml", "- {id: it-stores, title: Store IT, department: it}\n");
        folder.write("content/sites.yaml", "- {id: harbour-street, number: \"1\", title: Harbour Street, kind: store, zone: Europe/London, language: en}\n"
                                           "- {id: quay-road, number: \"2\", title: Quay Road, kind: store, zone: Europe/London, language: en}\n");
        folder.write("content/services/till-fault.yaml", service);
        folder.write("content/services/quay-only.yaml",
                     with(with(service, "id: till-fault", "id: quay-only"), "sites: all", "sites: [quay-road]"));
        folder.write("content/services/bosses-only.yaml",
                     with(with(service, "id: till-fault", "id: bosses-only"), "audience: staff", "audience: [manager]"));
        article("en", "till-dark", "The till stays dark", "Press the green key.");
        article("en", "quay-lift", "The lift at the quay", "Ask the harbour master.", "sites: [quay-road]\n");
        article("en", "half-done", "A draft about tills", "Not yet.", "draft: true\n");
        article("de", "till-dark", "Die Kasse bleibt dunkel", "Die grüne Taste drücken.");
        core::Problems problems;
        const core::Date today{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{24}};
        auto prepared = kb::prepare_folder(folder.path() / "content", folder.path() / "prepared", today, problems);
        for (const core::Problem& problem : problems) CAPTURE(problem.line_of_text());
        REQUIRE_MESSAGE(prepared, prepared.error().message);
        showing = {prepared->folder, 0, "harbour-street"};
    }
    void article(const std::string& language, const std::string& slug, const std::string& title, const std::string& body,
                 const std::string& more = "") const {
        folder.write("content/articles/" + language + "/" + slug + ".md",
                     "---\ntitle: " + title + "\ndescription: " + body + "\ncategory: tills\naudience: staff\n" + more + "---\n" + body + "\n");
    }
    [[nodiscard]] kiosk::Library library() const {
        auto opened = kiosk::Library::open(showing, core::Date{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{24}});
        REQUIRE_MESSAGE(opened, opened.error().message);
        return std::move(*opened);
    }
};

// A worker with its thread, and a place to wait for what it tells.
struct WorkerKit : ContentKit {
    Folder data_folder;
    kiosk::DataFolder data{data_folder.path() / "kiosk"};
    std::mutex mutex;
    std::condition_variable came;
    int rings = 0;
    kiosk::Actions told;
    std::unique_ptr<kiosk::Worker> worker;

    void start(const DeskKeys* desk = nullptr) {
        REQUIRE(core::make_folder(data.path, true));
        auto identity = kiosk::load_identity(data);
        REQUIRE(identity);
        if (desk) identity = kiosk::keep_enrolment(data, *identity, desk->enrolment(), "http://127.0.0.1:1");
        REQUIRE(identity);
        auto started = kiosk::Worker::start({.folder = data, .identity = *identity, .showing = showing, .fonts = {}, .wake = [this] {
                                                 const std::lock_guard lock(mutex);
                                                 ++rings;
                                                 came.notify_all();
                                             }});
        REQUIRE_MESSAGE(started, started.error().message);
        worker = std::move(*started);
    }
    // The first of these that comes.
    template <class T>
    const T& waits_for() {
        for (std::size_t looked = 0;;) {
            for (kiosk::Action& action : worker->take()) told.push_back(std::move(action));
            for (; looked < told.size(); ++looked) {
                if (const T* wanted = std::get_if<T>(&told[looked])) return *wanted;
            }
            std::unique_lock lock(mutex);
            const bool rang = came.wait_for(lock, 20s, [&] { return rings > 0; });
            REQUIRE_MESSAGE(rang, "the worker said nothing");
            rings = 0;
        }
    }
    [[nodiscard]] static kiosk::Submit submit(const std::string& words) {
        kiosk::Submit order;
        order.request_id = request_id(1);
        order.service = "till-fault";
        order.title = "Report a till fault";
        order.language = "en";
        order.site = "harbour-street";
        order.answers["details"] = catalog::Answer{words};
        order.search_words = words;
        return order;
    }
};

}  // namespace

TEST_CASE("library: a kiosk offers what is for its site and for everyone") {
    const ContentKit kit;
    const kiosk::Library library = kit.library();
    const kiosk::Content& content = *library.content();
    REQUIRE(content.catalog.services.size() == 1);
    CHECK(content.catalog.services[0].id == "till-fault");
    std::vector<std::string> ids;
    for (const auto& title : content.articles) ids.push_back(title.id);
    CHECK(ids == std::vector<std::string>{"de/till-dark", "en/till-dark"});

    auto found = library.find("lift quay", "en");
    REQUIRE(found);
    CHECK(found->hits.empty());
    found = library.find("till", "en");
    REQUIRE(found);
    CHECK(!found->hits.empty());
    for (const kb::Hit& hit : found->hits) {
        CHECK((hit.id == "till-fault" || hit.id == "en/till-dark" || hit.id == "de/till-dark"));
    }
}

TEST_CASE("library: an article comes in the person's language, with its text, or not at all") {
    const ContentKit kit;
    const kiosk::Library library = kit.library();
    const auto german = library.article("en/till-dark", "de");
    REQUIRE(german);
    CHECK(german->id == "de/till-dark");
    CHECK(!german->blocks.empty());
    CHECK(library.article("de/till-dark", "fr")->id == "en/till-dark");
    CHECK(!library.article("en/half-done", "en"));
    CHECK(!library.article("en/quay-lift", "en"));
    CHECK(!library.article("en/nowhere", "en"));
}

TEST_CASE("library: pictures come from the content folder only") {
    const ContentKit kit;
    const kiosk::Library library = kit.library();
    CHECK(library.file("topics.yaml"));
    for (const char* outside : {"../prepared", "/etc/passwd", "articles/../../x", ""}) {
        CAPTURE(outside);
        CHECK(!library.file(outside));
    }
}

TEST_CASE("worker: what is searched is found, and of several searches only the last is done") {
    WorkerKit kit;
    kit.start();
    kit.worker->give({kiosk::FindArticles{"t", "en"}, kiosk::FindArticles{"ti", "en"}, kiosk::FindArticles{"till", "en"}});
    const auto& hits = kit.waits_for<kiosk::HitsCame>();
    CHECK(hits.query == "till");
    CHECK(hits.language == "en");
    CHECK(!hits.found.hits.empty());
}

TEST_CASE("worker: content, then articles, as they are asked for") {
    WorkerKit kit;
    kit.start();
    CHECK(kit.waits_for<kiosk::ContentCame>().content->articles.size() == 2);
    kit.worker->give({kiosk::OpenArticle{"en/till-dark", "de", ""}});
    const auto& came = kit.waits_for<kiosk::ArticleCame>();
    CHECK(came.id == "en/till-dark");
    CHECK(came.language == "de");
    REQUIRE(came.article);
    CHECK(came.article->id == "de/till-dark");
}

TEST_CASE("worker: a request is kept, told by its code, and nothing typed is in any file") {
    const std::string canary = "kingfisher-canary-0815";
    WorkerKit kit;
    kit.start();
    kit.worker->give({WorkerKit::submit(canary)});
    const kiosk::Queued queued = kit.waits_for<kiosk::Queued>();
    CHECK(queued.request_id == request_id(1));
    kit.worker->give({kiosk::LookUp{queued.claim_code}});
    const auto& progress = kit.waits_for<kiosk::ProgressCame>();
    REQUIRE(progress.progress);
    CHECK(progress.progress->state == "waiting");
    CHECK(progress.offline);

    // Also while it runs: the write-ahead log is a file like any other.
    for (int round = 0; round < 2; ++round) {
        const auto files = core::files_below(kit.data.path);
        REQUIRE(files);
        for (const auto& file : *files) {
            CAPTURE(file.string());
            const auto bytes = core::read_file(kit.data.path / file);
            REQUIRE(bytes);
            CHECK(bytes->find(canary) == std::string::npos);
            CHECK(bytes->find(queued.claim_code) == std::string::npos);
        }
        kit.worker.reset();
    }
}

TEST_CASE("worker: what was searched is kept sealed for the desk, and without a desk not at all") {
    const std::string canary = "kingfisher canary";
    const DeskKeys desk;
    for (const bool enrolled : {true, false}) {
        CAPTURE(enrolled);
        WorkerKit kit;
        kit.start(enrolled ? &desk : nullptr);
        kit.worker->give({kiosk::KeepFeedback{Kit::searched(canary)}, kiosk::WipeSession{}, kiosk::OpenArticle{"en/till-dark", "en", ""}});
        (void)kit.waits_for<kiosk::ArticleCame>();  // then what was given before is done
        const auto files = core::files_below(kit.data.path);
        REQUIRE(files);
        for (const auto& file : *files) {
            CAPTURE(file.string());
            CHECK(core::read_file(kit.data.path / file)->find("kingfisher") == std::string::npos);
        }
        kit.worker.reset();
        CHECK(std::filesystem::exists(kit.data.feedback()) == enrolled);
        if (!enrolled) continue;
        const auto db = kiosk::open_feedback_box(kit.data.feedback());
        REQUIRE(db);
        const auto batch = kiosk::FeedbackBox(**db).next(core::SystemClock().now());
        REQUIRE(batch);
        REQUIRE(*batch);
        const auto told = catalog::open_feedback((*batch)->boxes.at(0), desk.seal);
        REQUIRE(told);
        CHECK(told->searches.at(0).words == canary);
    }
}

TEST_CASE("worker: a command reaches the running kiosk") {
    WorkerKit kit;
    CHECK(kiosk::ask_running_kiosk(kit.data.control(), {{"do", "retry"}}).error().kind == core::ErrorKind::not_found);
    kit.start();
    kit.worker->give({WorkerKit::submit("words")});
    (void)kit.waits_for<kiosk::Queued>();
    auto answer = kiosk::ask_running_kiosk(kit.data.control(), {{"do", "retry"}, {"id", ""}});
    REQUIRE_MESSAGE(answer, answer.error().message);
    CHECK(core::integer_at(*answer, "count") == 1);
    answer = kiosk::ask_running_kiosk(kit.data.control(), {{"do", "something else"}});
    REQUIRE(answer);
    CHECK(core::text_at(*answer, "error"));
    kit.worker.reset();
    CHECK(kiosk::ask_running_kiosk(kit.data.control(), {{"do", "retry"}}).error().kind == core::ErrorKind::not_found);
}

TEST_CASE("worker: content that cannot be opened is told, and ends it") {
    WorkerKit kit;
    std::filesystem::remove_all(kb::index_of(kit.showing.folder));
    kit.start();
    std::unique_lock lock(kit.mutex);
    REQUIRE(kit.came.wait_for(lock, 20s, [&] { return kit.rings > 0; }));
    CHECK(kit.worker->broken());
}

TEST_CASE("worker: a damaged outbox opens nothing") {
    WorkerKit kit;
    REQUIRE(core::make_folder(kit.data.path, true));
    auto identity = kiosk::load_identity(kit.data);
    REQUIRE(identity);
    REQUIRE(core::write_file(kit.data.outbox(), "This is no database at all, but a text of some length."));
    const auto started = kiosk::Worker::start({.folder = kit.data, .identity = *identity, .showing = kit.showing, .fonts = {}, .wake = [] {}});
    REQUIRE(!started);
    CHECK(started.error().kind == core::ErrorKind::corrupt);
}
