#include "kb/searcher.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xapian.h>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/forward.hpp"
#include "kb/mapped_file.hpp"
#include "kb/meaning.hpp"
#include "kb/ranking.hpp"
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
// More are fetched only for who wants to see more: the first ten stay the same.
constexpr std::size_t fewest_candidates = 60;

constexpr double fusion_rank = 10;  // of reciprocal rank fusion: how little the first ranks differ
constexpr double sections_share = 0.7;
constexpr double sections_having_word = 2;  // of an article that has it
constexpr std::size_t most_looked_at_again = 50;
constexpr double own_language = 1.5;

// Keeps documents out whose day is not today, or which have changed, before they take a candidate's place.
//
// Xapian tells a document's place in its own database, not which of the two that is; documents of changes carry a value.
class Visible final : public Xapian::MatchDecider {
public:
    using Hidden = std::array<std::vector<bool>, 2>;  // by the document's place, in the index and in its changes
    explicit Visible(const Hidden& hidden) : hidden_(hidden) {}
    bool operator()(const Xapian::Document& document) const override {
        const std::size_t place = document.get_docid() - 1;
        const auto is_in = [place](const std::vector<bool>& all) { return place < all.size() && all[place]; };
        if (!is_in(hidden_[0]) && !is_in(hidden_[1])) return true;
        return !is_in(hidden_[document.get_value(schema::change_slot).empty() ? 0 : 1]);
    }

private:
    const Hidden& hidden_;
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

core::Result<void> check_sizes(const std::filesystem::path& folder, const core::Json& files) {
    for (const std::string_view name : schema::files) {
        std::error_code error;
        const auto size = std::filesystem::file_size(folder / name, error);
        if (error) return core::fail(core::ErrorKind::corrupt, fmt::format("{} is missing", name));
        const auto wanted = core::integer_at(files, name);
        if (!wanted || static_cast<std::uintmax_t>(*wanted) != size) return core::fail(core::ErrorKind::corrupt, fmt::format("{} is not complete", name));
    }
    return {};
}

// A document that may be the answer.
struct Candidate {
    double score = 0;
    Fit fit;
};

// One that is in the order of answers.
struct Choice {
    double score = 0;
    std::size_t document = 0;
    Forward::Name name;
    bool is_own = false;  // in the person's language
};

}  // namespace

struct Searcher::Inside {
    Xapian::Database articles;
    std::optional<Interpreter> interpreter;
    Forward forward;
    std::vector<std::string> languages;
    MeanLengths means;
    double sections = 0;
    schema::Weights weights;
    // Of the day that was asked for last; it changes once a day.
    mutable std::optional<core::Date> hidden_day;
    mutable Visible::Hidden hidden;
    std::vector<std::size_t> gone;     // documents that have changed since, or are no more
    std::size_t unchanged = 0;         // documents, before those that came with changes
    bool has_changed = false;

    core::Result<void> load(const std::filesystem::path& folder);
    Found search(const Question& question) const;  // Xapian throws through it

    const Lexicon& lexicon() const { return interpreter->lexicon(); }
    std::string term(char field, StemId stem) const { return field + std::string(lexicon().stem(stem)); }
    void weigh(Group& group) const;
    std::size_t document_of(Xapian::docid id) const;
    void hide(const std::optional<core::Date>& today) const;
    bool is_any_hidden() const { return !hidden[0].empty() || !hidden[1].empty(); }
    Xapian::MSet matches(const Xapian::Query& query, Xapian::doccount most) const;
    Xapian::Query to_query(const std::vector<Group>& groups, bool stop_words_find) const;
    Xapian::Query filtered(Xapian::Query query, const Question& question) const;
    Highlighter highlighter_of(const std::vector<Group>& groups) const;
    Hit to_hit(std::size_t document, std::optional<std::size_t> section, double score, const Highlighter& highlighter) const;
    std::vector<Hit> instead_of_hits(Question question) const;
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
    if (auto complete = check_sizes(folder, *files); !complete) return damaged(complete.error().message);
    const core::Json* changes = core::member(*about, "changes");
    const std::filesystem::path changes_folder = folder / (changes ? core::text_at(*changes, "folder").value_or("") : "");
    if (changes) {
        const core::Json* changed_files = core::member(*changes, "files");
        if (!changed_files) return damaged("index.json is not complete");
        if (auto complete = check_sizes(changes_folder, *changed_files); !complete) return damaged(complete.error().message);
    }

