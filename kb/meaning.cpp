#include "kb/meaning.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_question = 600;  // bytes

constexpr std::size_t most_completions = 16;      // of a half-typed word
constexpr std::size_t most_body_completions = 6;  // when it has three letters
constexpr std::size_t most_corrections = 6;
constexpr double completion_weight = 0.7;
constexpr double longer_word_weight = 0.4;  // when what is typed is a word already
constexpr double near_weight = 0.8;  // one typing error away
constexpr double far_weight = 0.5;   // two
constexpr double split_weight = 0.95;
constexpr std::size_t shortest_part = 3;       // letters of a word that was typed together with another
constexpr std::size_t shortest_sure_part = 4;  // when it may as well be a misspelling
constexpr double known_beginning_weight = 0.3;
constexpr std::size_t shortest_known_beginning = 3;  // letters

bool has_stem(const Group& group, StemId stem) {
    return std::any_of(group.tiers.begin(), group.tiers.end(), [stem](const Tier& tier) { return std::find(tier.stems.begin(), tier.stems.end(), stem) != tier.stems.end(); });
}

// A Han character says as much as a few letters.
std::size_t letters_worth(std::u32string_view letters) { return letters.empty() || letters.front() < 0x2E80 ? letters.size() : letters.size() * 3; }

}  // namespace

Interpreter::Interpreter(Lexicon lexicon, std::vector<std::string> languages, const SearchWords& words) : lexicon_(std::move(lexicon)), languages_(std::move(languages)) {
    for (const std::string& language : languages_) stemmers_.emplace_back(language);
    for (const auto& [language, groups] : words.synonyms) {
        for (const auto& group : groups) {
            std::vector<Name>& names = synonyms_.emplace_back();
            for (const std::string& written : group) {
                Name name{written, language, {}};
                for (const Token& token : tokenize(written)) {
                    if (!token.is_compound) name.words.push_back(token.word);
                }
                if (name.words.empty()) continue;
                synonyms_by_first_word_.emplace(name.words.front(), std::pair{synonyms_.size() - 1, names.size()});
                names.push_back(std::move(name));
            }
        }
    }
    for (const auto& [language, changes] : words.stop_words) {
        StopWords& own = stop_words_[language];
        own.added.insert(changes.added.begin(), changes.added.end());
        own.removed.insert(changes.removed.begin(), changes.removed.end());
    }
}

Meaning Interpreter::understand(std::string_view question, std::string_view language, const std::optional<core::Date>& today) const {
    const Asked asked{language, today};
    if (question.size() > longest_question) {
        question = question.substr(0, longest_question);
        while (!question.empty() && (static_cast<unsigned char>(question.back()) & 0xC0) == 0x80) question.remove_suffix(1);
    }
    const std::string text = core::utf8::repaired(question);
    std::vector<Token> tokens = tokenize(text);
    Meaning meaning;
    meaning.last_is_partial = !tokens.empty() && tokens.back().end == text.size();
    std::erase_if(tokens, [](const Token& token) { return token.is_compound; });
    if (tokens.size() > most_question_words) tokens.resize(most_question_words);
    const auto is_partial = [&](std::size_t i) { return meaning.last_is_partial && i + 1 == tokens.size(); };

    std::vector<Group>& groups = meaning.groups;
    groups.resize(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        // In Vietnamese an accent makes another word; whoever types it means it.
        if (!tokens[i].marked.empty() && find(tokens[i].marked, asked)) tokens[i].word = tokens[i].marked;
        const std::string& word = tokens[i].word;
        Group& group = groups[i];
        group.is_stop_word = is_stop(word, asked);
        if (std::vector<StemId> stems = stems_of(word, asked); !stems.empty()) group.tiers.push_back({1, false, std::move(stems)});
        if (is_partial(i)) {
            group.beginning = word;
            complete(word, asked, group);
        }
    }
    join_neighbours(tokens, asked, groups);
    std::vector<Group> second_parts;
    std::vector<std::vector<std::string>> meant(tokens.size());  // where these are others than the one that was typed
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!groups[i].tiers.empty()) continue;
        const auto correction = correct(tokens[i].word, is_partial(i), asked, groups[i]);
        if (correction) meant[i] = {*correction};
        if (auto cut = split(tokens[i].word, correction ? shortest_sure_part : shortest_part, asked, groups[i])) {
            meant[i] = {cut->first, cut->second};
            second_parts.push_back(std::move(cut->second_group));
        }
    }
    add_synonyms(tokens, meaning.last_is_partial, asked, groups);
    const auto is_empty = [](const Group& group) { return group.tiers.empty() && group.phrases.empty(); };
    if (std::all_of(groups.begin(), groups.end(), is_empty)) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (const auto shorter = shorten(tokens[i].word, asked, groups[i])) meant[i] = {*shorter};
        }
    }
    std::size_t told = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (meant[i].empty()) {
            meaning.words.push_back(tokens[i].word);
            continue;
        }
        meaning.words.insert(meaning.words.end(), meant[i].begin(), meant[i].end());
        const std::string words = fmt::format("{}", fmt::join(meant[i], " "));
        meaning.searched += text.substr(told, tokens[i].begin - told) + words;
        told = tokens[i].end;
        meaning.corrected.emplace_back(text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin), words);
    }
    meaning.searched += text.substr(told);
    std::erase_if(groups, is_empty);
    for (Group& part : second_parts) {
        if (groups.size() < most_question_words) groups.push_back(std::move(part));
    }
    return meaning;
}

