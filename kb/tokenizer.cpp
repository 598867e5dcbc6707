#include "kb/tokenizer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>
#include <xapian.h>

#include "kb/stop_words.hpp"

namespace kb {
namespace {

constexpr std::size_t most_parts = 4;           // of a compound with hyphens
constexpr std::size_t longest_compound = 32;    // bytes
constexpr std::size_t shortest_korean_stem = 2;  // syllables

enum class Class { other, word, dictionary };

bool is_apostrophe(UChar32 c) { return c == '\'' || c == 0x2019 || c == 0x02BC; }
bool is_hyphen(UChar32 c) { return c == '-' || c == 0x2010 || c == 0x2011; }

Class class_of(UChar32 c) {
    if (c < 0x80) {
        const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return word ? Class::word : Class::other;
    }
    // Soft hyphens and joiners stand inside words and vanish when these are folded.
    if (c == 0xAD || c == 0x200C || c == 0x200D) return Class::word;
    const std::uint32_t mask = U_GET_GC_MASK(c);
    if ((mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) == 0) return Class::other;
    if (c < 0x0E00) return Class::word;
    if (c == 0x30FC) return Class::dictionary;  // the long vowel of Kana has no script of its own
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR: return Class::dictionary;
        default: return Class::word;
    }
}

// Letters with a stroke or a tail, which no decomposition takes apart; Persian and Arabic spellings of one letter.
std::optional<std::u16string_view> plain_letter(UChar32 c) {
    switch (c) {
        case 0x00F8: return u"o";
        case 0x0111: return u"d";
        case 0x0142: return u"l";
        case 0x0127: return u"h";
        case 0x0131: return u"i";
        case 0x00E6: return u"ae";
        case 0x0153: return u"oe";
        case 0x00F0: return u"d";
        case 0x00FE: return u"th";
        case 0x0640: return u"";        // tatweel
        case 0x06CC:                    // Persian yeh
        case 0x0649: return u"\u064A";  // alef maksura
        case 0x06A9: return u"\u0643";  // Persian kaf
        default: return std::nullopt;
    }
}

bool loses_marks(UScriptCode script) {
    return script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC || script == USCRIPT_ARABIC || script == USCRIPT_HEBREW;
}

void append_utf8(const icu::UnicodeString& from, std::string& to) {
    to.clear();
    from.toUTF8String(to);
}

// Case and compatibility first, then accents.
void fold(std::string_view text, std::string& word, std::string& marked) {
    marked.clear();
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        word.assign(text);
        for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return;
    }
    UErrorCode status = U_ZERO_ERROR;
    static const icu::Normalizer2* const casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
    static const icu::Normalizer2* const apart = icu::Normalizer2::getNFDInstance(status);
    static const icu::Normalizer2* const together = icu::Normalizer2::getNFCInstance(status);
    const icu::UnicodeString kept = casefold->normalize(icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}), status);
    const icu::UnicodeString pieces = apart->normalize(kept, status);
    icu::UnicodeString plain;
    bool drops_marks = false;
    for (std::int32_t i = 0; i < pieces.length(); i = pieces.moveIndex32(i, 1)) {
        const UChar32 c = pieces.char32At(i);
        if (u_charType(c) == U_NON_SPACING_MARK) {
            if (!drops_marks) plain.append(c);
            continue;
        }
        drops_marks = loses_marks(uscript_getScript(c, &status));
        if (const auto letter = plain_letter(c)) {
            plain.append(letter->data(), static_cast<std::int32_t>(letter->size()));
        } else if (const int digit = u_charType(c) == U_DECIMAL_DIGIT_NUMBER ? u_charDigitValue(c) : -1; digit >= 0) {
            plain.append(static_cast<UChar32>('0' + digit));
        } else {
            plain.append(c);
        }
    }
    append_utf8(together->normalize(plain, status), word);
    append_utf8(kept, marked);
    if (marked == word) marked.clear();
}

void cut(std::string& word) {
    if (word.size() <= longest_word) return;
    std::size_t end = longest_word;
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) --end;
    word.resize(end);
}

struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
    Class kind = Class::other;
    bool joined = false;  // to the run before, by one hyphen, or by a point between digits
};

bool is_digit_at(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }

class Scanner {
public:
    Scanner(std::string_view text, const std::function<void(const Token&)>& take) : text_(text), take_(take) {}