    const auto words = MappedFile::open(folder / schema::lexicon_file);
    if (!words) return core::fail(words.error());
    const auto changed_words = changes ? MappedFile::open(changes_folder / schema::lexicon_file) : core::Result<MappedFile>(MappedFile());
    if (!changed_words) return core::fail(changed_words.error());
    auto lexicon = Lexicon::from_bytes(words->bytes(), changed_words->bytes());
    if (!lexicon) return damaged(lexicon.error().message);
    interpreter.emplace(std::move(*lexicon), languages, search_words_in(*about));
    auto documents = Forward::open(folder / schema::forward_file, folder / schema::texts_file);
    if (!documents) return damaged(documents.error().message);
    forward = std::move(*documents);
    unchanged = forward.size();
    const auto mean = [&about](std::string_view words_in, std::string_view of) {
        return std::max(1.0, static_cast<double>(core::integer_at(*about, words_in).value_or(0)) / std::max(1.0, static_cast<double>(core::integer_at(*about, of).value_or(0))));
    };
    sections = static_cast<double>(core::integer_at(*about, "sections").value_or(0));
    means = {mean("title_words", "documents"), mean("keyword_words", "documents"), mean("heading_words", "sections"), mean("text_words", "sections")};

    try {
        articles = Xapian::Database((folder / schema::articles_file).string());
        if (articles.get_doccount() != forward.size()) return damaged("its files do not belong together");
        if (changes) {
            if (auto added = forward.add(changes_folder / schema::forward_file, changes_folder / schema::texts_file); !added) return damaged(added.error().message);
            const Xapian::Database added((changes_folder / schema::articles_file).string());
            if (added.get_doccount() != forward.size() - unchanged) return damaged("its files do not belong together");
            articles.add_database(added);
            has_changed = true;
            const core::Json* numbers = core::member(*changes, "gone");
            for (const core::Json& number : numbers && numbers->is_array() ? *numbers : core::Json::array()) {
                if (!number.is_number_unsigned() || number.get<std::size_t>() >= unchanged) return damaged("index.json is not complete");
                gone.push_back(number.get<std::size_t>());
            }
        }
    } catch (const Xapian::Error& error) {
        return core::fail(from_xapian(fmt::format("the index in {} is damaged", folder.string()), error));
    }
    hide(std::nullopt);
    return {};
}

// How many sections have it is not counted but guessed.
void Searcher::Inside::weigh(Group& group) const {
    const double all = articles.get_doccount();
    double having = 0;
    if (!group.tiers.empty()) {
        for (const StemId stem : group.tiers.front().stems) having += articles.get_termfreq(term(schema::everything, stem));
    }
    const auto idf = [](double of, double having_it) { return std::log1p((of - having_it + 0.5) / (having_it + 0.5)); };
    group.idf = idf(all, std::min(having, all));
    group.section_idf = idf(sections, std::min(having * sections_having_word, sections));
}

