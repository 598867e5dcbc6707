#include "core/base/language.hpp"

#include <algorithm>
#include <memory>

#include <unicode/datefmt.h>
#include <unicode/dtfmtsym.h>
#include <unicode/dtptngen.h>
#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <unicode/uloc.h>

namespace core {
namespace {

icu::Locale locale_of(std::string_view language) {
    UErrorCode status = U_ZERO_ERROR;
    auto locale = icu::Locale::forLanguageTag(icu::StringPiece(language.data(), std::int32_t(language.size())), status);
    return U_FAILURE(status) || locale.isBogus() ? icu::Locale::getEnglish() : locale;
}

std::string to_utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

std::string format_as(std::string_view language, const char* skeleton, Time time, std::string_view zone) {
    const auto locale = locale_of(language);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
        icu::DateTimePatternGenerator::createInstance(locale, status));
    if (U_FAILURE(status)) return to_text(time);
    const auto pattern = patterns->getBestPattern(icu::UnicodeString(skeleton), status);
    icu::SimpleDateFormat format(pattern, locale, status);
    if (U_FAILURE(status)) return to_text(time);
    format.adoptTimeZone(icu::TimeZone::createTimeZone(
        icu::UnicodeString::fromUTF8(icu::StringPiece(zone.data(), std::int32_t(zone.size())))));
    icu::UnicodeString out;
    format.format(static_cast<UDate>(to_seconds(time)) * 1000.0, out);
    return to_utf8(out);
}

}  // namespace

bool is_right_to_left(std::string_view language) {
    return uloc_isRightToLeft(locale_of(language).getName()) != 0;
}

std::string own_name_of(std::string_view language) {
    const auto locale = locale_of(language);
    icu::UnicodeString name;
    locale.getDisplayName(locale, name);
    // Sentence case, as a list of languages shows them ("français" alone would look like a mistake).
    return to_utf8(name.toTitle(nullptr, locale, U_TITLECASE_NO_LOWERCASE | U_TITLECASE_WHOLE_STRING));
}

Text::Reading Text::read(std::string_view language, const std::vector<Language>& fallback) const {
    const auto at = [&](std::string_view tag) { return in_.find(std::string(tag)); };
    if (const auto plain = at(""); plain != in_.end()) return {plain->second, "", false};
    if (const auto exact = at(language); exact != in_.end()) return {exact->second, exact->first, false};
    if (const auto base = at(language.substr(0, language.find('-'))); base != in_.end()) {
        return {base->second, base->first, false};
    }
    for (const Language& other : fallback) {
        if (const auto found = at(other); found != in_.end()) return {found->second, found->first, true};
    }
    if (in_.empty()) return {};
    return {in_.begin()->second, in_.begin()->first, true};
}

std::string Text::in(std::string_view language) const { return std::string(read(language, {"en"}).text); }

std::string plural_category(std::string_view language, std::int64_t number) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::PluralRules> rules(icu::PluralRules::forLocale(locale_of(language), status));
    if (U_FAILURE(status)) return "other";
    return to_utf8(rules->select(static_cast<double>(number)));
}

std::string format_date(std::string_view language, Date date) {
    return format_as(language, "dMMMMy", std::chrono::sys_days{date}, "UTC");
}

std::string format_time(std::string_view language, Time time, std::string_view zone) {
    return format_as(language, "jmm", time, zone);
}

std::string format_date_time(std::string_view language, Time time, std::string_view zone) {
    return format_as(language, "dMMMyjmm", time, zone);
}

std::string format_number(std::string_view language, std::int64_t number) {
    UErrorCode status = U_ZERO_ERROR;
    const auto text = icu::number::NumberFormatter::withLocale(locale_of(language)).formatInt(number, status).toString(status);
    return U_FAILURE(status) ? std::to_string(number) : to_utf8(text);
}

std::string month_name(std::string_view language, std::chrono::year_month month) {
    return format_as(language, "MMMMy", std::chrono::sys_days{month / std::chrono::day{1}}, "UTC");
}

std::vector<std::string> weekday_names(std::string_view language) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::DateFormatSymbols symbols(locale_of(language), status);
    std::int32_t count = 0;
    const auto* names = symbols.getWeekdays(count, icu::DateFormatSymbols::STANDALONE, icu::DateFormatSymbols::SHORT);
    std::vector<std::string> from_monday;
    for (int day : {UCAL_MONDAY, UCAL_TUESDAY, UCAL_WEDNESDAY, UCAL_THURSDAY, UCAL_FRIDAY, UCAL_SATURDAY, UCAL_SUNDAY}) {
        from_monday.push_back(day < count ? to_utf8(names[day]) : std::string());
    }
    return from_monday;
}

}  // namespace core
