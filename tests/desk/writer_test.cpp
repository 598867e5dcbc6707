#include "desk/store/writer.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <vector>

#include "core/base/sqlite.hpp"
#include "desk/store/readers.hpp"
#include "tests/support/folder.hpp"

using desk::Writer;

namespace {

std::unique_ptr<core::Database> notes_in(const std::filesystem::path& file) {
    auto db = core::open_sqlite(file, core::SqliteMode::read_write);
    REQUIRE(db);
    REQUIRE((*db)->run("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"));
    return std::move(*db);
}

Writer::Job adds(std::int64_t id, std::string text = "x") {
    return [id, text = std::move(text)](core::Database& db) -> core::Result<void> {
        auto done = db.run("INSERT INTO note (id, text) VALUES ($1, $2)", {id, text});
        if (!done) return core::fail(done.error());
        return {};
    };
}

std::vector<std::int64_t> ids_in(const std::filesystem::path& file) {
    desk::Readers readers(file);
    auto reader = readers.lend();
    REQUIRE(reader);
    auto ids = (*reader)->rows<std::int64_t>("SELECT id FROM note ORDER BY id", {}, [](const core::Row& row) { return row.integer(0); });
    REQUIRE(ids);
    return *ids;
}

// Holds the writer until it is let go, so that what follows waits together and becomes one batch.
class Gate {
public:
    explicit Gate(Writer& writer) {
        auto opened = open_.get_future().share();
        std::promise<void> reached;
        auto there = reached.get_future();
        auto held = std::make_shared<std::promise<void>>(std::move(reached));
        REQUIRE(writer.submit(
            [opened, held](core::Database&) -> core::Result<void> {
                held->set_value();
                opened.wait();
                return {};
            },
            [](core::Result<void>) {}));
        there.wait();
    }
    void let_go() { open_.set_value(); }

private:
    std::promise<void> open_;
};

}  // namespace

