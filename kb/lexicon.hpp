// All words of the index: what a half-typed word may become, and what a misspelled one may mean.
//
// Read into a few flat tables: forty thousand words take three megabytes and three milliseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/source.hpp"

namespace kb {

using WordId = std::uint32_t;
using StemId = std::uint32_t;

// As it is written.
struct LexiconWord {
    std::string word;  // folded
    std::vector<std::pair<std::uint32_t, std::uint32_t>> documents;  // language, by its place in the index's list → how many
    std::vector<StemId> stems;  // one for each of its languages, without doubles
    std::uint32_t dated = 0;    // how many of its documents are not shown on every day
    Days days;                  // on one of which at least one of these is shown

    [[nodiscard]] std::uint32_t in_all() const;
};

struct LexiconStem {
    std::string stem;
    std::uint8_t fields = 0;  // bits: the fields in which it stands anywhere
};

// Both sorted by their bytes, without doubles.
[[nodiscard]] std::string lexicon_bytes(const std::vector<LexiconWord>& words, const std::vector<LexiconStem>& stems);

struct Neighbour {
    WordId word = 0;
    int distance = 0;
};

class Lexicon {
public:
    // `changes` is a lexicon whose words take the place of those in `bytes`; one without documents takes it away.
    [[nodiscard]] static core::Result<Lexicon> from_bytes(std::string_view bytes, std::string_view changes = {});
    // Those of `wanted` (sorted) that a written lexicon has, without reading it whole into tables.
    [[nodiscard]] static std::vector<LexiconWord> read_words(std::string_view bytes, const std::vector<std::string>& wanted);

    [[nodiscard]] std::optional<WordId> find(std::string_view word) const;
    [[nodiscard]] std::string_view word(WordId id) const { return words_.at(id); }
    [[nodiscard]] std::uint32_t documents(WordId id) const { return documents_[id]; }
    [[nodiscard]] bool is_in(WordId id, std::size_t language) const { return languages_[id] >> language & 1; }
    [[nodiscard]] std::span<const StemId> stems(WordId id) const;
    // May a person meet it on that day? Not if all that has it is shown on other days only.
    [[nodiscard]] bool is_known(WordId id, const std::optional<core::Date>& today) const;
    [[nodiscard]] std::size_t size() const { return words_.size(); }

    [[nodiscard]] std::optional<StemId> find_stem(std::string_view stem) const;
    [[nodiscard]] std::string_view stem(StemId id) const { return stems_.at(id); }
    [[nodiscard]] std::uint8_t fields(StemId id) const { return stem_fields_[id]; }
    // All words with that stem.
    [[nodiscard]] std::span<const WordId> words_of(StemId id) const;

    // Words that begin so: [first, second).
    [[nodiscard]] std::pair<WordId, WordId> starting_with(std::string_view prefix) const;

    // Words within `distance` (insert, delete, replace, swap two neighbours): 1 or 2. Words of less than four letters
    // or with digits have no neighbours.
    [[nodiscard]] std::vector<Neighbour> near(std::string_view word, int distance) const;
    // Words some beginning of which is within `distance` of `prefix`.
    [[nodiscard]] std::vector<Neighbour> starting_near(std::string_view prefix, int distance) const;

private:
    // Sorted texts, one after the other.
    struct Texts {
        std::string letters;
        std::vector<std::uint32_t> ends;

        void add(std::string_view text);
        [[nodiscard]] std::size_t size() const { return ends.size(); }
        [[nodiscard]] std::string_view at(std::uint32_t i) const {
            const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
            return std::string_view(letters).substr(begin, ends[i] - begin);
        }
        [[nodiscard]] std::uint32_t first_from(std::string_view text) const;  // the first that is not before `text`
    };

    Lexicon() = default;
    void add(const LexiconWord& word, const std::vector<StemId>& renamed);
    void turn_stems_round();
    void make_deletions() const;
    [[nodiscard]] std::size_t bucket_of(std::uint32_t hash) const { return hash >> bucket_shift_; }

    Texts words_;
    std::vector<std::uint32_t> documents_;
    std::vector<std::uint64_t> languages_;
    std::vector<StemId> stems_of_;
    std::vector<std::uint32_t> stems_of_end_;
    std::vector<std::pair<WordId, Days>> waiting_;
    Texts stems_;
    std::vector<std::uint8_t> stem_fields_;
    std::vector<WordId> words_of_;
    std::vector<std::uint32_t> words_of_end_;  // and one before the first
    // Made at the first misspelling. One Lexicon belongs to one thread.
    mutable std::vector<WordId> deletions_;              // by the upper bits of their hashes
    mutable std::vector<std::uint32_t> first_deletion_;  // of each value of these bits, and one beyond the last
    mutable int bucket_shift_ = 31;
};

// Insertions, deletions, replacements and swaps of neighbours between the two; more than `most` may be told as `most` + 1.
[[nodiscard]] int edit_distance(std::u32string_view a, std::u32string_view b, int most);

// May a misspelling of it be looked for?
[[nodiscard]] bool can_be_misspelled(std::u32string_view letters);

}  // namespace kb
