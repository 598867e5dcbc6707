#include "kiosk/shell/sync.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "kb/release_trust.hpp"

namespace kiosk {
namespace {

using std::chrono::seconds;

// Requests of one post, as JSON; with the limit on each, a batch of the largest still fits the desk's bound.
constexpr std::size_t largest_batch_bytes = 1u << 20;
constexpr seconds shortest_poll_pause{1};
constexpr seconds longest_period{3'600};
constexpr seconds default_period{60};
constexpr std::chrono::hours purge_period{6};

std::string problem_of(const Answer& answer) {
    std::string title;
    if (const auto json = core::parse_json(answer.body)) {
        title = core::text_at(*json, "type").value_or(core::text_at(*json, "title").value_or(""));
    }
    return fmt::format("{} {}", answer.status, core::utf8::shortened(title, 80));
}

// The desk's clock, where a problem names it: it refuses a signature that is out of time by saying what time it is.
std::optional<core::Time> time_in(const Answer& answer) {
    const auto json = core::parse_json(answer.body);
    if (!json) return std::nullopt;
    const auto text = core::text_at(*json, "now");
    if (!text) return std::nullopt;
    const auto time = core::parse_time(*text);
    return time ? std::optional(*time) : std::nullopt;
}

// 403 for one envelope is about that envelope, unless the desk says that it is about us.
bool is_about_the_envelope(const Answer& answer) {
    return answer.status == 403 && problem_of(answer).find("withdrawn") == std::string::npos;
}

bool is_temporary(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

}  // namespace

Sync::Sync(const Identity& identity, Outbox& outbox, FeedbackBox& feedback, DeskClient& client, const core::Clock& clock,
           core::Random& random, core::Log log, Told told)
    : identity_(identity), outbox_(outbox), feedback_(feedback), client_(client), clock_(clock), random_(random),
      log_(std::move(log)), told_(std::move(told)) {
    if (auto cursor = outbox_.fact("cursor")) cursor_ = *cursor;
    if (auto channel = outbox_.fact("channel")) channel_ = *channel;
    if (!kb::is_channel(channel_)) channel_ = kb::stable_channel;
    if (auto offset = outbox_.fact("clock_offset")) {
        std::from_chars(offset->data(), offset->data() + offset->size(), clock_offset_);
    }
    client_.set_clock_offset(clock_offset_);
}

core::PreciseTime Sync::step() {
    const core::PreciseTime now = clock_.now_precise();
    if (clock_.now() >= next_purge_) {
        must(outbox_.purge(clock_.now()), "purge");
        next_purge_ = clock_.now() + purge_period;
    }
    if (!delivering_ && now >= next_delivery_) deliver(now);
    if (!polling_ && now >= next_poll_) poll();
    if (may_tell_ && !telling_ && !delivering_ && now >= next_feedback_) tell_feedback();

    core::PreciseTime next = now + longest_period;
    if (!polling_) next = std::min(next, next_poll_);
    if (!delivering_) {
        if (auto due = outbox_.next_due(); due && *due) next = std::min(next, std::max(**due, next_delivery_));
    }
    return next;
}

void Sync::hurry() {
    next_delivery_ = {};
    // The desk answers sooner after a submission, so its period is asked for soon.
    next_poll_ = std::min(next_poll_, clock_.now_precise() + seconds{5});
}

void Sync::set_shows(const catalog::Shows& shows) {
    if (shows == shows_) return;
    shows_ = shows;
    next_poll_ = std::min(next_poll_, clock_.now_precise() + shortest_poll_pause);
}

// ---- Handing in.

void Sync::deliver(core::PreciseTime now) {
    auto claimed = outbox_.claim(now, catalog::largest_batch);
    if (!claimed) {
        must(claimed, "claim");
        next_delivery_ = now + default_period;
        return;
    }
    if (claimed->empty()) return;

    core::Json items = core::Json::array();
    std::vector<Outbox::Pending> batch;
    std::size_t bytes = 0;
    for (Outbox::Pending& pending : *claimed) {
        auto envelope = signed_envelope(pending.envelope, identity_);
        if (!envelope) {
            must(outbox_.quarantine(pending.envelope.id, envelope.error().message), "quarantine");
            continue;
        }
        core::Json json = envelope->to_json();
        if (pending.alone) return deliver_one(pending, core::canonical(json));
        const std::size_t size = core::canonical(json).size();
        if (!batch.empty() && bytes + size > largest_batch_bytes) {
            must(outbox_.send_later(pending.envelope.id), "release");
            continue;
        }
        bytes += size;
        items.push_back(std::move(json));
        batch.push_back(std::move(pending));
    }
    if (batch.empty()) return;

    delivering_ = true;
    Call call{.method = "POST", .target = "/api/v1/outbox", .body = core::canonical({{"items", std::move(items)}})};
    call.deadline = claim_length - seconds{10};
    client_.start(std::move(call), [this, batch = std::move(batch)](core::Result<Answer> answer) {
        delivering_ = false;
        take_results(batch, std::move(answer));
        told_.state_changed();
    });
}

void Sync::deliver_one(const Outbox::Pending& pending, std::string body) {
    delivering_ = true;
    Call call{.method = "PUT", .target = "/api/v1/requests/" + pending.envelope.id, .body = std::move(body)};
    call.deadline = claim_length - seconds{10};
    client_.start(std::move(call), [this, pending](core::Result<Answer> answer) {
        delivering_ = false;
        if (answer) {
            take_single(pending.envelope.id, std::move(answer));
        } else {
            take_results({pending}, std::move(answer));
        }
        told_.state_changed();
    });
}

void Sync::take_results(const std::vector<Outbox::Pending>& batch, core::Result<Answer> answer) {
    if (!answer) {
        set_online(false);
        return postpone_all(batch, answer.error().message, std::nullopt);
    }
    if (const auto pause = denial(*answer)) return postpone_all(batch, problem_of(*answer), pause);
    if (is_temporary(answer->status)) return postpone_all(batch, problem_of(*answer), answer->retry_after);
    if (answer->status >= 300) {
        // Which of them the desk dislikes is not said, so each goes alone next time.
        log_.warning("batch_refused", {{"status", std::to_string(answer->status)}});
        for (const Outbox::Pending& pending : batch) {
            must(outbox_.send_alone(pending.envelope.id, clock_.now_precise()), "send_alone");
        }
        return;
    }

    const auto json = core::parse_json(answer->body);
    const core::Json* results = json ? core::member(*json, "results") : nullptr;
    if (!results || !results->is_array()) {
        set_online(false);
        return postpone_all(batch, "an answer without results", std::nullopt);
    }
    set_online(true);
    std::vector<std::string> answered;
    for (const core::Json& item : *results) {
        auto delivery = catalog::Delivery::from_json(item);
        if (!delivery) continue;
        const bool is_ours = std::any_of(batch.begin(), batch.end(), [&](const Outbox::Pending& pending) {
            return pending.envelope.id == delivery->id;
        });
        if (!is_ours) continue;
        take_result(delivery->id, *delivery);
        answered.push_back(delivery->id);
    }
    for (const Outbox::Pending& pending : batch) {
        if (std::find(answered.begin(), answered.end(), pending.envelope.id) == answered.end()) {
            must(outbox_.postpone(pending.envelope.id, "the desk said nothing about it", clock_.now_precise()), "postpone");
        }
    }
}

void Sync::take_result(const std::string& id, const catalog::Delivery& delivery) {
    if (delivery.outcome == "stored" || delivery.outcome == "seen" || delivery.outcome == "quarantined") {
        return settle(id, delivery.receipt);
    }
    if (delivery.outcome == "conflict" || delivery.outcome == "refused") {
        log_.warning("request_set_aside", {{"request", id}, {"outcome", delivery.outcome}});
        must(outbox_.quarantine(id, delivery.outcome + ": " + core::utf8::shortened(delivery.problem, 200)), "quarantine");
        return;
    }
    must(outbox_.postpone(id, core::utf8::shortened(delivery.problem, 200), clock_.now_precise()), "postpone");
}

void Sync::take_single(const std::string& id, core::Result<Answer> answer) {
    if (!is_about_the_envelope(*answer)) {
        if (const auto pause = denial(*answer)) {
            must(outbox_.postpone(id, problem_of(*answer), clock_.now_precise(), pause), "postpone");
            return;
        }
    }
    if (is_temporary(answer->status)) {
        must(outbox_.postpone(id, problem_of(*answer), clock_.now_precise(), answer->retry_after), "postpone");
        return;
    }
    set_online(true);
    if (answer->status < 300) return settle(id, answer->body);
    log_.warning("request_set_aside", {{"request", id}, {"status", std::to_string(answer->status)}});
    must(outbox_.quarantine(id, problem_of(*answer)), "quarantine");
}

void Sync::settle(const std::string& id, const std::string& text) {
    const auto json = core::parse_json(text);
    auto receipt = json ? catalog::Receipt::from_json(*json) : core::Result<catalog::Receipt>(core::fail(json.error()));
    const auto kept = receipt ? outbox_.settle(id, *receipt, identity_.receipt_key, clock_.now())
                              : core::Result<void>(core::fail(receipt.error()));
    if (!kept) {
        log_.warning("receipt_not_accepted", {{"request", id}, {"why", kept.error().message}});
        must(outbox_.postpone(id, kept.error().message, clock_.now_precise()), "postpone");
        return;
    }
    log_.info("request_delivered", {{"request", id}, {"ticket", receipt->ticket}});
    told_.arrived(id, receipt->ticket);
}

void Sync::postpone_all(const std::vector<Outbox::Pending>& batch, const std::string& problem,
                        std::optional<std::chrono::seconds> retry_after) {
    for (const Outbox::Pending& pending : batch) {
        must(outbox_.postpone(pending.envelope.id, problem, clock_.now_precise(), retry_after), "postpone");
    }
}

// ---- Asking what changed.

void Sync::poll() {
    polling_ = true;
    Call call{.method = "GET", .target = fmt::format("/api/v1/kiosks/self/changes?after={}&{}", cursor_, shows_.to_query()), .etag = etag_};
    client_.start(std::move(call), [this](core::Result<Answer> answer) {
        polling_ = false;
        take_changes(std::move(answer));
    });
}

void Sync::take_changes(core::Result<Answer> answer) {
    const auto try_later = [&] {
        ++failed_polls_;
        const auto most = std::min<std::chrono::milliseconds>(std::chrono::milliseconds{500} * (1 << std::min(failed_polls_, 10)),
                                                              longest_poll_pause);
        next_poll_ = clock_.now_precise() + most / 2 +
                     std::chrono::milliseconds{random_.below(static_cast<std::uint64_t>(most.count() / 2) + 1)};
    };
    if (!answer) {
        log_.debug("poll_failed", {{"why", answer.error().message}});
        set_online(false);
        return try_later();
    }
    if (denial(*answer)) return;
    if (answer->status == 304) {
        failed_polls_ = 0;
        may_tell_ = true;
        set_online(true);
        next_poll_ = jittered(default_period);
        return;
    }
    if (answer->status != 200) {
        log_.warning("poll_refused", {{"problem", problem_of(*answer)}});
        return try_later();
    }
    const auto json = core::parse_json(answer->body);
    auto changes = json ? catalog::Changes::from_json(*json) : core::Result<catalog::Changes>(core::fail(json.error()));
    if (!changes) {
        log_.warning("poll_unreadable", {{"why", changes.error().message}});
        set_online(false);
        return try_later();
    }

    failed_polls_ = 0;
    may_tell_ = true;
    note_clock(changes->now);
    set_online(true);
    next_poll_ = jittered(std::clamp(seconds{changes->poll_after_seconds}, shortest_poll_pause, longest_period));
    etag_ = answer->etag;
    for (const catalog::Progress& progress : changes->requests) must(outbox_.note_progress(progress), "note_progress");
    if (!changes->missing.empty()) {
        auto again = outbox_.send_again(changes->missing, clock_.now_precise());
        must(again, "send_again");
        if (again && *again > 0) log_.warning("sent_again", {{"count", std::to_string(*again)}});
    }
    // The cursor moves only over what is kept.
    if (changes->cursor != cursor_) {
        cursor_ = changes->cursor;
        must(outbox_.set_fact("cursor", cursor_), "set_fact");
    }
    if (changes->channel != channel_ && kb::is_channel(changes->channel)) {
        channel_ = changes->channel;
        must(outbox_.set_fact("channel", channel_), "set_fact");
        log_.info("channel", {{"name", channel_}});
    }
    if (changes->release_version > 0) told_.has_releases(changes->release_version, changes->release_tag);
}

// ---- What was searched and read.

void Sync::tell_feedback() {
    may_tell_ = false;
    const auto waiting = outbox_.waiting();
    must(waiting, "waiting");
    if (!waiting || *waiting > 0) return;  // requests go first
    auto batch = feedback_.next(clock_.now());
    must(batch, "next_feedback");
    if (!batch || !*batch) return;

    telling_ = true;
    Call call{.method = "POST", .target = "/api/v1/feedback", .body = core::canonical((*batch)->to_json())};
    client_.start(std::move(call), [this, number = (*batch)->number](core::Result<Answer> answer) {
        telling_ = false;
        take_feedback_answer(number, std::move(answer));
    });
}

void Sync::take_feedback_answer(std::int64_t batch, core::Result<Answer> answer) {
    if (!answer) {
        log_.debug("feedback_not_told", {{"why", answer.error().message}});
        return set_online(false);
    }
    if (denial(*answer)) return;
    const auto json = core::parse_json(answer->body);
    const auto taken = json ? catalog::FeedbackTaken::from_json(*json)
                            : core::Result<catalog::FeedbackTaken>(core::fail(json.error()));
    if (answer->status == 200 && taken && taken->number == batch) {
        must(feedback_.settle(batch), "settle_feedback");
        may_tell_ = true;  // until nothing is left
        return;
    }
    log_.warning("feedback_refused", {{"batch", std::to_string(batch)}, {"problem", problem_of(*answer)}});
    // The desk dislikes what is in it, and will again.
    if (answer->status == 413 || answer->status == 422) return must(feedback_.give_up(batch), "give_up_feedback");
    next_feedback_ = clock_.now_precise() + answer->retry_after.value_or(feedback_pause);
}

std::optional<seconds> Sync::denial(const Answer& answer) {
    if (answer.status != 401 && answer.status != 403) return std::nullopt;
    if (const auto desk_now = time_in(answer)) {
        // Our clock is the reason. With the new offset it is tried again soon, but not at once: should it be refused
        // once more, this must not become a loop.
        note_clock(*desk_now);
        next_poll_ = clock_.now_precise() + seconds{2};
        return seconds{1};
    }
    log_.error("desk_denies_us", {{"problem", problem_of(answer)}});
    set_online(false);
    next_poll_ = clock_.now_precise() + pause_after_denial;
    next_delivery_ = next_poll_;
    return pause_after_denial;
}

void Sync::note_clock(core::Time desk_now) {
    const std::int64_t offset = core::to_seconds(desk_now) - core::to_seconds(clock_.now());
    // A second or two is the way of the answer, not the clock.
    if (std::abs(offset - clock_offset_) <= 2) return;
    clock_offset_ = offset;
    client_.set_clock_offset(offset);
    must(outbox_.set_fact("clock_offset", std::to_string(offset)), "set_fact");
    log_.info("clock_offset", {{"seconds", std::to_string(offset)}});
}

void Sync::set_online(bool online) {
    if (online && !online_) {
        next_delivery_ = {};
        must(outbox_.hurry(clock_.now_precise()), "hurry");
    }
    if (online == online_) return;
    online_ = online;
    log_.info(online ? "desk_reached" : "desk_lost");
    told_.state_changed();
}

core::PreciseTime Sync::jittered(seconds period) {
    const std::int64_t ms = std::chrono::milliseconds{period}.count();
    const auto spread = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(ms * 2 / 5) + 1));
    return clock_.now_precise() + std::chrono::milliseconds{ms * 4 / 5 + spread};
}

// ---- One request.

core::Result<std::optional<catalog::Progress>> known_progress(const Outbox& outbox, const std::string& claim_code) {
    auto found = outbox.find(claim_code);
    if (!found) return core::fail(found.error());
    if (!*found) return std::nullopt;
    const Outbox::Known& ours = **found;
    catalog::Progress progress;
    progress.request = ours.id;
    progress.claim_code = claim_code;
    progress.ticket = ours.ticket;
    progress.state = !ours.is_sent ? "waiting" : ours.state.empty() ? "received" : ours.state;
    progress.updated_at = ours.state.empty() ? ours.captured_at : ours.updated_at;
    return progress;
}

void Sync::look_up(const std::string& claim_code, LookedUp done) {
    Call call{.method = "GET", .target = "/api/v1/claims/" + claim_code, .deadline = seconds{8}};
    client_.start(std::move(call), [this, claim_code, done = std::move(done)](core::Result<Answer> answer) {
        if (answer && answer->status == 200) {
            const auto json = core::parse_json(answer->body);
            auto progress = json ? catalog::Progress::from_json(*json) : core::Result<catalog::Progress>(core::fail(json.error()));
            if (progress) {
                must(outbox_.note_progress(*progress), "note_progress");
                return done(std::move(*progress), false);
            }
        }
        auto known = known_progress(outbox_, claim_code);
        must(known, "find");
        auto ours = known ? std::move(*known) : std::nullopt;
        // A desk that does not know it yet is an answer, if we do not know it either.
        const bool desk_says_no = answer && answer->status == 404;
        const bool is_offline = !desk_says_no || (ours && ours->state != "waiting");
        done(std::move(ours), is_offline);
    });
}

template <class T>
void Sync::must(const core::Result<T>& result, const char* doing) {
    if (!result) log_.error("outbox_failed", {{"doing", doing}, {"why", result.error().message}});
}

}  // namespace kiosk
