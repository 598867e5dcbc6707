#include "kb/meant.hpp"

#include <algorithm>
#include <array>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

constexpr std::array<std::string_view, 12> months{"january", "february", "march",     "april",   "may",      "june",
                                                  "july",    "august",   "september", "october", "november", "december"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 1 to 12, for "march" and "mar".
std::optional<unsigned> month_named(std::string_view word) {
    for (std::size_t i = 0; i < months.size(); ++i) {
        if (word == months[i] || (word.size() == 3 && months[i].starts_with(word)) || (word == "sept" && i == 8)) return static_cast<unsigned>(i + 1);
    }
    return std::nullopt;
}

struct DatePart {
    bool is_number = false;
    unsigned number = 0;
    std::size_t digits = 0;
    std::string word;
};

// The first three numbers and words; nothing when something else stands between them, or they are out of bounds.
std::optional<std::array<DatePart, 3>> parts_of(const std::string& written) {
    std::array<DatePart, 3> parts;
    std::size_t at = 0;
    for (DatePart& part : parts) {
        while (at < written.size() && std::string_view(" ,./-").find(written[at]) != std::string_view::npos) ++at;
        if (at < written.size() && is_digit(written[at])) {
            part.is_number = true;
            for (; at < written.size() && is_digit(written[at]); ++at, ++part.digits) part.number = std::min(part.number * 10 + static_cast<unsigned>(written[at] - '0'), 10'000U);
            if (part.digits <= 2 && at + 1 < written.size()) {
                const std::string_view ending = std::string_view(written).substr(at, 2);
                if (ending == "st" || ending == "nd" || ending == "rd" || ending == "th") at += 2;
            }
        } else {
            while (at < written.size() && written[at] >= 'a' && written[at] <= 'z') part.word += written[at++];
            if (part.word.empty()) return std::nullopt;
        }
    }
    // A time of day may follow.
    if (at < written.size() && written[at] != ' ' && written[at] != 't') return std::nullopt;
    return parts;
}

}  // namespace

std::optional<core::Date> date_meant(std::string_view written) {
    const auto parts = parts_of(core::utf8::folded(core::utf8::trimmed(written)));
    if (!parts) return std::nullopt;
    const auto& [a, b, c] = *parts;
    const auto date = [](const DatePart& year, unsigned month, const DatePart& day) -> std::optional<core::Date> {
        if (!year.is_number || year.digits != 4 || !day.is_number || day.digits > 2) return std::nullopt;
        const core::Date made{std::chrono::year{static_cast<int>(year.number)}, std::chrono::month{month}, std::chrono::day{day.number}};
        return made.ok() ? std::optional(made) : std::nullopt;
    };
    if (const auto month = month_named(b.word)) return date(c, *month, a);
    if (const auto month = month_named(a.word)) return date(c, *month, b);
    if (!a.is_number || !b.is_number || !c.is_number) return std::nullopt;
    if (a.digits == 4) return date(a, b.number, c);
    // Half of the world writes the day first; one beyond 12 is no month.
    const auto day_first = date(c, b.number, a);
    const auto month_first = date(c, a.number, b);
    if (day_first && month_first && *day_first != *month_first) return std::nullopt;
    return day_first ? day_first : month_first;
}

std::string without_case_and_hyphens(std::string_view name) {
    std::string text = core::utf8::folded(core::utf8::trimmed(name));
    std::erase_if(text, [](char c) { return c == ' ' || c == '_' || c == '-'; });
    return text;
}

std::optional<bool> truth_meant(std::string_view written) {
    const std::string word = core::utf8::folded(core::utf8::trimmed(written));
    if (word == "true" || word == "yes" || word == "on" || word == "y") return true;
    if (word == "false" || word == "no" || word == "off" || word == "n") return false;
    return std::nullopt;
}

std::optional<std::string> name_meant(std::string_view written, const std::vector<std::string>& names) {
    const std::string wanted = without_case_and_hyphens(written);
    if (wanted.empty()) return std::nullopt;
    std::optional<std::string> found;
    for (const std::string& name : names) {
        if (without_case_and_hyphens(name) != wanted || found == name) continue;
        if (found) return std::nullopt;
        found = name;
    }
    return found;
}

}  // namespace kb
