#include "core/base/clock.hpp"

#include <optional>

#include <date/tz.h>
#include <fmt/format.h>

namespace core {
namespace {

std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

PreciseTime SystemClock::now_precise() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string to_text(Date date) {
    return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

std::string to_text(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{}T{:02}:{:02}:{:02}Z", to_text(Date{day}), clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

Result<Date> parse_date(std::string_view text) {
    const auto wrong = [&] {
        return fail(ErrorKind::invalid, fmt::format("'{}' is no date like 2026-11-24", text.substr(0, 40)));
    };
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong();
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day) return wrong();
    const Date date{std::chrono::year{*year}, std::chrono::month{unsigned(*month)}, std::chrono::day{unsigned(*day)}};
    if (!date.ok()) return wrong();
    return date;
}

Result<Time> parse_time(std::string_view text) {
    const auto wrong = [&] {
        return fail(ErrorKind::invalid, fmt::format("'{}' is no time like 2026-11-24T04:02:15Z", text.substr(0, 40)));
    };
    if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z') return wrong();
    const auto date = parse_date(text.substr(0, 10));
    const auto hour = digits(text.substr(11, 2));
    const auto minute = digits(text.substr(14, 2));
    const auto second = digits(text.substr(17, 2));
    if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return wrong();
    return std::chrono::sys_days{*date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

Result<Date> local_date(Time time, std::string_view zone) {
    try {
        const auto offset = date::locate_zone(std::string(zone))->get_info(time).offset;
        return Date{std::chrono::floor<std::chrono::days>(time + offset)};
    } catch (const std::exception&) {  // the tz library throws for unknown zones and for a missing database
        return fail(ErrorKind::not_found, fmt::format("there is no time zone '{}'", zone));
    }
}

}  // namespace core
