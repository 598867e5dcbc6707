#include "kb/indexer.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xapian.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "kb/forward.hpp"
#include "kb/lexicon.hpp"
#include "kb/schema.hpp"
#include "kb/tokenizer.hpp"
#include "kb/xapian_error.hpp"

namespace kb {
namespace {

constexpr std::size_t shortest_decompounded = 9;   // bytes of a word that may be two
constexpr std::size_t shortest_compound_part = 4;
constexpr std::size_t longest_filter_term = 200;

struct SectionWords {
    std::string anchor;
    std::string heading;
    std::string text;
};

// An article, a service or a known problem in one language, ready to be cut into words.
struct Source {
    ForwardDocument about;
    std::string keywords;  // and whatever else describes it in few words
    std::vector<SectionWords> sections;
};

void append_line(std::string& text, std::string_view more) {
    if (more.empty()) return;
    if (!text.empty()) text += '\n';
    text += more;
}

Source source_of(const Article& article, core::Date today) {
    Source source;
    source.about.id = article.id;
    source.about.language = article.language;
    source.about.group = fmt::format("article:{}", shared_id(article.id));
    source.about.title = article.title;
    source.about.category = article.category;
    source.about.description = article.description.empty() ? article.excerpt : article.description;
    if (article.published && *article.published > today) source.about.from = article.published;
    source.about.until = article.expires;
    source.about.audience = article.audience;
    source.about.sites = article.sites;
    for (const std::string& each : article.keywords) append_line(source.keywords, each);
    for (const std::string& each : article.tags) append_line(source.keywords, each);
    append_line(source.keywords, article.description);
    append_line(source.keywords, article.excerpt);

    source.sections.emplace_back();
    std::vector<Block> blocks;
    const auto close = [&] {
        source.sections.back().text = plain_text(blocks);
        blocks.clear();
    };
    for (const Block& block : article.blocks) {
        if (block.kind == Block::Kind::heading) {
            close();
            if (source.sections.back().text.empty() && source.sections.back().anchor.empty()) source.sections.pop_back();
            source.sections.push_back({block.anchor, block.words.text, {}});
        } else {
            blocks.push_back(block);
        }
    }
    close();
    return source;
}

// What services and known problems have in common.
template <class Offer>
Source start_of(const Offer& offer, HitKind kind, const std::string& language, const std::string& title) {
    Source source;
    source.about.kind = kind;
    source.about.id = offer.id;
    source.about.language = language;
    source.about.group = fmt::format("{}:{}", name_of(kind), offer.id);
    source.about.title = title;
    source.about.category = offer.category;
    source.about.audience = offer.audience;
    source.about.sites = offer.sites;
    source.keywords = offer.keywords.in(language);
    return source;
}

// One for each language that the title is written in.
std::vector<Source> sources_of(const catalog::Service& service) {
    std::vector<Source> sources;
    for (const auto& [said, title] : service.title.all()) {
        const std::string language = said.empty() ? "en" : said;
        Source& source = sources.emplace_back(start_of(service, HitKind::service, language, title));
        source.about.description = service.summary.in(language);
        append_line(source.keywords, source.about.description);
        SectionWords& words = source.sections.emplace_back();
        for (const catalog::Step& step : service.form.steps) {
            append_line(words.text, step.title.in(language));
            for (const catalog::Field& field : step.fields) {
                append_line(words.text, field.label.in(language));
                for (const catalog::Choice& choice : field.choices) append_line(words.text, choice.label.in(language));
            }
        }
    }
    return sources;
}

std::vector<Source> sources_of(const catalog::KnownProblem& known, core::Date today) {
    std::vector<Source> sources;
    for (const auto& [said, title] : known.title.all()) {
        const std::string language = said.empty() ? "en" : said;
        Source& source = sources.emplace_back(start_of(known, HitKind::problem, language, title));
        source.about.description = known.meanwhile.in(language);
        if (known.since && *known.since > today) source.about.from = known.since;
        source.about.until = known.until;
        source.sections.push_back({{}, {}, source.about.description});
    }
    return sources;
}

// The words of a field, as numbers.
using Words = std::vector<WordId>;

struct SourceWords {
    std::size_t language = 0;
    Words title;
    Words keywords;
    std::vector<std::pair<Words, Words>> sections;  // heading and text of each
};

// Gives each word a number as it comes, and counts the documents it stands in.
class WordTable {
public:
    Words read(std::string_view text, std::size_t language, bool keeps_accents) {
        Words words;
        scan_words(text, [&](const Token& token) {
            words.push_back(number(token.word, language));
            if (keeps_accents && !token.marked.empty()) words.push_back(number(token.marked, language));
        });
        return words;
    }

