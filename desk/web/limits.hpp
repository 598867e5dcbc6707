// Token buckets: how often somebody may knock.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace desk::web {

// From any thread.
class Bucket {
public:
    // `burst` at once, then one each `refill`.
    Bucket(int burst, std::chrono::milliseconds refill) : burst_(burst), refill_(refill) {}

    // Takes one. Nothing when there was one, else how long to wait for the next.
    [[nodiscard]] std::optional<std::chrono::seconds> take(std::string_view who, core::PreciseTime now);

    static constexpr std::size_t most_remembered = 20'000;

private:
    void forget_full_ones(core::PreciseTime now);

    const int burst_;
    const std::chrono::milliseconds refill_;
    std::mutex mutex_;  // guards full_at_
    // When each bucket will be full again. One that is full is the same as one never seen.
    std::map<std::string, core::PreciseTime, std::less<>> full_at_;
};

}  // namespace desk::web
