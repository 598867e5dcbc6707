#include "kb/searcher.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xapian.h>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "kb/forward.hpp"
#include "kb/lexicon.hpp"
#include "kb/schema.hpp"
#include "kb/snippet.hpp"
#include "kb/tokenizer.hpp"
#include "kb/xapian_error.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_question = 600;  // bytes
constexpr std::size_t most_words = 32;
constexpr std::size_t most_hits = 100;

constexpr std::size_t most_completions = 16;      // of a half-typed word
constexpr std::size_t most_body_completions = 6;  // when it has three letters
constexpr std::size_t most_corrections = 6;
constexpr double completion_weight = 0.7;
constexpr double longer_word_weight = 0.4;  // when what is typed is a word already
constexpr double near_weight = 0.8;  // one typing error away
constexpr double far_weight = 0.5;   // two
constexpr double synonym_weight = 0.7;
constexpr double split_weight = 0.8;

// In a small knowledge base "what is" and "how do I" carry intent; in a large one they cost more than they tell.
constexpr std::size_t large_base = 20'000;
constexpr Xapian::doccount candidates_small = 100;
constexpr Xapian::doccount candidates_large = 50;

constexpr double fusion_rank = 10;  // of reciprocal rank fusion: how little the first ranks differ
constexpr double sections_share = 0.7;
constexpr double own_language = 1.5;

// One of several ways to meet what a person meant by a word.
struct Tier {
    double weight = 1;
    bool in_short_fields_only = false;
    std::vector<std::string> stems;  // any of them, as if they were one word
};

// What a person meant by one word of the question.
struct Group {
    std::vector<Tier> tiers;
    std::vector<std::vector<std::string>> phrases;  // other names of it in several words: all of one
    bool is_stop_word = false;
    double idf = 0;
    std::string beginning;  // when it is half typed
};

bool has_stem(const Group& group, std::string_view stem) {
    return std::any_of(group.tiers.begin(), group.tiers.end(), [stem](const Tier& tier) { return std::find(tier.stems.begin(), tier.stems.end(), stem) != tier.stems.end(); });
}

// A file of the index, mapped: only the pages that a snippet needs are read.
class MappedFile {
public:
    MappedFile() = default;
    ~MappedFile() {
        if (data_) ::munmap(data_, size_);
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    core::Result<void> open(const std::filesystem::path& path, std::size_t size) {
        if (size == 0) return {};
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) return core::fail(core::system_error(fmt::format("cannot read {}", path.string()), errno));
        void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
        const int why = errno;
        ::close(file);
        if (data == MAP_FAILED) return core::fail(core::system_error(fmt::format("cannot read {}", path.string()), why));
        data_ = data;
        size_ = size;
        return {};
    }
    [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

private:
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

// Keeps documents out whose day is not today, before they take a candidate's place.
class Visible final : public Xapian::MatchDecider {
public:
    Visible(const std::unordered_set<std::size_t>& hidden, std::function<std::size_t(Xapian::docid)> document_of) : hidden_(hidden), document_of_(std::move(document_of)) {}
    bool operator()(const Xapian::Document& document) const override { return !hidden_.contains(document_of_(document.get_docid())); }

private:
    const std::unordered_set<std::size_t>& hidden_;
    std::function<std::size_t(Xapian::docid)> document_of_;
};

// A group of synonyms cut into words: each way of saying it is a list of stems in any of the index's languages.
struct SynonymPhrase {
    std::vector<std::string> words;
};
using SynonymGroup = std::vector<SynonymPhrase>;

}  // namespace

struct Searcher::Inside {
    Xapian::Database articles;
    Xapian::Database sections;
    std::optional<Lexicon> lexicon;
    Forward forward;
    MappedFile texts;
    std::vector<std::string> languages;
    std::vector<Stemmer> stemmers;
    std::vector<Xapian::docid> first_section;  // of each document, and one beyond the last
    double mean_title = 1;
    std::vector<SynonymGroup> synonyms;
    std::multimap<std::string, std::pair<std::size_t, std::size_t>> synonyms_by_first_word;  // → group, phrase
    std::vector<std::size_t> dated;  // documents that are not shown on every day
    schema::Weights weights;

