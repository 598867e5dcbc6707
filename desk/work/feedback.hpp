// A kiosk tells what was searched, read and helpful: its sessions are opened, added up, and forgotten one by one.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "core/catalog/feedback.hpp"
#include "desk/store/kiosks.hpp"
#include "desk/work/keys.hpp"

namespace desk {

// A batch with its boxes opened: costly, so it is done before the writer's turn.
struct OpenedFeedback {
    std::int64_t number = 0;
    std::int64_t lost = 0;        // at the kiosk
    std::int64_t unreadable = 0;  // here
    std::vector<catalog::Feedback> sessions;
};
[[nodiscard]] OpenedFeedback open_feedback(const catalog::FeedbackBatch& batch, const Keys& keys);

// Counts it once, whatever comes twice. What cannot be read is counted as such and never refused: nobody could mend it.
// To be run by the writer.
[[nodiscard]] core::Result<catalog::FeedbackTaken> take_feedback(core::Database& db, const Kiosk& kiosk,
                                                                 const OpenedFeedback& batch, core::Time now);

}  // namespace desk
