#include "kb/twins.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <unordered_map>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

// Runs of letters, not of words: they need no word boundaries, so Chinese and Thai are compared like English.
constexpr std::size_t run_letters = 24;
constexpr std::uint64_t keep_one_of = 8;        // runs; the rest adds time and no knowledge
constexpr std::size_t fewest_letters = 200;     // shorter texts are alike by chance
constexpr std::size_t most_sharers = 40;        // a run that more articles have is a standing phrase

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31);
}

// A sample of the text's runs, chosen by their hash, so that equal passages give equal samples wherever they stand.
std::vector<std::uint64_t> sample_of(const Article& article) {
    constexpr std::uint64_t base = 0x100000001B3U;
    std::uint64_t leaving = 1;  // base to the power of run_letters
    for (std::size_t i = 0; i < run_letters; ++i) leaving *= base;

    std::vector<std::uint64_t> sample;
    std::vector<UChar32> letters;
    std::uint64_t hash = 0;
    const std::string text = core::utf8::folded(plain_text(article.blocks));
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT(text.data(), at, size, c);
        if (!u_isalnum(c)) continue;
        letters.push_back(c);
        hash = hash * base + static_cast<std::uint64_t>(c);
        if (letters.size() > run_letters) hash -= leaving * static_cast<std::uint64_t>(letters[letters.size() - 1 - run_letters]);
        if (letters.size() < run_letters) continue;
        if (const std::uint64_t run = mixed(hash); run % keep_one_of == 0) sample.push_back(run);
    }
    if (letters.size() < fewest_letters) return {};
    std::sort(sample.begin(), sample.end());
    sample.erase(std::unique(sample.begin(), sample.end()), sample.end());
    return sample;
}

}  // namespace

std::vector<Twins> find_twins(const std::vector<Article>& articles) {
    // Exact copies first: they share every run, also the standing phrases below.
    std::vector<std::vector<std::uint64_t>> samples(articles.size());
    std::map<std::pair<core::Language, std::vector<std::uint64_t>>, std::size_t> originals;
    std::map<core::Language, std::unordered_map<std::uint64_t, std::vector<std::size_t>>> holders;
    std::vector<Twins> found;
    for (std::size_t i = 0; i < articles.size(); ++i) {
        samples[i] = sample_of(articles[i]);
        if (samples[i].empty()) continue;
        const auto [original, is_new] = originals.try_emplace({articles[i].language, samples[i]}, i);
        if (!is_new) {
            found.push_back({original->second, i, 100});
            continue;
        }
        auto& with = holders[articles[i].language];
        std::map<std::size_t, std::size_t> shared;
        for (const std::uint64_t run : samples[i]) {
            std::vector<std::size_t>& others = with[run];
            if (others.size() > most_sharers) continue;
            for (const std::size_t other : others) ++shared[other];
            others.push_back(i);
        }
        Twins best;
        for (const auto& [other, count] : shared) {
            const auto percent = static_cast<int>(100 * count / (samples[i].size() + samples[other].size() - count));
            if (percent > best.shared_percent) best = {other, i, percent};
        }
        if (best.shared_percent >= nearly_the_same_percent) found.push_back(best);
    }
    return found;
}

}  // namespace kb