    core::Result<void> load(const std::filesystem::path& folder);
    void read_synonyms(const core::Json& by_language);
    core::Result<Found> search(const Question& question) const;

    // What the words of a question mean.
    std::vector<Group> understand(const Question& question, Found& found) const;
    std::vector<std::string> stems_of(std::string_view word) const;
    std::vector<std::string> stems_of_known(WordId word) const;
    void complete(std::string_view word, const Question& question, Group& group) const;
    std::optional<std::string> correct(std::string_view word, bool is_partial, const Question& question, Group& group) const;
    void join_neighbours(const std::vector<Token>& tokens, std::vector<Group>& groups) const;
    void split(std::string_view word, Group& group) const;
    void add_synonyms(const std::vector<Token>& tokens, bool last_is_partial, std::vector<Group>& groups) const;
    bool is_stop(std::string_view word, const Question& question) const;
    bool is_in_language(WordId word, std::string_view language) const;
    double idf_of(const Group& group) const;

    // Finding.
    std::unordered_set<std::size_t> hidden_on(const std::optional<core::Date>& today) const;
    std::size_t document_of_section(Xapian::docid section) const;
    Xapian::Query to_query(const std::vector<Group>& groups, const Question& question) const;
    double title_score(const ForwardDocument& document, const std::vector<std::unordered_map<StemId, double>>& wanted, const std::vector<Group>& groups) const;
    Highlighter highlighter_of(const std::vector<Group>& groups) const;
    Hit to_hit(std::size_t document, std::optional<std::size_t> section, double score, const Highlighter& highlighter) const;
    std::string_view text_of(const ForwardSection& section) const { return texts.bytes().substr(section.text_at, section.text_size); }
};

core::Result<void> Searcher::Inside::load(const std::filesystem::path& folder) {
    auto about_text = core::read_file(folder / schema::about_file);
    if (!about_text && about_text.error().kind == core::ErrorKind::not_found) {
        return core::fail(core::ErrorKind::not_found, fmt::format("there is no index in {}", folder.string()));
    }
    if (!about_text) return core::fail(about_text.error());
    const auto about = core::parse_json(*about_text);
    const auto damaged = [&folder](std::string_view what) { return core::fail(core::ErrorKind::corrupt, fmt::format("the index in {} is damaged: {}", folder.string(), what)); };
    if (!about) return damaged(about.error().message);
    if (core::integer_at(*about, "schema") != schema::version) {
        return core::fail(core::ErrorKind::invalid, fmt::format("the index in {} was made by another version of Foyer; build it again", folder.string()));
    }
    const core::Json* files = core::member(*about, "files");
    const core::Json* tags = core::member(*about, "languages");
    if (!files || !tags || !tags->is_array()) return damaged("index.json is not complete");
    for (const core::Json& tag : *tags) {
        if (!tag.is_string()) return damaged("index.json is not complete");
        languages.push_back(tag.get<std::string>());
        stemmers.emplace_back(languages.back());
    }
    std::map<std::string_view, std::uintmax_t> sizes;
    for (const std::string_view name : {schema::articles_file, schema::sections_file, schema::lexicon_file, schema::forward_file, schema::texts_file}) {
        std::error_code error;
        sizes[name] = std::filesystem::file_size(folder / name, error);
        if (error) return damaged(fmt::format("{} is missing", name));
        const auto wanted = core::integer_at(*files, name);
        if (!wanted || static_cast<std::uintmax_t>(*wanted) != sizes[name]) return damaged(fmt::format("{} is not complete", name));
    }

    constexpr std::size_t largest = std::size_t{1} << 40;
    auto lexicon_bytes = core::read_file(folder / schema::lexicon_file, largest);
    if (!lexicon_bytes) return core::fail(lexicon_bytes.error());
    auto words = Lexicon::from_bytes(*lexicon_bytes);
    if (!words) return damaged(words.error().message);
    lexicon = std::move(*words);
    auto forward_bytes = core::read_file(folder / schema::forward_file, largest);
    if (!forward_bytes) return core::fail(forward_bytes.error());
    auto documents = Forward::from_bytes(*forward_bytes, sizes[schema::texts_file]);
    if (!documents) return damaged(documents.error().message);
    forward = std::move(*documents);
    if (auto opened = texts.open(folder / schema::texts_file, sizes[schema::texts_file]); !opened) return opened;

    std::size_t title_words = 0;
    first_section.push_back(1);
    for (const ForwardDocument& each : forward.documents) {
        if (each.from || each.until) dated.push_back(static_cast<std::size_t>(&each - forward.documents.data()));
        for (const StemId stem : each.title_stems) {
            if (stem >= lexicon->stems()) return damaged("a title has an unknown word");
        }
        title_words += each.title_stems.size();
        first_section.push_back(first_section.back() + static_cast<Xapian::docid>(each.sections.size()));
    }
    mean_title = std::max(1.0, static_cast<double>(title_words) / static_cast<double>(std::max<std::size_t>(1, forward.documents.size())));

    try {
        articles = Xapian::Database((folder / schema::articles_file).string());
        sections = Xapian::Database((folder / schema::sections_file).string());
        if (articles.get_doccount() != forward.documents.size() || sections.get_doccount() + 1 != first_section.back()) return damaged("its files do not belong together");
    } catch (const Xapian::Error& error) {
        return core::fail(from_xapian(fmt::format("the index in {} is damaged", folder.string()), error));
    }
    if (const core::Json* by_language = core::member(*about, "synonyms")) read_synonyms(*by_language);
    return {};
}

void Searcher::Inside::read_synonyms(const core::Json& by_language) {
    for (const auto& [language, groups] : by_language.items()) {
        for (const core::Json& group : groups) {
            SynonymGroup phrases;
            for (const core::Json& said : group) {
                SynonymPhrase phrase;
                if (!said.is_string()) continue;
                for (const Token& token : tokenize(said.get<std::string>())) {
                    if (!token.is_compound) phrase.words.push_back(token.word);
                }
                if (!phrase.words.empty()) phrases.push_back(std::move(phrase));
            }
            for (std::size_t i = 0; i < phrases.size(); ++i) synonyms_by_first_word.emplace(phrases[i].words.front(), std::pair{synonyms.size(), i});
            synonyms.push_back(std::move(phrases));
        }
    }
}

bool Searcher::Inside::is_in_language(WordId word, std::string_view language) const {
    const auto at = std::lower_bound(languages.begin(), languages.end(), language);
    return at != languages.end() && *at == language && (lexicon->word(word).languages >> (at - languages.begin()) & 1);
}

std::vector<std::string> Searcher::Inside::stems_of_known(WordId word) const {
    std::vector<std::string> stems;
    for (const StemId stem : lexicon->word(word).stems) stems.push_back(lexicon->stem(stem));
    return stems;
}

// Of a word that the index knows, or whose stem it knows from another form of the word.
std::vector<std::string> Searcher::Inside::stems_of(std::string_view word) const {
    if (const auto known = lexicon->find(word)) return stems_of_known(*known);
    std::vector<std::string> stems;
    for (const Stemmer& stemmer : stemmers) {
        std::string stem = stemmer.stem(std::string(word));
        if (lexicon->find_stem(stem) && std::find(stems.begin(), stems.end(), stem) == stems.end()) stems.push_back(std::move(stem));
    }
    return stems;
}

bool Searcher::Inside::is_stop(std::string_view word, const Question& question) const {
    if (!question.language.empty()) return is_stop_word(question.language, word);
    const auto known = lexicon->find(word);
    return std::any_of(languages.begin(), languages.end(), [&](const std::string& language) { return (!known || is_in_language(*known, language)) && is_stop_word(language, word); });
}

void Searcher::Inside::complete(std::string_view word, const Question& question, Group& group) const {
    const auto [first, last] = lexicon->starting_with(word);
    std::vector<std::pair<double, WordId>> ranked;
    for (WordId id = first; id < last; ++id) {
        const double own = is_in_language(id, question.language) ? 4 : 1;
        ranked.emplace_back(-own * lexicon->word(id).documents, id);
    }
    const std::u32string letters = letters_of(word);
    // A Han character says as much as a few letters.
    const std::size_t typed = letters.empty() || letters.front() < 0x2E80 ? letters.size() : letters.size() * 3;
    const std::size_t most = std::min(most_completions, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(most), ranked.end());
    const double weight = lexicon->find(word) ? longer_word_weight : completion_weight;
    Tier everywhere{weight, typed <= 2, {}};
    Tier short_fields{weight, true, {}};
    for (std::size_t i = 0; i < most; ++i) {
        Tier& tier = typed == 3 && i >= most_body_completions ? short_fields : everywhere;
        for (std::string& stem : stems_of_known(ranked[i].second)) {
            const auto in = [&stem](const Tier& each) { return std::find(each.stems.begin(), each.stems.end(), stem) != each.stems.end(); };
            if (!has_stem(group, stem) && !in(everywhere) && !in(short_fields)) tier.stems.push_back(std::move(stem));
        }
    }
    for (Tier* tier : {&everywhere, &short_fields}) {
        if (!tier->stems.empty()) group.tiers.push_back(std::move(*tier));
    }
}

std::optional<std::string> Searcher::Inside::correct(std::string_view word, bool is_partial, const Question& question, Group& group) const {
    const std::u32string letters = letters_of(word);
    if (!can_be_misspelled(letters)) return std::nullopt;
    const bool is_long = letters.size() >= 8;
    std::vector<Neighbour> near = lexicon->near(word, is_long ? 2 : 1);
    if (near.empty() && letters.size() >= 5 && !is_long) near = lexicon->near(word, 2);
    if (near.empty() && is_partial) {
        near = lexicon->starting_near(word, is_long ? 2 : 1);
        for (Neighbour& each : near) ++each.distance;
    }
    if (near.empty()) return std::nullopt;

    std::vector<std::pair<double, Neighbour>> ranked;
    for (const Neighbour& each : near) {
        const LexiconWord& candidate = lexicon->word(each.word);
        double score = std::log1p(candidate.documents) - 4.0 * each.distance;
        if (letters_of(candidate.word).front() == letters.front()) score += 1.5;
        if (is_in_language(each.word, question.language)) score += 1;
        ranked.emplace_back(-score, each);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Tier one{near_weight, false, {}};
    Tier two{far_weight, false, {}};
    for (const auto& [score, each] : ranked) {
        for (std::string& stem : stems_of_known(each.word)) {
            if (one.stems.size() + two.stems.size() >= most_corrections) break;
            const auto in = [&stem](const Tier& tier) { return std::find(tier.stems.begin(), tier.stems.end(), stem) != tier.stems.end(); };
            if (!in(one) && !in(two) && !has_stem(group, stem)) (each.distance <= 1 ? one : two).stems.push_back(std::move(stem));
        }
    }
    for (Tier* tier : {&one, &two}) {
        if (!tier->stems.empty()) group.tiers.push_back(std::move(*tier));
    }
    return lexicon->word(ranked.front().second.word).word;
}

// "passwordreset": of the cuts into two known words, the one whose words are most used.
void Searcher::Inside::split(std::string_view word, Group& group) const {
    constexpr std::size_t shortest = 6;
    constexpr std::size_t shortest_part = 3;
    const std::u32string letters = letters_of(word);
    if (letters.size() < shortest) return;
    double best = 0;
    std::pair<WordId, WordId> parts;
    for (std::size_t at = shortest_part; at + shortest_part <= letters.size(); ++at) {
        const auto first = lexicon->find(to_utf8(std::u32string_view(letters).substr(0, at)));
        if (!first) continue;
        const auto second = lexicon->find(to_utf8(std::u32string_view(letters).substr(at)));
        if (!second) continue;
        const double score = std::log1p(lexicon->word(*first).documents) + std::log1p(lexicon->word(*second).documents);
        if (score <= best) continue;
        best = score;
        parts = {*first, *second};
    }
    if (best == 0) return;
    group.tiers.push_back({split_weight, false, stems_of_known(parts.first)});
    group.tiers.push_back({split_weight, false, stems_of_known(parts.second)});
}

// "log in" is also "login", "wi fi" is also "wifi".
void Searcher::Inside::join_neighbours(const std::vector<Token>& tokens, std::vector<Group>& groups) const {
    for (std::size_t count : {std::size_t{2}, std::size_t{3}}) {
        for (std::size_t i = 0; i + count <= tokens.size(); ++i) {
            std::string whole;
            for (std::size_t j = i; j < i + count; ++j) whole += tokens[j].word;
            if (!lexicon->find(whole)) continue;
            for (const std::string& stem : stems_of(whole)) {
                for (std::size_t j = i; j < i + count; ++j) {
                    if (has_stem(groups[j], stem)) continue;
                    if (groups[j].tiers.empty() || groups[j].tiers.front().weight != 1) groups[j].tiers.insert(groups[j].tiers.begin(), Tier{});
                    groups[j].tiers.front().stems.push_back(stem);
                }
            }
        }
    }
}

void Searcher::Inside::add_synonyms(const std::vector<Token>& tokens, bool last_is_partial, std::vector<Group>& groups) const {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto [first, last] = synonyms_by_first_word.equal_range(tokens[i].word);
        for (auto at = first; at != last; ++at) {
            const auto [group, said] = at->second;
            const std::vector<std::string>& words = synonyms[group][said].words;
            if (i + words.size() > tokens.size()) continue;
            bool same = true;
            for (std::size_t j = 0; j < words.size(); ++j) same = same && tokens[i + j].word == words[j];
            // "led" is on the way to "ledger": only whole words have other names.
            if (!same || (last_is_partial && words.size() == 1 && i + 1 == tokens.size() && letters_of(words.front()).size() < 4)) continue;
            for (std::size_t other = 0; other < synonyms[group].size(); ++other) {
                if (other == said) continue;
                const std::vector<std::string>& alternative = synonyms[group][other].words;
                std::vector<std::vector<std::string>> stems;
                for (const std::string& word : alternative) stems.push_back(stems_of(word));
                if (std::any_of(stems.begin(), stems.end(), [](const auto& each) { return each.empty(); })) continue;
                for (std::size_t j = i; j < i + words.size(); ++j) {
                    if (stems.size() > 1) {
                        std::vector<std::string> all;
                        for (const auto& each : stems) all.push_back(each.front());
                        groups[j].phrases.push_back(std::move(all));
                        continue;
                    }
                    Tier tier{synonym_weight, false, {}};
                    for (const std::string& stem : stems.front()) {
                        if (!has_stem(groups[j], stem)) tier.stems.push_back(stem);
                    }
                    if (!tier.stems.empty()) groups[j].tiers.push_back(std::move(tier));
                }
            }
        }
    }
}

double Searcher::Inside::idf_of(const Group& group) const {
    const double all = articles.get_doccount();
    double having = 0;
    if (!group.tiers.empty()) {
        for (const std::string& stem : group.tiers.front().stems) having += articles.get_termfreq(schema::everything + stem);
    }
    having = std::min(having, all);
    return std::log1p((all - having + 0.5) / (having + 0.5));
}

std::vector<Group> Searcher::Inside::understand(const Question& question, Found& found) const {
    std::string_view words = question.words;
    if (words.size() > longest_question) {
        words = words.substr(0, longest_question);
        while (!words.empty() && (static_cast<unsigned char>(words.back()) & 0xC0) == 0x80) words.remove_suffix(1);
    }
    const std::string text = core::utf8::repaired(words);
    std::vector<Token> tokens = tokenize(text);
    const bool last_is_partial = !tokens.empty() && tokens.back().end == text.size();
    std::erase_if(tokens, [](const Token& token) { return token.is_compound; });
    if (tokens.size() > most_words) tokens.resize(most_words);

    std::vector<Group> groups(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        // In Vietnamese an accent makes another word; whoever types it means it.
        if (!tokens[i].marked.empty() && lexicon->find(tokens[i].marked)) tokens[i].word = tokens[i].marked;
        const std::string& word = tokens[i].word;
        const bool is_partial = last_is_partial && i + 1 == tokens.size();
        Group& group = groups[i];
        group.is_stop_word = is_stop(word, question);
        if (std::vector<std::string> stems = stems_of(word); !stems.empty()) group.tiers.push_back({1, false, std::move(stems)});
        if (is_partial) {
            group.beginning = word;
            complete(word, question, group);
        }
    }
    join_neighbours(tokens, groups);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!groups[i].tiers.empty()) continue;
        const bool is_partial = last_is_partial && i + 1 == tokens.size();
        const auto correction = correct(tokens[i].word, is_partial, question, groups[i]);
        split(tokens[i].word, groups[i]);
        if (correction) found.corrected.emplace_back(text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin), *correction);
    }
    add_synonyms(tokens, last_is_partial, groups);
    std::erase_if(groups, [](const Group& group) { return group.tiers.empty() && group.phrases.empty(); });
    for (Group& group : groups) group.idf = idf_of(group);
    return groups;
}