    void count_document(const SourceWords& source) {
        Words all = source.title;
        all.insert(all.end(), source.keywords.begin(), source.keywords.end());
        for (const auto& [heading, text] : source.sections) {
            all.insert(all.end(), heading.begin(), heading.end());
            all.insert(all.end(), text.begin(), text.end());
        }
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        for (const WordId word : all) ++entries_[word].documents;
    }

    struct Entry {
        std::string word;
        std::uint32_t documents = 0;
        std::uint64_t languages = 0;
    };
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] const Entry* find(const std::string& word) const {
        const auto found = numbers_.find(word);
        return found == numbers_.end() ? nullptr : &entries_[found->second];
    }

private:
    WordId number(const std::string& word, std::size_t language) {
        const auto [at, is_new] = numbers_.try_emplace(word, static_cast<WordId>(entries_.size()));
        if (is_new) entries_.push_back({word, 0, 0});
        entries_[at->second].languages |= std::uint64_t{1} << language;
        return at->second;
    }

    std::unordered_map<std::string, WordId> numbers_;
    std::vector<Entry> entries_;
};

// Stems of words, and the stems of the parts of compound words.
class Stems {
public:
    Stems(const WordTable& words, const std::vector<std::string>& languages) : words_(words), languages_(languages), stems_of_(languages.size()) {
        for (const std::string& language : languages) stemmers_.emplace_back(language);
        for (auto& each : stems_of_) each.resize(words.entries().size());
    }

    // The first is the word's own stem; others are those of its parts. The reference holds until the next call.
    const std::vector<std::string>& of(WordId word, std::size_t language) {
        std::vector<std::string>& stems = stems_of_[language][word];
        if (!stems.empty()) return stems;
        const std::string& text = words_.entries()[word].word;
        stems.push_back(stemmers_[language].stem(text));
        if (writes_compounds(languages_[language])) {
            for (const std::string& part : parts_of(text, language)) stems.push_back(stemmers_[language].stem(part));
        }
        return stems;
    }

private:
    // "kassendrucker" → "kassen", "drucker"; "arbeitszeit" → "arbeit", "zeit". Both parts must be words of their own
    // here, in that language; of several cuts the one whose rarer part is most frequent wins.
    std::vector<std::string> parts_of(const std::string& word, std::size_t language) const {
        if (word.size() < shortest_decompounded) return {};
        std::vector<std::string> best;
        std::uint32_t best_documents = 0;
        for (std::size_t at = shortest_compound_part; at + shortest_compound_part <= word.size(); ++at) {
            if ((static_cast<unsigned char>(word[at]) & 0xC0) == 0x80) continue;
            const WordTable::Entry* tail = known(word.substr(at), language);
            if (!tail) continue;
            for (const std::string_view link : {"", "s", "n", "en", "es", "er"}) {
                std::string head = word.substr(0, at);
                if (!head.ends_with(link) || head.size() < shortest_compound_part + link.size()) continue;
                head.resize(head.size() - link.size());
                const WordTable::Entry* first = known(head, language);
                const std::uint32_t documents = first ? std::min(first->documents, tail->documents) : 0;
                if (documents <= best_documents) continue;
                best_documents = documents;
                best = {head, tail->word};
            }
        }
        return best;
    }

    [[nodiscard]] const WordTable::Entry* known(const std::string& word, std::size_t language) const {
        const WordTable::Entry* entry = words_.find(word);
        return entry && (entry->languages >> language & 1) ? entry : nullptr;
    }

