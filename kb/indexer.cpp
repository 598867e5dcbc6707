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
#include "kb/source.hpp"
#include "kb/tokenizer.hpp"
#include "kb/xapian_error.hpp"

namespace kb {
namespace {

constexpr std::size_t shortest_decompounded = 9;   // bytes of a word that may be two
constexpr std::size_t shortest_compound_part = 4;
constexpr std::size_t longest_filter_term = 200;

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
    Words read(std::string_view text, bool keeps_accents) {
        Words words;
        scan_words(text, [&](const Token& token) {
            words.push_back(number(token.word));
            if (keeps_accents && !token.marked.empty()) words.push_back(number(token.marked));
        });
        return words;
    }

    void count_document(const SourceWords& source, const Days& days) {
        Words all = source.title;
        all.insert(all.end(), source.keywords.begin(), source.keywords.end());
        for (const auto& [heading, text] : source.sections) {
            all.insert(all.end(), heading.begin(), heading.end());
            all.insert(all.end(), text.begin(), text.end());
        }
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        for (const WordId word : all) count(entries_[word], source.language, days);
    }

    // `stems` are still to come.
    [[nodiscard]] const std::vector<LexiconWord>& entries() const { return entries_; }
    [[nodiscard]] const LexiconWord* find(const std::string& word) const {
        const auto found = numbers_.find(word);
        return found == numbers_.end() ? nullptr : &entries_[found->second];
    }

private:
    WordId number(const std::string& word) {
        const auto [at, is_new] = numbers_.try_emplace(word, static_cast<WordId>(entries_.size()));
        if (is_new) entries_.emplace_back().word = word;
        return at->second;
    }

    static void count(LexiconWord& entry, std::size_t language, const Days& days) {
        auto at = std::find_if(entry.documents.begin(), entry.documents.end(), [language](const auto& each) { return each.first >= language; });
        if (at == entry.documents.end() || at->first != language) at = entry.documents.insert(at, {static_cast<std::uint32_t>(language), 0});
        ++at->second;
        if (!days.are_all()) add_dated(entry, days);
    }

    static void add_dated(LexiconWord& entry, const Days& days) {
        if (entry.dated++ == 0) {
            entry.days = days;
            return;
        }
        if (!days.from || (entry.days.from && *days.from < *entry.days.from)) entry.days.from = days.from;
        if (!days.until || (entry.days.until && *days.until > *entry.days.until)) entry.days.until = days.until;
    }

    std::unordered_map<std::string, WordId> numbers_;
    std::vector<LexiconWord> entries_;
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
            const std::uint32_t tail = documents_of(word.substr(at), language);
            if (tail == 0) continue;
            for (const std::string_view link : {"", "s", "n", "en", "es", "er"}) {
                std::string head = word.substr(0, at);
                if (!head.ends_with(link) || head.size() < shortest_compound_part + link.size()) continue;
                head.resize(head.size() - link.size());
                const std::uint32_t documents = std::min(documents_of(head, language), tail);
                if (documents <= best_documents) continue;
                best_documents = documents;
                best = {head, word.substr(at)};
            }
        }
        return best;
    }

    // In all languages, for a word that stands in this one.
    [[nodiscard]] std::uint32_t documents_of(const std::string& word, std::size_t language) const {
        const LexiconWord* entry = words_.find(word);
        if (!entry) return 0;
        const bool is_in = std::any_of(entry->documents.begin(), entry->documents.end(), [language](const auto& each) { return each.first == language; });
        return is_in ? entry->in_all() : 0;
    }

    const WordTable& words_;
    const std::vector<std::string>& languages_;
    std::vector<Stemmer> stemmers_;
    std::vector<std::vector<std::vector<std::string>>> stems_of_;  // language → word → stems
};

// Counts the terms of one document before it goes to Xapian, which is faster than telling each occurrence.
class Terms {
public:
    // Notes in `fields` in which fields each stem stands.
    Terms(Stems& stems, std::size_t language, std::unordered_map<std::string, std::uint8_t>& fields) : stems_(stems), language_(language), fields_(fields) {}

    void add(const Words& words, std::initializer_list<char> prefixes) {
        for (const WordId word : words) {
            for (const std::string& stem : stems_.of(word, language_)) {
                std::uint8_t& fields = fields_[stem];
                for (const char prefix : prefixes) {
                    ++counts_[prefix + stem];
                    fields |= schema::bit_of(prefix);
                }
            }
        }
    }

    [[nodiscard]] Xapian::Document document(const Source& source) const {
        Xapian::Document document;
        for (const auto& [term, count] : counts_) document.add_term(term, count);
        document.add_boolean_term(schema::language + source.language);
        const std::size_t base = source.language.find('-');
        if (base != std::string::npos) document.add_boolean_term(schema::language + source.language.substr(0, base));
        const auto filter = [&document](char prefix, std::string_view value) {
            if (value.size() <= longest_filter_term) document.add_boolean_term(prefix + std::string(value));
        };
        if (!source.category.empty()) filter(schema::category, source.category);
        filter(schema::kind, name_of(source.kind));
        if (source.audience.empty()) filter(schema::audience, "staff");
        for (const std::string& each : source.audience) filter(schema::audience, each);
        if (source.sites.empty()) filter(schema::site, "");
        for (const std::string& each : source.sites) filter(schema::site, each);
        return document;
    }

private:
    Stems& stems_;
    std::size_t language_;
    std::unordered_map<std::string, std::uint8_t>& fields_;
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
        for (std::size_t i = 0; i < sources_.size(); ++i) add_fields(i, stems);
        if (auto done = write_database([&](Xapian::WritableDatabase& database) { add_articles(database, stems); }); !done) return core::fail(done.error());
        const std::string lexicon = lexicon_of(stems);
        for (const auto& [name, bytes] : {std::pair{schema::lexicon_file, &lexicon}, std::pair{schema::forward_file, &forward_.documents()}, std::pair{schema::texts_file, &forward_.texts()}}) {
            if (auto done = core::write_file(folder_ / name, *bytes); !done) return core::fail(done.error());
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
        for (const Source& source : sources_) languages_.push_back(source.language);
        std::sort(languages_.begin(), languages_.end());
        languages_.erase(std::unique(languages_.begin(), languages_.end()), languages_.end());
    }

