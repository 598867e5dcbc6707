#include "kb/lexicon.hpp"

#include <algorithm>
#include <array>

#include <unicode/utf8.h>

#include "kb/binary.hpp"
#include "kb/tokenizer.hpp"

namespace kb {
namespace {

constexpr std::size_t shortest_misspelled = 4;  // "fuzzy" on three letters finds everything
constexpr std::size_t deletion_prefix = 7;      // letters; the rest is compared, not stored
constexpr int deepest_deletion = 2;
constexpr std::size_t longest_compared = 40;  // letters
// Above this many words only those that stand in two documents get deletions: most of the others are typos themselves.
constexpr std::size_t large_lexicon = 200'000;
constexpr std::size_t words_in_bucket = 4;

// A word's letters without asking for memory; longer words are no misspelling of anything.
class Letters {
public:
    explicit Letters(std::string_view word) {
        const auto size = static_cast<std::int32_t>(word.size());
        for (std::int32_t at = 0; at < size;) {
            UChar32 c = 0;
            U8_NEXT_OR_FFFD(word.data(), at, size, c);
            if (size_ == letters_.size()) {
                is_cut_ = true;
                return;
            }
            letters_[size_++] = static_cast<char32_t>(c);
        }
    }
    [[nodiscard]] std::u32string_view view() const { return {letters_.data(), size_}; }
    [[nodiscard]] bool is_cut() const { return is_cut_; }

private:
    std::array<char32_t, longest_compared> letters_{};
    std::size_t size_ = 0;
    bool is_cut_ = false;
};

// Calls `take` with hashes of the text itself and of all texts with up to `depth` (1 or 2) letters fewer; some come twice.
// Each is made from the parts before, between and after the missing letters.
template <class Take>
void for_deletions(std::u32string_view letters, int depth, const Take& take) {
    constexpr std::uint32_t base = 0x01000193u;
    letters = letters.substr(0, deletion_prefix);
    const std::size_t size = letters.size();
    std::array<std::uint32_t, deletion_prefix + 2> power{1};
    for (std::size_t i = 1; i < power.size(); ++i) power[i] = power[i - 1] * base;
    std::array<std::uint32_t, deletion_prefix + 1> after{};  // from each letter to the end
    for (std::size_t i = size; i-- > 0;) after[i] = static_cast<std::uint32_t>(letters[i]) * power[size - 1 - i] + after[i + 1];
    // The upper bits choose the bucket.
    const auto mixed = [](std::uint32_t hash) {
        hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
        hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
        return hash ^ hash >> 16;
    };
    take(mixed(after[0]));
    std::uint32_t before = 0;
    for (std::size_t i = 0; i < size; ++i) {
        take(mixed(before * power[size - 1 - i] + after[i + 1]));
        std::uint32_t between = before;
        for (std::size_t j = i + 1; depth > 1 && j < size; ++j) {
            take(mixed(between * power[size - 1 - j] + after[j + 1]));
            between = between * base + static_cast<std::uint32_t>(letters[j]);
        }
        before = before * base + static_cast<std::uint32_t>(letters[i]);
    }
}

using Row = std::array<int, longest_compared + 1>;

// Row `i` of the comparison of `word` and `query`, from the two rows above.
void next_row(std::u32string_view word, std::u32string_view query, std::size_t i, const Row* above_that, const Row& above, Row& row) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= query.size(); ++j) {
        const int cost = word[i - 1] == query[j - 1] ? 0 : 1;
        row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + cost});
        if (above_that && i > 1 && j > 1 && word[i - 1] == query[j - 2] && word[i - 2] == query[j - 1]) {
            row[j] = std::min(row[j], (*above_that)[j - 2] + 1);
        }
    }
}

// Sorted words share their beginnings.
void write_sorted_text(BinaryWriter& out, std::string_view before, std::string_view text) {
    std::size_t shared = 0;
    while (shared < before.size() && shared < text.size() && before[shared] == text[shared]) ++shared;
    out.number(shared);
    out.text(text.substr(shared));
}