Xapian::Query Searcher::Inside::to_query(const std::vector<Group>& groups, const Question& question) const {
    const auto any_of = [](char field, const std::vector<std::string>& stems) {
        std::vector<std::string> terms;
        for (const std::string& stem : stems) terms.push_back(field + stem);
        return Xapian::Query(Xapian::Query::OP_SYNONYM, terms.begin(), terms.end());
    };
    const bool is_large = articles.get_doccount() >= large_base;
    std::vector<Xapian::Query> parts;
    const auto add = [&parts](const Xapian::Query& query, double weight) { parts.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, query, weight); };
    for (const Group& group : groups) {
        const double said = group.is_stop_word ? weights.stop_word : 1;
        for (const Tier& tier : group.tiers) {
            const double weight = said * tier.weight;
            if (!tier.in_short_fields_only && !(group.is_stop_word && is_large)) add(any_of(schema::everything, tier.stems), weight);
            add(any_of(schema::title, tier.stems), weight * (tier.in_short_fields_only ? 1 : weights.title));
            add(any_of(schema::headings, tier.stems), weight * weights.headings);
            add(any_of(schema::keywords, tier.stems), weight * weights.keywords);
        }
        for (const std::vector<std::string>& phrase : group.phrases) {
            for (const auto& [field, share] : {std::pair{schema::everything, 1.0}, std::pair{schema::title, weights.title}}) {
                std::vector<std::string> terms;
                for (const std::string& stem : phrase) terms.push_back(field + stem);
                // Each of its words adds its weight; together they stand for one.
                add(Xapian::Query(Xapian::Query::OP_AND, terms.begin(), terms.end()), said * synonym_weight * share / static_cast<double>(phrase.size()));
            }
        }
    }
    Xapian::Query query(Xapian::Query::OP_OR, parts.begin(), parts.end());
    if (question.only_language && !question.language.empty()) query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(schema::language + question.language));
    if (!question.category.empty()) query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(schema::category + question.category));
    return query;
}

