#include "kiosk/shell/feedback_box.hpp"

#include <iterator>

#include "core/base/sqlite.hpp"

namespace kiosk {
namespace {

constexpr core::Migration migrations[] = {
    {1, R"(
CREATE TABLE session (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,  -- their order, and the only thing known of when
    box TEXT NOT NULL,                              -- sealed to the desk
    batch INTEGER                                   -- that it travels in; null while it waits for one
) STRICT;
CREATE INDEX session_batch ON session (batch);
CREATE TABLE state (
    last_batch INTEGER NOT NULL,
    lost INTEGER NOT NULL,                          -- sessions dropped that no batch has told of
    lost_told INTEGER NOT NULL                      -- by the batch under way
) STRICT;
INSERT INTO state (last_batch, lost, lost_told) VALUES (0, 0, 0);
)"},
};

template <class T>
core::Result<void> done(const core::Result<T>& result) {
    if (!result) return core::fail(result.error());
    return {};
}

core::Result<std::int64_t> number(core::Database& db, std::string_view sql) {
    auto found = db.row<std::int64_t>(sql, {}, [](const core::Row& row) { return row.integer(0); });
    if (!found) return core::fail(found.error());
    return found->value_or(0);
}

core::Result<std::unique_ptr<core::Database>> open_sound(const std::filesystem::path& file) {
    auto db = core::open_sqlite(file, core::SqliteMode::read_write);
    if (!db) return db;
    if (auto ready = core::migrate(**db, migrations); !ready) return core::fail(ready.error());
    if (auto read = number(**db, "SELECT count(*) FROM session"); !read) return core::fail(read.error());
    return db;
}

}  // namespace

core::Result<std::unique_ptr<core::Database>> open_feedback_box(const std::filesystem::path& file) {
    auto db = open_sound(file);
    if (db || db.error().kind != core::ErrorKind::corrupt) return db;
    std::error_code ignored;
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + part, ignored);
    return open_sound(file);
}

core::Result<void> FeedbackBox::put(const catalog::Feedback& feedback, std::string_view seal_key) {
    const auto box = catalog::seal_feedback(feedback, seal_key);
    if (!box) return core::fail(box.error());
    return db_.transaction([&]() -> core::Result<void> {
        if (auto kept = db_.run("INSERT INTO session (box) VALUES ($1)", {*box}); !kept) return done(kept);
        // What is under way is left alone: its batch must stay what it was.
        auto dropped = db_.run(
            R"(DELETE FROM session
                WHERE id IN (SELECT id FROM session WHERE batch IS NULL ORDER BY id DESC LIMIT -1 OFFSET $1))",
            {most_sessions_kept});
        if (!dropped) return done(dropped);
        if (*dropped == 0) return {};
        return done(db_.run("UPDATE state SET lost = lost + $1", {*dropped}));
    });
}

core::Result<std::optional<catalog::FeedbackBatch>> FeedbackBox::next(core::Time now) {
    std::optional<catalog::FeedbackBatch> batch;
    auto taken = db_.transaction([&]() -> core::Result<void> {
        auto under_way = number(db_, "SELECT count(*) FROM session WHERE batch IS NOT NULL");
        if (!under_way) return done(under_way);
        if (*under_way == 0) {
            auto marked = db_.run(
                R"(UPDATE session SET batch = (SELECT max(last_batch + 1, $1) FROM state)
                    WHERE id IN (SELECT id FROM session ORDER BY id LIMIT $2))",
                {now, static_cast<std::int64_t>(catalog::largest_feedback_batch)});
            if (!marked) return done(marked);
            if (*marked == 0) return {};
            auto counted = db_.run("UPDATE state SET last_batch = max(last_batch + 1, $1), lost_told = lost", {now});
            if (!counted) return done(counted);
        }
        auto boxes = db_.rows<std::string>("SELECT box FROM session WHERE batch IS NOT NULL ORDER BY id", {},
                                           [](const core::Row& row) { return row.text(0); });
        if (!boxes) return done(boxes);
        auto head = db_.row<catalog::FeedbackBatch>("SELECT last_batch, lost_told FROM state", {}, [](const core::Row& row) {
            return catalog::FeedbackBatch{row.integer(0), row.integer(1), {}};
        });
        if (!head) return done(head);
        batch = std::move(*head);
        batch->boxes = std::move(*boxes);
        return {};
    });
    if (!taken) return core::fail(taken.error());
    return batch;
}

core::Result<void> FeedbackBox::settle(std::int64_t settled) {
    return db_.transaction([&]() -> core::Result<void> {
        auto gone = db_.run("DELETE FROM session WHERE batch = $1", {settled});
        if (!gone) return done(gone);
        return done(db_.run("UPDATE state SET lost = lost - lost_told, lost_told = 0 WHERE last_batch = $1", {settled}));
    });
}

core::Result<void> FeedbackBox::give_up(std::int64_t refused) {
    return db_.transaction([&]() -> core::Result<void> {
        auto gone = db_.run("DELETE FROM session WHERE batch = $1", {refused});
        if (!gone) return done(gone);
        return done(db_.run("UPDATE state SET lost = lost + $2, lost_told = 0 WHERE last_batch = $1", {refused, *gone}));
    });
}

core::Result<std::int64_t> FeedbackBox::waiting() const { return number(db_, "SELECT count(*) FROM session"); }

}  // namespace kiosk
