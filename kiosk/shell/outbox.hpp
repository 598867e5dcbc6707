// The outbox keeps requests on disk until the desk has them.
//
// What a person sent is sealed to the desk before it touches the disk, and leaves only against the desk's signed receipt.
// A request may be sent twice (the desk may have it although its answer was lost), so it carries an id that the desk
// recognises. All calls come from the thread that opened the database.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/id.hpp"
#include "core/base/sqlite.hpp"
#include "core/catalog/receipt.hpp"
#include "core/catalog/request.hpp"
#include "kiosk/shell/identity.hpp"

namespace kiosk {

// A box whose receipt came stays this long: a desk that was set back to a backup asks for it again.
inline constexpr std::chrono::hours box_retention{24 * 7};
// Id, receipt and last known state stay longer, for a person who comes back with the code.
inline constexpr std::chrono::hours row_retention{24 * 90};
// A batch that got no answer may be tried again after this.
inline constexpr std::chrono::seconds claim_length{60};
inline constexpr std::chrono::seconds longest_backoff{600};
inline constexpr std::int64_t most_waiting = 50'000;

[[nodiscard]] core::Result<std::unique_ptr<core::Database>> open_outbox(const std::filesystem::path& file,
                                                                        core::SqliteMode mode);

class Outbox {
public:
    Outbox(core::Database& db, core::Random& random) : db_(db), random_(random) {}

    // After a start: what was on its way when the kiosk died is due again.
    [[nodiscard]] core::Result<void> release_claims();

    struct Sealing {
        std::string short_name;  // for the claim code
        std::string seal_key;
        std::int64_t clock_offset = 0;
    };
    // Gives the request its sequence number and claim code, seals it, and answers the code. Safe on disk when this
    // returns. The same id again, as after an unclear failure, takes the place of what was not yet tried to be sent.
    [[nodiscard]] core::Result<std::string> put(catalog::Request request, const Sealing& sealing, core::PreciseTime now);

    struct Pending {
        catalog::Envelope envelope;  // not signed yet, without the kiosk's id
        std::int64_t attempts = 0;
        bool alone = false;
    };
    // Up to `limit` requests that are due, oldest first; they stay ours for claim_length. One that must travel alone
    // comes alone.
    [[nodiscard]] core::Result<std::vector<Pending>> claim(core::PreciseTime now, std::size_t limit);

    // The desk has it. `denied`, and nothing changes, unless the desk's key signed the receipt for this very request.
    [[nodiscard]] core::Result<void> settle(std::string_view id, const catalog::Receipt& receipt,
                                            std::string_view receipt_key, core::Time now);
    // Tried in vain; next try after a backoff with full jitter, or when the desk says.
    [[nodiscard]] core::Result<void> postpone(std::string_view id, std::string_view problem, core::PreciseTime now,
                                              std::optional<std::chrono::seconds> retry_after = {});
    // A batch was refused as a whole: each of it is tried alone, so that one poison item stops no other.
    [[nodiscard]] core::Result<void> send_alone(std::string_view id, core::PreciseTime now);
    // Claimed, but not sent after all.
    [[nodiscard]] core::Result<void> send_later(std::string_view id);
    // Refused for itself: it is set aside for an operator, and the rest goes on.
    [[nodiscard]] core::Result<void> quarantine(std::string_view id, std::string_view problem);

    // The network is back: nothing waits for its backoff any longer.
    [[nodiscard]] core::Result<void> hurry(core::PreciseTime now);
    // An operator's word: also what was set aside goes again. Of one id, or of all. Answers how many.
    [[nodiscard]] core::Result<std::int64_t> retry(std::string_view id_or_empty, core::PreciseTime now);
    // The desk misses these sequence numbers; what we still have goes again. Answers how many.
    [[nodiscard]] core::Result<std::int64_t> send_again(const std::vector<std::int64_t>& sequences, core::PreciseTime now);

    // Drops boxes and rows whose time has passed, and which the desk has.
    [[nodiscard]] core::Result<void> purge(core::Time now);

    // All that is sealed to `from` becomes sealed to `to`, or nothing does.
    [[nodiscard]] core::Result<std::int64_t> reseal(const core::SealKey& from, std::string_view to);

    [[nodiscard]] core::Result<std::int64_t> waiting() const;  // without those set aside
    [[nodiscard]] core::Result<std::optional<core::PreciseTime>> next_due() const;

    struct Entry {
        std::string id;
        std::int64_t sequence = 0;
        std::string state;  // waiting | claimed | sent | quarantined
        core::Time captured_at;
        std::int64_t attempts = 0;
        core::PreciseTime next_try_at;
        std::string problem;
        std::string ticket;
        std::optional<core::Time> sent_at;
        bool has_box = true;
    };
    [[nodiscard]] core::Result<std::vector<Entry>> list(core::PreciseTime now) const;

    // Signed envelopes of all that the desk has not acknowledged, oldest first, as JSON, one a call of `line`.
    [[nodiscard]] core::Result<std::int64_t> export_lines(const Identity& identity,
                                                          const std::function<core::Result<void>(std::string)>& line) const;

    // Where a request stands as far as this kiosk knows: for its claim code, offline.
    struct Known {
        std::string id;
        bool is_sent = false;
        std::string ticket;
        std::string state;  // as the desk last told; empty when it never did
        core::Time updated_at;
        core::Time captured_at;
    };
    [[nodiscard]] core::Result<std::optional<Known>> find(std::string_view claim_code) const;
    // Keeps the state alone: no title, no note, no claim code. Of requests of this outbox only.
    [[nodiscard]] core::Result<void> note_progress(const catalog::Progress& progress);

    // Small facts of the sync: "cursor", "clock_offset".
    [[nodiscard]] core::Result<std::string> fact(std::string_view name) const;
    [[nodiscard]] core::Result<void> set_fact(std::string_view name, std::string_view value);

private:
    core::Database& db_;
    core::Random& random_;
};

// Signs the envelope in the kiosk's name; its JSON is what travels.
[[nodiscard]] core::Result<catalog::Envelope> signed_envelope(catalog::Envelope envelope, const Identity& identity);

}  // namespace kiosk