    const WordTable& words_;
    const std::vector<std::string>& languages_;
    std::vector<Stemmer> stemmers_;
    std::vector<std::vector<std::vector<std::string>>> stems_of_;  // language → word → stems
};

Lexicon make_lexicon(const WordTable& table, std::size_t languages, Stems& stems) {
    std::vector<std::string> all_stems;
    std::vector<std::pair<LexiconWord, std::vector<std::string>>> words;
    for (WordId id = 0; id < table.entries().size(); ++id) {
        const WordTable::Entry& entry = table.entries()[id];
        auto& [word, own_stems] = words.emplace_back();
        word.word = entry.word;
        word.documents = entry.documents;
        word.languages = entry.languages;
        for (std::size_t language = 0; language < languages; ++language) {
            if ((entry.languages >> language & 1) == 0) continue;
            const std::string& stem = stems.of(id, language).front();
            if (std::find(own_stems.begin(), own_stems.end(), stem) == own_stems.end()) own_stems.push_back(stem);
        }
        all_stems.insert(all_stems.end(), own_stems.begin(), own_stems.end());
    }
    std::sort(all_stems.begin(), all_stems.end());
    all_stems.erase(std::unique(all_stems.begin(), all_stems.end()), all_stems.end());
    std::sort(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.first.word < b.first.word; });

    std::vector<LexiconWord> sorted;
    for (auto& [word, own_stems] : words) {
        for (const std::string& stem : own_stems) {
            word.stems.push_back(static_cast<StemId>(std::lower_bound(all_stems.begin(), all_stems.end(), stem) - all_stems.begin()));
        }
        sorted.push_back(std::move(word));
    }
    return Lexicon(std::move(sorted), std::move(all_stems));
}

// Counts the terms of one document before it goes to Xapian, which is faster than telling each occurrence.
class Terms {
public:
    Terms(Stems& stems, std::size_t language) : stems_(stems), language_(language) {}

    void add(const Words& words, std::initializer_list<char> prefixes) {
        for (const WordId word : words) {
            for (const std::string& stem : stems_.of(word, language_)) {
                for (const char prefix : prefixes) ++counts_[prefix + stem];
            }
        }
    }

    [[nodiscard]] Xapian::Document document(const ForwardDocument& about) const {
        Xapian::Document document;
        for (const auto& [term, count] : counts_) document.add_term(term, count);
        document.add_boolean_term(schema::language + about.language);
        const std::size_t base = about.language.find('-');
        if (base != std::string::npos) document.add_boolean_term(schema::language + about.language.substr(0, base));
        const auto filter = [&document](char prefix, std::string_view value) {
            if (value.size() <= longest_filter_term) document.add_boolean_term(prefix + std::string(value));
        };
        if (!about.category.empty()) filter(schema::category, about.category);
        filter(schema::kind, name_of(about.kind));
        if (about.audience.empty()) filter(schema::audience, "staff");
        for (const std::string& each : about.audience) filter(schema::audience, each);
        if (about.sites.empty()) filter(schema::site, "");
        for (const std::string& each : about.sites) filter(schema::site, each);
        return document;
    }

private:
    Stems& stems_;
    std::size_t language_;
    std::map<std::string, Xapian::termcount> counts_;
};

class Builder {
public:
    Builder(const std::filesystem::path& folder, const Progress& progress, const Viewers& viewers) : folder_(folder), progress_(progress), viewers_(viewers) {}

    core::Result<IndexBuilt> run(const Collection& collection, const catalog::Catalog& catalog, core::Date today) {
        gather(collection, catalog, today);
        if (languages_.size() > schema::most_languages) {
            return core::fail(core::ErrorKind::full, fmt::format("articles in {} languages; an index holds {}", languages_.size(), schema::most_languages));
        }
        read_words();
        Stems stems(table_, languages_);
        const Lexicon lexicon = make_lexicon(table_, languages_.size(), stems);
        place_texts(stems);

        if (auto done = write_database(schema::articles_file, [&](Xapian::WritableDatabase& database) { add_articles(database, stems); }); !done) return core::fail(done.error());
        if (auto done = write_database(schema::sections_file, [&](Xapian::WritableDatabase& database) { add_sections(database, stems); }); !done) return core::fail(done.error());
        for (const auto& [name, bytes] : {std::pair{schema::lexicon_file, lexicon.to_bytes()}, std::pair{schema::forward_file, forward_.to_bytes()}, std::pair{schema::texts_file, texts_}}) {
            if (auto done = core::write_file(folder_ / name, bytes); !done) return core::fail(done.error());
        }
        if (auto done = write_about(collection); !done) return core::fail(done.error());
        return built_;
    }

private:
    void gather(const Collection& collection, const catalog::Catalog& catalog, core::Date today) {
        for (const Article& article : collection.articles) {
            if (will_be_shown(article, today, viewers_)) sources_.push_back(source_of(article, today));
        }
        built_.articles = sources_.size();
        const auto add = [this](std::vector<Source> in_languages) {
            for (Source& source : in_languages) sources_.push_back(std::move(source));
        };
        for (const catalog::Service& service : catalog.services) {
            if (!may_see(service.audience, service.sites, viewers_)) continue;
            ++built_.services;
            add(sources_of(service));
        }
        for (const catalog::KnownProblem& known : catalog.known_problems) {
            if (!may_see(known.audience, known.sites, viewers_) || (known.until && *known.until <= today)) continue;
            ++built_.known_problems;
            add(sources_of(known, today));
        }
        for (const Source& source : sources_) languages_.push_back(source.about.language);
        std::sort(languages_.begin(), languages_.end());
        languages_.erase(std::unique(languages_.begin(), languages_.end()), languages_.end());
    }

