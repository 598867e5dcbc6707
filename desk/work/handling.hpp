// A fulfiller works on a ticket: take, note, change state, resolve, transfer. One command, one transaction.
#pragma once

#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "desk/rules/command.hpp"

namespace desk {

// The ticket after it. To be run by the writer. Errors: `not_found` (also when the actor may not know of it),
// `denied`, `conflict` (its state or version does not allow it), `invalid` (a text is missing); the message is a
// sentence for the person.
[[nodiscard]] core::Result<Ticket> handle(core::Database& db, const Actor& actor, std::string_view number,
                                          const Command& command, core::Time now);

}  // namespace desk
