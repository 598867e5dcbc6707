// A clock that tests set, and randomness that tests can repeat.
#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/id.hpp"

namespace support {

inline core::Time at(std::string_view text) {
    auto time = core::parse_time(text);
    assert(time);
    return *time;
}

class ManualClock final : public core::Clock {
public:
    explicit ManualClock(core::Time start) : now_(start) {}
    [[nodiscard]] core::PreciseTime now_precise() const override { return now_.load(); }
    void set(core::Time time) { now_ = time; }
    void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }

private:
    std::atomic<core::PreciseTime> now_;  // a worker's thread reads it
};

// splitmix64: the same seed gives the same bytes.
class SeededRandom final : public core::Random {
public:
    explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) {
            state_ += 0x9E3779B97F4A7C15u;
            std::uint64_t z = state_;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
            byte = static_cast<std::byte>(z ^ (z >> 31));
        }
    }

private:
    std::uint64_t state_;
};

}  // namespace support