std::vector<std::string> Interpreter::names_starting(std::string_view first_word, std::string_view language) const {
    std::vector<std::string> names;
    for (auto at = synonyms_by_first_word_.lower_bound(first_word); at != synonyms_by_first_word_.end() && at->first.starts_with(first_word); ++at) {
        const Name& name = synonyms_[at->second.first][at->second.second];
        if (name.words.size() > 1 && (language.empty() || name.language == language)) names.push_back(name.written);
    }
    return names;
}

bool Interpreter::is_in_language(WordId word, std::string_view language) const {
    const auto at = std::lower_bound(languages_.begin(), languages_.end(), language);
    return at != languages_.end() && *at == language && lexicon_.is_in(word, static_cast<std::size_t>(at - languages_.begin()));
}

std::optional<WordId> Interpreter::find(std::string_view word, const Asked& asked) const {
    const auto found = lexicon_.find(word);
    return found && lexicon_.is_known(*found, asked.today) ? found : std::nullopt;
}

std::vector<StemId> Interpreter::stems_of_known(WordId word) const {
    const auto stems = lexicon_.stems(word);
    return {stems.begin(), stems.end()};
}

// Of a word that the index knows, or whose stem it knows from another form of the word.
std::vector<StemId> Interpreter::stems_of(std::string_view word, const Asked& asked) const {
    if (const auto known = find(word, asked)) return stems_of_known(*known);
    std::vector<StemId> stems;
    for (const Stemmer& stemmer : stemmers_) {
        const auto stem = lexicon_.find_stem(stemmer.stem(std::string(word)));
        if (!stem || std::find(stems.begin(), stems.end(), *stem) != stems.end()) continue;
        const auto words = lexicon_.words_of(*stem);
        if (std::any_of(words.begin(), words.end(), [&](WordId each) { return lexicon_.is_known(each, asked.today); })) stems.push_back(*stem);
    }
    return stems;
}

bool Interpreter::is_stop_in(std::string_view language, std::string_view word) const {
    if (const auto own = stop_words_.find(language); own != stop_words_.end()) {
        if (own->second.added.contains(std::string(word))) return true;
        if (own->second.removed.contains(std::string(word))) return false;
    }
    return is_stop_word(language, word);
}

bool Interpreter::is_stop(std::string_view word, const Asked& asked) const {
    if (!asked.language.empty()) return is_stop_in(asked.language, word);
    const auto known = find(word, asked);
    return std::any_of(languages_.begin(), languages_.end(), [&](const std::string& each) { return (!known || is_in_language(*known, each)) && is_stop_in(each, word); });
}

