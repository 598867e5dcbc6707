#include "kb/forward.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kb/binary.hpp"

namespace kb {
namespace {

constexpr std::uint32_t stem_hash_bits = 18;

void write_names(BinaryWriter& out, const std::vector<std::string>& names) {
    out.number(names.size());
    for (const std::string& each : names) out.text(each);
}

std::vector<std::string_view> read_names(BinaryReader& in) {
    std::vector<std::string_view> names(in.count());
    for (std::string_view& each : names) each = in.text();
    return names;
}

void write_stems(BinaryWriter& out, std::span<const StemHash> stems) {
    out.number(stems.size());
    for (const StemHash stem : stems) out.number(stem);
}

void write_sorted(BinaryWriter& out, std::span<const StemHash> stems) {
    out.number(stems.size());
    StemHash before = 0;
    for (const StemHash stem : stems) {
        out.number(stem - before);
        before = stem;
    }
}

Fields::Range read_stems(BinaryReader& in, std::vector<StemHash>& stems) {
    const std::size_t count = in.count();
    const Fields::Range range{static_cast<std::uint32_t>(stems.size()), static_cast<std::uint32_t>(count)};
    stems.resize(range.begin + count);
    in.numbers(stems.data() + range.begin, count);
    return range;
}

Fields::Range read_sorted(BinaryReader& in, std::vector<StemHash>& stems) {
    const Fields::Range range = read_stems(in, stems);
    StemHash* at = stems.data() + range.begin;
    for (std::size_t i = 1; i < range.size; ++i) at[i] += at[i - 1];
    return range;
}

}  // namespace

StemHash hash_of_stem(std::string_view stem) {
    std::uint32_t hash = 2166136261u;
    for (const char byte : stem) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619u;
    return (hash >> stem_hash_bits ^ hash) & ((1u << stem_hash_bits) - 1);
}

// A record's head tells how long its two parts and its texts are, and its days; so opening reads only heads.
void ForwardWriter::add(const Source& source, const Fields& fields) {
    BinaryWriter ranked;
    write_stems(ranked, fields.of(fields.title));
    write_stems(ranked, fields.of(fields.keywords));
    ranked.number(fields.sections.size());
    for (const Fields::Section& section : fields.sections) {
        write_stems(ranked, fields.of(section.heading));
        write_sorted(ranked, fields.of(section.text));
    }

    BinaryWriter shown;
    shown.number(static_cast<std::uint64_t>(source.kind));
    for (const std::string* text : {&source.id, &source.language, &source.title, &source.category, &source.description, &source.keywords}) shown.text(*text);
    write_names(shown, source.audience);
    write_names(shown, source.sites);
    shown.number(source.sections.size());
    std::size_t text_size = 0;
    for (const Source::Section& section : source.sections) {
        shown.text(section.anchor);
        shown.text(section.heading);
        shown.number(section.text.size());
        texts_ += section.text;
        text_size += section.text.size();
    }

    BinaryWriter head;
    head.number(ranked.bytes().size());
    head.number(shown.bytes().size());
    head.number(text_size);
    head.number(day_number(source.days.from));
    head.number(day_number(source.days.until));
    documents_ += head.bytes() + ranked.bytes() + shown.bytes();
}

core::Result<Forward> Forward::open(const std::filesystem::path& documents, const std::filesystem::path& texts) {
    Forward forward;
    if (auto read = forward.read(0, documents, texts); !read) return core::fail(read.error());
    forward.first_added_ = forward.size();
    return forward;
}

core::Result<void> Forward::add(const std::filesystem::path& documents, const std::filesystem::path& texts) { return read(1, documents, texts); }

core::Result<void> Forward::read(std::size_t file, const std::filesystem::path& documents, const std::filesystem::path& texts) {
    auto mapped = MappedFile::open(documents);
    if (!mapped) return core::fail(mapped.error());
    documents_[file] = std::move(*mapped);
    auto opened = ReadFile::open(texts);
    if (!opened) return core::fail(opened.error());
    texts_[file] = std::move(*opened);
    const std::string_view bytes = documents_[file].bytes();
    const std::uint64_t texts_size = texts_[file].size();
    std::uint64_t text_at = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        BinaryReader in(bytes.substr(at));
        const std::uint64_t fields_size = in.number();
        const std::uint64_t shown_size = in.number();
        const std::uint64_t text_size = in.number();
        const Days days{day_from(in.number()), day_from(in.number())};
        const std::uint64_t left = bytes.size() - at - in.at();
        if (!in.ok() || fields_size > left || shown_size > left - fields_size || text_size > texts_size - text_at) {
            return core::fail(core::ErrorKind::corrupt, "the list of documents is damaged");
        }
        if (!days.are_all()) dated_.push_back({places_.size(), days});
        places_.push_back({at + in.at(), text_at, static_cast<std::uint32_t>(fields_size), static_cast<std::uint32_t>(shown_size)});
        at += in.at() + fields_size + shown_size;
        text_at += text_size;
    }
    documents_[file].forget_pages();
    return {};
}

