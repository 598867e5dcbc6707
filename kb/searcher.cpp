#include "kb/searcher.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xapian.h>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/forward.hpp"
#include "kb/meaning.hpp"
#include "kb/schema.hpp"
#include "kb/snippet.hpp"
#include "kb/suggester.hpp"
#include "kb/xapian_error.hpp"

namespace kb {
namespace {

constexpr std::size_t most_hits = 100;
constexpr std::size_t most_instead = 5;
constexpr std::size_t most_suggestions = 20;

// In a small knowledge base "what is" and "how do I" carry intent; in a large one they cost more than they tell.
constexpr std::size_t large_base = 20'000;
constexpr Xapian::doccount candidates_small = 100;
constexpr Xapian::doccount candidates_large = 50;

constexpr double fusion_rank = 10;  // of reciprocal rank fusion: how little the first ranks differ
constexpr double sections_share = 0.7;
constexpr std::size_t most_looked_at_again = 50;
constexpr double own_language = 1.5;

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

SearchWords search_words_in(const core::Json& about) {
    SearchWords words;
    const auto texts = [](const core::Json* list) {
        std::vector<std::string> all;
        if (!list || !list->is_array()) return all;
        for (const core::Json& each : *list) {
            if (each.is_string()) all.push_back(each.get<std::string>());
        }
        return all;
    };
    if (const core::Json* by_language = core::member(about, "synonyms")) {
        for (const auto& [language, groups] : by_language->items()) {
            for (const core::Json& group : groups) words.synonyms[language].push_back(texts(&group));
        }
    }
    if (const core::Json* by_language = core::member(about, "stop_words")) {
        for (const auto& [language, changes] : by_language->items()) {
            words.stop_words[language] = {texts(core::member(changes, "added")), texts(core::member(changes, "removed"))};
        }
    }
    return words;
}

std::size_t document_of_article(Xapian::docid article) { return article - 1; }

// A document that may be the answer.
struct Candidate {
    double score = 0;
    double title = 0;                    // how well its title fits
    std::optional<std::size_t> section;  // its best one
    double section_weight = 0;
};

// The stems that were asked for, by group, with the weight of each.
using Wanted = std::unordered_map<StemHash, std::vector<std::pair<std::size_t, double>>>;

}  // namespace

struct Searcher::Inside {
    Xapian::Database articles;
    Xapian::Database sections;
    std::optional<Interpreter> interpreter;
    Forward forward;
    MappedFile texts;
    std::vector<std::string> languages;
    std::vector<Xapian::docid> first_section;  // of each document, and one beyond the last
    double mean_title = 0;                     // words
    double mean_keywords = 0;
    double mean_heading = 0;  // of a section
    std::vector<std::size_t> dated;  // documents that are not shown on every day
    schema::Weights weights;

    core::Result<void> load(const std::filesystem::path& folder);
    Found search(const Question& question) const;  // Xapian throws through it

    double idf_of(const Group& group) const;
    Wanted wanted_by(const std::vector<Group>& groups) const;
    std::unordered_set<std::size_t> hidden_on(const std::optional<core::Date>& today) const;
    std::size_t document_of_section(Xapian::docid section) const;
    Xapian::Query to_query(const std::vector<Group>& groups) const;
    Xapian::Query filtered(Xapian::Query query, const Question& question) const;
    double field_score(std::span<const StemHash> field, double mean_length, const Wanted& wanted, const std::vector<Group>& groups) const;
    Highlighter highlighter_of(const std::vector<Group>& groups) const;
    Hit to_hit(std::size_t document, std::optional<std::size_t> section, double score, const Highlighter& highlighter) const;
    std::vector<Hit> instead_of_hits(Question question, const std::unordered_set<std::size_t>& hidden) const;
    bool is_allowed(const ForwardDocument& document, const Question& question) const;
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
    auto lexicon = Lexicon::from_bytes(*lexicon_bytes);
    if (!lexicon) return damaged(lexicon.error().message);
    interpreter.emplace(std::move(*lexicon), languages, search_words_in(*about));
    auto forward_bytes = core::read_file(folder / schema::forward_file, largest);
    if (!forward_bytes) return core::fail(forward_bytes.error());
    auto documents = Forward::from_bytes(*forward_bytes, sizes[schema::texts_file]);
    if (!documents) return damaged(documents.error().message);
    forward = std::move(*documents);
    if (auto opened = texts.open(folder / schema::texts_file, sizes[schema::texts_file]); !opened) return opened;