    void run() {
        std::array<Run, most_parts> chain;
        std::size_t length = 0;
        while (const auto next = next_run()) {
            const bool continues = next->joined && length > 0 && length < most_parts;
            if (!continues) {
                flush(chain.data(), length);
                length = 0;
            }
            chain[length++] = *next;
        }
        flush(chain.data(), length);
    }

private:
    UChar32 read(std::size_t& at) const {
        UChar32 c = 0;
        auto i = static_cast<std::int64_t>(at);
        U8_NEXT_OR_FFFD(text_.data(), i, static_cast<std::int64_t>(text_.size()), c);
        at = static_cast<std::size_t>(i);
        return c;
    }

    [[nodiscard]] Class class_at(std::size_t at) const {
        if (at >= text_.size()) return Class::other;
        return class_of(read(at));
    }

    std::optional<Run> next_run() {
        Run found;
        // Between runs: a single hyphen or decimal point ties them together.
        std::size_t between = 0;
        bool ties = false;
        while (at_ < text_.size()) {
            const std::size_t start = at_;
            const UChar32 c = read(at_);
            found.kind = class_of(c);
            if (found.kind != Class::other) {
                found.begin = start;
                break;
            }
            ties = ++between == 1 && (is_hyphen(c) || (c == '.' && start > 0 && is_digit_at(text_, start - 1) && is_digit_at(text_, at_)));
        }
        if (found.kind == Class::other) return std::nullopt;
        found.joined = ties && between == 1 && found.kind == Class::word;

        while (at_ < text_.size()) {
            const std::size_t start = at_;
            const UChar32 c = read(at_);
            const Class kind = class_of(c);
            const bool inner_apostrophe = is_apostrophe(c) && found.kind == Class::word && class_at(at_) == Class::word;
            if (kind != found.kind && !inner_apostrophe) {
                at_ = start;
                break;
            }
        }
        found.end = at_;
        // "c++" and "c#" are words of their own.
        if (found.kind == Class::word && found.end - found.begin <= 2) {
            std::size_t end = found.end;
            while (end < text_.size() && (text_[end] == '+' || text_[end] == '#')) ++end;
            const std::size_t signs = end - found.end;
            if ((signs == 2 || (signs == 1 && text_[found.end] == '#')) && class_at(end) == Class::other) at_ = found.end = end;
        }
        return found;
    }

    void flush(const Run* chain, std::size_t length) {
        if (length == 0) return;
        const std::size_t bytes = chain[length - 1].end - chain[0].begin;
        if (length > 1 && bytes <= longest_compound) {
            std::string whole;
            for (std::size_t i = 0; i < length; ++i) whole += text_.substr(chain[i].begin, chain[i].end - chain[i].begin);
            emit(whole, chain[0].begin, chain[length - 1].end, true);
        }
        for (std::size_t i = 0; i < length; ++i) {
            if (chain[i].kind == Class::dictionary) {
                by_dictionary(chain[i]);
            } else {
                by_apostrophes(chain[i]);
            }
        }
    }

    // "l'imprimante" is two words, "what's" is "what", "don't" is "dont".
    void by_apostrophes(const Run& run) {
        std::size_t begin = run.begin;
        std::size_t at = run.begin;
        while (at < run.end) {
            const std::size_t start = at;
            if (!is_apostrophe(read(at))) continue;
            const std::string_view after = text_.substr(at, run.end - at);
            if (after == "s" || after == "S") {
                emit(text_.substr(begin, start - begin), begin, run.end, false);
                return;
            }
            constexpr std::array<std::string_view, 6> english_ends{"t", "re", "ve", "ll", "d", "m"};
            if (std::find(english_ends.begin(), english_ends.end(), after) != english_ends.end()) {
                std::string whole(text_.substr(begin, start - begin));
                whole += after;
                emit(whole, begin, run.end, false);
                return;
            }
            emit(text_.substr(begin, start - begin), begin, start, false);
            begin = at;
        }
        emit(text_.substr(begin, run.end - begin), begin, run.end, false);
    }