std::string_view Forward::fields_of(std::size_t document) const {
    const Place& place = places_[document];
    return documents_[file_of(document)].bytes().substr(place.fields_at, place.fields_size);
}

std::string_view Forward::shown_of(std::size_t document) const {
    const Place& place = places_[document];
    return documents_[file_of(document)].bytes().substr(place.fields_at + place.fields_size, place.shown_size);
}

void Forward::read_fields(std::size_t document, Fields& fields) const {
    BinaryReader in(fields_of(document));
    fields.stems.clear();
    fields.sections.clear();
    fields.title = read_stems(in, fields.stems);
    fields.keywords = read_stems(in, fields.stems);
    const std::size_t sections = in.count();
    for (std::size_t i = 0; i < sections && in.ok(); ++i) {
        const Fields::Range heading = read_stems(in, fields.stems);
        fields.sections.push_back({heading, read_sorted(in, fields.stems)});
    }
}

Forward::Name Forward::name(std::size_t document) const {
    BinaryReader in(shown_of(document));
    const auto kind = static_cast<HitKind>(std::min(in.number(), static_cast<std::uint64_t>(HitKind::problem)));
    const std::string_view id = in.text();
    return {kind, id, kind == HitKind::article ? shared_id(id) : id, in.text()};
}

Shown Forward::shown(std::size_t document) const {
    BinaryReader in(shown_of(document));
    Shown shown;
    shown.kind = static_cast<HitKind>(std::min(in.number(), static_cast<std::uint64_t>(HitKind::problem)));
    for (std::string_view* text : {&shown.id, &shown.language, &shown.title, &shown.category, &shown.description, &shown.keywords}) *text = in.text();
    shown.audience = read_names(in);
    shown.sites = read_names(in);
    shown.sections.resize(in.count());
    std::uint64_t text_at = places_[document].text_at;
    for (Shown::Section& section : shown.sections) {
        section.anchor = in.text();
        section.heading = in.text();
        section.file = file_of(document);
        section.text_at = text_at;
        section.text_size = in.number();
        text_at += section.text_size;
    }
    return shown;
}

std::string Forward::text(const Shown::Section& section, std::size_t most) const {
    return texts_[section.file].read(section.text_at, static_cast<std::size_t>(std::min<std::uint64_t>(section.text_size, most)));
}

Source Forward::source(std::size_t document) const {
    const Shown kept = shown(document);
    Source source;
    source.kind = kept.kind;
    source.id = kept.id;
    source.language = kept.language;
    source.title = kept.title;
    source.category = kept.category;
    source.description = kept.description;
    source.keywords = kept.keywords;
    source.audience.assign(kept.audience.begin(), kept.audience.end());
    source.sites.assign(kept.sites.begin(), kept.sites.end());
    const auto days = std::lower_bound(dated_.begin(), dated_.end(), document, [](const Dated& each, std::size_t wanted) { return each.document < wanted; });
    if (days != dated_.end() && days->document == document) source.days = days->days;
    for (const Shown::Section& section : kept.sections) source.sections.push_back({std::string(section.anchor), std::string(section.heading), text(section)});
    return source;
}

}  // namespace kb