    first_section.push_back(1);
    for (std::size_t i = 0; i < forward.documents.size(); ++i) {
        const ForwardDocument& each = forward.documents[i];
        if (each.from || each.until) dated.push_back(i);
        mean_title += each.title_stems.size;
        mean_keywords += each.keyword_stems.size;
        for (const ForwardSection& section : each.sections) mean_heading += section.heading_stems.size;
        first_section.push_back(first_section.back() + static_cast<Xapian::docid>(each.sections.size()));
    }
    const double documents_count = std::max<double>(1, static_cast<double>(forward.documents.size()));
    mean_title = std::max(1.0, mean_title / documents_count);
    mean_keywords = std::max(1.0, mean_keywords / documents_count);
    mean_heading = std::max(1.0, mean_heading / std::max(1.0, static_cast<double>(first_section.back() - 1)));

    try {
        articles = Xapian::Database((folder / schema::articles_file).string());
        sections = Xapian::Database((folder / schema::sections_file).string());
        if (articles.get_doccount() != forward.documents.size() || sections.get_doccount() + 1 != first_section.back()) return damaged("its files do not belong together");
    } catch (const Xapian::Error& error) {
        return core::fail(from_xapian(fmt::format("the index in {} is damaged", folder.string()), error));
    }
    return {};
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

Xapian::Query Searcher::Inside::to_query(const std::vector<Group>& groups) const {
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
    return {Xapian::Query::OP_OR, parts.begin(), parts.end()};
}

// Inside of the query, so that what may not be shown takes no candidate's place.
Xapian::Query Searcher::Inside::filtered(Xapian::Query query, const Question& question) const {
    const auto only = [&query](char field, const std::vector<std::string>& values) {
        std::vector<std::string> terms;
        for (const std::string& value : values) terms.push_back(field + value);
        query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end()));
    };
    if (question.only_language && !question.language.empty()) only(schema::language, {question.language});
    if (!question.category.empty()) only(schema::category, {question.category});
    if (!question.site.empty()) only(schema::site, {"", question.site});
    if (!question.audience.empty()) {
        std::vector<std::string> audience = question.audience;
        audience.insert(audience.end(), {"public", "all"});
        only(schema::audience, audience);
    }
    if (!question.kinds.empty()) {
        std::vector<std::string> kinds;
        for (const HitKind kind : question.kinds) kinds.emplace_back(name_of(kind));
        only(schema::kind, kinds);
    }
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

Wanted Searcher::Inside::wanted_by(const std::vector<Group>& groups) const {
    Wanted wanted;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (const Tier& tier : groups[i].tiers) {
            const double weight = tier.weight * (groups[i].is_stop_word ? weights.stop_word : 1);
            for (const std::string& stem : tier.stems) {
                auto& by_group = wanted[hash_of_stem(stem)];
                if (by_group.empty() || by_group.back().first != i) by_group.emplace_back(i, weight);
            }
        }
    }
    return wanted;
}

// BM25 of one field alone, by its own length: a short title that says what was asked is a better answer than a long one.
double Searcher::Inside::field_score(std::span<const StemHash> field, double mean_length, const Wanted& wanted, const std::vector<Group>& groups) const {
    constexpr double saturation = 1.2;
    constexpr double by_length = 0.75;
    struct Met {
        double times = 0;
        double best = 0;
    };
    std::array<Met, most_question_words> met{};
    bool is_met = false;
    for (const StemHash stem : field) {
        const auto found = wanted.find(stem);
        if (found == wanted.end()) continue;
        is_met = true;
        for (const auto& [group, weight] : found->second) {
            met[group].times += 1;
            met[group].best = std::max(met[group].best, weight);
        }
    }
    if (!is_met) return 0;
    const double length = saturation * (1 - by_length + by_length * static_cast<double>(field.size()) / mean_length);
    double score = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (met[i].times > 0) score += groups[i].idf * met[i].best * met[i].times * (saturation + 1) / (met[i].times + length);
    }
    return score;
}

