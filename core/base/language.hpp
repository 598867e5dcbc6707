// Languages, and text that people wrote in several of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace core {

// A BCP 47 tag as content writes it: "en", "zh-Hans".
using Language = std::string;

[[nodiscard]] bool is_right_to_left(std::string_view language);

// "Deutsch", "العربية": the language's own name for itself.
[[nodiscard]] std::string own_name_of(std::string_view language);

// A text in the languages it was written in. An empty language means "in whichever".
class Text {
public:
    Text() = default;
    Text(std::string plain) { in_[""] = std::move(plain); }
    explicit Text(std::map<Language, std::string> in) : in_(std::move(in)) {}

    struct Reading {
        std::string_view text;
        std::string_view language;  // the one it is in; empty when not said
        bool is_fallback = false;   // to be marked as such on a screen
    };
    // The text in `language`, else in its base ("pt" for "pt-BR"), else along `fallback`, else any.
    [[nodiscard]] Reading read(std::string_view language, const std::vector<Language>& fallback) const;
    [[nodiscard]] std::string in(std::string_view language) const;  // with English as the fallback

    [[nodiscard]] bool empty() const { return in_.empty(); }
    [[nodiscard]] const std::map<Language, std::string>& all() const { return in_; }
    bool operator==(const Text&) const = default;

private:
    std::map<Language, std::string> in_;
};

// "one", "few", "other" …: the CLDR plural category of a whole number.
[[nodiscard]] std::string plural_category(std::string_view language, std::int64_t number);

// How people of that language write these. `zone` is an IANA name.
[[nodiscard]] std::string format_date(std::string_view language, Date date);
[[nodiscard]] std::string format_time(std::string_view language, Time time, std::string_view zone);
[[nodiscard]] std::string format_date_time(std::string_view language, Time time, std::string_view zone);
[[nodiscard]] std::string format_number(std::string_view language, std::int64_t number);
[[nodiscard]] std::string month_name(std::string_view language, std::chrono::year_month month);  // "March 2027"
[[nodiscard]] std::vector<std::string> weekday_names(std::string_view language);  // short, from Monday

}  // namespace core
