// Keeps kiosk and desk level: hands in what the outbox holds, asks what has changed, and tells what was searched and read
// once no request waits any more.
//
// A machine without a thread of its own: `step` does what is due and says when to come again, answers arrive through the
// client's `run`. Nothing here is thanked for or purged without the desk's signature.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/id.hpp"
#include "core/base/log.hpp"
#include "core/catalog/wire.hpp"
#include "kiosk/shell/desk_client.hpp"
#include "kiosk/shell/feedback_box.hpp"
#include "kiosk/shell/identity.hpp"
#include "kiosk/shell/outbox.hpp"

namespace kiosk {

// While the desk cannot be reached, polls come at most this far apart: as often as at rest, so they cost no more.
inline constexpr std::chrono::seconds longest_poll_pause{60};
// The desk does not know us any more, or not yet: somebody must look at it.
inline constexpr std::chrono::hours pause_after_denial{1};
// Nobody waits for feedback: a desk that is busy, or too old to take it, is left alone for so long.
inline constexpr std::chrono::minutes feedback_pause{10};

// What this kiosk knows of a request by itself: "waiting" until the desk has it, then as the desk last told.
[[nodiscard]] core::Result<std::optional<catalog::Progress>> known_progress(const Outbox& outbox,
                                                                            const std::string& claim_code);

class Sync {
public:
    struct Told {
        std::function<void()> state_changed;  // online, or the number waiting
        std::function<void(const std::string& request, const std::string& ticket)> arrived;
        std::function<void(std::int64_t version, const std::string& tag)> has_releases;  // what the desk has, as Changes say it
    };

    Sync(const Identity& identity, Outbox& outbox, FeedbackBox& feedback, DeskClient& client, const core::Clock& clock,
         core::Random& random, core::Log log, Told told);

    // Does what is due; answers when to be called again.
    core::PreciseTime step();
    // Something was put into the outbox.
    void hurry();
    // Told with each poll; something else than before makes the next one come soon.
    void set_shows(const catalog::Shows& shows);

    [[nodiscard]] bool is_online() const { return online_; }
    [[nodiscard]] std::int64_t clock_offset() const { return clock_offset_; }
    [[nodiscard]] const std::string& channel() const { return channel_; }

    // One request by its code, notes included. Falls back to what this kiosk knows, then `offline` is true.
    using LookedUp = std::function<void(std::optional<catalog::Progress> progress, bool offline)>;
    void look_up(const std::string& claim_code, LookedUp done);

private:
    void deliver(core::PreciseTime now);
    void deliver_one(const Outbox::Pending& pending, std::string body);
    void take_results(const std::vector<Outbox::Pending>& batch, core::Result<Answer> answer);
    void take_result(const std::string& id, const catalog::Delivery& delivery);
    void take_single(const std::string& id, core::Result<Answer> answer);
    void postpone_all(const std::vector<Outbox::Pending>& batch, const std::string& problem,
                      std::optional<std::chrono::seconds> retry_after);
    void poll();
    void take_changes(core::Result<Answer> answer);
    void tell_feedback();
    void take_feedback_answer(std::int64_t batch, core::Result<Answer> answer);
    void settle(const std::string& id, const std::string& receipt);
    void set_online(bool online);
    void note_clock(core::Time desk_now);
    // How long to leave a desk alone that refuses us; nothing if the answer says no such thing.
    std::optional<std::chrono::seconds> denial(const Answer& answer);
    template <class T>
    void must(const core::Result<T>& result, const char* doing);
    [[nodiscard]] core::PreciseTime jittered(std::chrono::seconds period);

    const Identity& identity_;
    Outbox& outbox_;
    FeedbackBox& feedback_;
    DeskClient& client_;
    const core::Clock& clock_;
    core::Random& random_;
    core::Log log_;
    Told told_;

    bool online_ = false;
    bool delivering_ = false;
    bool polling_ = false;
    bool telling_ = false;
    bool may_tell_ = false;  // the desk has answered since feedback was last looked for
    core::PreciseTime next_feedback_{};
    int failed_polls_ = 0;
    core::PreciseTime next_poll_{};
    core::PreciseTime next_delivery_{};
    core::Time next_purge_{};
    std::int64_t clock_offset_ = 0;
    std::string cursor_;
    std::string channel_;
    catalog::Shows shows_;
    std::string etag_;
};

}  // namespace kiosk
