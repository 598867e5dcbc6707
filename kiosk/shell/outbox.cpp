#include "kiosk/shell/outbox.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/json.hpp"
#include "core/catalog/claim_code.hpp"

namespace kiosk {
namespace {

// A thief of the disk finds no words of anyone here: `box` is sealed, and the claim code is there only as a slow hash,
// since with the code the desk would tell about the request.
constexpr core::Migration migrations[] = {
    {1, R"(
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL UNIQUE,      -- of this kiosk, from 1 without gaps
    captured_at INTEGER NOT NULL,          -- seconds, corrected by clock_offset
    clock_offset INTEGER NOT NULL,
    hash TEXT NOT NULL,                    -- of the payload
    seal_key TEXT NOT NULL,
    box TEXT,                              -- null once it was dropped
    code_start TEXT NOT NULL,              -- "K7-0042": finds the row whose code_hash is to be compared
    code_hash TEXT NOT NULL,               -- Argon2id
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'quarantined')),
    claimed_until_ms INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at_ms INTEGER NOT NULL,
    alone INTEGER NOT NULL DEFAULT 0,      -- was in a batch that was refused as a whole
    problem TEXT NOT NULL DEFAULT '',      -- of the last try
    receipt TEXT NOT NULL DEFAULT '',      -- the desk's, as JSON
    ticket TEXT NOT NULL DEFAULT '',
    sent_at INTEGER,
    desk_state TEXT NOT NULL DEFAULT '',   -- as the desk last told
    desk_updated_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_due ON outbox (state, next_try_at_ms);
CREATE INDEX outbox_code ON outbox (code_start);
CREATE TABLE counter (last_sequence INTEGER NOT NULL) STRICT;
INSERT INTO counter (last_sequence) VALUES (0);
CREATE TABLE fact (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE feedback (
    article TEXT NOT NULL PRIMARY KEY,
    helped INTEGER NOT NULL DEFAULT 0,
    not_helped INTEGER NOT NULL DEFAULT 0
) STRICT;
)"},
    // What sessions tell about the content is sealed, in a file of its own.
    {2, "DROP TABLE feedback"},
};

std::int64_t to_ms(core::PreciseTime time) { return time.time_since_epoch().count(); }
core::PreciseTime from_ms(std::int64_t ms) { return core::PreciseTime{std::chrono::milliseconds{ms}}; }

template <class T>
core::Result<void> done(const core::Result<T>& result) {
    if (!result) return core::fail(result.error());
    return {};
}

// All of a code but its random part and its check: "K7-0042" of "K7-0042-R4TX-9".
std::string_view start_of(std::string_view code) {
    for (int group = 0; group < 2; ++group) {
        const auto hyphen = code.rfind('-');
        if (hyphen == std::string_view::npos) return {};
        code = code.substr(0, hyphen);
    }
    return code;
}

core::Result<std::int64_t> number(core::Database& db, std::string_view sql,
                                  std::initializer_list<core::Value> values = {}) {
    auto row = db.row<std::int64_t>(sql, values, [](const core::Row& r) { return r.integer(0); });
    if (!row) return core::fail(row.error());
    return row->value_or(0);
}

catalog::Envelope read_envelope(const core::Row& row) {
    catalog::Envelope envelope;
    envelope.id = row.text(0);
    envelope.sequence = row.integer(1);
    envelope.captured_at = row.time(2);
    envelope.clock_offset = row.integer(3);
    envelope.hash = row.text(4);
    envelope.seal_key = row.text(5);
    envelope.box = row.text(6);
    return envelope;
}

core::Result<std::unique_ptr<core::Database>> open_sound(const std::filesystem::path& file, core::SqliteMode mode) {
    auto db = core::open_sqlite(file, mode);
    if (!db) return core::fail(db.error());
    if (mode == core::SqliteMode::read_write) {
        // A cheap look at the whole file: a damaged outbox is told at the start, not when somebody presses Send.
        auto sound = (*db)->row<std::string>("PRAGMA quick_check(1)", {}, [](const core::Row& r) { return r.text(0); });
        if (!sound) return core::fail(sound.error().in(file.string()));
        if (sound->value_or("") != "ok") {
            return core::fail(core::ErrorKind::corrupt, file.string() + " is damaged: " + sound->value_or("no answer"));
        }
        // What is deleted or replaced is overwritten, also inside of the file.
        if (auto set = (*db)->run("PRAGMA secure_delete=ON"); !set) return core::fail(set.error());
        if (auto ready = core::migrate(**db, migrations); !ready) return core::fail(ready.error().in(file.string()));
    }
    return db;
}

}  // namespace

