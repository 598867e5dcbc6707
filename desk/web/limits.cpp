#include "desk/web/limits.hpp"

#include <algorithm>

namespace desk::web {

std::optional<std::chrono::seconds> Bucket::take(std::string_view who, core::PreciseTime now) {
    const std::lock_guard lock(mutex_);
    if (full_at_.size() >= most_remembered) forget_full_ones(now);

    auto place = full_at_.find(who);
    if (place == full_at_.end()) place = full_at_.emplace(std::string(who), now).first;
    const core::PreciseTime full_at = std::max(place->second, now) + refill_;
    const core::PreciseTime latest = now + burst_ * refill_;
    if (full_at > latest) return std::chrono::ceil<std::chrono::seconds>(full_at - latest);
    place->second = full_at;
    return std::nullopt;
}

void Bucket::forget_full_ones(core::PreciseTime now) {
    std::erase_if(full_at_, [&](const auto& entry) { return entry.second <= now; });
    // A flood of new names must not fill the memory: better all start anew.
    if (full_at_.size() >= most_remembered) full_at_.clear();
}

}  // namespace desk::web
