// A ticket is the sum of its events; this file knows the events, the sum, and what may follow what.
//
// Events are added and never changed. Whoever adds one asks `may_happen` first; `apply` then only adds up.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "core/catalog/answers.hpp"
#include "core/catalog/service.hpp"

namespace desk {

// A resolved ticket may be opened again for so long; later it is a new one.
inline constexpr std::chrono::days reopen_within{14};

enum class State {
    received, awaiting_approval, approved, rejected, assigned, in_progress, on_hold, resolved, closed, cancelled,
};
[[nodiscard]] std::string_view name_of(State state);  // as catalog::Progress::state
[[nodiscard]] std::optional<State> state_from(std::string_view name);

// What drives clocks.
enum class Category { not_started, running, waiting_on_requester, waiting_on_other, done };
[[nodiscard]] std::string_view name_of(Category category);

enum class HoldReason { requester, third_party, scheduled };
[[nodiscard]] std::string_view name_of(HoldReason reason);
[[nodiscard]] std::optional<HoldReason> hold_reason_from(std::string_view name);

// How it ended; reports count them.
enum class Resolution { solved, workaround, answered, not_reproducible, no_fault, declined };
[[nodiscard]] std::string_view name_of(Resolution code);
[[nodiscard]] std::optional<Resolution> resolution_from(std::string_view name);
[[nodiscard]] std::span<const Resolution> all_resolutions();

// What can happen to a ticket.
struct Received {
    std::string number;  // "F-000123": one series over all departments
    std::string request;
    std::string claim_code;
    std::string service;
    std::string service_version;
    std::string kind;  // of the service
    std::string title;
    std::string language;
    std::string department;
    std::string site;
    std::string kiosk;  // id
    core::Time captured_at;         // corrected by the offset
    std::int64_t clock_offset = 0;  // the correction, in seconds
    std::string team;
    catalog::Priority priority = catalog::Priority::normal;
    std::string confidential;  // a class, or empty
    catalog::Answers answers;
    std::string article;
    std::string search_words;
};
struct ApprovalRequested { std::vector<std::string> approvers; };
struct Approved { std::string note; };
struct Rejected { std::string reason; };
struct Assigned { std::string assignee; };  // a login; who takes it assigns it to oneself
struct Started {};
struct Held { HoldReason reason = HoldReason::requester; std::string note; };
struct Resumed {};
struct Resolved { Resolution code = Resolution::solved; std::string note; };  // the requester reads the note
struct Closed {};
struct Cancelled { std::string reason; };
struct Reopened { std::string reason; };
struct PublicNote { std::string text; };
struct InternalNote { std::string text; };
struct Transferred { std::string team; std::string reason; };
struct PriorityChanged { catalog::Priority priority = catalog::Priority::normal; std::string reason; };

using Happening = std::variant<Received, ApprovalRequested, Approved, Rejected, Assigned, Started, Held, Resumed, Resolved,
                               Closed, Cancelled, Reopened, PublicNote, InternalNote, Transferred, PriorityChanged>;

[[nodiscard]] std::string_view kind_of(const Happening& what);  // "received", "public_note" …
[[nodiscard]] core::Json to_json(const Happening& what);
[[nodiscard]] core::Result<Happening> happening_from(std::string_view kind, const core::Json& data);

// Who did it, as history keeps it: names change, history does not.
struct Doer {
    std::string id;    // a login, "kiosk:<id>" or "desk"
    std::string name;  // as shown to colleagues
    std::string team;  // for which team they acted; what the requester is shown
    bool operator==(const Doer&) const = default;
};

struct Event {
    std::int64_t number = 0;  // within the ticket, from 1 without gaps
    core::Time at;
    Doer by;
    Happening what;
};

// What the requester may read of an event, if anything: public notes, resolutions, reasons of an end.
[[nodiscard]] std::optional<std::string> public_text(const Event& event);

// Whether the requester sees that something happened.
[[nodiscard]] bool is_shown(const Happening& what);

struct Ticket {
    std::string number;
    std::string request;
    std::string claim_code;
    std::string service;
    std::string service_version;
    std::string kind;
    std::string title;
    std::string language;
    std::string department;
    std::string site;
    std::string kiosk;
    std::string team;
    std::string assignee;  // a login, or empty
    std::string confidential;
    State state = State::received;
    std::optional<HoldReason> hold_reason;  // while on hold
    bool was_approved = false;
    catalog::Priority priority = catalog::Priority::normal;
    std::optional<Resolution> resolution;  // while resolved or closed
    core::Time captured_at;
    core::Time received_at;
    core::Time updated_at;
    core::Time shown_at;  // of the last event that the requester sees
    std::optional<core::Time> first_response_at;  // the first public word of the responsible side
    std::optional<core::Time> resolved_at;
    std::int64_t version = 0;  // number of its last event

    [[nodiscard]] Category category() const;
    [[nodiscard]] bool is_done() const { return category() == Category::done; }
    bool operator==(const Ticket&) const = default;
};

// Whether that may follow; else the reason, in a sentence for the person who asked (kind `conflict`, or `invalid`
// when a text or code is missing).
[[nodiscard]] core::Result<void> may_happen(const Ticket& ticket, const Happening& what, core::Time now);

void apply(Ticket& ticket, const Event& event);
[[nodiscard]] Ticket sum_of(std::span<const Event> events);

}  // namespace desk
