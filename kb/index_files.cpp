#include "kb/index_files.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <xapian.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "kb/schema.hpp"
#include "kb/tokenizer.hpp"
#include "kb/xapian_error.hpp"

namespace kb {
namespace {

constexpr std::size_t shortest_decompounded = 9;   // bytes of a word that may be two
constexpr std::size_t shortest_compound_part = 4;
constexpr std::size_t longest_filter_term = 200;

void add_dated(LexiconWord& word, std::uint32_t dated, const Days& days) {
    if (dated == 0) return;
    if (word.dated == 0) {
        word.days = days;
    } else {
        if (!days.from || (word.days.from && *days.from < *word.days.from)) word.days.from = days.from;
        if (!days.until || (word.days.until && *days.until > *word.days.until)) word.days.until = days.until;
    }
    word.dated += dated;
}

void add_documents(LexiconWord& word, std::uint32_t language, std::uint32_t count) {
    auto at = std::find_if(word.documents.begin(), word.documents.end(), [language](const auto& each) { return each.first >= language; });
    if (at == word.documents.end() || at->first != language) at = word.documents.insert(at, {language, 0});
    at->second += count;
}

// Xapian puts a random UUID at offset 16. Replacing it by a part of the content's hash makes equal content equal files,
// which is what lets a kiosk fetch only what changed.
core::Result<void> settle_identity(const std::filesystem::path& file) {
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

}  // namespace

void WordTable::read(std::string_view text, bool keeps_accents, Words& words) {
    scan_words(text, [&](const Token& token) {
        words.push_back(number(token.word));
        if (keeps_accents && !token.marked.empty()) words.push_back(number(token.marked));
    });
}

SourceWords WordTable::read(const Source& source) {
    const bool keeps_accents = source.language.starts_with("vi");
    SourceWords words;
    words.language = static_cast<std::size_t>(std::lower_bound(languages_.begin(), languages_.end(), source.language) - languages_.begin());
    read(source.title, keeps_accents, words.title);
    read(source.keywords, keeps_accents, words.keywords);
    // What to do about a known problem is its text; of other things the description says in few words what they are.
    if (source.kind != HitKind::problem) read(source.description, keeps_accents, words.keywords);
    for (const Source::Section& section : source.sections) {
        auto& [heading, text] = words.sections.emplace_back();
        read(section.heading, keeps_accents, heading);
        read(section.text, keeps_accents, text);
    }
    count_document(words, source.days);
    return words;
}

void WordTable::count_document(const SourceWords& source, const Days& days) {
    Words all = source.title;
    all.insert(all.end(), source.keywords.begin(), source.keywords.end());
    for (const auto& [heading, text] : source.sections) {
        all.insert(all.end(), heading.begin(), heading.end());
        all.insert(all.end(), text.begin(), text.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (const WordId word : all) {
        add_documents(entries_[word], static_cast<std::uint32_t>(source.language), 1);
        if (!days.are_all()) add_dated(entries_[word], 1, days);
    }
}

const LexiconWord* WordTable::find(const std::string& word) const {
    const auto found = numbers_.find(word);
    return found == numbers_.end() ? nullptr : &entries_[found->second];
}

WordId WordTable::number(const std::string& word) {
    const auto [at, is_new] = numbers_.try_emplace(word, static_cast<WordId>(entries_.size()));
    if (is_new) entries_.emplace_back().word = word;
    return at->second;
}

std::uint32_t documents_in(const LexiconWord* word, std::size_t language) {
    if (!word) return 0;
    const bool is_in = std::any_of(word->documents.begin(), word->documents.end(), [language](const auto& each) { return each.first == language; });
    return is_in ? word->in_all() : 0;
}

void add_counts(LexiconWord& word, const LexiconWord& more) {
    for (const auto& [language, count] : more.documents) add_documents(word, language, count);
    add_dated(word, more.dated, more.days);
}

void take_counts(LexiconWord& word, const LexiconWord& less) {
    for (const auto& [language, count] : less.documents) {
        for (auto& [own, own_count] : word.documents) {
            if (own == language) own_count -= std::min(own_count, count);
        }
    }
    std::erase_if(word.documents, [](const auto& each) { return each.second == 0; });
    word.dated -= std::min(word.dated, less.dated);
}

// Stems of words, and the stems of the parts of compound words.
class IndexFiles::Stems {
public:
    Stems(const WordTable& words, const std::vector<std::string>& languages, Documents documents)
        : words_(words), languages_(languages), documents_(std::move(documents)), stems_of_(languages.size()) {
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

    [[nodiscard]] std::string stem(const std::string& word, std::size_t language) const { return stemmers_[language].stem(word); }

private:
    // "kassendrucker" → "kassen", "drucker"; "arbeitszeit" → "arbeit", "zeit". Both parts must be words of their own
    // here, in that language; of several cuts the one whose rarer part is most frequent wins.
    std::vector<std::string> parts_of(const std::string& word, std::size_t language) const {
        if (word.size() < shortest_decompounded) return {};
        std::vector<std::string> best;
        std::uint32_t best_documents = 0;
        for (std::size_t at = shortest_compound_part; at + shortest_compound_part <= word.size(); ++at) {
            if ((static_cast<unsigned char>(word[at]) & 0xC0) == 0x80) continue;
            const std::uint32_t tail = documents_(word.substr(at), language);
            if (tail == 0) continue;
            for (const std::string_view link : {"", "s", "n", "en", "es", "er"}) {
                std::string head = word.substr(0, at);
                if (!head.ends_with(link) || head.size() < shortest_compound_part + link.size()) continue;
                head.resize(head.size() - link.size());
                const std::uint32_t documents = std::min(documents_(head, language), tail);
                if (documents <= best_documents) continue;
                best_documents = documents;
                best = {head, word.substr(at)};
            }
        }
        return best;
    }

    const WordTable& words_;
    const std::vector<std::string>& languages_;
    Documents documents_;
    std::vector<Stemmer> stemmers_;
    std::vector<std::vector<std::vector<std::string>>> stems_of_;  // language → word → stems
};

// Counts the terms of one document before it goes to Xapian, which is faster than telling each occurrence.
class IndexFiles::Terms {
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

IndexFiles::IndexFiles(Kind kind, const std::vector<std::string>& languages, const WordTable& words, Documents documents)
    : kind_(kind), stems_(std::make_unique<Stems>(words, languages, std::move(documents))) {}
IndexFiles::~IndexFiles() = default;

void IndexFiles::add(const Source& source, const SourceWords& words) {
    Fields fields;
    const auto own_stems = [&](const Words& field) {
        const Fields::Range range{static_cast<std::uint32_t>(fields.stems.size()), static_cast<std::uint32_t>(field.size())};
        for (const WordId word : field) fields.stems.push_back(hash_of_stem(stems_->of(word, words.language).front()));
        return range;
    };
    const auto all_stems = [&](const Words& field) {
        const std::size_t begin = fields.stems.size();
        for (const WordId word : field) {
            for (const std::string& stem : stems_->of(word, words.language)) fields.stems.push_back(hash_of_stem(stem));
        }
        std::sort(fields.stems.begin() + static_cast<std::ptrdiff_t>(begin), fields.stems.end());
        return Fields::Range{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(fields.stems.size() - begin)};
    };
    fields.title = own_stems(words.title);
    fields.keywords = own_stems(words.keywords);
    totals_.title_words += words.title.size();
    totals_.keyword_words += words.keywords.size();
    for (const auto& [heading, text] : words.sections) {
        const Fields::Range in_heading = own_stems(heading);
        fields.sections.push_back({in_heading, all_stems(text)});
        totals_.heading_words += heading.size();
        totals_.text_words += fields.sections.back().text.size;
        ++totals_.sections;
    }
    forward_.add(source, fields);
    documents_.emplace_back(&source, &words);
}

core::Result<IndexFiles::Sizes> IndexFiles::write(const std::filesystem::path& folder, std::vector<LexiconWord> lexicon, const std::function<void()>& step) {
    if (auto done = write_database(folder, step); !done) return core::fail(done.error());
    const std::string words = lexicon_of(std::move(lexicon));
    for (const auto& [name, bytes] : {std::pair{schema::lexicon_file, &words}, std::pair{schema::forward_file, &forward_.documents()}, std::pair{schema::texts_file, &forward_.texts()}}) {
        if (auto done = core::write_file(folder / name, *bytes); !done) return core::fail(done.error());
    }
    Sizes sizes;
    for (const std::string_view name : schema::files) {
        std::error_code error;
        sizes[std::string(name)] = std::filesystem::file_size(folder / name, error);
        if (error) return core::fail(core::system_error(fmt::format("cannot read {}", (folder / name).string()), error.value()));
    }
    return sizes;
}

// Without positions and term lists, then compacted into one file.
core::Result<void> IndexFiles::write_database(const std::filesystem::path& folder, const std::function<void()>& step) {
    const std::filesystem::path loose = folder / "loose";
    const std::filesystem::path file = folder / schema::articles_file;
    try {
        Xapian::WritableDatabase database(loose.string(), Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_TERMLIST | Xapian::DB_NO_SYNC | Xapian::DB_BACKEND_GLASS);
        for (const auto& [source, words] : documents_) {
            Terms terms(*stems_, words->language, fields_of_stem_);
            terms.add(words->title, {schema::everything, schema::title});
            terms.add(words->keywords, {schema::everything, schema::keywords});
            for (const auto& [heading, text] : words->sections) {
                terms.add(heading, {schema::everything, schema::headings});
                terms.add(text, {schema::everything});
            }
            Xapian::Document document = terms.document(*source);
            if (kind_ == Kind::changes) document.add_value(schema::change_slot, "+");
            database.add_document(document);
            if (step) step();
        }
        database.commit();
        database.compact(file.string(), Xapian::DBCOMPACT_SINGLE_FILE | Xapian::Compactor::FULL);
    } catch (const Xapian::Error& error) {
        return core::fail(from_xapian(fmt::format("cannot write {}", file.string()), error));
    }
    std::error_code ignored;
    std::filesystem::remove_all(loose, ignored);
    return settle_identity(file);
}

std::string IndexFiles::lexicon_of(std::vector<LexiconWord> words) const {
    std::vector<LexiconStem> all;
    for (const auto& [stem, fields] : fields_of_stem_) all.push_back({stem, fields});
    // In changes, a word may only be less frequent than it was.
    std::vector<std::vector<std::string>> stems_of(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const auto& [language, documents] : words[i].documents) {
            std::string stem = stems_->stem(words[i].word, language);
            if (std::find(stems_of[i].begin(), stems_of[i].end(), stem) != stems_of[i].end()) continue;
            if (!fields_of_stem_.contains(stem)) all.push_back({stem, 0});
            stems_of[i].push_back(std::move(stem));
        }
    }
    std::sort(all.begin(), all.end(), [](const LexiconStem& a, const LexiconStem& b) { return a.stem < b.stem; });
    all.erase(std::unique(all.begin(), all.end(), [](const LexiconStem& a, const LexiconStem& b) { return a.stem == b.stem; }), all.end());
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i].stems.clear();
        for (const std::string& stem : stems_of[i]) {
            const auto at = std::lower_bound(all.begin(), all.end(), stem, [](const LexiconStem& each, const std::string& sought) { return each.stem < sought; });
            words[i].stems.push_back(static_cast<StemId>(at - all.begin()));
        }
    }
    std::sort(words.begin(), words.end(), [](const LexiconWord& a, const LexiconWord& b) { return a.word < b.word; });
    return lexicon_bytes(words, all);
}

}  // namespace kb
