// What sessions tell about the content, on its way to the desk: sealed before it touches the disk, so that this kiosk
// cannot read it back, and with no time beside it.
//
// Batches have a number that grows, and keep number and content until the desk has them: one whose answer was lost is sent
// again and counts once. Numbers are never below the seconds of the clock, so that they grow also past a file that was
// begun anew. All calls come from the thread that opened the database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "core/base/database.hpp"
#include "core/catalog/feedback.hpp"

namespace kiosk {

// Sessions kept without a desk; then the oldest go, and the desk is told how many.
inline constexpr std::int64_t most_sessions_kept = 2'000;

// Statistics, and nothing that anybody waits for: a damaged file is thrown away and begun anew.
[[nodiscard]] core::Result<std::unique_ptr<core::Database>> open_feedback_box(const std::filesystem::path& file);

class FeedbackBox {
public:
    explicit FeedbackBox(core::Database& db) : db_(db) {}

    [[nodiscard]] core::Result<void> put(const catalog::Feedback& feedback, std::string_view seal_key);

    // The batch that is under way, or a new one of the oldest that wait; the same one until it is settled.
    [[nodiscard]] core::Result<std::optional<catalog::FeedbackBatch>> next(core::Time now);
    // The desk has that batch.
    [[nodiscard]] core::Result<void> settle(std::int64_t number);
    // The desk will never take that batch: what it held is lost, and the next one says so.
    [[nodiscard]] core::Result<void> give_up(std::int64_t number);

    [[nodiscard]] core::Result<std::int64_t> waiting() const;  // sessions

private:
    core::Database& db_;
};

}  // namespace kiosk
