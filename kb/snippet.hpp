// The lines under a hit that show why it was found, and what to highlight in them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kb/searcher.hpp"

namespace kb {

// The words to look for, folded, as the text has them (not their stems).
class Highlighter {
public:
    // Words of one group mean the same thing that was asked for; `weight` tells how much it says.
    void add(std::string word, std::size_t group, double weight);
    // Every word that begins so, since the person is still typing it.
    void add_beginning(std::string beginning, std::size_t group, double weight);

    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t group = 0;
        double weight = 0;
    };
    [[nodiscard]] std::vector<Match> matches(std::string_view text) const;
    [[nodiscard]] Ranges ranges(std::string_view text) const;

private:
    struct Meaning {
        std::size_t group = 0;
        double weight = 0;
    };
    std::unordered_map<std::string, Meaning> words_;
    std::vector<std::pair<std::string, Meaning>> beginnings_;
};

// Bytes of a text in which the best piece is looked for.
inline constexpr std::size_t longest_searched = 16'000;

struct Snippet {
    std::string text;
    Ranges ranges;
    double weight = 0;  // of the distinct things found in it; 0 when nothing was
};

// The piece of `text` that shows most of what was asked, from the start of a sentence where one is near.
[[nodiscard]] Snippet make_snippet(std::string_view text, const Highlighter& highlighter);

}  // namespace kb