    void by_dictionary(const Run& run) {
        thread_local std::unique_ptr<icu::BreakIterator> words = [] {
            UErrorCode status = U_ZERO_ERROR;
            return std::unique_ptr<icu::BreakIterator>(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        }();
        const std::string_view part = text_.substr(run.begin, run.end - run.begin);
        UErrorCode status = U_ZERO_ERROR;
        UText holder = UTEXT_INITIALIZER;
        utext_openUTF8(&holder, part.data(), static_cast<std::int64_t>(part.size()), &status);
        words->setText(&holder, status);
        std::int32_t begin = words->first();
        for (std::int32_t end = words->next(); end != icu::BreakIterator::DONE; begin = end, end = words->next()) {
            const auto from = static_cast<std::size_t>(begin);
            const auto to = static_cast<std::size_t>(end);
            emit(part.substr(from, to - from), run.begin + from, run.begin + to, false);
        }
        utext_close(&holder);
    }

    void emit(std::string_view piece, std::size_t begin, std::size_t end, bool is_compound) {
        if (piece.empty()) return;
        fold(piece, token_.word, token_.marked);
        cut(token_.word);
        cut(token_.marked);
        if (token_.word.empty()) return;
        token_.begin = begin;
        token_.end = end;
        token_.is_compound = is_compound;
        take_(token_);
    }

    std::string_view text_;
    const std::function<void(const Token&)>& take_;
    std::size_t at_ = 0;
    Token token_;
};

struct LanguageName {
    std::string_view tag;
    const char* xapian;
};
// "german2" also knows "ae" for "ä", which matters to people at a keyboard without umlauts.
constexpr LanguageName stemmers[] = {
    {"ar", "arabic"},    {"ca", "catalan"}, {"da", "danish"},     {"de", "german2"},    {"en", "english"},    {"es", "spanish"},
    {"eu", "basque"},    {"fi", "finnish"}, {"fr", "french"},     {"ga", "irish"},      {"hu", "hungarian"},  {"hy", "armenian"},
    {"id", "indonesian"}, {"it", "italian"}, {"lt", "lithuanian"}, {"nb", "norwegian"},  {"ne", "nepali"},     {"nl", "dutch"},
    {"nn", "norwegian"}, {"no", "norwegian"}, {"pt", "portuguese"}, {"ro", "romanian"}, {"ru", "russian"},    {"sv", "swedish"},
    {"ta", "tamil"},     {"tr", "turkish"},
};

std::string_view base_of(std::string_view language) { return language.substr(0, std::min(language.find('-'), language.size())); }

// Korean writes particles onto nouns: 프린터가, 프린터를. Longest first.
constexpr std::array<std::string_view, 26> korean_particles{
    "에서는", "으로는", "에서", "으로", "에게", "한테", "까지", "부터", "이나", "처럼", "보다", "마다", "들은",
    "들이",   "들을",   "은",   "는",   "이",   "가",   "을",   "를",   "에",   "의",   "로",   "와",   "과"};

std::string korean_stem(const std::string& word) {
    constexpr std::size_t syllable_bytes = 3;
    for (const std::string_view particle : korean_particles) {
        if (word.ends_with(particle) && word.size() >= particle.size() + shortest_korean_stem * syllable_bytes) {
            return word.substr(0, word.size() - particle.size());
        }
    }
    return word;
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
    std::vector<Token> tokens;
    scan_words(text, [&tokens](const Token& token) { tokens.push_back(token); });
    return tokens;
}

void scan_words(std::string_view text, const std::function<void(const Token&)>& take) { Scanner(text, take).run(); }

struct Stemmer::Inside {
    Xapian::Stem stem;
    bool is_korean = false;
};

Stemmer::Stemmer(std::string_view language) : inside_(std::make_unique<Inside>()) {
    const std::string_view base = base_of(language);
    inside_->is_korean = base == "ko";
    for (const LanguageName& each : stemmers) {
        if (each.tag == base) inside_->stem = Xapian::Stem(each.xapian);
    }
}

Stemmer::~Stemmer() = default;
Stemmer::Stemmer(Stemmer&&) noexcept = default;
Stemmer& Stemmer::operator=(Stemmer&&) noexcept = default;

std::string Stemmer::stem(const std::string& word) const {
    if (inside_->is_korean) return korean_stem(word);
    std::string stem = inside_->stem(word);
    return stem.empty() ? word : stem;
}

bool is_stop_word(std::string_view language, std::string_view folded_word) {
    const auto words = stop_words(base_of(language));
    return std::binary_search(words.begin(), words.end(), folded_word);
}

bool writes_compounds(std::string_view language) {
    constexpr std::array<std::string_view, 8> languages{"da", "de", "fi", "nb", "nl", "nn", "no", "sv"};
    return std::find(languages.begin(), languages.end(), base_of(language)) != languages.end();
}

std::u32string letters_of(std::string_view word) {
    std::u32string letters;
    letters.reserve(word.size());
    const auto size = static_cast<std::int32_t>(word.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT_OR_FFFD(word.data(), at, size, c);
        letters += static_cast<char32_t>(c);
    }
    return letters;
}

std::string to_utf8(std::u32string_view letters) {
    std::string word;
    for (const char32_t letter : letters) {
        std::array<char, 4> bytes{};
        std::int32_t size = 0;
        U8_APPEND_UNSAFE(bytes.data(), size, static_cast<UChar32>(letter));
        word.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return word;
}

}  // namespace kb
