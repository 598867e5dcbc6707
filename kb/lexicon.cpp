#include "kb/lexicon.hpp"

#include <algorithm>
#include <array>
#include <set>

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

std::uint32_t hash_of(std::u32string_view letters) {
    std::uint32_t hash = 2166136261u;
    for (const char32_t letter : letters) hash = (hash ^ static_cast<std::uint32_t>(letter)) * 16777619u;
    return hash;
}

// The text itself and all texts with up to `depth` letters fewer.
void collect_deletions(const std::u32string& text, int depth, std::set<std::u32string>& found) {
    if (!found.insert(text).second || depth == 0) return;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::u32string shorter = text;
        shorter.erase(i, 1);
        collect_deletions(shorter, depth - 1, found);
    }
}

std::vector<std::uint32_t> deletion_hashes(std::u32string_view letters, int depth) {
    std::set<std::u32string> texts;
    const std::u32string prefix(letters.substr(0, deletion_prefix));
    collect_deletions(prefix, depth, texts);
    std::vector<std::uint32_t> hashes;
    hashes.reserve(texts.size());
    for (const std::u32string& text : texts) hashes.push_back(hash_of(text));
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    return hashes;
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

void Lexicon::make_deletions() const {
    has_deletions_ = true;
    for (WordId id = 0; id < words_.size(); ++id) {
        if (words_.size() > large_lexicon && words_[id].documents < 2) continue;
        const std::u32string letters = letters_of(words_[id].word);
        if (!can_be_misspelled(letters)) continue;
        for (const std::uint32_t hash : deletion_hashes(letters, deepest_deletion)) deletions_.push_back({hash, id});
    }
    std::sort(deletions_.begin(), deletions_.end(), [](const Deletion& a, const Deletion& b) { return a.hash != b.hash ? a.hash < b.hash : a.word < b.word; });
    deletions_.shrink_to_fit();
}

std::vector<Neighbour> Lexicon::near(std::string_view word, int distance) const {
    const std::u32string letters = letters_of(word);
    if (!can_be_misspelled(letters)) return {};
    if (!has_deletions_) make_deletions();

    std::vector<WordId> candidates;
    for (const std::uint32_t hash : deletion_hashes(letters, distance)) {
        auto at = std::lower_bound(deletions_.begin(), deletions_.end(), hash, [](const Deletion& each, std::uint32_t wanted) { return each.hash < wanted; });
        for (; at != deletions_.end() && at->hash == hash; ++at) candidates.push_back(at->word);
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