// Who has a word in a title has it everywhere too, so only the latter must be walked through; what stands in a title weighs
// more for who is found. So do stop words, unless there is nothing else to find by.
Xapian::Query Searcher::Inside::to_query(const std::vector<Group>& groups, bool stop_words_find) const {
    std::vector<Xapian::Query> finding;
    std::vector<Xapian::Query> weighing;
    const auto add = [](std::vector<Xapian::Query>& parts, const Xapian::Query& query, double weight) { parts.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, query, weight); };
    const auto add_any = [&](std::vector<Xapian::Query>& parts, char field, const std::vector<StemId>& stems, double weight) {
        std::vector<std::string> terms;
        for (const StemId stem : stems) {
            if (lexicon().fields(stem) & schema::bit_of(field)) terms.push_back(term(field, stem));
        }
        if (!terms.empty()) add(parts, Xapian::Query(Xapian::Query::OP_SYNONYM, terms.begin(), terms.end()), weight);
    };
    const bool is_large = articles.get_doccount() >= large_base;
    for (const Group& group : groups) {
        const double said = group.is_stop_word ? weights.stop_word : 1;
        const bool finds = !group.is_stop_word || stop_words_find;
        for (const Tier& tier : group.tiers) {
            const double weight = said * tier.weight;
            const bool in_body = !tier.in_short_fields_only && !(group.is_stop_word && is_large);
            std::vector<Xapian::Query>& in_short_fields = finds && !in_body ? finding : weighing;
            if (in_body) add_any(finds ? finding : weighing, schema::everything, tier.stems, weight);
            add_any(in_short_fields, schema::title, tier.stems, weight * (tier.in_short_fields_only ? 1 : weights.title));
            add_any(in_short_fields, schema::headings, tier.stems, weight * weights.headings);
            add_any(in_short_fields, schema::keywords, tier.stems, weight * weights.keywords);
        }
        for (const std::vector<StemId>& phrase : group.phrases) {
            for (const auto& [field, share] : {std::pair{schema::everything, 1.0}, std::pair{schema::title, weights.title}}) {
                std::vector<std::string> terms;
                for (const StemId stem : phrase) terms.push_back(term(field, stem));
                // Each of its words adds its weight; together they stand for one.
                add(field == schema::everything ? finding : weighing, Xapian::Query(Xapian::Query::OP_AND, terms.begin(), terms.end()), said * synonym_weight * share / static_cast<double>(phrase.size()));
            }
        }
    }
    const Xapian::Query found(Xapian::Query::OP_OR, finding.begin(), finding.end());
    if (weighing.empty() || finding.empty()) return found;
    return {Xapian::Query::OP_AND_MAYBE, found, Xapian::Query(Xapian::Query::OP_OR, weighing.begin(), weighing.end())};
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

// Xapian numbers the documents of two databases in turns.
std::size_t Searcher::Inside::document_of(Xapian::docid id) const {
    const std::size_t at = id - 1;
    if (!has_changed) return at;
    return at % 2 == 0 ? at / 2 : unchanged + at / 2;
}

void Searcher::Inside::hide(const std::optional<core::Date>& today) const {
    hidden_day = today;
    for (auto& each : hidden) each.clear();
    const auto add = [this](std::size_t document) {
        std::vector<bool>& in_its = hidden[document < unchanged ? 0 : 1];
        const std::size_t place = document < unchanged ? document : document - unchanged;
        if (in_its.size() <= place) in_its.resize(place + 1);
        in_its[place] = true;
    };
    for (const std::size_t document : gone) add(document);
    for (const Forward::Dated& each : forward.dated()) {
        if (!each.days.hold(today)) add(each.document);
    }
}

Xapian::MSet Searcher::Inside::matches(const Xapian::Query& query, Xapian::doccount most) const {
    const Visible visible(hidden);
    Xapian::Enquire enquire(articles);
    enquire.set_weighting_scheme(Xapian::BM25Weight(2, 0, 1, 0.4, 0));
    enquire.set_query(query);
    return enquire.get_mset(0, most, 0, nullptr, is_any_hidden() ? &visible : nullptr);
}

Highlighter Searcher::Inside::highlighter_of(const std::vector<Group>& groups) const {
    Highlighter highlighter;
    const auto add = [&](StemId stem, std::size_t group, double weight) {
        for (const WordId word : lexicon().words_of(stem)) highlighter.add(std::string(lexicon().word(word)), group, weight);
    };
    const bool has_other_words = std::any_of(groups.begin(), groups.end(), [](const Group& group) { return !group.is_stop_word; });
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].is_stop_word && has_other_words) continue;
        const double weight = groups[i].idf;
        for (const Tier& tier : groups[i].tiers) {
            for (const StemId stem : tier.stems) add(stem, i, weight * tier.weight);
        }
        for (const std::vector<StemId>& phrase : groups[i].phrases) {
            for (const StemId stem : phrase) add(stem, i, weight * synonym_weight / static_cast<double>(phrase.size()));
        }
        if (groups[i].beginning.size() >= 2) highlighter.add_beginning(groups[i].beginning, i, weight);
    }
    return highlighter;
}

