// Cuts text into the words that are indexed, asked for and highlighted: one function for all three, so that they agree.
//
// Folded: compatibility forms, case and accents are equal ("Straße" is "strasse", "café" is "cafe"). Accents stay where
// they are letters: in Indic scripts always, in Vietnamese as a second form. Chinese, Japanese and Thai are cut by ICU's
// dictionaries, whatever the language of the text.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kb {

inline constexpr std::size_t longest_word = 64;  // bytes; Xapian takes no term above 245

struct Token {
    std::string word;    // folded
    std::string marked;  // with its accents, where these differ from `word`
    std::size_t begin = 0;
    std::size_t end = 0;
    // "wifi" for "wi-fi", besides "wi" and "fi": stands where its parts stand and counts as one word with them.
    bool is_compound = false;
};

// In the order of the text; a compound stands before its parts.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

// The same without keeping anything: the token is valid during the call only.
void scan_words(std::string_view text, const std::function<void(const Token&)>& take);

// The word's stem in one language, or the word itself. One object belongs to one thread.
class Stemmer {
public:
    explicit Stemmer(std::string_view language);
    ~Stemmer();
    Stemmer(Stemmer&&) noexcept;
    Stemmer& operator=(Stemmer&&) noexcept;
    [[nodiscard]] std::string stem(const std::string& word) const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

// Words that tell little about what is asked: "how", "the". They weigh less, and are never dropped.
[[nodiscard]] bool is_stop_word(std::string_view language, std::string_view folded_word);

// The languages that write several words as one: "Kassendrucker".
[[nodiscard]] bool writes_compounds(std::string_view language);

// Letters, not bytes.
[[nodiscard]] std::u32string letters_of(std::string_view word);
[[nodiscard]] std::string to_utf8(std::u32string_view letters);

}  // namespace kb
