// How hard a text is to read, by the formula that was published for its language.
//
// All of them are the Flesch formula fitted to another language, so that one scale holds for all: 100 is a children's
// book, 60 to 70 plain speech, 30 to 50 a specialist's text, below 30 a scientific one. A formula counts the length of
// sentences and words, not sense: it is a reason to look at a text again, not a mark for it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "kb/markdown.hpp"

namespace kb {

struct ReadingEase {
    double score = 0;            // higher is easier; may lie outside of 0 to 100
    std::string_view formula;    // "Flesch 1948"
    std::string_view said_as;    // "plain", "fairly difficult"
};

// Nothing for a language without a formula, and for less than `fewest_measured_words` of running text: headings, code,
// tables and pictures do not count.
inline constexpr std::size_t fewest_measured_words = 100;
[[nodiscard]] std::optional<ReadingEase> reading_ease(const std::vector<Block>& blocks, std::string_view language);

}  // namespace kb
