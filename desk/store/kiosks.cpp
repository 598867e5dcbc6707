#include "desk/store/kiosks.hpp"

#include <fmt/format.h>

#include "desk/store/counter.hpp"

namespace desk {
namespace {

constexpr std::string_view kiosk_columns =
    "id, short_name, site, public_key, active, clock_offset, enrolled_at, last_seen_at, last_request_at, channel, "
    "shows_release, shows_channel, shows_state";

Kiosk kiosk_of(const core::Row& row) {
    return {row.text(0),    row.text(1), row.text(2),       row.text(3),      row.truth(4),
            row.integer(5), row.time(6), row.maybe_time(7), row.maybe_time(8), row.text(9),
            {row.text(10), row.text(11), row.text(12)}};
}

core::Result<void> done(const core::Result<std::int64_t>& result) {
    if (!result) return core::fail(result.error());
    return {};
}

// More would be a kiosk gone wild; what lies beyond is looked at once the first are here.
constexpr int most_arrivals_looked_at = 1'000;

}  // namespace

core::Result<void> Kiosks::add_code(std::string_view code_hash, std::string_view site, core::Time expires_at) {
    return done(db_.run("INSERT INTO enrol_code (hash, site, expires_at, used_by) VALUES ($1, $2, $3, '')",
                        {code_hash, site, expires_at}));
}

core::Result<std::optional<std::string>> Kiosks::use_code(std::string_view code_hash, std::string_view kiosk,
                                                          core::Time now) {
    return db_.row<std::string>(
        R"(UPDATE enrol_code SET used_at = $3, used_by = $2
            WHERE hash = $1 AND used_at IS NULL AND expires_at > $3
        RETURNING site)",
        {code_hash, kiosk, now}, [](const core::Row& row) { return row.text(0); });
}

core::Result<bool> Kiosks::has_used_code(std::string_view code_hash, std::string_view kiosk) {
    auto used = db_.row<bool>("SELECT 1 FROM enrol_code WHERE hash = $1 AND used_by = $2", {code_hash, kiosk},
                              [](const core::Row&) { return true; });
    if (!used) return core::fail(used.error());
    return used->value_or(false);
}

core::Result<std::int64_t> Kiosks::next_kiosk_number() { return next_of(db_, "kiosk"); }

core::Result<void> Kiosks::add(const Kiosk& it) {
    return done(db_.run(
        R"(INSERT INTO kiosk (id, short_name, site, public_key, active, clock_offset, enrolled_at, arrived_to)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 0))",
        {it.id, it.short_name, it.site, it.public_key, it.active, it.clock_offset, it.enrolled_at}));
}

core::Result<std::optional<Kiosk>> Kiosks::find(std::string_view id) {
    return db_.row<Kiosk>(fmt::format("SELECT {} FROM kiosk WHERE id = $1", kiosk_columns), {id}, kiosk_of);
}

core::Result<std::optional<Kiosk>> Kiosks::find_by_key(std::string_view public_key) {
    return db_.row<Kiosk>(fmt::format("SELECT {} FROM kiosk WHERE public_key = $1", kiosk_columns), {public_key},
                          kiosk_of);
}

core::Result<std::vector<Kiosk>> Kiosks::all() {
    return db_.rows<Kiosk>(fmt::format("SELECT {} FROM kiosk ORDER BY enrolled_at, short_name", kiosk_columns), {},
                           kiosk_of);
}

core::Result<bool> Kiosks::set_active(std::string_view short_name, bool active) {
    auto changed = db_.run("UPDATE kiosk SET active = $2 WHERE short_name = $1", {short_name, active});
    if (!changed) return core::fail(changed.error());
    return *changed > 0;
}

core::Result<void> Kiosks::move(std::string_view id, std::string_view site) {
    return done(db_.run("UPDATE kiosk SET site = $2 WHERE id = $1", {id, site}));
}

core::Result<std::int64_t> Kiosks::set_channel(std::string_view short_name, std::string_view channel) {
    return db_.run("UPDATE kiosk SET channel = $2 WHERE short_name = $1", {short_name, channel});
}

core::Result<std::int64_t> Kiosks::set_channel_of_site(std::string_view site, std::string_view channel) {
    return db_.run("UPDATE kiosk SET channel = $2 WHERE site = $1", {site, channel});
}

core::Result<void> Kiosks::note_seen(std::string_view id, const catalog::Shows& shows, core::Time now) {
    return done(db_.run(
        R"(UPDATE kiosk SET last_seen_at = $2, shows_release = $3, shows_channel = $4, shows_state = $5
            WHERE id = $1)",
        {id, now, shows.release, shows.channel, shows.state}));
}

core::Result<void> Kiosks::note_arrival(std::string_view id, std::int64_t sequence, std::int64_t clock_offset,
                                        core::Time now) {
    auto noted = db_.run("UPDATE kiosk SET clock_offset = $2, last_seen_at = $3, last_request_at = $3 WHERE id = $1",
                         {id, clock_offset, now});
    if (!noted) return core::fail(noted.error());

    auto before = db_.row<std::int64_t>("SELECT arrived_to FROM kiosk WHERE id = $1", {id},
                                        [](const core::Row& row) { return row.integer(0); });
    if (!before) return core::fail(before.error());
    if (!*before || sequence <= **before) return {};

    auto kept = db_.run("INSERT INTO arrival (kiosk, sequence) VALUES ($1, $2) ON CONFLICT (kiosk, sequence) DO NOTHING",
                        {id, sequence});
    if (!kept) return core::fail(kept.error());
    if (sequence != **before + 1) return {};

    auto above = db_.rows<std::int64_t>(
        "SELECT sequence FROM arrival WHERE kiosk = $1 ORDER BY sequence LIMIT $2", {id, most_arrivals_looked_at},
        [](const core::Row& row) { return row.integer(0); });
    if (!above) return core::fail(above.error());
    std::int64_t arrived_to = **before;
    for (const std::int64_t each : *above) {
        if (each != arrived_to + 1) break;
        arrived_to = each;
    }
    auto moved = db_.run("UPDATE kiosk SET arrived_to = $2 WHERE id = $1", {id, arrived_to});
    if (!moved) return core::fail(moved.error());
    return done(db_.run("DELETE FROM arrival WHERE kiosk = $1 AND sequence <= $2", {id, arrived_to}));
}

core::Result<std::vector<std::int64_t>> Kiosks::missing(std::string_view id, std::size_t limit) {
    auto before = db_.row<std::int64_t>("SELECT arrived_to FROM kiosk WHERE id = $1", {id},
                                        [](const core::Row& row) { return row.integer(0); });
    if (!before) return core::fail(before.error());
    auto above = db_.rows<std::int64_t>(
        "SELECT sequence FROM arrival WHERE kiosk = $1 ORDER BY sequence LIMIT $2", {id, most_arrivals_looked_at},
        [](const core::Row& row) { return row.integer(0); });
    if (!above) return core::fail(above.error());

    std::vector<std::int64_t> missing;
    std::int64_t expected = before->value_or(0) + 1;
    for (const std::int64_t each : *above) {
        for (; expected < each && missing.size() < limit; ++expected) missing.push_back(expected);
        expected = each + 1;
    }
    return missing;
}

}  // namespace desk