    void read_words() {
        for (const Source& source : sources_) {
            const std::size_t language = language_number(source.about.language);
            const bool keeps_accents = source.about.language.starts_with("vi");
            SourceWords& words = words_.emplace_back();
            words.language = language;
            words.title = table_.read(source.about.title, language, keeps_accents);
            words.keywords = table_.read(source.keywords, language, keeps_accents);
            for (const SectionWords& section : source.sections) {
                Words heading = table_.read(section.heading, language, keeps_accents);
                words.sections.emplace_back(std::move(heading), table_.read(section.text, language, keeps_accents));
            }
            table_.count_document(words);
            step();
        }
    }

    void place_texts(Stems& stems) {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            Source& source = sources_[i];
            const auto keep = [&](const Words& words) {
                const StemRange range{static_cast<std::uint32_t>(forward_.stems.size()), static_cast<std::uint32_t>(words.size())};
                for (const WordId word : words) forward_.stems.push_back(hash_of_stem(stems.of(word, words_[i].language).front()));
                return range;
            };
            source.about.title_stems = keep(words_[i].title);
            source.about.keyword_stems = keep(words_[i].keywords);
            for (std::size_t n = 0; n < source.sections.size(); ++n) {
                const SectionWords& section = source.sections[n];
                source.about.sections.push_back({section.anchor, section.heading, keep(words_[i].sections[n].first), texts_.size(), section.text.size()});
                texts_ += section.text;
            }
            forward_.documents.push_back(source.about);
        }
    }

    void add_articles(Xapian::WritableDatabase& database, Stems& stems) {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const SourceWords& words = words_[i];
            Terms terms(stems, words.language);
            terms.add(words.title, {schema::everything, schema::title});
            terms.add(words.keywords, {schema::everything, schema::keywords});
            for (const auto& [heading, text] : words.sections) {
                terms.add(heading, {schema::everything, schema::headings});
                terms.add(text, {schema::everything});
            }
            database.add_document(terms.document(forward_.documents[i]));
            step();
        }
    }

    void add_sections(Xapian::WritableDatabase& database, Stems& stems) {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const SourceWords& words = words_[i];
            for (std::size_t n = 0; n < words.sections.size(); ++n) {
                Terms terms(stems, words.language);
                terms.add(words.title, {schema::everything, schema::title});
                if (n == 0) terms.add(words.keywords, {schema::keywords});
                terms.add(words.sections[n].first, {schema::everything, schema::headings});
                terms.add(words.sections[n].second, {schema::everything});
                Xapian::Document document = terms.document(forward_.documents[i]);
                document.add_value(schema::article_slot, Xapian::sortable_serialise(static_cast<double>(i)));
                database.add_document(document);
                ++built_.sections;
            }
            step();
        }
    }

    // Without positions and term lists, then compacted into one file.
    template <class Fill>
    core::Result<void> write_database(std::string_view name, const Fill& fill) {
        const std::filesystem::path loose = folder_ / fmt::format("{}.loose", name);
        const std::filesystem::path file = folder_ / name;
        try {
            Xapian::WritableDatabase database(loose.string(), Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_TERMLIST | Xapian::DB_NO_SYNC | Xapian::DB_BACKEND_GLASS);
            fill(database);
            database.commit();
            database.compact(file.string(), Xapian::DBCOMPACT_SINGLE_FILE | Xapian::Compactor::FULL);
        } catch (const Xapian::Error& error) {
            return core::fail(from_xapian(fmt::format("cannot write {}", file.string()), error));
        }
        std::error_code ignored;
        std::filesystem::remove_all(loose, ignored);
        return settle_identity(file);
    }

    // Xapian puts a random UUID at offset 16. Replacing it by a part of the content's hash makes equal content equal
    // files, which is what lets a kiosk fetch only what changed.
    static core::Result<void> settle_identity(const std::filesystem::path& file) {
        constexpr std::size_t uuid_at = 16;
        constexpr std::size_t uuid_size = 16;
        constexpr std::size_t largest = std::size_t{1} << 40;
        auto bytes = core::read_file(file, largest);
        if (!bytes) return core::fail(bytes.error());
        if (bytes->size() < uuid_at + uuid_size) return core::fail(core::ErrorKind::corrupt, fmt::format("{} is too short", file.string()));
        bytes->replace(uuid_at, uuid_size, uuid_size, '\0');
        bytes->replace(uuid_at, uuid_size, core::sha256(*bytes).substr(0, uuid_size));
        return core::write_file(file, *bytes);
    }

    core::Result<void> write_about(const Collection& collection) {
        core::Json about;
        about["schema"] = schema::version;
        about["languages"] = languages_;
        about["documents"] = sources_.size();
        core::Json& synonyms = about["synonyms"] = core::Json::object();
        for (const auto& [language, groups] : collection.synonyms) synonyms[language] = groups;
        core::Json& stop_words = about["stop_words"] = core::Json::object();
        for (const auto& [language, changes] : collection.stop_words) stop_words[language] = {{"added", changes.added}, {"removed", changes.removed}};
        for (const std::string_view name : {schema::articles_file, schema::sections_file, schema::lexicon_file, schema::forward_file, schema::texts_file}) {
            std::error_code error;
            const std::uintmax_t size = std::filesystem::file_size(folder_ / name, error);
            if (error) return core::fail(core::system_error(fmt::format("cannot read {}", (folder_ / name).string()), error.value()));
            about["files"][std::string(name)] = size;
            built_.bytes += size;
        }
        const std::string text = core::canonical(about);
        built_.bytes += text.size();
        return core::write_file(folder_ / schema::about_file, text);
    }

    [[nodiscard]] std::size_t language_number(const std::string& language) const {
        return static_cast<std::size_t>(std::lower_bound(languages_.begin(), languages_.end(), language) - languages_.begin());
    }

    void step() {
        if (progress_) progress_(++done_, 3 * sources_.size());
    }

    std::filesystem::path folder_;
    const Progress& progress_;
    const Viewers& viewers_;
    std::size_t done_ = 0;
    std::vector<Source> sources_;
    std::vector<std::string> languages_;
    WordTable table_;
    std::vector<SourceWords> words_;
    Forward forward_;
    std::string texts_;
    IndexBuilt built_;
};

