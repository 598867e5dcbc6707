#include "desk/store/schema.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace desk {
namespace {

// Times are UTC seconds. A column that is text is never NULL when "" can say "none".
constexpr std::array migrations{core::Migration{1, R"(
-- Series that may have no gaps: 'ticket', 'request', 'kiosk'. Counted inside the transaction that uses the number.
CREATE TABLE counter (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

-- What happened, for ever. `change` grows over all tickets, in the order of commits: kiosks ask for what came after one.
-- `hash` covers the row and `prev`, the hash of the ticket's event before it ('' for the first).
CREATE TABLE event (
    change     INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket     TEXT NOT NULL,
    number     INTEGER NOT NULL,     -- within the ticket, from 1 without gaps
    kind       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    actor_team TEXT NOT NULL,
    data       TEXT NOT NULL,        -- canonical JSON
    prev       TEXT NOT NULL,
    hash       TEXT NOT NULL,
    UNIQUE (ticket, number)
) STRICT;

-- The sum of a ticket's events, for reading; made anew by `desk rebuild`.
CREATE TABLE ticket (
    number            TEXT NOT NULL PRIMARY KEY,
    request           TEXT NOT NULL UNIQUE,
    claim_code        TEXT NOT NULL,
    service           TEXT NOT NULL,
    service_version   TEXT NOT NULL,
    kind              TEXT NOT NULL,
    title             TEXT NOT NULL,
    language          TEXT NOT NULL,
    department        TEXT NOT NULL,
    site              TEXT NOT NULL,
    kiosk             TEXT NOT NULL,
    team              TEXT NOT NULL,
    assignee          TEXT NOT NULL,
    confidential      TEXT NOT NULL,   -- a class; '' when anybody at the desk may read it
    state             TEXT NOT NULL,
    hold_reason       TEXT NOT NULL,
    was_approved      INTEGER NOT NULL,
    priority          INTEGER NOT NULL,  -- 0 low to 3 urgent
    resolution        TEXT NOT NULL,
    captured_at       INTEGER NOT NULL,
    received_at       INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    shown_at          INTEGER NOT NULL,  -- the last event that the requester sees
    first_response_at INTEGER,
    resolved_at       INTEGER,
    version           INTEGER NOT NULL,  -- number of the last event
    done              INTEGER NOT NULL,  -- 1 when nothing is left to do
    head              TEXT NOT NULL,     -- hash of the last event
    shown_change      INTEGER NOT NULL   -- change number of the last event that the requester sees
) STRICT;
CREATE INDEX ticket_by_urgency ON ticket (done, priority DESC, received_at, number);
CREATE INDEX ticket_by_team ON ticket (team, done, priority DESC, received_at, number);
CREATE INDEX ticket_by_update ON ticket (updated_at DESC, number);
CREATE INDEX ticket_by_kiosk ON ticket (kiosk, shown_change);

-- Every request that came, kept after its ticket is gone: the same id and hash gets the same receipt for ever.
CREATE TABLE request (
    id             TEXT NOT NULL PRIMARY KEY,
    hash           TEXT NOT NULL,
    kiosk          TEXT NOT NULL,
    kiosk_sequence INTEGER NOT NULL,
    claim_code     TEXT NOT NULL,      -- '' when it could not be read
    title          TEXT NOT NULL,
    language       TEXT NOT NULL,
    ticket         TEXT NOT NULL,      -- '' while quarantined
    receipt        TEXT NOT NULL,
    received_at    INTEGER NOT NULL,
    sequence       INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX request_by_claim_code ON request (claim_code) WHERE claim_code <> '';

-- A known id that came with other content: kept for a person, nothing is lost.
CREATE TABLE conflict (
    id          TEXT NOT NULL,
    hash        TEXT NOT NULL,
    kiosk       TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    envelope    TEXT NOT NULL,
    PRIMARY KEY (id, hash)
) STRICT;

-- Authentic requests that could not become tickets yet.
CREATE TABLE quarantine (
    id          TEXT NOT NULL PRIMARY KEY REFERENCES request (id),
    reason      TEXT NOT NULL,
    details     TEXT NOT NULL,
    kiosk       TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    envelope    TEXT NOT NULL          -- still sealed
) STRICT;

CREATE TABLE kiosk (
    id              TEXT NOT NULL PRIMARY KEY,
    short_name      TEXT NOT NULL UNIQUE,
    site            TEXT NOT NULL,
    public_key      TEXT NOT NULL UNIQUE,
    active          INTEGER NOT NULL,
    clock_offset    INTEGER NOT NULL,  -- seconds to add to its clock, as it last said
    enrolled_at     INTEGER NOT NULL,
    last_seen_at    INTEGER,
    last_request_at INTEGER,
    arrived_to      INTEGER NOT NULL   -- all its sequence numbers up to this one are here
) STRICT;

-- Sequence numbers that came while a lower one is still missing.
CREATE TABLE arrival (
    kiosk    TEXT NOT NULL REFERENCES kiosk (id),
    sequence INTEGER NOT NULL,
    PRIMARY KEY (kiosk, sequence)
) STRICT;

-- One-time codes; only the hash is kept.
CREATE TABLE enrol_code (
    hash       TEXT NOT NULL PRIMARY KEY,
    site       TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    used_by    TEXT NOT NULL            -- a kiosk's id, or ''
) STRICT;

CREATE TABLE account (
    login         TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    active        INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE account_team (
    login    TEXT NOT NULL REFERENCES account (login),
    team     TEXT NOT NULL,
    position INTEGER NOT NULL,          -- the first is the one they speak for
    PRIMARY KEY (login, team)
) STRICT;
CREATE INDEX account_team_by_team ON account_team (team);
CREATE TABLE account_role (
    login TEXT NOT NULL REFERENCES account (login),
    role  TEXT NOT NULL,
    PRIMARY KEY (login, role)
) STRICT;

-- Only the hash of the token is kept.
CREATE TABLE session (
    hash       TEXT NOT NULL PRIMARY KEY,
    login      TEXT NOT NULL REFERENCES account (login),
    created_at INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL
) STRICT;

-- Every version of every form that was ever published: a request is judged by its own.
CREATE TABLE form_version (
    service      TEXT NOT NULL,
    version      TEXT NOT NULL,
    body         TEXT NOT NULL,         -- canonical JSON, whose hash is the version
    published_at INTEGER NOT NULL,
    PRIMARY KEY (service, version)
) STRICT;

-- The newest names of what tickets speak of.
CREATE TABLE listed (
    kind   TEXT NOT NULL,               -- department | team | site | place | service
    id     TEXT NOT NULL,               -- of a place: its site, '/', its id
    title  TEXT NOT NULL,               -- JSON: language to words
    parent TEXT NOT NULL,               -- a team's department, a place's site, or ''
    zone   TEXT NOT NULL,               -- a site's, as IANA names it, or ''
    PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE person (
    number   TEXT NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    team     TEXT NOT NULL,
    site     TEXT NOT NULL,
    manager  TEXT NOT NULL,
    roles    TEXT NOT NULL,             -- separated by ';'
    language TEXT NOT NULL,
    badge    TEXT NOT NULL,
    email    TEXT NOT NULL
) STRICT;

CREATE TABLE release (
    version      INTEGER NOT NULL PRIMARY KEY,
    content      TEXT NOT NULL,         -- hash of what it was made from
    head         TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;

CREATE TABLE blob (
    sha256      TEXT NOT NULL PRIMARY KEY,
    size        INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;
)"},
core::Migration{2, R"(
-- What sessions at kiosks tell about the content, added up: no person, no kiosk, no time but the day ("2026-11-24", at the
-- site). A session counts once in a row, however often something was done in it.
CREATE TABLE session_count (
    day      TEXT NOT NULL,
    site     TEXT NOT NULL,
    language TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    searched INTEGER NOT NULL,
    read     INTEGER NOT NULL,           -- an article
    sent     INTEGER NOT NULL,           -- a form
    PRIMARY KEY (day, site, language)
) STRICT;
CREATE TABLE search_count (
    day             TEXT NOT NULL,
    site            TEXT NOT NULL,
    language        TEXT NOT NULL,
    words           TEXT NOT NULL,       -- as catalog::countable_words; '' when too long to be told, or forgotten
    sessions        INTEGER NOT NULL,
    without_results INTEGER NOT NULL,
    abandoned       INTEGER NOT NULL,    -- there were results, but none was opened and no form either
    sent            INTEGER NOT NULL,    -- a form was sent after it
    PRIMARY KEY (day, site, language, words)
) STRICT;
CREATE INDEX search_count_by_words ON search_count (language, words);
CREATE TABLE article_count (
    day          TEXT NOT NULL,
    site         TEXT NOT NULL,
    language     TEXT NOT NULL,          -- that was read; the article may be in another
    article      TEXT NOT NULL,
    sessions     INTEGER NOT NULL,
    helped       INTEGER NOT NULL,
    not_helped   INTEGER NOT NULL,
    sent         INTEGER NOT NULL,       -- a form was sent after it
    ended_helped INTEGER NOT NULL,       -- sessions that ended well with it (desk/rules/deflection)
    ended_silent INTEGER NOT NULL,
    PRIMARY KEY (day, site, language, article)
) STRICT;
CREATE TABLE form_count (
    day      TEXT NOT NULL,
    site     TEXT NOT NULL,
    language TEXT NOT NULL,
    service  TEXT NOT NULL,
    after    TEXT NOT NULL,              -- 'article' | 'search' | ''
    opened   INTEGER NOT NULL,
    sent     INTEGER NOT NULL,
    PRIMARY KEY (day, site, language, service, after)
) STRICT;
-- What an article leads to, as kiosks showed it.
CREATE TABLE article_offer (
    article TEXT NOT NULL,
    service TEXT NOT NULL,
    PRIMARY KEY (article, service)
) STRICT;
-- Batches of a kiosk come in the order of their numbers; one up to `batch` has been counted.
CREATE TABLE feedback_arrival (
    kiosk      TEXT NOT NULL PRIMARY KEY REFERENCES kiosk (id),
    batch      INTEGER NOT NULL,
    lost       INTEGER NOT NULL,         -- sessions that it had to drop, in all
    unreadable INTEGER NOT NULL          -- sessions that came, but could not be opened
) STRICT;
-- The day on which rare words were last forgotten.
CREATE TABLE feedback_forgotten (day TEXT NOT NULL) STRICT;
INSERT INTO feedback_forgotten (day) VALUES ('');
)"},
core::Migration{3, R"(
-- Whose releases a kiosk takes besides the stable ones, and what it last said that it shows (catalog::Shows).
ALTER TABLE kiosk ADD COLUMN channel TEXT NOT NULL DEFAULT 'stable';
ALTER TABLE kiosk ADD COLUMN shows_release TEXT NOT NULL DEFAULT '';
ALTER TABLE kiosk ADD COLUMN shows_channel TEXT NOT NULL DEFAULT '';
ALTER TABLE kiosk ADD COLUMN shows_state TEXT NOT NULL DEFAULT '';
-- A release may be built here and signed elsewhere: the heads that count are those in the store of releases.
ALTER TABLE release ADD COLUMN manifest TEXT NOT NULL DEFAULT '';
UPDATE release SET manifest = substr(head, instr(head, 'manifest\":\"') + 13, 64);
ALTER TABLE release DROP COLUMN head;
CREATE INDEX release_by_content ON release (content, version);
)"}};

}  // namespace

core::Result<void> prepare_schema(core::Database& db) { return core::migrate(db, migrations); }

core::Result<void> check_database(core::Database& db) {
    auto told = db.rows<std::string>("PRAGMA quick_check(1)", {}, [](const core::Row& row) { return row.text(0); });
    if (!told) return core::fail(told.error());
    if (told->size() == 1 && told->front() == "ok") return {};
    std::string what = told->empty() ? "no answer" : told->front();
    std::replace(what.begin(), what.end(), '\n', ' ');  // told in one line
    return core::fail(core::ErrorKind::corrupt, fmt::format("the database is damaged: {}", what));
}

}  // namespace desk