Hit Searcher::Inside::to_hit(std::size_t document, std::optional<std::size_t> section, double score, const Highlighter& highlighter) const {
    const Shown about = forward.shown(document);
    Hit hit;
    hit.kind = about.kind;
    hit.id = about.id;
    hit.language = about.language;
    hit.title = about.title;
    hit.title_matches = highlighter.ranges(hit.title);
    hit.category = about.category;
    hit.score = score;

    Snippet snippet;
    if (about.kind != HitKind::service && section && *section < about.sections.size()) {
        hit.anchor = about.sections[*section].anchor;
        hit.heading = about.sections[*section].heading;
        snippet = make_snippet(forward.text(about.sections[*section], longest_searched + 1), highlighter);
    }
    if (snippet.weight == 0 && !about.description.empty()) snippet = make_snippet(about.description, highlighter);
    if (snippet.text.empty() && about.kind != HitKind::service) {
        for (const Shown::Section& each : about.sections) {
            if (each.text_size == 0) continue;
            snippet = make_snippet(forward.text(each, longest_searched + 1), highlighter);
            break;
        }
    }
    hit.snippet = std::move(snippet.text);
    hit.snippet_matches = std::move(snippet.ranges);
    return hit;
}

Found Searcher::Inside::search(const Question& question) const {
    Found found;
    if (question.today != hidden_day) hide(question.today);
    Meaning meaning = interpreter->understand(question.words, question.language, question.today);
    std::vector<Group>& groups = meaning.groups;
    if (groups.empty()) {
        found.instead = instead_of_hits(question);
        return found;
    }
    found.corrected = std::move(meaning.corrected);
    if (!found.corrected.empty()) found.searched = meaning.searched;
    for (Group& group : groups) weigh(group);

    const auto most_candidates = static_cast<Xapian::doccount>(std::clamp(question.limit, fewest_candidates, most_hits));
    const bool has_other_words = std::any_of(groups.begin(), groups.end(), [](const Group& group) { return !group.is_stop_word; });
    Xapian::MSet set = matches(filtered(to_query(groups, !has_other_words), question), most_candidates);
    if (set.empty() && has_other_words) set = matches(filtered(to_query(groups, true), question), most_candidates);

    const bool is_vague = groups.size() == 1 && !groups.front().beginning.empty() && letters_of(groups.front().beginning).size() < 3;
    const Ranking ranking(groups, lexicon(), weights, means);
    std::unordered_map<std::size_t, Candidate> candidates;
    std::vector<std::pair<double, std::size_t>> by_article;
    std::vector<std::pair<double, std::size_t>> by_section;
    Fields fields;
    for (auto at = set.begin(); at != set.end(); ++at) {
        const std::size_t document = document_of(*at);
        forward.read_fields(document, fields);
        const Fit fit = ranking.fit(fields, !is_vague);
        candidates[document].fit = fit;
        by_article.emplace_back(-(at.get_weight() + weights.title_again * fit.title), document);
        const double section = fit.text + weights.title_for_sections * fit.title + weights.heading_for_sections * fit.heading + weights.keywords_for_sections * fit.keywords;
        if (!is_vague && section > 0) by_section.emplace_back(-section, document);
    }
    const auto fuse = [&candidates](std::vector<std::pair<double, std::size_t>>& ranked, double share) {
        std::sort(ranked.begin(), ranked.end());
        for (std::size_t rank = 0; rank < ranked.size(); ++rank) candidates[ranked[rank].second].score += share / (fusion_rank + static_cast<double>(rank) + 1);
    };
    fuse(by_article, 1);
    fuse(by_section, sections_share);

    double idf = 0;
    for (const Group& group : groups) idf += group.idf * (group.is_stop_word ? weights.stop_word : 1);
    std::vector<std::pair<double, std::size_t>> ranked;
    for (const auto& [document, candidate] : candidates) ranked.emplace_back(-candidate.score, document);
    std::sort(ranked.begin(), ranked.end());
    std::vector<Choice> order;
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
        const std::size_t document = ranked[rank].second;
        Candidate& candidate = candidates[document];
        const Fit& fit = candidate.fit;
        if (rank < most_looked_at_again && idf > 0) {
            candidate.score += (weights.again_title * fit.title + weights.again_keywords * fit.keywords + weights.again_heading * fit.heading + weights.again_section * fit.text) / idf;
        }
        const Forward::Name name = forward.name(document);
        const bool is_own = !question.language.empty() && name.language == question.language;
        order.push_back({candidate.score * (is_own ? own_language : 1), document, name, is_own});
    }
    std::sort(order.begin(), order.end(), [](const Choice& a, const Choice& b) { return a.score != b.score ? a.score > b.score : a.document < b.document; });

    // Of translations only one is shown: in the person's language when it was found at all.
    std::vector<Choice> chosen;
    for (const Choice& each : order) {
        const auto same = std::find_if(chosen.begin(), chosen.end(), [&each](const Choice& other) { return other.name.is_translation_of(each.name); });
        if (same == chosen.end()) {
            chosen.push_back(each);
        } else if (each.is_own && !same->is_own) {
            *same = {same->score, each.document, each.name, true};
        }
    }
    const Highlighter highlighter = highlighter_of(groups);
    const std::size_t limit = std::min({question.limit, most_hits, chosen.size()});
    for (std::size_t i = 0; i < limit; ++i) {
        found.hits.push_back(to_hit(chosen[i].document, candidates[chosen[i].document].fit.section, chosen[i].score, highlighter));
    }
    if (found.hits.empty()) found.instead = instead_of_hits(question);
    if (question.suggestions > 0) {
        Suggester suggester(meaning.words, meaning.last_is_partial);
        for (const Choice& each : chosen) {
            if (!question.language.empty() && !each.is_own) continue;
            const Shown about = forward.shown(each.document);
            suggester.offer({std::string(about.title), std::string(about.id), {}, about.kind});
            const std::optional<std::size_t> section = candidates[each.document].fit.section;
            if (!section || about.kind != HitKind::article) continue;
            suggester.offer({std::string(about.sections[*section].heading), std::string(about.id), std::string(about.sections[*section].anchor)});
        }
        for (std::string& name : interpreter->names_starting(meaning.words.front(), question.language)) suggester.offer({std::move(name), {}, {}});
        found.suggestions = suggester.best(question.suggestions);
    }
    return found;
}