    void read_words() {
        for (const Source& source : sources_) {
            const bool keeps_accents = source.language.starts_with("vi");
            const auto read = [&](std::string_view text) { return table_.read(text, keeps_accents); };
            SourceWords& words = words_.emplace_back();
            words.language = language_number(source.language);
            words.title = read(source.title);
            words.keywords = read(source.keywords);
            // What to do about a known problem is its text; of other things the description says in few words what they are.
            if (source.kind != HitKind::problem) {
                const Words description = read(source.description);
                words.keywords.insert(words.keywords.end(), description.begin(), description.end());
            }
            for (const Source::Section& section : source.sections) {
                Words heading = read(section.heading);
                words.sections.emplace_back(std::move(heading), read(section.text));
            }
            table_.count_document(words, source.days);
            step();
        }
    }

    void add_fields(std::size_t document, Stems& stems) {
        const SourceWords& words = words_[document];
        Fields fields;
        const auto own_stems = [&](const Words& field) {
            const Fields::Range range{static_cast<std::uint32_t>(fields.stems.size()), static_cast<std::uint32_t>(field.size())};
            for (const WordId word : field) fields.stems.push_back(hash_of_stem(stems.of(word, words.language).front()));
            return range;
        };
        const auto all_stems = [&](const Words& field) {
            const auto begin = static_cast<std::ptrdiff_t>(fields.stems.size());
            for (const WordId word : field) {
                for (const std::string& stem : stems.of(word, words.language)) fields.stems.push_back(hash_of_stem(stem));
            }
            std::sort(fields.stems.begin() + begin, fields.stems.end());
            return Fields::Range{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(fields.stems.size()) - static_cast<std::uint32_t>(begin)};
        };
        fields.title = own_stems(words.title);
        fields.keywords = own_stems(words.keywords);
        title_words_ += words.title.size();
        keyword_words_ += words.keywords.size();
        for (const auto& [heading, text] : words.sections) {
            const Fields::Range in_heading = own_stems(heading);
            fields.sections.push_back({in_heading, all_stems(text)});
            heading_words_ += heading.size();
            text_words_ += fields.sections.back().text.size;
            ++built_.sections;
        }
        forward_.add(sources_[document], fields);
        step();
    }

    void add_articles(Xapian::WritableDatabase& database, Stems& stems) {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const SourceWords& words = words_[i];
            Terms terms(stems, words.language, fields_of_stem_);
            terms.add(words.title, {schema::everything, schema::title});
            terms.add(words.keywords, {schema::everything, schema::keywords});
            for (const auto& [heading, text] : words.sections) {
                terms.add(heading, {schema::everything, schema::headings});
                terms.add(text, {schema::everything});
            }
            database.add_document(terms.document(sources_[i]));
            step();
        }
    }

    std::string lexicon_of(Stems& stems) const {
        std::vector<LexiconWord> words = table_.entries();
        std::vector<std::vector<std::string>> stems_of(words.size());
        std::vector<LexiconStem> all;
        for (WordId id = 0; id < words.size(); ++id) {
            for (const auto& [language, documents] : words[id].documents) {
                const std::string& stem = stems.of(id, language).front();
                if (std::find(stems_of[id].begin(), stems_of[id].end(), stem) == stems_of[id].end()) stems_of[id].push_back(stem);
            }
        }
        for (const auto& [stem, fields] : fields_of_stem_) all.push_back({stem, fields});
        std::sort(all.begin(), all.end(), [](const LexiconStem& a, const LexiconStem& b) { return a.stem < b.stem; });
        for (WordId id = 0; id < words.size(); ++id) {
            for (const std::string& stem : stems_of[id]) {
                const auto at = std::lower_bound(all.begin(), all.end(), stem, [](const LexiconStem& each, const std::string& sought) { return each.stem < sought; });
                words[id].stems.push_back(static_cast<StemId>(at - all.begin()));
            }
        }
        std::sort(words.begin(), words.end(), [](const LexiconWord& a, const LexiconWord& b) { return a.word < b.word; });
        return lexicon_bytes(words, all);
    }

    // Without positions and term lists, then compacted into one file.
    template <class Fill>
    core::Result<void> write_database(const Fill& fill) {
        const std::filesystem::path loose = folder_ / "loose";
        const std::filesystem::path file = folder_ / schema::articles_file;
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
        about["sections"] = built_.sections;
        about["title_words"] = title_words_;
        about["keyword_words"] = keyword_words_;
        about["heading_words"] = heading_words_;
        about["text_words"] = text_words_;
        core::Json& synonyms = about["synonyms"] = core::Json::object();
        for (const auto& [language, groups] : collection.synonyms) synonyms[language] = groups;
        core::Json& stop_words = about["stop_words"] = core::Json::object();
        for (const auto& [language, changes] : collection.stop_words) stop_words[language] = {{"added", changes.added}, {"removed", changes.removed}};
        for (const std::string_view name : schema::files) {
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
    std::unordered_map<std::string, std::uint8_t> fields_of_stem_;
    ForwardWriter forward_;
    std::uint64_t title_words_ = 0;
    std::uint64_t keyword_words_ = 0;
    std::uint64_t heading_words_ = 0;
    std::uint64_t text_words_ = 0;
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
