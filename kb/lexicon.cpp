#include "kb/lexicon.hpp"

#include <algorithm>
#include <array>

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

// Of the text itself and of all texts with up to `depth` (1 or 2) letters fewer, without doubles.
class DeletionHashes {
public:
    DeletionHashes(std::u32string_view letters, int depth) : letters_(letters.substr(0, deletion_prefix)) {
        const std::size_t none = letters_.size();
        add(none, none);
        for (std::size_t i = 0; i < letters_.size(); ++i) {
            add(i, none);
            for (std::size_t j = i + 1; depth > 1 && j < letters_.size(); ++j) add(i, j);
        }
        std::sort(hashes_.begin(), hashes_.begin() + static_cast<std::ptrdiff_t>(count_));
        count_ = static_cast<std::size_t>(std::unique(hashes_.begin(), hashes_.begin() + static_cast<std::ptrdiff_t>(count_)) - hashes_.begin());
    }
    [[nodiscard]] const std::uint32_t* begin() const { return hashes_.data(); }
    [[nodiscard]] const std::uint32_t* end() const { return hashes_.data() + count_; }

private:
    void add(std::size_t without, std::size_t and_without) {
        std::uint32_t hash = 2166136261u;
        for (std::size_t i = 0; i < letters_.size(); ++i) {
            if (i != without && i != and_without) hash = (hash ^ static_cast<std::uint32_t>(letters_[i])) * 16777619u;
        }
        // The upper bits choose the bucket, and FNV leaves them poor for short texts.
        hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
        hashes_[count_++] = hash ^ hash >> 13;
    }

    std::u32string_view letters_;
    std::array<std::uint32_t, 1 + deletion_prefix + deletion_prefix * (deletion_prefix - 1) / 2> hashes_{};
    std::size_t count_ = 0;
};

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

}  // namespace

Lexicon::Lexicon(std::vector<LexiconWord> words, std::vector<std::string> stems) : words_(std::move(words)), stems_(std::move(stems)), words_of_(stems_.size()) {
    for (WordId id = 0; id < words_.size(); ++id) {
        for (const StemId stem : words_[id].stems) words_of_[stem].push_back(id);
    }
}

std::string Lexicon::to_bytes() const {
    BinaryWriter out;
    out.number(stems_.size());
    for (const std::string& stem : stems_) out.text(stem);
    out.number(words_.size());
    std::string_view before;
    for (const LexiconWord& each : words_) {
        // Sorted words share their beginnings.
        std::size_t shared = 0;
        while (shared < before.size() && shared < each.word.size() && before[shared] == each.word[shared]) ++shared;
        out.number(shared);
        out.text(std::string_view(each.word).substr(shared));
        out.number(each.documents);
        out.number(each.languages);
        out.number(each.stems.size());
        for (const StemId stem : each.stems) out.number(stem);
        before = each.word;
    }
    return out.bytes();
}

core::Result<Lexicon> Lexicon::from_bytes(std::string_view bytes) {
    BinaryReader in(bytes);
    std::vector<std::string> stems(in.count());
    for (std::string& stem : stems) stem = in.text();
    std::vector<LexiconWord> words(in.count());
    std::string before;
    for (LexiconWord& each : words) {
        const std::size_t shared = in.number();
        if (shared > before.size()) return core::fail(core::ErrorKind::corrupt, "the lexicon is damaged");
        each.word = before.substr(0, shared);
        each.word += in.text();
        each.documents = static_cast<std::uint32_t>(in.number());
        each.languages = in.number();
        each.stems.resize(in.count());
        for (StemId& stem : each.stems) {
            stem = static_cast<StemId>(in.number());
            if (stem >= stems.size()) return core::fail(core::ErrorKind::corrupt, "the lexicon is damaged");
        }
        before = each.word;
    }
    if (!in.ok() || !in.at_end()) return core::fail(core::ErrorKind::corrupt, "the lexicon is damaged");
    return Lexicon(std::move(words), std::move(stems));
}

std::optional<WordId> Lexicon::find(std::string_view word) const {
    const auto found = std::lower_bound(words_.begin(), words_.end(), word, [](const LexiconWord& each, std::string_view wanted) { return each.word < wanted; });
    if (found == words_.end() || found->word != word) return std::nullopt;
    return static_cast<WordId>(found - words_.begin());
}

std::optional<StemId> Lexicon::find_stem(std::string_view stem) const {
    const auto found = std::lower_bound(stems_.begin(), stems_.end(), stem, [](const std::string& each, std::string_view wanted) { return each < wanted; });
    if (found == stems_.end() || *found != stem) return std::nullopt;
    return static_cast<StemId>(found - stems_.begin());
}

std::pair<WordId, WordId> Lexicon::starting_with(std::string_view prefix) const {
    const auto first = std::lower_bound(words_.begin(), words_.end(), prefix, [](const LexiconWord& each, std::string_view wanted) { return each.word < wanted; });
    const auto last = std::partition_point(first, words_.end(), [prefix](const LexiconWord& each) { return each.word.starts_with(prefix); });
    return {static_cast<WordId>(first - words_.begin()), static_cast<WordId>(last - words_.begin())};
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

// Sorted into buckets by counting, since sorting a million entries by comparison is felt by who waits for it.
void Lexicon::make_deletions() const {
    std::vector<Deletion> loose;
    for (WordId id = 0; id < words_.size(); ++id) {
        if (words_.size() > large_lexicon && words_[id].documents < 2) continue;
        const std::u32string letters = letters_of(words_[id].word);
        if (!can_be_misspelled(letters)) continue;
        for (const std::uint32_t hash : DeletionHashes(letters, deepest_deletion)) loose.push_back({hash, id});
    }
    int bits = 1;
    while (bits < 24 && (std::size_t{8} << bits) < loose.size()) ++bits;
    bucket_shift_ = 32 - bits;
    first_deletion_.assign((std::size_t{1} << bits) + 1, 0);
    for (const Deletion& each : loose) ++first_deletion_[bucket_of(each.hash) + 1];
    for (std::size_t i = 1; i < first_deletion_.size(); ++i) first_deletion_[i] += first_deletion_[i - 1];
    std::vector<std::uint32_t> next(first_deletion_.begin(), first_deletion_.end() - 1);
    deletions_.resize(loose.size());
    for (const Deletion& each : loose) deletions_[next[bucket_of(each.hash)]++] = each;
}

std::vector<Neighbour> Lexicon::near(std::string_view word, int distance) const {
    const std::u32string letters = letters_of(word);
    if (!can_be_misspelled(letters)) return {};
    if (first_deletion_.empty()) make_deletions();

    std::vector<WordId> candidates;
    for (const std::uint32_t hash : DeletionHashes(letters, distance)) {
        const std::size_t bucket = bucket_of(hash);
        for (std::uint32_t at = first_deletion_[bucket]; at < first_deletion_[bucket + 1]; ++at) {
            if (deletions_[at].hash == hash) candidates.push_back(deletions_[at].word);
        }
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());

    std::vector<Neighbour> found;
    for (const WordId id : candidates) {
        const int away = edit_distance(letters_of(words_[id].word), letters, distance);
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
        const std::u32string letters = letters_of(words_[id].word);
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
            const std::string jump = to_utf8(std::u32string_view(letters).substr(0, too_far_at));
            id = std::max(id + 1, starting_with(jump).second);
        } else {
            ++id;
        }
    }
    return found;
}

}  // namespace kb