void Interpreter::complete(std::string_view word, const Asked& asked, Group& group) const {
    const auto [first, last] = lexicon_.starting_with(word);
    std::vector<std::pair<double, WordId>> ranked;
    for (WordId id = first; id < last; ++id) {
        if (!lexicon_.is_known(id, asked.today)) continue;
        const double own = is_in_language(id, asked.language) ? 4 : 1;
        ranked.emplace_back(-own * lexicon_.documents(id), id);
    }
    const std::size_t typed = letters_worth(letters_of(word));
    const std::size_t most = std::min(most_completions, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(most), ranked.end());
    const double weight = find(word, asked) ? longer_word_weight : completion_weight;
    Tier everywhere{weight, typed <= 2, {}};
    Tier short_fields{weight, true, {}};
    for (std::size_t i = 0; i < most; ++i) {
        Tier& tier = typed == 3 && i >= most_body_completions ? short_fields : everywhere;
        for (const StemId stem : lexicon_.stems(ranked[i].second)) {
            const auto in = [stem](const Tier& each) { return std::find(each.stems.begin(), each.stems.end(), stem) != each.stems.end(); };
            if (!has_stem(group, stem) && !in(everywhere) && !in(short_fields)) tier.stems.push_back(stem);
        }
    }
    for (Tier* tier : {&everywhere, &short_fields}) {
        if (!tier->stems.empty()) group.tiers.push_back(std::move(*tier));
    }
}

