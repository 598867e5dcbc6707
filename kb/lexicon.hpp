// All words of the index: what a half-typed word may become, and what a misspelled one may mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"

namespace kb {

using WordId = std::uint32_t;
using StemId = std::uint32_t;

struct LexiconWord {
    std::string word;  // folded
    std::uint32_t documents = 0;
    std::uint64_t languages = 0;  // bits, in the order of the index's languages
    std::vector<StemId> stems;    // one for each of its languages, without doubles
};

struct Neighbour {
    WordId word = 0;
    int distance = 0;
};

class Lexicon {
public:
    // `words` sorted by their bytes, without doubles.
    Lexicon(std::vector<LexiconWord> words, std::vector<std::string> stems);
    [[nodiscard]] static core::Result<Lexicon> from_bytes(std::string_view bytes);
    [[nodiscard]] std::string to_bytes() const;

    [[nodiscard]] std::optional<WordId> find(std::string_view word) const;
    [[nodiscard]] const LexiconWord& word(WordId id) const { return words_[id]; }
    [[nodiscard]] std::size_t size() const { return words_.size(); }
    [[nodiscard]] const std::string& stem(StemId id) const { return stems_[id]; }
    [[nodiscard]] std::size_t stems() const { return stems_.size(); }
    [[nodiscard]] std::optional<StemId> find_stem(std::string_view stem) const;
    // All words with that stem.
    [[nodiscard]] const std::vector<WordId>& words_of(StemId id) const { return words_of_[id]; }

    // Words that begin so: [first, second).
    [[nodiscard]] std::pair<WordId, WordId> starting_with(std::string_view prefix) const;

    // Words within `distance` (insert, delete, replace, swap two neighbours): 1 or 2. Words of less than four letters
    // or with digits have no neighbours.
    [[nodiscard]] std::vector<Neighbour> near(std::string_view word, int distance) const;
    // Words some beginning of which is within `distance` of `prefix`.
    [[nodiscard]] std::vector<Neighbour> starting_near(std::string_view prefix, int distance) const;

private:
    struct Deletion {
        std::uint32_t hash = 0;
        WordId word = 0;
    };
    void make_deletions() const;
    [[nodiscard]] std::size_t bucket_of(std::uint32_t hash) const { return hash >> bucket_shift_; }

    std::vector<LexiconWord> words_;
    std::vector<std::string> stems_;  // sorted
    std::vector<std::vector<WordId>> words_of_;
    // Made at the first misspelling: it takes longer than all else in opening an index. One Lexicon belongs to one thread.
    mutable std::vector<Deletion> deletions_;           // by the upper bits of their hashes
    mutable std::vector<std::uint32_t> first_deletion_;  // of each value of these bits, and one beyond the last
    mutable int bucket_shift_ = 31;
};

// Insertions, deletions, replacements and swaps of neighbours between the two; more than `most` may be told as `most` + 1.
[[nodiscard]] int edit_distance(std::u32string_view a, std::u32string_view b, int most);

// May a misspelling of it be looked for?
[[nodiscard]] bool can_be_misspelled(std::u32string_view letters);

}  // namespace kb
