#include "desk/work/feedback.hpp"

#include "desk/rules/deflection.hpp"
#include "desk/store/feedback.hpp"

namespace desk {
namespace {

// A kiosk without a network brings old days; a day that lies ahead, or too far back to be kept, is a wrong clock's.
core::Date sane(core::Date day, core::Date today) {
    const std::chrono::sys_days told{day};
    const std::chrono::sys_days now{today};
    const bool is_known = day.ok() && told <= now + std::chrono::days{1} && told > now - feedback_retention;
    return is_known ? day : today;
}

}  // namespace

OpenedFeedback open_feedback(const catalog::FeedbackBatch& batch, const Keys& keys) {
    OpenedFeedback opened{batch.number, batch.lost, 0, {}};
    for (const std::string& box : batch.boxes) {
        auto session = catalog::open_feedback(box, keys.seal);
        if (session) opened.sessions.push_back(std::move(*session));
        else ++opened.unreadable;
    }
    return opened;
}

core::Result<catalog::FeedbackTaken> take_feedback(core::Database& db, const Kiosk& kiosk, const OpenedFeedback& batch,
                                                   core::Time now) {
    FeedbackSums sums(db);
    auto is_new = sums.begin(kiosk.id, batch.number, {batch.lost, batch.unreadable});
    if (!is_new) return core::fail(is_new.error());
    if (!*is_new) return catalog::FeedbackTaken{batch.number, "seen"};

    const core::Date today{std::chrono::floor<std::chrono::days>(now)};
    for (catalog::Feedback session : batch.sessions) {
        session.day = sane(session.day, today);
        if (auto added = sums.add(kiosk.site, session, good_end_of(session)); !added) return core::fail(added.error());
    }
    if (auto forgotten = sums.forget(today); !forgotten) return core::fail(forgotten.error());
    return catalog::FeedbackTaken{batch.number, "counted"};
}

}  // namespace desk
