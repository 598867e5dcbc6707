#include "kiosk/shell/worker.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
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

    // `change` may write more before it is prepared.
    explicit ContentKit(const std::function<void(const ContentKit&)>& change = {}) {
        folder.write("content/departments.yaml", "- {id: it, title: IT, icon: computer}\n");
        folder.write("content/topics.yaml", "- {id: tills, title: Tills, icon: point_of_sale, colour: 1}\n");
        folder.write("content/teams.yaml", "- {id: it-stores, title: Store IT, department: it}\n");
        sites("Europe/London");
        folder.write("content/services/till-fault.yaml", service);
        folder.write("content/services/quay-only.yaml",
                     with(with(service, "id: till-fault", "id: quay-only"), "sites: all", "sites: [quay-road]"));
        folder.write("content/services/bosses-only.yaml",
                     with(with(service, "id: till-fault", "id: bosses-only"), "audience: staff", "audience: [manager]"));
        article("en", "till-dark", "The till stays dark", "Press the green key.");
        article("en", "quay-lift", "The lift at the quay", "Ask the harbour master.", "sites: [quay-road]\n");
        article("en", "till-sale", "Tills on the first day of the sale", "Bring spare rolls to each till.", "pubDate: 2026-11-25\nexpires: 2026-11-27\n");
        folder.write("content/known-problems/till-freezes.yaml",
                     "id: till-freezes\ntitle: {en: Tills freeze at noon}\nmeanwhile: {en: Wait a minute at the till.}\nkeywords: {en: [till]}\n"
                     "category: tills\nsites: all\nservices: [till-fault]\nsince: 2026-11-25\nuntil: 2026-11-26\n");
        folder.write("content/known-problems/quay-flood.yaml",
                     "id: quay-flood\ntitle: {en: The till at the quay is wet}\nmeanwhile: {en: Use the till upstairs.}\nkeywords: {en: [till]}\n"
                     "category: tills\nsites: [quay-road]\n");
        article("en", "half-done", "A draft about tills", "Not yet.", "draft: true\n");
        article("de", "till-dark", "Die Kasse bleibt dunkel", "Die grüne Taste drücken.");
        if (change) change(*this);
        core::Problems problems;
        auto prepared = kb::prepare_folder(folder.path() / "content", folder.path() / "prepared", day(24), problems);
        for (const core::Problem& problem : problems) CAPTURE(problem.line_of_text());
        REQUIRE_MESSAGE(prepared, prepared.error().message);
        showing = {prepared->folder, 0, "harbour-street"};
    }
    void sites(const std::string& zone) const {
        folder.write("content/sites.yaml", "- {id: harbour-street, number: \"1\", title: Harbour Street, kind: store, zone: " + zone + ", language: en}\n"
                                           "- {id: quay-road, number: \"2\", title: Quay Road, kind: store, zone: Europe/London, language: en}\n");
    }
    // Of November 2026.
    [[nodiscard]] static core::Date day(unsigned number) {
        return {std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{number}};
    }
    void article(const std::string& language, const std::string& slug, const std::string& title, const std::string& body,
                 const std::string& more = "") const {
        folder.write("content/articles/" + language + "/" + slug + ".md",
                     "---\ntitle: " + title + "\ndescription: " + body + "\ncategory: tills\naudience: staff\n" + more + "---\n" + body + "\n");
    }
    [[nodiscard]] kiosk::Library library() const {
        auto opened = kiosk::Library::open(showing, day(24));
        REQUIRE_MESSAGE(opened, opened.error().message);
        return std::move(*opened);
    }
};

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& all) {
    std::vector<std::string> ids;
    for (const T& one : all) ids.push_back(one.id);
    return ids;
}

// Sorted: what is found, not in which order.
std::vector<std::string> found_ids(const kiosk::Library& library, std::string_view words) {
    const auto found = library.find(words, "en");
    REQUIRE(found);
    auto ids = ids_of(found->hits);
    std::sort(ids.begin(), ids.end());
    return ids;
}

// A worker with its thread, and a place to wait for what it tells.
struct WorkerKit : ContentKit {
    using ContentKit::ContentKit;
    Folder data_folder;
    kiosk::DataFolder data{data_folder.path() / "kiosk"};
    std::mutex mutex;
    std::condition_variable came;
    int rings = 0;
    kiosk::Actions told;
    ManualClock clock{at("2026-11-24T08:00:00Z")};
    std::unique_ptr<kiosk::Worker> worker;

