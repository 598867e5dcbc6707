#include "kb/reading.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

// score = base - sentence × (words a sentence) - word × (syllables a word)
struct Formula {
    std::string_view language;
    std::string_view name;
    double base = 0;
    double sentence = 0;
    double word = 0;
    std::u32string_view vowels;  // folded
};

constexpr std::array<Formula, 9> formulas{{
    {"de", "Amstad 1978", 180, 1, 58.5, U"aeiouyäöü"},
    {"en", "Flesch 1948", 206.835, 1.015, 84.6, U"aeiouy"},
    {"es", "Szigriszt Pazos 1993", 206.835, 1, 62.3, U"aeiouáéíóúü"},
    {"fr", "Kandel and Moles 1958", 207, 1.015, 73.6, U"aeiouyàâéèêëîïôùûüœæ"},
    {"it", "Flesch and Vacca 1972", 206, 1, 65, U"aeiouàèéìòù"},
    {"nl", "Douma 1960", 206.84, 0.93, 77, U"aeiouyëïéèö"},
    {"pt", "Martins and others 1996", 248.835, 1.015, 84.6, U"aeiouáàâãéêíóôõúü"},
    {"ru", "Oborneva 2006", 206.835, 1.3, 60.1, U"аеёиоуыэюя"},
    {"tr", "Ateşman 1997", 198.825, 2.610, 40.175, U"aeıioöuü"},
}};

const Formula* formula_for(std::string_view language) {
    const std::string_view base = language.substr(0, language.find('-'));
    const auto found = std::find_if(formulas.begin(), formulas.end(), [base](const Formula& each) { return each.language == base; });
    return found == formulas.end() ? nullptr : &*found;
}

// In Turkish and Russian every vowel is a syllable; elsewhere neighbours are mostly heard as one. Errors of single words
// even out over a text, which is all that the formulas were fitted for.
std::size_t syllables_of(std::u32string_view word, const Formula& formula) {
    const bool each_counts = formula.language == "tr" || formula.language == "ru";
    std::size_t syllables = 0;
    bool after_vowel = false;
    for (const char32_t letter : word) {
        const bool vowel = formula.vowels.find(letter) != std::u32string_view::npos;
        if (vowel && (each_counts || !after_vowel)) ++syllables;
        after_vowel = vowel;
    }
    const auto ends_in = [word](std::u32string_view ending) { return word.size() > ending.size() && word.ends_with(ending); };
    if (formula.language == "en" && syllables > 1) {
        const bool heard = ends_in(U"le") && formula.vowels.find(word[word.size() - 3]) == std::u32string_view::npos;  // "table"
        if ((ends_in(U"e") && !heard) || ends_in(U"es") || ends_in(U"ed")) --syllables;
        if (ends_in(U"ted") || ends_in(U"ded") || ends_in(U"ses") || ends_in(U"ces") || ends_in(U"ges") || ends_in(U"xes") || ends_in(U"ches") || ends_in(U"shes")) ++syllables;
    }
    if (formula.language == "fr" && syllables > 1 && (ends_in(U"e") || ends_in(U"es") || ends_in(U"ent"))) --syllables;
    return std::max<std::size_t>(1, syllables);
}

struct Counts {
    std::size_t sentences = 0;
    std::size_t words = 0;
    std::size_t syllables = 0;
};

void count_words(std::string_view folded, const Formula& formula, Counts& counts) {
    std::u32string word;
    const auto end_word = [&] {
        if (word.empty()) return;
        ++counts.words;
        counts.syllables += syllables_of(word, formula);
        word.clear();
    };
    const auto size = static_cast<std::int32_t>(folded.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT(folded.data(), at, size, c);
        if (u_isalnum(c)) {
            word.push_back(static_cast<char32_t>(c));
        } else if (c != '\'' && c != 0x2019) {
            end_word();
        }
    }
    end_word();
}

class Sentences {
public:
    explicit Sentences(std::string_view language) {
        UErrorCode status = U_ZERO_ERROR;
        iterator_.reset(icu::BreakIterator::createSentenceInstance(icu::Locale(std::string(language).c_str()), status));
        if (U_FAILURE(status)) iterator_.reset();
    }

    std::size_t count(std::string_view text) {
        if (!iterator_) return 1;
        UErrorCode status = U_ZERO_ERROR;
        UText holder = UTEXT_INITIALIZER;
        utext_openUTF8(&holder, text.data(), static_cast<std::int64_t>(text.size()), &status);
        iterator_->setText(&holder, status);
        std::size_t found = 0;
        while (U_SUCCESS(status) && iterator_->next() != icu::BreakIterator::DONE) ++found;
        utext_close(&holder);
        return std::max<std::size_t>(1, found);
    }

private:
    std::unique_ptr<icu::BreakIterator> iterator_;
};

std::string_view name_of(double score) {
    if (score < 30) return "very difficult";
    if (score < 50) return "difficult";
    if (score < 60) return "fairly difficult";
    if (score < 70) return "plain";
    if (score < 80) return "fairly easy";
    return "easy";
}

}  // namespace

std::optional<ReadingEase> reading_ease(const std::vector<Block>& blocks, std::string_view language) {
    const Formula* formula = formula_for(language);
    if (!formula) return std::nullopt;
    Counts counts;
    Sentences sentences(language);
    for (const Block& block : blocks) {
        if (block.kind != Block::Kind::paragraph && block.kind != Block::Kind::list_item) continue;
        const std::size_t before = counts.words;
        count_words(core::utf8::folded(block.words.text), *formula, counts);
        if (counts.words > before) counts.sentences += sentences.count(block.words.text);
    }
    if (counts.words < fewest_measured_words) return std::nullopt;
    const auto words = static_cast<double>(counts.words);
    ReadingEase ease;
    ease.score = formula->base - formula->sentence * words / static_cast<double>(counts.sentences) - formula->word * static_cast<double>(counts.syllables) / words;
    ease.formula = formula->name;
    ease.said_as = name_of(ease.score);
    return ease;
}

}  // namespace kb
