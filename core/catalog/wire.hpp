// The other values that kiosk and desk exchange, as JSON. Their forms are pinned by files in tests/data/wire.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/json.hpp"
#include "core/base/result.hpp"

namespace catalog {

// POST /api/v1/enrol: the one-time code and the key that the kiosk made.
struct EnrolRequest {
    std::string code;
    std::string public_key;
    [[nodiscard]] core::Json to_json() const;
    static core::Result<EnrolRequest> from_json(const core::Json& json);
};

// What the kiosk must know of its desk for ever after.
struct Enrolment {
    std::string kiosk;        // id
    std::string short_name;   // "K7", for claim codes
    std::string site;
    std::string seal_key;     // requests are sealed to it
    std::string receipt_key;  // receipts are signed by it
    std::string release_key;  // releases are signed by it
    core::Time now;
    std::string root = {};    // the newest document of who may publish (kb/release_trust); empty and absent: release_key alone
    [[nodiscard]] core::Json to_json() const;
    static core::Result<Enrolment> from_json(const core::Json& json);
};

// A public note on a ticket, as its requester may read it.
struct PublicNote {
    core::Time at;
    std::string by;    // the team, never a person's private data
    std::string text;
};

// Where a request stands.
struct Progress {
    std::string request;  // id
    std::string claim_code;
    std::string ticket;   // number
    std::string title;
    std::string state;    // received | awaiting_approval | approved | rejected | assigned | in_progress | on_hold | resolved | closed | cancelled
    core::Time updated_at;
    std::vector<PublicNote> notes;  // only in an answer about one request
    [[nodiscard]] core::Json to_json() const;
    static core::Result<Progress> from_json(const core::Json& json);
};

// What a kiosk tells of its content whenever it asks for changes; part of that question's query.
struct Shows {
    std::string release;  // "12-0123abcd": its version and the first digits of its manifest's hash
    std::string channel;
    std::string state;    // current | held_back | expired | refused | unfit
    bool operator==(const Shows&) const = default;
    [[nodiscard]] std::string to_query() const;  // "release=12-0123abcd&channel=stable&state=current"
    // `invalid` for what no kiosk says: these words are printed as they came.
    static core::Result<Shows> from(std::string release, std::string channel, std::string state);
};

// GET /api/v1/kiosks/self/changes?after=cursor&release=…
struct Changes {
    std::string cursor;
    core::Time now;
    std::int64_t poll_after_seconds = 60;
    std::vector<Progress> requests;       // of this kiosk, changed since; without notes
    std::int64_t release_version = 0;     // the newest content release; 0 when there is none
    std::vector<std::int64_t> missing;    // kiosk sequence numbers that the desk never got
    // Absent in the answer of an older desk.
    std::string channel = {};             // whose releases this kiosk takes besides the stable ones
    std::string release_tag = {};         // another one whenever there may be something to fetch
    [[nodiscard]] core::Json to_json() const;
    static core::Result<Changes> from_json(const core::Json& json);
};

// One result of POST /api/v1/outbox.
struct Delivery {
    std::string id;
    std::string outcome;  // stored | seen | quarantined | conflict | retry | refused
    std::string receipt;  // its JSON; of stored, seen and quarantined
    std::string problem;
    [[nodiscard]] core::Json to_json() const;
    static core::Result<Delivery> from_json(const core::Json& json);
};

}  // namespace catalog