std::unordered_set<std::size_t> Searcher::Inside::hidden_on(const std::optional<core::Date>& today) const {
    std::unordered_set<std::size_t> hidden;
    for (const std::size_t document : dated) {
        const ForwardDocument& about = forward.documents[document];
        if (!today || (about.from && *today < *about.from) || (about.until && *about.until <= *today)) hidden.insert(document);
    }
    return hidden;
}

std::size_t Searcher::Inside::document_of_section(Xapian::docid section) const {
    const auto after = std::upper_bound(first_section.begin(), first_section.end(), section);
    return static_cast<std::size_t>(after - first_section.begin()) - 1;
}

// BM25 of the title alone: a short title that says what was asked is a better answer than a long one.
double Searcher::Inside::title_score(const ForwardDocument& document, const std::vector<std::unordered_map<StemId, double>>& wanted, const std::vector<Group>& groups) const {
    constexpr double saturation = 1.2;
    constexpr double by_length = 0.75;
    const double length = static_cast<double>(document.title_stems.size());
    double score = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        double times = 0;
        double best = 0;
        for (const StemId stem : document.title_stems) {
            const auto found = wanted[i].find(stem);
            if (found == wanted[i].end()) continue;
            times += 1;
            best = std::max(best, found->second);
        }
        if (times > 0) score += groups[i].idf * best * times * (saturation + 1) / (times + saturation * (1 - by_length + by_length * length / mean_title));
    }
    return score;
}

