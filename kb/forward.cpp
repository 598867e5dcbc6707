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

void write_names(BinaryWriter& out, const std::vector<std::string>& names) {
    out.number(names.size());
    for (const std::string& each : names) out.text(each);
}

std::vector<std::string> read_names(BinaryReader& in) {
    std::vector<std::string> names(in.count());
    for (std::string& each : names) each = in.text();
    return names;
}

void write_stems(BinaryWriter& out, std::span<const StemHash> stems) {
    out.number(stems.size());
    for (const StemHash stem : stems) out.fixed(stem);
}

StemRange read_stems(BinaryReader& in, std::vector<StemHash>& stems) {
    const std::size_t count = in.count();
    const StemRange range{static_cast<std::uint32_t>(stems.size()), static_cast<std::uint32_t>(count)};
    for (std::size_t i = 0; i < count; ++i) stems.push_back(in.fixed());
    return range;
}

}  // namespace

StemHash hash_of_stem(std::string_view stem) {
    StemHash hash = 2166136261u;
    for (const char byte : stem) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619u;
    return hash;
}

std::string Forward::to_bytes() const {
    BinaryWriter out;
    out.number(documents.size());
    for (const ForwardDocument& each : documents) {
        out.number(static_cast<std::uint64_t>(each.kind));
        for (const std::string* text : {&each.id, &each.language, &each.group, &each.title, &each.category, &each.description}) out.text(*text);
        write_names(out, each.audience);
        write_names(out, each.sites);
        out.number(day_number(each.from));
        out.number(day_number(each.until));
        write_stems(out, of(each.title_stems));
        write_stems(out, of(each.keyword_stems));
        out.number(each.sections.size());
        for (const ForwardSection& section : each.sections) {
            out.text(section.anchor);
            out.text(section.heading);
            write_stems(out, of(section.heading_stems));
            out.number(section.text_size);
        }
    }
    return out.bytes();
}

core::Result<Forward> Forward::from_bytes(std::string_view bytes, std::uint64_t texts_size) {
    const auto damaged = core::fail(core::ErrorKind::corrupt, "the list of documents is damaged");
    BinaryReader in(bytes);
    Forward forward;
    forward.documents.resize(in.count());
    std::uint64_t text_at = 0;
    for (ForwardDocument& each : forward.documents) {
        const std::uint64_t kind = in.number();
        if (kind > static_cast<std::uint64_t>(HitKind::problem)) return damaged;
        each.kind = static_cast<HitKind>(kind);
        for (std::string* text : {&each.id, &each.language, &each.group, &each.title, &each.category, &each.description}) *text = in.text();
        each.audience = read_names(in);
        each.sites = read_names(in);
        each.from = day_from(in.number());
        each.until = day_from(in.number());
        each.title_stems = read_stems(in, forward.stems);
        each.keyword_stems = read_stems(in, forward.stems);
        each.sections.resize(in.count());
        for (ForwardSection& section : each.sections) {
            section.anchor = in.text();
            section.heading = in.text();
            section.heading_stems = read_stems(in, forward.stems);
            section.text_at = text_at;
            section.text_size = in.number();
            if (section.text_size > texts_size - text_at) return damaged;
            text_at += section.text_size;
        }
        if (!in.ok()) break;
    }
    if (!in.ok() || !in.at_end()) return damaged;
    forward.stems.shrink_to_fit();
    return forward;
}

}  // namespace kb