    void start(const DeskKeys* desk = nullptr) {
        REQUIRE(core::make_folder(data.path, true));
        auto identity = kiosk::load_identity(data);
        REQUIRE(identity);
        if (desk) identity = kiosk::keep_enrolment(data, *identity, desk->enrolment(), "http://127.0.0.1:1");
        REQUIRE(identity);
        auto started = kiosk::Worker::start({.folder = data, .identity = *identity, .showing = showing, .fonts = {}, .clock = clock, .wake = [this] {
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
    CHECK(ids_of(content.articles) == std::vector<std::string>{"de/till-dark", "en/till-dark"});
    CHECK(content.catalog.known_problems.empty());

    auto found = library.find("lift quay", "en");
    REQUIRE(found);
    CHECK(found->hits.empty());
    // Not a dead end, and neither is what is for others.
    REQUIRE(!found->instead.empty());
    CHECK(found->instead[0].id == "till-fault");
    for (const kb::Hit& hit : found->instead) CHECK((hit.id == "till-fault" || hit.id == "en/till-dark"));
    CHECK(found_ids(library, "till") == std::vector<std::string>{"en/till-dark", "till-fault"});
}

TEST_CASE("library: what is for another site takes no place among the results") {
    const ContentKit kit([](const ContentKit& content) {
        for (int i = 0; i < 30; ++i) {
            content.article("en", "quay-till-" + std::to_string(i), "Till till till " + std::to_string(i), "The till at the quay.",
                            "sites: [quay-road]\n");
        }
    });
    CHECK(found_ids(kit.library(), "till") == std::vector<std::string>{"en/till-dark", "till-fault"});
}

TEST_CASE("library: what is typed is continued by titles that are shown here") {
    const ContentKit kit;
    const auto found = kit.library().find("til", "en");
    REQUIRE(found);
    REQUIRE(!found->suggestions.empty());
    for (const kb::Suggestion& one : found->suggestions) {
        CHECK((one.id.empty() || one.id == "en/till-dark" || one.id == "till-fault"));
        if (one.id == "till-fault") CHECK(one.kind == kb::HitKind::service);
    }
}

TEST_CASE("library: what has its days comes and goes with them, in lists and in searches") {
    const struct {
        unsigned day;
        bool differs;
        std::vector<std::string> articles;
        std::vector<std::string> known_problems;
        std::vector<std::string> found;
    } rows[] = {
        {24, false, {"de/till-dark", "en/till-dark"}, {}, {"en/till-dark", "till-fault"}},
        {25, true, {"de/till-dark", "en/till-dark", "en/till-sale"}, {"till-freezes"}, {"en/till-dark", "en/till-sale", "till-fault", "till-freezes"}},
        {26, true, {"de/till-dark", "en/till-dark", "en/till-sale"}, {}, {"en/till-dark", "en/till-sale", "till-fault"}},
        {27, true, {"de/till-dark", "en/till-dark"}, {}, {"en/till-dark", "till-fault"}},
        {28, false, {"de/till-dark", "en/till-dark"}, {}, {"en/till-dark", "till-fault"}},
    };
    const ContentKit kit;
    kiosk::Library library = kit.library();
    for (const auto& row : rows) {
        CAPTURE(row.day);
        const auto before = library.content();
        CHECK(library.turn_to(ContentKit::day(row.day)) == row.differs);
        CHECK(ids_of(library.content()->articles) == row.articles);
        CHECK(ids_of(library.content()->catalog.known_problems) == row.known_problems);
        CHECK(found_ids(library, "till") == row.found);
        const bool is_there = library.article("en/till-sale", "en") != nullptr;
        CHECK(is_there == (row.articles.size() == 3));
        // Who still draws the day before is not disturbed.
        if (row.differs) CHECK(before != library.content());
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

TEST_CASE("worker: at the site's midnight the page turns by itself") {
    WorkerKit kit;
    // London has no summer time in November; a kiosk in Dubai would have turned four hours before.
    kit.clock.set(at("2026-11-24T23:59:59Z"));
    kit.start();
    CHECK(ids_of(kit.waits_for<kiosk::ContentCame>().content->articles) == std::vector<std::string>{"de/till-dark", "en/till-dark"});
    kit.worker->give({kiosk::FindArticles{"sale", "en"}});
    CHECK(kit.waits_for<kiosk::HitsCame>().found.hits.empty());

    kit.told.clear();
    kit.clock.set(at("2026-11-25T00:00:00Z"));
    const kiosk::Content& next = *kit.waits_for<kiosk::ContentCame>().content;
    CHECK(ids_of(next.articles) == std::vector<std::string>{"de/till-dark", "en/till-dark", "en/till-sale"});
    CHECK(ids_of(next.catalog.known_problems) == std::vector<std::string>{"till-freezes"});
}

TEST_CASE("worker: the day is that of the site, whatever the time elsewhere") {
    const struct {
        const char* zone;
        const char* now;
        bool is_shown;  // on the 25th, not before
    } rows[] = {
        {"Asia/Dubai", "2026-11-24T19:59:59Z", false},
        {"Asia/Dubai", "2026-11-24T20:00:00Z", true},
        {"America/New_York", "2026-11-25T04:59:59Z", false},
        {"America/New_York", "2026-11-25T05:00:00Z", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.zone);
        CAPTURE(row.now);
        WorkerKit kit([&](const ContentKit& content) {
            content.sites(row.zone);
        });
        kit.clock.set(at(row.now));
        kit.start();
        const auto shown = ids_of(kit.waits_for<kiosk::ContentCame>().content->articles);
        CHECK((std::find(shown.begin(), shown.end(), "en/till-sale") != shown.end()) == row.is_shown);
    }
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
    const auto started = kiosk::Worker::start({.folder = kit.data, .identity = *identity, .showing = kit.showing, .fonts = {}, .clock = kit.clock, .wake = [] {}});
    REQUIRE(!started);
    CHECK(started.error().kind == core::ErrorKind::corrupt);
}
