// Time as all parts speak it: UTC, in seconds, local only when a person reads it.
//
// Decisions take the time as an argument; only SystemClock asks the machine.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace core {

using Time = std::chrono::sys_seconds;
using PreciseTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Date = std::chrono::year_month_day;

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual PreciseTime now_precise() const = 0;
    [[nodiscard]] Time now() const { return std::chrono::floor<std::chrono::seconds>(now_precise()); }
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] PreciseTime now_precise() const override;
};

// "2026-11-24T04:02:15Z", the one form of times on disk and on the wire.
[[nodiscard]] std::string to_text(Time time);
[[nodiscard]] Result<Time> parse_time(std::string_view text);

// "2026-11-24"
[[nodiscard]] std::string to_text(Date date);
[[nodiscard]] Result<Date> parse_date(std::string_view text);

// The date in an IANA zone at that time; an unknown zone is an error.
[[nodiscard]] Result<Date> local_date(Time time, std::string_view zone);

[[nodiscard]] inline std::int64_t to_seconds(Time time) { return time.time_since_epoch().count(); }
[[nodiscard]] inline Time from_seconds(std::int64_t seconds) { return Time{std::chrono::seconds{seconds}}; }

}  // namespace core