TEST_CASE("writer: one failing job among good ones leaves no trace and touches nobody") {
    const support::Folder folder;
    const auto file = folder.path() / "test.db";
    Writer writer(notes_in(file), core::Log::to_nowhere());
    Gate gate(writer);
    std::vector<std::future<core::Result<void>>> results;
    const auto submit = [&](Writer::Job job) {
        auto promise = std::make_shared<std::promise<core::Result<void>>>();
        results.push_back(promise->get_future());
        REQUIRE(writer.submit(std::move(job), [promise](core::Result<void> done) { promise->set_value(std::move(done)); }));
    };
    submit(adds(1));
    submit([](core::Database& db) -> core::Result<void> {
        if (auto half = adds(2)(db); !half) return half;
        return core::fail(core::ErrorKind::denied, "changed my mind");
    });
    submit(adds(1));  // taken
    submit(adds(3));
    gate.let_go();

    CHECK(results[0].get());
    CHECK(results[1].get().error().kind == core::ErrorKind::denied);
    CHECK(results[2].get().error().kind == core::ErrorKind::conflict);
    CHECK(results[3].get());
    CHECK(ids_in(file) == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("writer: a job is told only when others can read what it wrote") {
    const support::Folder folder;
    const auto file = folder.path() / "test.db";
    Writer writer(notes_in(file), core::Log::to_nowhere());
    std::promise<std::vector<std::int64_t>> seen;
    REQUIRE(writer.submit(adds(1), [&](core::Result<void> done) {
        REQUIRE(done);
        seen.set_value(ids_in(file));
    }));
    CHECK(seen.get_future().get() == std::vector<std::int64_t>{1});
}

TEST_CASE("writer: what waits shares its commit") {
    const support::Folder folder;
    const auto file = folder.path() / "test.db";
    Writer writer(notes_in(file), core::Log::to_nowhere());
    Gate gate(writer);
    std::vector<std::int64_t> seen_by_reader;  // after each job was told
    std::atomic<int> told{0};
    for (std::int64_t id = 1; id <= 50; ++id) {
        REQUIRE(writer.submit(adds(id), [&, id](core::Result<void> done) {
            CHECK(done);
            if (id == 1) seen_by_reader = ids_in(file);
            ++told;
        }));
    }
    CHECK(writer.waiting() == 50);
    gate.let_go();
    REQUIRE(writer.run([](core::Database&) -> core::Result<void> { return {}; }));
    CHECK(told == 50);
    CHECK(seen_by_reader.size() == 50);  // the last was committed when the first was told
}

TEST_CASE("writer: its queue is bounded, and a full one says so at once") {
    const support::Folder folder;
    Writer writer(notes_in(folder.path() / "test.db"), core::Log::to_nowhere());
    Gate gate(writer);
    std::atomic<std::size_t> told{0};
    const auto nothing = [](core::Database&) -> core::Result<void> { return {}; };
    for (std::size_t i = 0; i < Writer::longest_queue; ++i) REQUIRE(writer.submit(nothing, [&](core::Result<void>) { ++told; }));
    const auto refused = writer.submit(nothing, [&](core::Result<void>) { ++told; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == core::ErrorKind::unavailable);
    gate.let_go();
    while (writer.waiting() > 0) std::this_thread::yield();
    REQUIRE(writer.run(nothing));
    CHECK(told == Writer::longest_queue);
}

TEST_CASE("writer: on a full disk what fits is kept, the rest is told `full`, and it goes on") {
    const support::Folder folder;
    const auto file = folder.path() / "test.db";
    auto db = notes_in(file);
    REQUIRE(db->run("PRAGMA max_page_count = 8"));
    Writer writer(std::move(db), core::Log::to_nowhere());
    Gate gate(writer);
    std::promise<core::Result<void>> before, large, after;
    const auto tells = [](std::promise<core::Result<void>>& promise) {
        return [&promise](core::Result<void> done) { promise.set_value(std::move(done)); };
    };
    REQUIRE(writer.submit(adds(1), tells(before)));
    REQUIRE(writer.submit(adds(2, std::string(200'000, 'x')), tells(large)));
    REQUIRE(writer.submit(adds(3), tells(after)));
    gate.let_go();

    CHECK(before.get_future().get());
    const auto refused = large.get_future().get();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == core::ErrorKind::full);
    CHECK(after.get_future().get());
    CHECK(ids_in(file) == std::vector<std::int64_t>{1, 3});

    const auto alone = writer.run(adds(4, std::string(200'000, 'x')));
    REQUIRE_FALSE(alone);
    CHECK(alone.error().kind == core::ErrorKind::full);
    CHECK(writer.run(adds(5)));
}

TEST_CASE("writer: what waits is finished before it ends") {
    const support::Folder folder;
    const auto file = folder.path() / "test.db";
    std::atomic<int> told{0};
    {
        Writer writer(notes_in(file), core::Log::to_nowhere());
        for (std::int64_t id = 1; id <= 20; ++id) {
            REQUIRE(writer.submit(adds(id), [&](core::Result<void> done) { told += done.has_value() ? 1 : 0; }));
        }
    }
    CHECK(told == 20);
    CHECK(ids_in(file).size() == 20);
}

TEST_CASE("readers: they cannot write, and see one moment in a snapshot") {
    const support::Folder folder;
    const auto file = folder.path() / "test.db";
    Writer writer(notes_in(file), core::Log::to_nowhere());
    desk::Readers readers(file);
    auto reader = readers.lend();
    REQUIRE(reader);
    CHECK_FALSE((*reader)->run("INSERT INTO note (id, text) VALUES (1, 'x')"));
    const auto count = [&] {
        return (*reader)->row<std::int64_t>("SELECT count(*) FROM note", {}, [](const core::Row& row) { return row.integer(0); })->value();
    };
    REQUIRE((*reader)->snapshot([&]() -> core::Result<void> {
        CHECK(count() == 0);
        REQUIRE(writer.run(adds(1)));
        CHECK(count() == 0);
        return {};
    }));
    CHECK(count() == 1);
}
