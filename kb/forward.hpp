// What each document of the index is: the stems of its fields, for ranking; its texts, for showing.
//
// Read in place, so that opening costs little and memory holds only what was asked for. Nothing in these files tells where something stands, and no stem is told by its place in the lexicon: one longer article, or a new
// word elsewhere, must not change the rest of a file that travels as a difference.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/mapped_file.hpp"
#include "kb/searcher.hpp"
#include "kb/source.hpp"

namespace kb {

// 18 bits of a stem's hash, so that a step between those of a section takes two bytes. Two stems with one hash are ranked
// as one; that a section of fifty words has another of them for a stem that was asked for happens once in five thousand
// times.
using StemHash = std::uint32_t;
[[nodiscard]] StemHash hash_of_stem(std::string_view stem);

// The stems of a document's fields. The object is filled again for the next document, which saves most of the time.
struct Fields {
    struct Range {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
    };
    struct Section {
        Range heading;
        Range text;  // sorted, each as often as it comes, with the parts of compounds
    };
    std::vector<StemHash> stems;
    Range title;
    Range keywords;
    std::vector<Section> sections;

    [[nodiscard]] std::span<const StemHash> of(Range range) const { return {stems.data() + range.begin, range.size}; }
};

// What of a document is shown. It lives as long as the Forward.
struct Shown {
    struct Section {
        std::string_view anchor;  // empty before the first heading
        std::string_view heading;
        std::size_t file = 0;  // of the two that a Forward may have
        std::uint64_t text_at = 0;
        std::uint64_t text_size = 0;
    };
    HitKind kind = HitKind::article;
    std::string_view id;
    std::string_view language;
    std::string_view title;
    std::string_view category;
    std::string_view description;
    std::string_view keywords;
    std::vector<std::string_view> audience;
    std::vector<std::string_view> sites;
    std::vector<Section> sections;
};

class Forward {
public:
    [[nodiscard]] static core::Result<Forward> open(const std::filesystem::path& documents, const std::filesystem::path& texts);
    // Documents that came later, in files of their own; they follow those that are here. Once at most.
    [[nodiscard]] core::Result<void> add(const std::filesystem::path& documents, const std::filesystem::path& texts);

    [[nodiscard]] std::size_t size() const { return places_.size(); }
    void read_fields(std::size_t document, Fields& fields) const;
    [[nodiscard]] Shown shown(std::size_t document) const;
    // Its first `most` bytes; empty when the file cannot be read any more.
    [[nodiscard]] std::string text(const Shown::Section& section, std::size_t most = std::string::npos) const;
    // The little that tells translations of one thing.
    struct Name {
        HitKind kind = HitKind::article;
        std::string_view id;
        std::string_view shared;  // what translations have in common
        std::string_view language;
        [[nodiscard]] bool is_translation_of(const Name& other) const { return shared == other.shared && kind == other.kind; }
    };
    [[nodiscard]] Name name(std::size_t document) const;
    // Documents that are not shown on every day, with the days on which they are.
    struct Dated {
        std::size_t document = 0;
        Days days;
    };
    [[nodiscard]] const std::vector<Dated>& dated() const { return dated_; }
    // As it was given to the writer.
    [[nodiscard]] Source source(std::size_t document) const;

private:
    struct Place {
        std::uint64_t fields_at = 0;
        std::uint64_t text_at = 0;
        std::uint32_t fields_size = 0;
        std::uint32_t shown_size = 0;
    };
    [[nodiscard]] core::Result<void> read(std::size_t file, const std::filesystem::path& documents, const std::filesystem::path& texts);
    [[nodiscard]] std::size_t file_of(std::size_t document) const { return document < first_added_ ? 0 : 1; }
    [[nodiscard]] std::string_view fields_of(std::size_t document) const;
    [[nodiscard]] std::string_view shown_of(std::size_t document) const;

    std::array<MappedFile, 2> documents_;
    std::array<ReadFile, 2> texts_;
    std::size_t first_added_ = 0;
    std::vector<Place> places_;
    std::vector<Dated> dated_;
};

// Writes what Forward reads, document after document.
class ForwardWriter {
public:
    // `fields` of the same sections.
    void add(const Source& source, const Fields& fields);
    [[nodiscard]] const std::string& documents() const { return documents_; }
    [[nodiscard]] const std::string& texts() const { return texts_; }

private:
    std::string documents_;
    std::string texts_;
};

}  // namespace kb