Highlighter Searcher::Inside::highlighter_of(const std::vector<Group>& groups) const {
    Highlighter highlighter;
    const auto add = [&](const std::string& stem, std::size_t group, double weight) {
        const auto id = lexicon->find_stem(stem);
        if (!id) return;
        for (const WordId word : lexicon->words_of(*id)) highlighter.add(lexicon->word(word).word, group, weight);
    };
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const double weight = groups[i].is_stop_word ? groups[i].idf / 10 : groups[i].idf;
        for (const Tier& tier : groups[i].tiers) {
            for (const std::string& stem : tier.stems) add(stem, i, weight * tier.weight);
        }
        for (const std::vector<std::string>& phrase : groups[i].phrases) {
            for (const std::string& stem : phrase) add(stem, i, weight * synonym_weight / static_cast<double>(phrase.size()));
        }
        if (groups[i].beginning.size() >= 2) highlighter.add_beginning(groups[i].beginning, i, weight);
    }
    return highlighter;
}

Hit Searcher::Inside::to_hit(std::size_t document, std::optional<std::size_t> section, double score, const Highlighter& highlighter) const {
    const ForwardDocument& about = forward.documents[document];
    Hit hit;
    hit.kind = about.is_service ? HitKind::service : HitKind::article;
    hit.id = about.id;
    hit.language = about.language;
    hit.title = about.title;
    hit.title_matches = highlighter.ranges(hit.title);
    hit.category = about.category;
    hit.score = score;

    Snippet snippet;
    if (!about.is_service && section) {
        hit.anchor = about.sections[*section].anchor;
        snippet = make_snippet(text_of(about.sections[*section]), highlighter);
    }
    if (snippet.weight == 0 && !about.description.empty()) snippet = make_snippet(about.description, highlighter);
    if (snippet.text.empty() && !about.is_service) {
        for (const ForwardSection& each : about.sections) {
            if (each.text_size == 0) continue;
            snippet = make_snippet(text_of(each), highlighter);
            break;
        }
    }
    hit.snippet = std::move(snippet.text);
    hit.snippet_matches = std::move(snippet.ranges);
    return hit;
}