bool may_replace(const std::filesystem::path& out) {
    std::error_code ignored;
    if (!std::filesystem::exists(out, ignored)) return true;
    if (!std::filesystem::is_directory(out, ignored)) return false;
    return std::filesystem::is_empty(out, ignored) || std::filesystem::exists(out / schema::about_file, ignored);
}

}  // namespace

core::Result<IndexBuilt> build_index(const Collection& collection, const catalog::Catalog& catalog, const std::filesystem::path& out, core::Date today,
                                     const Progress& progress, const Viewers& viewers) {
    if (!may_replace(out)) {
        return core::fail(core::ErrorKind::conflict, fmt::format("{} holds something that is not an index; name another folder", out.string()));
    }
    const std::filesystem::path fresh = out.string() + ".new";
    const std::filesystem::path old = out.string() + ".old";
    std::error_code error;
    std::filesystem::remove_all(fresh, error);
    if (auto made = core::make_folder(fresh); !made) return core::fail(made.error());

    auto built = Builder(fresh, progress, viewers).run(collection, catalog, today);
    if (!built) {
        std::filesystem::remove_all(fresh, error);
        return built;
    }
    std::filesystem::remove_all(old, error);
    if (std::filesystem::exists(out)) std::filesystem::rename(out, old, error);
    std::filesystem::rename(fresh, out, error);
    if (error) return core::fail(core::system_error(fmt::format("cannot put the index to {}", out.string()), error.value()));
    std::filesystem::remove_all(old, error);
    return built;
}

}  // namespace kb
