#include <doctest/doctest.h>

#include "core/base/sqlite.hpp"
#include "tests/support/folder.hpp"

namespace {

constexpr core::Migration steps[] = {
    {1, "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;\nCREATE TABLE other (id INTEGER PRIMARY KEY) STRICT"},
    {2, "ALTER TABLE thing ADD COLUMN at INTEGER"},
};

std::unique_ptr<core::Database> fresh() {
    auto db = core::open_sqlite(":memory:", core::SqliteMode::read_write);
    REQUIRE(db);
    REQUIRE(core::migrate(**db, steps));
    return std::move(*db);
}

std::int64_t count(core::Database& db) {
    return (*db.row<std::int64_t>("SELECT count(*) FROM thing", {}, [](const core::Row& r) { return r.integer(0); })).value();
}

}  // namespace

TEST_CASE("database: values come back as they went in, nothing included") {
    auto db = fresh();
    const std::string odd("with \0 zero and 'quote'", 23);
    REQUIRE(db->run("INSERT INTO thing (id, name, at) VALUES ($1, $2, $3)", {1, odd, core::from_seconds(5)}));
    REQUIRE(db->run("INSERT INTO thing (id, name, at) VALUES ($1, $2, $3)", {2, "b", nullptr}));
    const auto names = db->rows<std::string>("SELECT name FROM thing WHERE id = $1", {1}, [](const core::Row& r) { return r.text(0); });
    REQUIRE(names);
    CHECK(names->at(0) == odd);
    const auto at = db->row<bool>("SELECT at FROM thing WHERE id = $1", {2}, [](const core::Row& r) { return r.is_null(0); });
    CHECK(at->value());
}

TEST_CASE("database: a broken rule is a conflict and a broken statement is invalid") {
    auto db = fresh();
    REQUIRE(db->run("INSERT INTO thing (name) VALUES ($1)", {"a"}));
    CHECK(db->run("INSERT INTO thing (name) VALUES ($1)", {"a"}).error().kind == core::ErrorKind::conflict);
    CHECK(db->run("INSERT INTO nowhere VALUES (1)").error().kind == core::ErrorKind::invalid);
}

TEST_CASE("database: a transaction is all or nothing, and a nested one fails alone") {
    auto db = fresh();
    const auto add = [&](const char* name) -> core::Result<void> {
        auto done = db->run("INSERT INTO thing (name) VALUES ($1)", {name});
        if (!done) return core::fail(done.error());
        return {};
    };
    const auto outcome = db->transaction([&]() -> core::Result<void> {
        REQUIRE(add("kept"));
        const auto inner = db->transaction([&]() -> core::Result<void> {
            REQUIRE(add("undone"));
            return core::fail(core::ErrorKind::invalid, "no");
        });
        CHECK_FALSE(inner);
        return {};
    });
    CHECK(outcome);
    CHECK(count(*db) == 1);
    CHECK_FALSE(db->transaction([&]() -> core::Result<void> {
        REQUIRE(add("gone"));
        return core::fail(core::ErrorKind::invalid, "no");
    }));
    CHECK(count(*db) == 1);
}

TEST_CASE("database: the schema is brought up once, and a newer one is refused") {
    const support::Folder folder;
    const auto file = folder.path() / "x.sqlite";
    {
        auto db = core::open_sqlite(file, core::SqliteMode::read_write);
        REQUIRE(db);
        REQUIRE(core::migrate(**db, std::span(steps, 1)));
        REQUIRE(core::migrate(**db, steps));
        REQUIRE(core::migrate(**db, steps));
    }
    auto db = core::open_sqlite(file, core::SqliteMode::read_write);
    CHECK(core::migrate(**db, std::span(steps, 1)).error().kind == core::ErrorKind::conflict);
}

TEST_CASE("database: a reader cannot write, and sees what was committed") {
    const support::Folder folder;
    const auto file = folder.path() / "x.sqlite";
    auto writer = core::open_sqlite(file, core::SqliteMode::read_write);
    REQUIRE(core::migrate(**writer, steps));
    auto reader = core::open_sqlite(file, core::SqliteMode::read_only);
    REQUIRE(reader);
    REQUIRE((*writer)->run("INSERT INTO thing (name) VALUES ('a')"));
    CHECK(count(**reader) == 1);
    CHECK((*reader)->run("DELETE FROM thing").error().kind == core::ErrorKind::denied);
}

TEST_CASE("database: a file that is no database says so") {
    const support::Folder folder;
    const auto file = folder.write("x.sqlite", std::string(5000, 'x'));
    const auto db = core::open_sqlite(file, core::SqliteMode::read_write);
    REQUIRE_FALSE(db);
    CHECK(db.error().kind == core::ErrorKind::corrupt);
    CHECK(core::open_sqlite(folder.path() / "absent.sqlite", core::SqliteMode::read_only).error().kind == core::ErrorKind::not_found);
}