core::Result<Found> Searcher::Inside::search(const Question& question) const {
    Found found;
    const std::vector<Group> groups = understand(question, found);
    if (groups.empty()) return found;
    const Xapian::Query query = to_query(groups, question);
    const Xapian::doccount candidates = articles.get_doccount() < large_base ? candidates_small : candidates_large;
    const Xapian::BM25Weight weighting(2, 0, 1, 0.4, 0);

    std::vector<std::unordered_map<StemId, double>> wanted(groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (const Tier& tier : groups[i].tiers) {
            for (const std::string& stem : tier.stems) {
                const double weight = tier.weight * (groups[i].is_stop_word ? weights.stop_word : 1);
                if (const auto id = lexicon->find_stem(stem)) wanted[i].try_emplace(*id, weight);
            }
        }
    }

    const std::unordered_set<std::size_t> hidden = hidden_on(question.today);
    const auto document_of_article = [](Xapian::docid article) -> std::size_t { return article - 1; };
    const Visible visible_article(hidden, document_of_article);
    const Visible visible_section(hidden, [this](Xapian::docid section) { return document_of_section(section); });

    std::unordered_map<std::size_t, double> fused;
    std::unordered_map<std::size_t, std::size_t> best_section;
    try {
        Xapian::Enquire in_articles(articles);
        in_articles.set_weighting_scheme(weighting);
        in_articles.set_query(query);
        const Xapian::MSet article_set = in_articles.get_mset(0, candidates, 0, nullptr, hidden.empty() ? nullptr : &visible_article);
        std::vector<std::pair<double, std::size_t>> ranked;
        for (auto at = article_set.begin(); at != article_set.end(); ++at) {
            const std::size_t document = document_of_article(*at);
            ranked.emplace_back(-(at.get_weight() + weights.title_again * title_score(forward.documents[document], wanted, groups)), document);
        }
        std::sort(ranked.begin(), ranked.end());
        for (std::size_t rank = 0; rank < ranked.size(); ++rank) fused[ranked[rank].second] += 1 / (fusion_rank + static_cast<double>(rank) + 1);

        const bool is_vague = groups.size() == 1 && !groups.front().beginning.empty() && letters_of(groups.front().beginning).size() < 3;
        if (!is_vague) {
            Xapian::Enquire in_sections(sections);
            in_sections.set_weighting_scheme(weighting);
            in_sections.set_query(query);
            in_sections.set_collapse_key(schema::article_slot);
            const Xapian::MSet section_set = in_sections.get_mset(0, candidates, 0, nullptr, hidden.empty() ? nullptr : &visible_section);
            ranked.clear();
            for (auto at = section_set.begin(); at != section_set.end(); ++at) {
                const std::size_t document = document_of_section(*at);
                best_section[document] = *at - first_section[document];
                ranked.emplace_back(-(at.get_weight() + weights.title_again_for_sections * title_score(forward.documents[document], wanted, groups)), document);
            }
            std::sort(ranked.begin(), ranked.end());
            for (std::size_t rank = 0; rank < ranked.size(); ++rank) fused[ranked[rank].second] += sections_share / (fusion_rank + static_cast<double>(rank) + 1);
        }
    } catch (const Xapian::Error& error) {
        return core::fail(from_xapian("the index cannot be searched", error));
    }

    std::vector<std::pair<double, std::size_t>> order;
    for (auto& [document, score] : fused) {
        if (!question.language.empty() && forward.documents[document].language == question.language) score *= own_language;
        order.emplace_back(-score, document);
    }
    std::sort(order.begin(), order.end());

    // Of translations only one is shown: in the person's language when it was found at all.
    std::unordered_map<std::string_view, std::size_t> places;
    std::vector<std::pair<double, std::size_t>> chosen;
    for (const auto& [score, document] : order) {
        const ForwardDocument& about = forward.documents[document];
        const auto [place, is_new] = places.try_emplace(about.group, chosen.size());
        if (is_new) {
            chosen.emplace_back(-score, document);
        } else if (about.language == question.language && forward.documents[chosen[place->second].second].language != question.language) {
            chosen[place->second].second = document;
        }
    }
    const Highlighter highlighter = highlighter_of(groups);
    const std::size_t limit = std::min({question.limit, most_hits, chosen.size()});
    for (std::size_t i = 0; i < limit; ++i) {
        const auto [score, document] = chosen[i];
        const auto section = best_section.find(document);
        found.hits.push_back(to_hit(document, section == best_section.end() ? std::nullopt : std::optional(section->second), score, highlighter));
    }
    return found;
}

Searcher::Searcher(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Searcher::~Searcher() = default;
Searcher::Searcher(Searcher&&) noexcept = default;
Searcher& Searcher::operator=(Searcher&&) noexcept = default;

core::Result<Searcher> Searcher::open(const std::filesystem::path& index) {
    auto inside = std::make_unique<Inside>();
    if (auto loaded = inside->load(index); !loaded) return core::fail(loaded.error());
    return Searcher(std::move(inside));
}

core::Result<Found> Searcher::search(const Question& question) const { return inside_->search(question); }

std::size_t Searcher::documents() const { return inside_->forward.documents.size(); }

}  // namespace kb
