// Randomness and identifiers, from outside, so that decisions can be replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace core {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> bytes) = 0;
    [[nodiscard]] std::uint64_t number();
    // Even over [0, bound); bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
};

// The operating system's, fit for keys.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> bytes) override;
};

// RFC 9562 version 7, lower case: sorts by time.
[[nodiscard]] std::string make_uuid7(PreciseTime now, Random& random);
[[nodiscard]] bool is_uuid(std::string_view text);

}  // namespace core
