#include "kb/forward.hpp"

#include <algorithm>

#include "kb/binary.hpp"

namespace kb {
namespace {

// Days since 1970, and one more, so that 0 is "none".
std::uint64_t day_number(const std::optional<core::Date>& date) {
    if (!date) return 0;
    return static_cast<std::uint64_t>(std::max(std::int64_t{0}, std::int64_t{std::chrono::sys_days{*date}.time_since_epoch().count()})) + 1;
}

std::optional<core::Date> day_from(std::uint64_t number) {
    constexpr std::uint64_t last_day = 3'000'000;  // in the year 10183
    if (number == 0 || number > last_day) return std::nullopt;
    return core::Date{std::chrono::sys_days{std::chrono::days{static_cast<int>(number - 1)}}};
}

}  // namespace

std::string Forward::to_bytes() const {
    BinaryWriter out;
    out.number(documents.size());
    for (const ForwardDocument& each : documents) {
        out.number(each.is_service ? 1 : 0);
        for (const std::string* text : {&each.id, &each.language, &each.group, &each.title, &each.category, &each.description}) out.text(*text);
        out.number(day_number(each.from));
        out.number(day_number(each.until));
        out.number(each.title_stems.size());
        for (const StemId stem : each.title_stems) out.number(stem);
        out.number(each.sections.size());
        for (const ForwardSection& section : each.sections) {
            out.text(section.anchor);
            out.text(section.heading);
            out.number(section.text_size);
        }
    }
    return out.bytes();
}

core::Result<Forward> Forward::from_bytes(std::string_view bytes, std::uint64_t texts_size) {
    BinaryReader in(bytes);
    Forward forward;
    std::uint64_t text_at = 0;
    forward.documents.resize(in.count());
    for (ForwardDocument& each : forward.documents) {
        each.is_service = in.number() == 1;
        for (std::string* text : {&each.id, &each.language, &each.group, &each.title, &each.category, &each.description}) *text = in.text();
        each.from = day_from(in.number());
        each.until = day_from(in.number());
        each.title_stems.resize(in.count());
        for (StemId& stem : each.title_stems) stem = static_cast<StemId>(in.number());
        each.sections.resize(in.count());
        for (ForwardSection& section : each.sections) {
            section.anchor = in.text();
            section.heading = in.text();
            section.text_at = text_at;
            section.text_size = in.number();
            if (section.text_size > texts_size - text_at) return core::fail(core::ErrorKind::corrupt, "the list of documents is damaged");
            text_at += section.text_size;
        }
        if (!in.ok()) break;
    }
    if (!in.ok() || !in.at_end()) return core::fail(core::ErrorKind::corrupt, "the list of documents is damaged");
    return forward;
}

}  // namespace kb
