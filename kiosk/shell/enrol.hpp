// A kiosk joins its desk: a one-time code for a place there, and what was queued before is sealed anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "kiosk/shell/data_folder.hpp"
#include "kiosk/shell/identity.hpp"
#include "kiosk/shell/outbox.hpp"

namespace kiosk {

// Needs the folder's lock. A kiosk that has another desk is refused: its requests are sealed to that one.
// At the same desk it may join again, as after it was withdrawn. `audience` is who stands before it from now on; empty
// leaves that as it is. When it changes, the content that is here goes: it may be for others.
[[nodiscard]] core::Result<Identity> enrol(const DataFolder& folder, Outbox& outbox, std::string_view desk,
                                           std::string_view code, const core::Clock& clock, const std::vector<std::string>& audience = {});

// What a crash between enrolment and here left open: seals the rest anew, destroys the old key. At every start.
[[nodiscard]] core::Result<void> finish_enrolment(const DataFolder& folder, const Identity& identity, Outbox& outbox);

}  // namespace kiosk