// Forms first: with them a person reaches somebody.
std::vector<Hit> Searcher::Inside::instead_of_hits(Question question) const {
    question.only_language = true;
    const Visible visible(hidden);
    std::vector<Hit> hits;
    for (const auto& kinds : {std::vector{HitKind::service}, std::vector{HitKind::article, HitKind::problem}}) {
        question.kinds = kinds;
        Xapian::Enquire enquire(articles);
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        enquire.set_query(filtered(Xapian::Query::MatchAll, question));
        const Xapian::MSet set = enquire.get_mset(0, static_cast<Xapian::doccount>(most_instead - hits.size()), 0, nullptr, is_any_hidden() ? &visible : nullptr);
        for (auto at = set.begin(); at != set.end(); ++at) hits.push_back(to_hit(document_of(*at), std::nullopt, 0, {}));
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
    // Somebody may be changing it; then what it was made of is another thing now, and worth another try.
    constexpr int most_tries = 5;
    for (int tries = 1;; ++tries) {
        const auto before = core::read_file(index / schema::about_file);
        auto inside = std::make_unique<Inside>();
        auto loaded = inside->load(index);
        if (loaded) return Searcher(std::move(inside));
        const auto after = core::read_file(index / schema::about_file);
        const bool is_same = before.has_value() == after.has_value() && (!before || *before == *after);
        if (is_same || tries == most_tries) return core::fail(loaded.error());
    }
}

core::Result<Found> Searcher::search(const Question& question) const {
    try {
        return inside_->search(question);
    } catch (const Xapian::Error& error) {
        return core::fail(from_xapian("the index cannot be searched", error));
    }
}

std::size_t Searcher::documents() const { return inside_->forward.size() - inside_->gone.size(); }

}  // namespace kb
