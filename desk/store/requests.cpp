#include "desk/store/requests.hpp"

#include <fmt/format.h>

#include "desk/store/counter.hpp"

namespace desk {
namespace {

core::Result<void> done(const core::Result<std::int64_t>& result) {
    if (!result) return core::fail(result.error());
    return {};
}

KeptRequest kept_of(const core::Row& row) {
    return {row.text(0), row.text(1), row.text(2), row.integer(3), row.text(4), row.text(5),
            row.text(6), row.text(7), row.text(8), row.time(9),    row.integer(10)};
}

Quarantined quarantined_of(const core::Row& row) {
    return {row.text(0), row.text(1), row.text(2), row.text(3), row.time(4), row.text(5)};
}

}  // namespace

core::Result<std::int64_t> Requests::next_sequence() { return next_of(db_, "request"); }

core::Result<std::optional<KeptRequest>> Requests::find(std::string_view id) {
    return db_.row<KeptRequest>(
        R"(SELECT id, hash, kiosk, kiosk_sequence, claim_code, title, language, ticket, receipt, received_at, sequence
             FROM request WHERE id = $1)",
        {id}, kept_of);
}

core::Result<std::optional<KeptRequest>> Requests::find_by_claim_code(std::string_view normal_code) {
    return db_.row<KeptRequest>(
        R"(SELECT id, hash, kiosk, kiosk_sequence, claim_code, title, language, ticket, receipt, received_at, sequence
             FROM request WHERE claim_code = $1 AND claim_code <> ''
            ORDER BY sequence DESC LIMIT 1)",
        {normal_code}, kept_of);
}

core::Result<void> Requests::keep(const KeptRequest& it) {
    return done(db_.run(
        R"(INSERT INTO request (id, hash, kiosk, kiosk_sequence, claim_code, title, language, ticket, receipt, received_at,
                                sequence)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))",
        {it.id, it.hash, it.kiosk, it.kiosk_sequence, it.claim_code, it.title, it.language, it.ticket, it.receipt,
         it.received_at, it.sequence}));
}

core::Result<void> Requests::set_ticket(std::string_view id, std::string_view ticket) {
    return done(db_.run("UPDATE request SET ticket = $2 WHERE id = $1", {id, ticket}));
}

core::Result<void> Requests::keep_conflict(const Conflict& it) {
    return done(db_.run(
        R"(INSERT INTO conflict (id, hash, kiosk, received_at, envelope) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (id, hash) DO NOTHING)",
        {it.id, it.hash, it.kiosk, it.received_at, it.envelope}));
}

core::Result<std::vector<Conflict>> Requests::conflicts(int limit) {
    return db_.rows<Conflict>(
        "SELECT id, hash, kiosk, received_at, envelope FROM conflict ORDER BY received_at DESC, id LIMIT $1", {limit},
        [](const core::Row& row) {
            return Conflict{row.text(0), row.text(1), row.text(2), row.time(3), row.text(4)};
        });
}

core::Result<void> Requests::quarantine(const Quarantined& it) {
    return done(db_.run(
        R"(INSERT INTO quarantine (id, reason, details, kiosk, received_at, envelope) VALUES ($1, $2, $3, $4, $5, $6))",
        {it.id, it.reason, it.details, it.kiosk, it.received_at, it.envelope}));
}

core::Result<std::optional<Quarantined>> Requests::quarantined(std::string_view id) {
    return db_.row<Quarantined>(
        "SELECT id, reason, details, kiosk, received_at, envelope FROM quarantine WHERE id = $1", {id}, quarantined_of);
}

core::Result<std::vector<Quarantined>> Requests::quarantine_list(int limit) {
    return db_.rows<Quarantined>(
        "SELECT id, reason, details, kiosk, received_at, envelope FROM quarantine ORDER BY received_at, id LIMIT $1",
        {limit}, quarantined_of);
}

core::Result<void> Requests::leave_quarantine(std::string_view id) {
    return done(db_.run("DELETE FROM quarantine WHERE id = $1", {id}));
}

}  // namespace desk
