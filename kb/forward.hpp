// What each document of the index is: its fields, for naming, ranking again and snippets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/searcher.hpp"

namespace kb {

// A stem is told by its hash, not by its place in the lexicon: a new word elsewhere must not change this file, which
// travels as a difference. Two stems with one hash would only be ranked as one.
using StemHash = std::uint32_t;
[[nodiscard]] StemHash hash_of_stem(std::string_view stem);

// A part of Forward::stems.
struct StemRange {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
};

struct ForwardSection {
    std::string anchor;   // empty before the first heading
    std::string heading;
    StemRange heading_stems;
    std::uint64_t text_at = 0;  // in texts.bin
    std::uint64_t text_size = 0;
};

struct ForwardDocument {
    HitKind kind = HitKind::article;
    std::string id;
    std::string language;
    std::string group;  // shared by translations
    std::string title;
    std::string category;
    std::string description;
    std::vector<std::string> audience;  // as content writes it
    std::vector<std::string> sites;
    std::optional<core::Date> from;   // the first day, when it was to come as the index was made
    std::optional<core::Date> until;  // the first day without it
    StemRange title_stems;
    StemRange keyword_stems;
    std::vector<ForwardSection> sections;  // their texts follow each other in texts.bin
};

struct Forward {
    std::vector<ForwardDocument> documents;  // the document with docid n is documents[n - 1]
    std::vector<StemHash> stems;

    [[nodiscard]] std::span<const StemHash> of(StemRange range) const { return {stems.data() + range.begin, range.size}; }

    // Where each text stands is not written but added up: one longer article must not change the rest of the file, which
    // travels as a difference.
    [[nodiscard]] std::string to_bytes() const;
    [[nodiscard]] static core::Result<Forward> from_bytes(std::string_view bytes, std::uint64_t texts_size);
};

}  // namespace kb