// Stems and words of a written lexicon, one after the other. Every `next` but the last is true, unless `ok` is false.
class LexiconReader {
public:
    explicit LexiconReader(std::string_view bytes) : in_(bytes) { stems_left_ = stems_ = in_.count(); }

    bool next_stem() {
        if (stems_left_ == 0) {
            text_.clear();
            words_left_ = in_.count();
            return false;
        }
        --stems_left_;
        read_text();
        fields_ = static_cast<std::uint8_t>(in_.number());
        return in_.ok();
    }
    [[nodiscard]] const std::string& text() const { return text_; }  // of the stem or word
    [[nodiscard]] std::uint8_t fields() const { return fields_; }

    bool next_word() {
        if (words_left_ == 0) return false;
        --words_left_;
        read_text();
        word_.word = text_;
        word_.documents.clear();
        for (std::uint64_t languages = in_.number(), language = 0; languages != 0 && in_.ok(); languages >>= 1, ++language) {
            if (languages & 1) word_.documents.emplace_back(static_cast<std::uint32_t>(language), static_cast<std::uint32_t>(in_.number()));
        }
        const std::uint64_t stems = in_.number();
        word_.stems.clear();
        for (std::uint64_t i = 0; i < stems >> 1 && in_.ok(); ++i) {
            const std::uint64_t step = in_.number();
            const std::int64_t stem = last_stem_ + static_cast<std::int64_t>(step >> 1 ^ (~(step & 1) + 1));
            if (stem < 0 || stem >= static_cast<std::int64_t>(stems_)) ok_ = false;
            word_.stems.push_back(static_cast<StemId>(stem));
            last_stem_ = stem;
        }
        word_.dated = 0;
        word_.days = {};
        if (stems & 1) {
            word_.dated = static_cast<std::uint32_t>(in_.number());
            word_.days.from = day_from(in_.number());
            word_.days.until = day_from(in_.number());
        }
        return in_.ok() && ok_;
    }
    [[nodiscard]] const LexiconWord& word() const { return word_; }

    [[nodiscard]] bool ok() const { return in_.ok() && ok_; }
    [[nodiscard]] bool at_end() const { return in_.at_end(); }

private:
    void read_text() {
        const std::uint64_t shared = in_.number();
        if (shared > text_.size()) {
            ok_ = false;
            return;
        }
        text_.resize(shared);
        text_ += in_.text();
    }

    BinaryReader in_;
    std::uint64_t stems_ = 0;
    std::uint64_t stems_left_ = 0;
    std::uint64_t words_left_ = 0;
    std::string text_;
    std::uint8_t fields_ = 0;
    LexiconWord word_;
    std::int64_t last_stem_ = 0;
    bool ok_ = true;
};

}  // namespace

std::uint32_t LexiconWord::in_all() const {
    std::uint32_t all = 0;
    for (const auto& [language, count] : documents) all += count;
    return all;
}

std::string lexicon_bytes(const std::vector<LexiconWord>& words, const std::vector<LexiconStem>& stems) {
    BinaryWriter out;
    out.number(stems.size());
    std::string_view before;
    for (const LexiconStem& stem : stems) {
        write_sorted_text(out, before, stem.stem);
        out.number(stem.fields);
        before = stem.stem;
    }
    out.number(words.size());
    before = {};
    std::int64_t last_stem = 0;
    for (const LexiconWord& each : words) {
        write_sorted_text(out, before, each.word);
        std::uint64_t languages = 0;
        for (const auto& [language, count] : each.documents) languages |= std::uint64_t{1} << language;
        out.number(languages);
        for (const auto& [language, count] : each.documents) out.number(count);
        out.number(each.stems.size() << 1 | (each.dated > 0 ? 1 : 0));
        for (const StemId stem : each.stems) {
            // The step from the stem before, so that a new stem elsewhere changes nothing here.
            const std::int64_t step = std::int64_t{stem} - last_stem;
            out.number(static_cast<std::uint64_t>(step) << 1 ^ (step < 0 ? ~std::uint64_t{0} : 0));
            last_stem = stem;
        }
        if (each.dated > 0) {
            out.number(each.dated);
            out.number(day_number(each.days.from));
            out.number(day_number(each.days.until));
        }
        before = each.word;
    }
    return out.bytes();
}