core::Result<std::unique_ptr<core::Database>> open_outbox(const std::filesystem::path& file, core::SqliteMode mode) {
    auto db = open_sound(file, mode);
    if (db || db.error().kind != core::ErrorKind::corrupt) return db;
    return core::fail(core::ErrorKind::corrupt,
                      "the outbox " + file.string() + " is damaged; keep the file, since requests may be rescued from it, "
                      "and start with another data folder (" + db.error().message + ")");
}

core::Result<void> Outbox::release_claims() { return done(db_.run("UPDATE outbox SET claimed_until_ms = 0")); }

core::Result<std::string> Outbox::put(catalog::Request request, const Sealing& sealing, core::PreciseTime now) {
    std::string code;
    auto kept = db_.transaction([&]() -> core::Result<void> {
        auto waiting = number(db_, "SELECT count(*) FROM outbox WHERE state = 'waiting'");
        if (!waiting) return core::fail(waiting.error());
        if (*waiting >= most_waiting) return core::fail(core::ErrorKind::full, "the outbox is full");

        auto sequence = db_.row<std::int64_t>("SELECT sequence FROM outbox WHERE id = $1", {request.id},
                                              [](const core::Row& r) { return r.integer(0); });
        if (!sequence) return core::fail(sequence.error());
        if (*sequence) {
            auto removed = db_.run("DELETE FROM outbox WHERE id = $1 AND state = 'waiting' AND attempts = 0"
                                   " AND claimed_until_ms = 0", {request.id});
            if (!removed) return core::fail(removed.error());
            if (*removed == 0) return core::fail(core::ErrorKind::conflict, "this request was sent before");
        } else {
            auto counted = db_.run("UPDATE counter SET last_sequence = last_sequence + 1");
            if (!counted) return core::fail(counted.error());
            auto next = number(db_, "SELECT last_sequence FROM counter");
            if (!next) return core::fail(next.error());
            *sequence = *next;
        }

        code = catalog::make_claim_code(sealing.short_name, **sequence, random_);
        request.claim_code = code;
        auto envelope = catalog::seal_request(request, sealing.seal_key);
        if (!envelope) return core::fail(envelope.error());
        envelope->sequence = **sequence;
        envelope->clock_offset = sealing.clock_offset;
        if (core::canonical(envelope->to_json()).size() + 512 > catalog::largest_request_bytes) {
            return core::fail(core::ErrorKind::invalid, "the request is too large");
        }
        auto code_hash = core::hash_password(code);
        if (!code_hash) return core::fail(code_hash.error());

        return done(db_.run(
            R"(INSERT INTO outbox (id, sequence, captured_at, clock_offset, hash, seal_key, box, code_start, code_hash,
                                   state, next_try_at_ms)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10))",
            {envelope->id, envelope->sequence, envelope->captured_at, envelope->clock_offset, envelope->hash,
             envelope->seal_key, envelope->box, start_of(code), *code_hash, to_ms(now)}));
    });
    if (!kept) return core::fail(kept.error());
    return code;
}

core::Result<std::vector<Outbox::Pending>> Outbox::claim(core::PreciseTime now, std::size_t limit) {
    std::vector<Pending> claimed;
    auto taken = db_.transaction([&]() -> core::Result<void> {
        auto due = db_.rows<Pending>(
            R"(SELECT id, sequence, captured_at, clock_offset, hash, seal_key, box, attempts, alone FROM outbox
                WHERE state = 'waiting' AND next_try_at_ms <= $1 AND claimed_until_ms <= $1 AND box IS NOT NULL
                ORDER BY sequence LIMIT $2)",
            {to_ms(now), static_cast<std::int64_t>(limit)},
            [](const core::Row& row) { return Pending{read_envelope(row), row.integer(7), row.truth(8)}; });
        if (!due) return core::fail(due.error());

        if (!due->empty() && due->front().alone) {
            due->resize(1);
        } else {
            std::erase_if(*due, [](const Pending& pending) { return pending.alone; });
        }
        for (const Pending& pending : *due) {
            auto marked = db_.run("UPDATE outbox SET claimed_until_ms = $2, attempts = attempts + 1 WHERE id = $1",
                                  {pending.envelope.id, to_ms(now + claim_length)});
            if (!marked) return core::fail(marked.error());
        }
        claimed = std::move(*due);
        return {};
    });
    if (!taken) return core::fail(taken.error());
    return claimed;
}

core::Result<void> Outbox::settle(std::string_view id, const catalog::Receipt& receipt, std::string_view receipt_key,
                                  core::Time now) {
    auto hash = db_.row<std::string>("SELECT hash FROM outbox WHERE id = $1", {id},
                                     [](const core::Row& r) { return r.text(0); });
    if (!hash) return core::fail(hash.error());
    if (!*hash) return core::fail(core::ErrorKind::not_found, "a receipt for a request that is not ours");
    if (!receipt.proves(id, **hash, receipt_key)) {
        return core::fail(core::ErrorKind::denied, "the receipt does not prove that the desk has the request");
    }
    return done(db_.run(
        R"(UPDATE outbox SET state = 'sent', claimed_until_ms = 0, problem = '', receipt = $2, ticket = $3,
                             sent_at = coalesce(sent_at, $4)
            WHERE id = $1)",
        {id, core::canonical(receipt.to_json()), receipt.ticket, now}));
}