Highlighter Searcher::Inside::highlighter_of(const std::vector<Group>& groups) const {
    Highlighter highlighter;
    const auto add = [&](const std::string& stem, std::size_t group, double weight) {
        const auto id = interpreter->lexicon().find_stem(stem);
        if (!id) return;
        for (const WordId word : interpreter->lexicon().words_of(*id)) highlighter.add(interpreter->lexicon().word(word).word, group, weight);
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
    hit.kind = about.kind;
    hit.id = about.id;
    hit.language = about.language;
    hit.title = about.title;
    hit.title_matches = highlighter.ranges(hit.title);
    hit.category = about.category;
    hit.score = score;

    Snippet snippet;
    if (about.kind != HitKind::service && section) {
        hit.anchor = about.sections[*section].anchor;
        hit.heading = about.sections[*section].heading;
        snippet = make_snippet(text_of(about.sections[*section]), highlighter);
    }
    if (snippet.weight == 0 && !about.description.empty()) snippet = make_snippet(about.description, highlighter);
    if (snippet.text.empty() && about.kind != HitKind::service) {
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

Found Searcher::Inside::search(const Question& question) const {
    Found found;
    Meaning meaning = interpreter->understand(question.words, question.language);
    std::vector<Group>& groups = meaning.groups;
    const std::unordered_set<std::size_t> hidden = hidden_on(question.today);
    if (groups.empty()) {
        found.instead = instead_of_hits(question, hidden);
        return found;
    }
    found.corrected = std::move(meaning.corrected);
    if (!found.corrected.empty()) found.searched = meaning.searched;
    for (Group& group : groups) group.idf = idf_of(group);
    const Wanted wanted = wanted_by(groups);
    const Xapian::Query query = filtered(to_query(groups), question);
    const Xapian::doccount most_candidates = articles.get_doccount() < large_base ? candidates_small : candidates_large;
    const Xapian::BM25Weight weighting(2, 0, 1, 0.4, 0);

    const Visible visible_article(hidden, document_of_article);
    const Visible visible_section(hidden, [this](Xapian::docid section) { return document_of_section(section); });

    std::unordered_map<std::size_t, Candidate> candidates;
    const auto title_of = [&](std::size_t document) { return field_score(forward.of(forward.documents[document].title_stems), mean_title, wanted, groups); };
    std::vector<std::pair<double, std::size_t>> ranked;
    const auto fuse = [&](double share) {
        std::sort(ranked.begin(), ranked.end());
        for (std::size_t rank = 0; rank < ranked.size(); ++rank) candidates[ranked[rank].second].score += share / (fusion_rank + static_cast<double>(rank) + 1);
        ranked.clear();
    };

    Xapian::Enquire in_articles(articles);
    in_articles.set_weighting_scheme(weighting);
    in_articles.set_query(query);
    const Xapian::MSet article_set = in_articles.get_mset(0, most_candidates, 0, nullptr, hidden.empty() ? nullptr : &visible_article);
    for (auto at = article_set.begin(); at != article_set.end(); ++at) {
        const std::size_t document = document_of_article(*at);
        Candidate& candidate = candidates[document];
        candidate.title = title_of(document);
        ranked.emplace_back(-(at.get_weight() + weights.title_again * candidate.title), document);
    }
    fuse(1);

    const bool is_vague = groups.size() == 1 && !groups.front().beginning.empty() && letters_of(groups.front().beginning).size() < 3;
    if (!is_vague) {
        Xapian::Enquire in_sections(sections);
        in_sections.set_weighting_scheme(weighting);
        in_sections.set_query(query);
        in_sections.set_collapse_key(schema::article_slot);
        const Xapian::MSet section_set = in_sections.get_mset(0, most_candidates, 0, nullptr, hidden.empty() ? nullptr : &visible_section);
        for (auto at = section_set.begin(); at != section_set.end(); ++at) {
            const std::size_t document = document_of_section(*at);
            const auto [place, is_new] = candidates.try_emplace(document);
            Candidate& candidate = place->second;
            if (is_new) candidate.title = title_of(document);
            candidate.section = *at - first_section[document];
            candidate.section_weight = at.get_weight();
            ranked.emplace_back(-(at.get_weight() + weights.title_again_for_sections * candidate.title), document);
        }
        fuse(sections_share);
    }

    double idf = 0;
    for (const Group& group : groups) idf += group.idf * (group.is_stop_word ? weights.stop_word : 1);
    for (const auto& [document, candidate] : candidates) ranked.emplace_back(-candidate.score, document);
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
        const std::size_t document = ranked[rank].second;
        const ForwardDocument& about = forward.documents[document];
        Candidate& candidate = candidates[document];
        if (rank < most_looked_at_again && idf > 0) {
            const double keywords = field_score(forward.of(about.keyword_stems), mean_keywords, wanted, groups);
            const double heading = candidate.section ? field_score(forward.of(about.sections[*candidate.section].heading_stems), mean_heading, wanted, groups) : 0;
            candidate.score += (weights.again_title * candidate.title + weights.again_keywords * keywords + weights.again_heading * heading + weights.again_section * candidate.section_weight) / idf;
        }
        if (!question.language.empty() && about.language == question.language) candidate.score *= own_language;
        order.emplace_back(-candidate.score, document);
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
        found.hits.push_back(to_hit(document, candidates[document].section, score, highlighter));
    }
    if (found.hits.empty()) found.instead = instead_of_hits(question, hidden);
    if (question.suggestions > 0) {
        Suggester suggester(meaning.words, meaning.last_is_partial);
        for (const auto& [score, document] : chosen) {
            const ForwardDocument& about = forward.documents[document];
            if (!question.language.empty() && about.language != question.language) continue;
            suggester.offer({about.title, about.id, {}, about.kind});
            const std::optional<std::size_t> section = candidates[document].section;
            if (!section || about.kind != HitKind::article) continue;
            suggester.offer({about.sections[*section].heading, about.id, about.sections[*section].anchor});
        }
        for (std::string& name : interpreter->names_starting(meaning.words.front(), question.language)) suggester.offer({std::move(name), {}, {}});
        found.suggestions = suggester.best(question.suggestions);
    }
    return found;
}

// Forms first: with them a person reaches somebody.
std::vector<Hit> Searcher::Inside::instead_of_hits(Question question, const std::unordered_set<std::size_t>& hidden) const {
    question.only_language = true;
    const Visible visible(hidden, document_of_article);
    std::vector<Hit> hits;
    for (const auto& kinds : {std::vector{HitKind::service}, std::vector{HitKind::article, HitKind::problem}}) {
        question.kinds = kinds;
        Xapian::Enquire enquire(articles);
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        enquire.set_query(filtered(Xapian::Query::MatchAll, question));
        const Xapian::MSet set = enquire.get_mset(0, static_cast<Xapian::doccount>(most_instead - hits.size()), 0, nullptr, hidden.empty() ? nullptr : &visible);
        for (auto at = set.begin(); at != set.end(); ++at) hits.push_back(to_hit(document_of_article(*at), std::nullopt, 0, {}));
    }
    return hits;
}

std::string_view name_of(HitKind kind) {
    switch (kind) {
        case HitKind::article: return "article";
        case HitKind::service: return "service";
        case HitKind::problem: return "problem";
    }
    return {};
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

core::Result<Found> Searcher::search(const Question& question) const {
    try {
        return inside_->search(question);
    } catch (const Xapian::Error& error) {
        return core::fail(from_xapian("the index cannot be searched", error));
    }
}

std::size_t Searcher::documents() const { return inside_->forward.documents.size(); }

}  // namespace kb
