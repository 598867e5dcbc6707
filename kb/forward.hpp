// What each document of the index is: its fields, for naming, ranking again and snippets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/lexicon.hpp"

namespace kb {

struct ForwardSection {
    std::string anchor;   // empty before the first heading
    std::string heading;
    std::uint64_t text_at = 0;  // in texts.bin
    std::uint64_t text_size = 0;
};

struct ForwardDocument {
    bool is_service = false;
    std::string id;
    std::string language;
    std::string group;  // shared by translations
    std::string title;
    std::string category;
    std::string description;
    std::optional<core::Date> from;   // the first day, when it was to come as the index was made
    std::optional<core::Date> until;  // the first day without it
    std::vector<StemId> title_stems;
    std::vector<ForwardSection> sections;  // their texts follow each other in texts.bin
};

struct Forward {
    std::vector<ForwardDocument> documents;  // the document with docid n is documents[n - 1]

    // Where each text stands is not written but added up: one longer article must not change the rest of the file, which
    // travels as a difference.
    [[nodiscard]] std::string to_bytes() const;
    [[nodiscard]] static core::Result<Forward> from_bytes(std::string_view bytes, std::uint64_t texts_size);
};

}  // namespace kb