core::Result<void> Outbox::postpone(std::string_view id, std::string_view problem, core::PreciseTime now,
                                    std::optional<std::chrono::seconds> retry_after) {
    auto attempts = number(db_, "SELECT attempts FROM outbox WHERE id = $1", {id});
    if (!attempts) return core::fail(attempts.error());

    using std::chrono::milliseconds;
    milliseconds pause;
    if (retry_after) {
        pause = std::min<milliseconds>(*retry_after, longest_backoff * 6);
    } else {
        // Full jitter: a thousand kiosks that lost the desk together do not come back together.
        const int doublings = static_cast<int>(std::clamp<std::int64_t>(*attempts, 0, 20));
        const milliseconds most = std::min<milliseconds>(milliseconds{500} * (1 << doublings), longest_backoff);
        pause = milliseconds{random_.below(static_cast<std::uint64_t>(most.count()) + 1)};
    }
    return done(db_.run(
        "UPDATE outbox SET claimed_until_ms = 0, next_try_at_ms = $2, problem = $3 WHERE id = $1 AND state = 'waiting'",
        {id, to_ms(now + pause), problem}));
}

core::Result<void> Outbox::send_alone(std::string_view id, core::PreciseTime now) {
    return done(db_.run("UPDATE outbox SET claimed_until_ms = 0, alone = 1, next_try_at_ms = $2 WHERE id = $1",
                        {id, to_ms(now)}));
}

core::Result<void> Outbox::send_later(std::string_view id) {
    return done(db_.run("UPDATE outbox SET claimed_until_ms = 0, attempts = attempts - 1 WHERE id = $1", {id}));
}

core::Result<void> Outbox::quarantine(std::string_view id, std::string_view problem) {
    return done(db_.run(
        "UPDATE outbox SET state = 'quarantined', claimed_until_ms = 0, problem = $2 WHERE id = $1 AND state = 'waiting'",
        {id, problem}));
}

core::Result<void> Outbox::hurry(core::PreciseTime now) {
    return done(db_.run("UPDATE outbox SET next_try_at_ms = $1 WHERE state = 'waiting' AND next_try_at_ms > $1",
                        {to_ms(now)}));
}

core::Result<std::int64_t> Outbox::retry(std::string_view id_or_empty, core::PreciseTime now) {
    return db_.run(
        R"(UPDATE outbox SET state = 'waiting', next_try_at_ms = $2, attempts = 0
            WHERE state <> 'sent' AND box IS NOT NULL AND ($1 = '' OR id = $1))",
        {id_or_empty, to_ms(now)});
}

core::Result<std::int64_t> Outbox::send_again(const std::vector<std::int64_t>& sequences, core::PreciseTime now) {
    std::int64_t count = 0;
    auto marked = db_.transaction([&]() -> core::Result<void> {
        for (const std::int64_t sequence : sequences) {
            auto one = db_.run(
                R"(UPDATE outbox SET state = 'waiting', next_try_at_ms = $2, attempts = 0
                    WHERE sequence = $1 AND state = 'sent' AND box IS NOT NULL)",
                {sequence, to_ms(now)});
            if (!one) return core::fail(one.error());
            count += *one;
        }
        return {};
    });
    if (!marked) return core::fail(marked.error());
    return count;
}

core::Result<void> Outbox::purge(core::Time now) {
    auto dropped = db_.run("UPDATE outbox SET box = NULL WHERE state = 'sent' AND box IS NOT NULL AND sent_at <= $1",
                           {now - box_retention});
    if (!dropped) return core::fail(dropped.error());
    return done(db_.run("DELETE FROM outbox WHERE state = 'sent' AND sent_at <= $1", {now - row_retention}));
}

core::Result<std::int64_t> Outbox::reseal(const core::SealKey& from, std::string_view to) {
    std::int64_t count = 0;
    auto resealed = db_.transaction([&]() -> core::Result<void> {
        auto held = db_.rows<catalog::Envelope>(
            R"(SELECT id, sequence, captured_at, clock_offset, hash, seal_key, box FROM outbox
                WHERE seal_key = $1 AND box IS NOT NULL)",
            {from.public_key}, [](const core::Row& row) { return read_envelope(row); });
        if (!held) return core::fail(held.error());
        for (const catalog::Envelope& envelope : *held) {
            auto payload = catalog::open_envelope(envelope, from);
            if (!payload) return core::fail(payload.error().in("request " + envelope.id));
            auto box = core::seal(*payload, to);
            core::wipe(*payload);
            if (!box) return core::fail(box.error());
            auto changed = db_.run("UPDATE outbox SET box = $2, seal_key = $3 WHERE id = $1", {envelope.id, core::to_base64url(*box), to});
            if (!changed) return core::fail(changed.error());
            ++count;
        }
        return {};
    });
    if (!resealed) return core::fail(resealed.error());
    return count;
}

