// What the words of a question mean: their stems, what a half-typed word may become, what a misspelled one may have been
// meant to be, and other names for the same thing.
//
// A word that the index knows is never corrected. Nothing here is dropped: what is less certain weighs less.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kb/lexicon.hpp"
#include "kb/search_words.hpp"
#include "kb/searcher.hpp"
#include "kb/tokenizer.hpp"

namespace kb {

// One of several ways to meet what a person meant by a word.
struct Tier {
    double weight = 1;
    bool in_short_fields_only = false;
    std::vector<StemId> stems;  // any of them, as if they were one word
};

// What a person meant by one word of the question.
struct Group {
    std::vector<Tier> tiers;
    std::vector<std::vector<StemId>> phrases;  // other names of it in several words: all of one
    bool is_stop_word = false;
    double idf = 0;         // among documents; for who ranks
    double section_idf = 0;  // among sections
    std::string beginning;  // when it is half typed
};

inline constexpr double synonym_weight = 0.7;
inline constexpr std::size_t most_question_words = 32;

struct Meaning {
    std::vector<Group> groups;
    std::vector<std::pair<std::string, std::string>> corrected;  // word typed → words searched
    std::string searched;            // the question with its corrections
    std::vector<std::string> words;  // of `searched`, folded
    bool last_is_partial = false;
};

// Belongs to one thread.
class Interpreter {
public:
    // `languages` of the index, sorted; the words' masks are in that order.
    Interpreter(Lexicon lexicon, std::vector<std::string> languages, const SearchWords& words);

    // `language`, which may be empty, decides between words that are equally likely. The last word counts as half typed
    // unless something follows it. A word that is only in what is not shown `today` is no word.
    [[nodiscard]] Meaning understand(std::string_view question, std::string_view language, const std::optional<core::Date>& today) const;

    [[nodiscard]] const Lexicon& lexicon() const { return lexicon_; }
    // Names of several words that editors gave to things, as they wrote them, which begin with that word or a longer one.
    [[nodiscard]] std::vector<std::string> names_starting(std::string_view first_word, std::string_view language) const;

private:
    // One way of saying it.
    struct Name {
        std::string written;
        core::Language language;
        std::vector<std::string> words;
    };

    // A word that is two.
    struct Cut {
        std::string first;
        std::string second;
        Group second_group;
    };

    // Who asks, and when.
    struct Asked {
        std::string_view language;
        const std::optional<core::Date>& today;
    };

    void complete(std::string_view word, const Asked& asked, Group& group) const;
    std::optional<std::string> correct(std::string_view word, bool is_partial, const Asked& asked, Group& group) const;
    std::optional<std::string> shorten(std::string_view word, const Asked& asked, Group& group) const;
    [[nodiscard]] std::optional<Cut> split(std::string_view word, std::size_t shortest, const Asked& asked, Group& group) const;
    void join_neighbours(const std::vector<Token>& tokens, const Asked& asked, std::vector<Group>& groups) const;
    void add_synonyms(const std::vector<Token>& tokens, bool last_is_partial, const Asked& asked, std::vector<Group>& groups) const;
    [[nodiscard]] std::optional<WordId> find(std::string_view word, const Asked& asked) const;
    [[nodiscard]] std::vector<StemId> stems_of(std::string_view word, const Asked& asked) const;
    [[nodiscard]] std::vector<StemId> stems_of_known(WordId word) const;
    [[nodiscard]] bool is_stop(std::string_view word, const Asked& asked) const;
    [[nodiscard]] bool is_stop_in(std::string_view language, std::string_view word) const;
    [[nodiscard]] bool is_in_language(WordId word, std::string_view language) const;

    Lexicon lexicon_;
    std::vector<std::string> languages_;
    std::vector<Stemmer> stemmers_;
    std::vector<std::vector<Name>> synonyms_;
    std::multimap<std::string, std::pair<std::size_t, std::size_t>, std::less<>> synonyms_by_first_word_;  // → group, name
    struct StopWords {
        std::unordered_set<std::string> added;
        std::unordered_set<std::string> removed;
    };
    std::map<core::Language, StopWords, std::less<>> stop_words_;
};

}  // namespace kb
