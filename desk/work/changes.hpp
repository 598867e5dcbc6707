// What a kiosk asks the desk: what is new for it, and where one request stands.
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "core/catalog/wire.hpp"
#include "desk/store/kiosks.hpp"

namespace desk {

inline constexpr std::chrono::seconds poll_at_rest{60};
inline constexpr std::chrono::seconds poll_after_submission{5};
inline constexpr std::chrono::minutes keenness{2};           // so long after a submission
inline constexpr std::chrono::minutes seen_is_noted_every{5};

// `cursor` as the last answer gave it, or empty; a made-up one is `invalid`. Up to 200 requests an answer: when there
// are more, `poll_after_seconds` is 0. `store` is the desk's store of releases.
[[nodiscard]] core::Result<catalog::Changes> changes_for(core::Database& db, const std::filesystem::path& store,
                                                         const Kiosk& kiosk, std::string_view cursor, core::Time now);

// With the notes its requester may read. Takes the code as typed; `invalid` when it is mistyped, `not_found` when
// nothing of that code is here. How often one may ask is the caller's to bound.
[[nodiscard]] core::Result<catalog::Progress> find_by_claim_code(core::Database& db, std::string_view typed);

// Whether `Kiosks::note_seen` is worth a write: at times, and at once when the kiosk shows something else.
[[nodiscard]] bool should_note_seen(const Kiosk& kiosk, const catalog::Shows& shows, core::Time now);

}  // namespace desk