core::Result<std::int64_t> Outbox::waiting() const {
    return number(db_, "SELECT count(*) FROM outbox WHERE state = 'waiting'");
}

core::Result<std::optional<core::PreciseTime>> Outbox::next_due() const {
    return db_.row<core::PreciseTime>(
        R"(SELECT max(next_try_at_ms, claimed_until_ms) AS due FROM outbox WHERE state = 'waiting'
            ORDER BY due LIMIT 1)",
        {}, [](const core::Row& row) { return from_ms(row.integer(0)); });
}

core::Result<std::vector<Outbox::Entry>> Outbox::list(core::PreciseTime now) const {
    return db_.rows<Entry>(
        R"(SELECT id, sequence, CASE WHEN state = 'waiting' AND claimed_until_ms > $1 THEN 'claimed' ELSE state END,
                  captured_at, attempts, next_try_at_ms, problem, ticket, sent_at, box IS NOT NULL
             FROM outbox ORDER BY sequence)",
        {to_ms(now)}, [](const core::Row& row) {
            return Entry{row.text(0),    row.integer(1),           row.text(2), row.time(3),
                         row.integer(4), from_ms(row.integer(5)), row.text(6), row.text(7),
                         row.maybe_time(8), row.truth(9)};
        });
}

core::Result<std::int64_t> Outbox::export_lines(const Identity& identity,
                                                const std::function<core::Result<void>(std::string)>& line) const {
    if (!identity.is_enrolled()) {
        return core::fail(core::ErrorKind::denied,
                          "this kiosk is not enrolled, so its requests are still sealed to itself; enrol it first");
    }
    auto held = db_.rows<catalog::Envelope>(
        R"(SELECT id, sequence, captured_at, clock_offset, hash, seal_key, box FROM outbox
            WHERE state <> 'sent' AND box IS NOT NULL ORDER BY sequence)",
        {}, [](const core::Row& row) { return read_envelope(row); });
    if (!held) return core::fail(held.error());
    for (catalog::Envelope& envelope : *held) {
        auto ready = signed_envelope(std::move(envelope), identity);
        if (!ready) return core::fail(ready.error());
        if (auto written = line(core::canonical(ready->to_json())); !written) return core::fail(written.error());
    }
    return static_cast<std::int64_t>(held->size());
}

core::Result<std::optional<Outbox::Known>> Outbox::find(std::string_view claim_code) const {
    auto candidates = db_.rows<std::pair<Known, std::string>>(
        R"(SELECT id, state = 'sent', ticket, desk_state, desk_updated_at, captured_at, code_hash FROM outbox
            WHERE code_start = $1)",
        {start_of(claim_code)}, [](const core::Row& row) {
            return std::pair{Known{row.text(0), row.truth(1), row.text(2), row.text(3), row.time(4), row.time(5)},
                             row.text(6)};
        });
    if (!candidates) return core::fail(candidates.error());
    for (auto& [known, hash] : *candidates) {
        if (core::is_password(claim_code, hash)) return known;
    }
    return std::nullopt;
}

core::Result<void> Outbox::note_progress(const catalog::Progress& progress) {
    return done(db_.run(
        R"(UPDATE outbox SET desk_state = $2, desk_updated_at = $3, ticket = $4
            WHERE id = $1 AND desk_updated_at <= $3)",
        {progress.request, progress.state, progress.updated_at, progress.ticket}));
}

core::Result<std::string> Outbox::fact(std::string_view name) const {
    auto value = db_.row<std::string>("SELECT value FROM fact WHERE name = $1", {name},
                                      [](const core::Row& r) { return r.text(0); });
    if (!value) return core::fail(value.error());
    return value->value_or("");
}

core::Result<void> Outbox::set_fact(std::string_view name, std::string_view value) {
    return done(db_.run("INSERT INTO fact (name, value) VALUES ($1, $2)"
                        " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
                        {name, value}));
}

core::Result<catalog::Envelope> signed_envelope(catalog::Envelope envelope, const Identity& identity) {
    envelope.kiosk = identity.kiosk;
    if (auto done_signing = envelope.sign(identity.signing.secret_key); !done_signing) {
        return core::fail(done_signing.error());
    }
    return envelope;
}

}  // namespace kiosk