std::optional<std::string> Interpreter::correct(std::string_view word, bool is_partial, const Asked& asked, Group& group) const {
    const std::u32string letters = letters_of(word);
    if (!can_be_misspelled(letters)) return std::nullopt;
    const bool is_long = letters.size() >= 8;
    const auto known = [&](std::vector<Neighbour> all) {
        std::erase_if(all, [&](const Neighbour& each) { return !lexicon_.is_known(each.word, asked.today); });
        return all;
    };
    std::vector<Neighbour> near = known(lexicon_.near(word, is_long ? 2 : 1));
    if (near.empty() && letters.size() >= 5 && !is_long) near = known(lexicon_.near(word, 2));
    if (near.empty() && is_partial) {
        near = known(lexicon_.starting_near(word, is_long ? 2 : 1));
        for (Neighbour& each : near) ++each.distance;
    }
    if (near.empty()) return std::nullopt;

    std::vector<std::pair<double, Neighbour>> ranked;
    for (const Neighbour& each : near) {
        double score = std::log1p(lexicon_.documents(each.word)) - 4.0 * each.distance;
        if (letters_of(lexicon_.word(each.word)).front() == letters.front()) score += 1.5;
        if (is_in_language(each.word, asked.language)) score += 1;
        ranked.emplace_back(-score, each);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Tier one{near_weight, false, {}};
    Tier two{far_weight, false, {}};
    for (const auto& [score, each] : ranked) {
        for (const StemId stem : lexicon_.stems(each.word)) {
            if (one.stems.size() + two.stems.size() >= most_corrections) break;
            const auto in = [stem](const Tier& tier) { return std::find(tier.stems.begin(), tier.stems.end(), stem) != tier.stems.end(); };
            if (!in(one) && !in(two) && !has_stem(group, stem)) (each.distance <= 1 ? one : two).stems.push_back(stem);
        }
    }
    for (Tier* tier : {&one, &two}) {
        if (!tier->stems.empty()) group.tiers.push_back(std::move(*tier));
    }
    return std::string(lexicon_.word(ranked.front().second.word));
}

// "passwordreset": of the cuts into two known words, the one whose words are most used. The first joins what the word
// may mean already, the second is a thing of its own that was asked for.
std::optional<Interpreter::Cut> Interpreter::split(std::string_view word, std::size_t shortest, const Asked& asked, Group& group) const {
    const std::u32string letters = letters_of(word);
    double best = 0;
    std::pair<WordId, WordId> parts;
    for (std::size_t at = shortest; at + shortest <= letters.size(); ++at) {
        const auto first = find(to_utf8(std::u32string_view(letters).substr(0, at)), asked);
        if (!first) continue;
        const auto second = find(to_utf8(std::u32string_view(letters).substr(at)), asked);
        if (!second) continue;
        const double score = std::log1p(lexicon_.documents(*first)) + std::log1p(lexicon_.documents(*second));
        if (score <= best) continue;
        best = score;
        parts = {*first, *second};
    }
    if (best == 0) return std::nullopt;
    // Before what it may be a misspelling of: two words that are known are no accident.
    group.tiers.insert(group.tiers.begin(), {split_weight, false, stems_of_known(parts.first)});
    Cut cut{std::string(lexicon_.word(parts.first)), std::string(lexicon_.word(parts.second)), {}};
    cut.second_group.tiers.push_back({split_weight, false, stems_of_known(parts.second)});
    return cut;
}

// "printerxyz": nothing is near it, but it begins like a word that is known. Better than an empty screen.
std::optional<std::string> Interpreter::shorten(std::string_view word, const Asked& asked, Group& group) const {
    const std::u32string letters = letters_of(word);
    for (std::size_t length = letters.size(); letters_worth(std::u32string_view(letters).substr(0, length)) >= shortest_known_beginning; --length) {
        const std::string beginning = to_utf8(std::u32string_view(letters).substr(0, length));
        const auto [first, last] = lexicon_.starting_with(beginning);
        Group longer;
        complete(beginning, asked, longer);
        if (longer.tiers.empty()) continue;
        for (Tier& tier : longer.tiers) {
            tier.weight = known_beginning_weight;
            tier.in_short_fields_only = false;
            group.tiers.push_back(std::move(tier));
        }
        WordId shown = first;
        while (!lexicon_.is_known(shown, asked.today)) ++shown;
        return std::string(lexicon_.word(shown));
    }
    return std::nullopt;
}

// "log in" is also "login", "wi fi" is also "wifi".
void Interpreter::join_neighbours(const std::vector<Token>& tokens, const Asked& asked, std::vector<Group>& groups) const {
    for (std::size_t count : {std::size_t{2}, std::size_t{3}}) {
        for (std::size_t i = 0; i + count <= tokens.size(); ++i) {
            std::string whole;
            for (std::size_t j = i; j < i + count; ++j) whole += tokens[j].word;
            if (!find(whole, asked)) continue;
            for (const StemId stem : stems_of(whole, asked)) {
                for (std::size_t j = i; j < i + count; ++j) {
                    if (has_stem(groups[j], stem)) continue;
                    if (groups[j].tiers.empty() || groups[j].tiers.front().weight != 1) groups[j].tiers.insert(groups[j].tiers.begin(), Tier{});
                    groups[j].tiers.front().stems.push_back(stem);
                }
            }
        }
    }
}

void Interpreter::add_synonyms(const std::vector<Token>& tokens, bool last_is_partial, const Asked& asked, std::vector<Group>& groups) const {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto [first, last] = synonyms_by_first_word_.equal_range(tokens[i].word);
        for (auto at = first; at != last; ++at) {
            const auto [group, said] = at->second;
            const std::vector<std::string>& words = synonyms_[group][said].words;
            if (i + words.size() > tokens.size()) continue;
            bool same = true;
            for (std::size_t j = 0; j < words.size(); ++j) same = same && tokens[i + j].word == words[j];
            // "led" is on the way to "ledger": only whole words have other names.
            if (!same || (last_is_partial && words.size() == 1 && i + 1 == tokens.size() && letters_of(words.front()).size() < 4)) continue;
            for (std::size_t other = 0; other < synonyms_[group].size(); ++other) {
                if (other == said) continue;
                const std::vector<std::string>& alternative = synonyms_[group][other].words;
                std::vector<std::vector<StemId>> stems;
                for (const std::string& word : alternative) {
                    // The "and" of "tap and go" is everywhere.
                    if (alternative.size() == 1 || !is_stop(word, asked)) stems.push_back(stems_of(word, asked));
                }
                if (stems.empty() || std::any_of(stems.begin(), stems.end(), [](const auto& each) { return each.empty(); })) continue;
                for (std::size_t j = i; j < i + words.size(); ++j) {
                    if (stems.size() > 1) {
                        std::vector<StemId> all;
                        for (const auto& each : stems) all.push_back(each.front());
                        groups[j].phrases.push_back(std::move(all));
                        continue;
                    }
                    Tier tier{synonym_weight, false, {}};
                    for (const StemId stem : stems.front()) {
                        if (!has_stem(groups[j], stem)) tier.stems.push_back(stem);
                    }
                    if (!tier.stems.empty()) groups[j].tiers.push_back(std::move(tier));
                }
            }
        }
    }
}

}  // namespace kb
