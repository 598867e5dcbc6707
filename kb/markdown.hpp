// Markdown becomes a small list of blocks: the same for kiosk, portal, voice and index.
//
// Bounded: depth, size and number of blocks have limits with names; what is cut is told as a problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace kb {

inline constexpr std::size_t largest_body_bytes = 2u << 20;
inline constexpr std::size_t most_blocks = 20'000;
inline constexpr int deepest_list = 8;
inline constexpr std::size_t most_table_cells = 100'000;  // in all tables of an article

// A run of a block's text, in bytes [begin, end), never cutting a character.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool bold = false;
    bool italic = false;
    bool code = false;
    bool strike = false;
    std::string link;  // as written: "card-reader.md#anchor", "https://…", or empty
    bool operator==(const Span&) const = default;
};

struct RichText {
    std::string text;  // plain, valid UTF-8; "\n" for a hard break
    std::vector<Span> spans;  // sorted, not overlapping; plain runs have none
    bool operator==(const RichText&) const = default;
};

enum class Alignment { start, centre, end };
enum class CalloutKind { note, tip, warning, danger };

struct Block {
    enum class Kind { heading, paragraph, list_item, table, picture, code, rule };
    Kind kind = Kind::paragraph;
    int line = 0;             // where it starts in the file
    RichText words;           // heading, paragraph, list_item, code; a picture's caption (its title)
    int level = 0;            // heading: 1–6; list_item: depth from 0
    std::string marker;       // list_item: "1.", "•", "[ ]", "[x]"; empty for its further paragraphs
    int quote_depth = 0;      // inside how many quotes
    std::int32_t callout = -1;   // index of the callout it stands in, or -1; neighbours with one index are one box
    CalloutKind callout_kind = CalloutKind::note;
    std::string anchor;       // heading: unique in the article
    std::string picture;      // path as written
    std::string alt;
    std::vector<Alignment> columns;
    std::vector<std::vector<RichText>> rows;  // table; the first row is the header
};

// `first_line` is the line of the body's start in `file`. Always answers what it could read.
[[nodiscard]] std::vector<Block> parse_markdown(std::string_view body, const std::string& file, int first_line,
                                                core::Problems& problems);

// As GitHub makes them: lower case, spaces become hyphens, punctuation goes.
[[nodiscard]] std::string anchor_of(std::string_view heading);

// All text of the blocks, for reading level, index and tests.
[[nodiscard]] std::string plain_text(const std::vector<Block>& blocks);

}  // namespace kb
