// Intake: a kiosk hands in a request, and gets a receipt that says the desk has it.
//
// The order is the promise: size → who signed it → is the id known? then the old answer → open the seal → the form's
// version → judge the answers → number → events and rows in one transaction → the receipt after the commit. What is
// authentic is never refused for its content: it is quarantined where people see it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "core/catalog/request.hpp"
#include "core/catalog/wire.hpp"
#include "desk/rules/access.hpp"
#include "desk/store/requests.hpp"
#include "desk/work/forms.hpp"
#include "desk/work/keys.hpp"

namespace desk {

class Desk;

// The confidential class of what a person took in though no form could judge it.
inline constexpr std::string_view unjudged_class = "unjudged";

// An envelope whose sender is proved. Made on any thread; the costly opening of the seal is done here.
struct Proved {
    catalog::Envelope envelope;
    std::string payload;     // opened; empty when it could not be
    std::string unreadable;  // why, in a sentence
};

// `carrier` is the kiosk that delivers, or empty when it came by file. An unknown or withdrawn kiosk, a false signature
// or somebody else's envelope is `denied`; what is no envelope or too large is `invalid`.
[[nodiscard]] core::Result<Proved> prove(core::Database& reader, const Keys& keys, std::string_view envelope,
                                         std::string_view carrier);

enum class Outcome { stored, seen, quarantined, conflict };
[[nodiscard]] std::string_view name_of(Outcome outcome);

struct TakenIn {
    Outcome outcome = Outcome::stored;
    std::string receipt;  // its JSON; empty on a conflict
    std::string ticket;   // number; empty while quarantined
    std::string problem;  // of a quarantine or conflict: a sentence without anything that a person typed
};

// To be run by the writer, as one job.
[[nodiscard]] core::Result<TakenIn> take_in(core::Database& db, Forms& forms, const Keys& keys, const Proved& proved,
                                            core::Time now);

// Both steps, waiting for the commit.
[[nodiscard]] core::Result<TakenIn> deliver(Desk& desk, std::string_view envelope, std::string_view carrier);

// Up to catalog::largest_batch envelopes, each with its own result and sharing one commit. An envelope that is not
// authentic is "refused"; when the desk cannot keep it now it is "retry".
[[nodiscard]] core::Result<std::vector<catalog::Delivery>> deliver_batch(Desk& desk,
                                                                         const std::vector<std::string>& envelopes,
                                                                         std::string_view carrier);

// Tries what waits for an unknown form once more, after a publish. Answers how many became tickets.
[[nodiscard]] core::Result<std::size_t> retry_quarantine(core::Database& db, Forms& forms, const Keys& keys,
                                                         core::Time now);

// A person takes a readable one in as it is, for a team to sort out. It is confidential, since nobody judged it.
[[nodiscard]] core::Result<std::string> accept_quarantined(core::Database& db, const Keys& keys, const Actor& actor,
                                                           std::string_view id, std::string_view team, core::Time now);

}  // namespace desk
