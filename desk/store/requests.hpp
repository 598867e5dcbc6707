// What kiosks handed in: one row a request, for ever, also after its ticket is gone.
//
// The id decides: it is looked up before anything else is looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"

namespace desk {

struct KeptRequest {
    std::string id;
    std::string hash;
    std::string kiosk;
    std::int64_t kiosk_sequence = 0;
    std::string claim_code;  // empty when it could not be opened
    std::string title;
    std::string language;
    std::string ticket;   // number; empty while quarantined
    std::string receipt;  // signed, as JSON: what is answered whenever it comes again
    core::Time received_at;
    std::int64_t sequence = 0;  // of the desk
};

// Authentic, but nothing the desk could make a ticket of. Kept whole until a person or a new form version mends it.
struct Quarantined {
    std::string id;
    std::string reason;    // "unknown_form" | "unreadable" | "wrong_answers" …
    std::string details;   // a sentence for the operator; holds nothing that a person typed
    std::string kiosk;
    core::Time received_at;
    std::string envelope;  // as JSON, still sealed
};

struct Conflict {
    std::string id;
    std::string hash;
    std::string kiosk;
    core::Time received_at;
    std::string envelope;
};

class Requests {
public:
    explicit Requests(core::Database& db) : db_(db) {}

    [[nodiscard]] core::Result<std::int64_t> next_sequence();
    [[nodiscard]] core::Result<std::optional<KeptRequest>> find(std::string_view id);
    [[nodiscard]] core::Result<std::optional<KeptRequest>> find_by_claim_code(std::string_view normal_code);
    [[nodiscard]] core::Result<void> keep(const KeptRequest& request);
    [[nodiscard]] core::Result<void> set_ticket(std::string_view id, std::string_view ticket);

    // The same conflicting copy again is kept once.
    [[nodiscard]] core::Result<void> keep_conflict(const Conflict& conflict);
    [[nodiscard]] core::Result<std::vector<Conflict>> conflicts(int limit);

    [[nodiscard]] core::Result<void> quarantine(const Quarantined& item);
    [[nodiscard]] core::Result<std::optional<Quarantined>> quarantined(std::string_view id);
    [[nodiscard]] core::Result<std::vector<Quarantined>> quarantine_list(int limit);
    [[nodiscard]] core::Result<void> leave_quarantine(std::string_view id);

private:
    core::Database& db_;
};

}  // namespace desk