void Lexicon::Texts::add(std::string_view text) {
    letters += text;
    ends.push_back(static_cast<std::uint32_t>(letters.size()));
}

std::uint32_t Lexicon::Texts::first_from(std::string_view text) const {
    std::uint32_t low = 0;
    std::uint32_t high = static_cast<std::uint32_t>(size());
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (at(middle) < text) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

core::Result<Lexicon> Lexicon::from_bytes(std::string_view bytes, std::string_view changes) {
    const auto damaged = core::fail(core::ErrorKind::corrupt, "the lexicon is damaged");
    constexpr std::string_view empty("\0\0", 2);
    LexiconReader base(bytes);
    LexiconReader newer(changes.empty() ? empty : changes);
    Lexicon lexicon;

    // Both are sorted, and so is what becomes of them: stems first, then the words that name them by their place.
    std::vector<StemId> base_stems;
    std::vector<StemId> newer_stems;
    for (bool in_base = base.next_stem(), in_newer = newer.next_stem(); in_base || in_newer;) {
        const int order = !in_newer ? -1 : !in_base ? 1 : base.text().compare(newer.text());
        const auto id = static_cast<StemId>(lexicon.stems_.size());
        const std::string& text = order <= 0 ? base.text() : newer.text();
        if (id > 0 && lexicon.stems_.at(id - 1) >= text) return damaged;
        lexicon.stems_.add(text);
        std::uint8_t fields = 0;
        if (order <= 0) {
            base_stems.push_back(id);
            fields |= base.fields();
            in_base = base.next_stem();
        }
        if (order >= 0) {
            newer_stems.push_back(id);
            fields |= newer.fields();
            in_newer = newer.next_stem();
        }
        lexicon.stem_fields_.push_back(fields);
    }
    if (!base.ok() || !newer.ok()) return damaged;
    for (bool in_base = base.next_word(), in_newer = newer.next_word(); in_base || in_newer;) {
        const int order = !in_newer ? -1 : !in_base ? 1 : base.text().compare(newer.text());
        const LexiconWord& word = order < 0 ? base.word() : newer.word();
        const auto id = static_cast<WordId>(lexicon.words_.size());
        if (id > 0 && lexicon.words_.at(id - 1) >= word.word) return damaged;
        if (!word.documents.empty()) lexicon.add(word, order < 0 ? base_stems : newer_stems);
        if (order <= 0) in_base = base.next_word();
        if (order >= 0) in_newer = newer.next_word();
    }
    if (!base.ok() || !newer.ok() || !base.at_end() || !newer.at_end()) return damaged;
    lexicon.turn_stems_round();
    return lexicon;
}

void Lexicon::add(const LexiconWord& word, const std::vector<StemId>& renamed) {
    const auto id = static_cast<WordId>(words_.size());
    words_.add(word.word);
    std::uint64_t languages = 0;
    for (const auto& [language, count] : word.documents) languages |= std::uint64_t{1} << language;
    languages_.push_back(languages);
    documents_.push_back(word.in_all());
    for (const StemId stem : word.stems) stems_of_.push_back(renamed[stem]);
    stems_of_end_.push_back(static_cast<std::uint32_t>(stems_of_.size()));
    if (word.dated > 0 && word.dated >= documents_.back()) waiting_.emplace_back(id, word.days);
}

// By counting: the words of each stem follow each other.
void Lexicon::turn_stems_round() {
    words_of_end_.assign(stems_.size() + 1, 0);
    for (const StemId stem : stems_of_) ++words_of_end_[stem + 1];
    for (std::size_t i = 1; i < words_of_end_.size(); ++i) words_of_end_[i] += words_of_end_[i - 1];
    words_of_.resize(stems_of_.size());
    std::vector<std::uint32_t> next(words_of_end_.begin(), words_of_end_.end() - 1);
    for (WordId id = 0; id < words_.size(); ++id) {
        for (const StemId stem : stems(id)) words_of_[next[stem]++] = id;
    }
}

std::vector<LexiconWord> Lexicon::read_words(std::string_view bytes, const std::vector<std::string>& wanted) {
    std::vector<LexiconWord> found;
    LexiconReader reader(bytes);
    while (reader.next_stem()) {
    }
    for (auto next = wanted.begin(); next != wanted.end() && reader.next_word();) {
        while (next != wanted.end() && *next < reader.text()) ++next;
        if (next == wanted.end() || *next != reader.text()) continue;
        found.push_back(reader.word());
        ++next;
    }
    return found;
}

std::span<const StemId> Lexicon::stems(WordId id) const {
    const std::uint32_t begin = id == 0 ? 0 : stems_of_end_[id - 1];
    return {stems_of_.data() + begin, stems_of_end_[id] - begin};
}

std::span<const WordId> Lexicon::words_of(StemId id) const { return {words_of_.data() + words_of_end_[id], words_of_end_[id + 1] - words_of_end_[id]}; }

bool Lexicon::is_known(WordId id, const std::optional<core::Date>& today) const {
    if (waiting_.empty()) return true;
    const auto at = std::lower_bound(waiting_.begin(), waiting_.end(), id, [](const auto& each, WordId wanted) { return each.first < wanted; });
    return at == waiting_.end() || at->first != id || at->second.hold(today);
}

std::optional<WordId> Lexicon::find(std::string_view word) const {
    const WordId id = words_.first_from(word);
    if (id == words_.size() || words_.at(id) != word) return std::nullopt;
    return id;
}

std::optional<StemId> Lexicon::find_stem(std::string_view stem) const {
    const StemId id = stems_.first_from(stem);
    if (id == stems_.size() || stems_.at(id) != stem || words_of(id).empty()) return std::nullopt;
    return id;
}

std::pair<WordId, WordId> Lexicon::starting_with(std::string_view prefix) const {
    const WordId first = words_.first_from(prefix);
    WordId low = first;
    WordId high = static_cast<WordId>(words_.size());
    while (low < high) {
        const WordId middle = low + (high - low) / 2;
        if (words_.at(middle).starts_with(prefix)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return {first, low};
}

bool can_be_misspelled(std::u32string_view letters) {
    return letters.size() >= shortest_misspelled && letters.size() <= longest_compared &&
           std::none_of(letters.begin(), letters.end(), [](char32_t c) { return c >= '0' && c <= '9'; });
}

int edit_distance(std::u32string_view a, std::u32string_view b, int most) {
    if (a.size() > longest_compared || b.size() > longest_compared) return most + 1;
    const std::size_t longer = std::max(a.size(), b.size());
    if (longer - std::min(a.size(), b.size()) > static_cast<std::size_t>(most)) return most + 1;
    std::array<Row, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        Row& row = rows[i % 3];
        next_row(a, b, i, i > 1 ? &rows[(i - 2) % 3] : nullptr, rows[(i - 1) % 3], row);
        if (*std::min_element(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(b.size()) + 1) > most) return most + 1;
    }
    return rows[a.size() % 3][b.size()];
}

// Only the words stand in the table, by the upper bits of the hash: comparing a few strangers takes less than it takes to
// keep all hashes in memory. Counted first, then filled.
void Lexicon::make_deletions() const {
    const auto for_words = [this](const auto& take) {
        for (WordId id = 0; id < words_.size(); ++id) {
            if (words_.size() > large_lexicon && documents_[id] < 2) continue;
            const Letters letters(words_.at(id));
            if (letters.is_cut() || !can_be_misspelled(letters.view())) continue;
            for_deletions(letters.view(), deepest_deletion, [&](std::uint32_t hash) { take(hash, id); });
        }
    };
    std::size_t count = 0;
    for_words([&count](std::uint32_t, WordId) { ++count; });
    int bits = 1;
    while (bits < 26 && (std::size_t{words_in_bucket} << bits) < count) ++bits;
    bucket_shift_ = 32 - bits;
    first_deletion_.assign((std::size_t{1} << bits) + 2, 0);
    // One place further on while they are filled, so that in the end each entry tells where its bucket begins.
    for_words([this](std::uint32_t hash, WordId) { ++first_deletion_[bucket_of(hash) + 2]; });
    for (std::size_t i = 2; i < first_deletion_.size(); ++i) first_deletion_[i] += first_deletion_[i - 1];
    deletions_.resize(count);
    for_words([this](std::uint32_t hash, WordId id) { deletions_[first_deletion_[bucket_of(hash) + 1]++] = id; });
}

std::vector<Neighbour> Lexicon::near(std::string_view word, int distance) const {
    const Letters letters(word);
    if (letters.is_cut() || !can_be_misspelled(letters.view())) return {};
    if (first_deletion_.empty()) make_deletions();

    std::vector<WordId> candidates;
    for_deletions(letters.view(), distance, [&](std::uint32_t hash) {
        const std::size_t bucket = bucket_of(hash);
        candidates.insert(candidates.end(), deletions_.begin() + first_deletion_[bucket], deletions_.begin() + first_deletion_[bucket + 1]);
    });
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());

    std::vector<Neighbour> found;
    for (const WordId id : candidates) {
        const int away = edit_distance(Letters(words_.at(id)).view(), letters.view(), distance);
        if (away <= distance) found.push_back({id, away});
    }
    return found;
}

std::vector<Neighbour> Lexicon::starting_near(std::string_view prefix, int distance) const {
    const std::u32string query = letters_of(prefix);
    std::vector<Neighbour> found;
    if (!can_be_misspelled(query)) return found;

    // Walks the sorted words; those that share a beginning share its rows, and a beginning that is too far away is
    // jumped over with all its words.
    std::vector<Row> rows(longest_compared + static_cast<std::size_t>(distance) + 1);
    for (std::size_t j = 0; j <= query.size(); ++j) rows[0][j] = static_cast<int>(j);
    std::u32string before;
    for (WordId id = 0; id < words_.size();) {
        const Letters word(words_.at(id));
        const std::u32string_view letters = word.view();
        std::size_t same = 0;
        while (same < before.size() && same < letters.size() && before[same] == letters[same]) ++same;
        const std::size_t depth = std::min(letters.size(), query.size() + static_cast<std::size_t>(distance));
        int best = distance + 1;
        std::size_t too_far_at = 0;
        for (std::size_t i = 1; i <= depth; ++i) {
            Row& row = rows[i];
            if (i > same) next_row(letters, query, i, i > 1 ? &rows[i - 2] : nullptr, rows[i - 1], row);
            best = std::min(best, row[query.size()]);
            if (*std::min_element(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(query.size()) + 1) > distance) {
                too_far_at = i;
                break;
            }
        }
        before = letters.substr(0, too_far_at ? too_far_at : depth);
        if (best <= distance) {
            found.push_back({id, best});
            ++id;
        } else if (too_far_at > 0) {
            const std::string jump = to_utf8(letters.substr(0, too_far_at));
            id = std::max(id + 1, starting_with(jump).second);
        } else {
            ++id;
        }
    }
    return found;
}

}  // namespace kb
