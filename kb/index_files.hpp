// The files of an index, or of the changes to one, and how documents become them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "kb/forward.hpp"
#include "kb/lexicon.hpp"
#include "kb/source.hpp"

namespace kb {

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
    // `languages` of the index, sorted, outlive it; the source's is among them.
    explicit WordTable(const std::vector<std::string>& languages) : languages_(languages) {}
    SourceWords read(const Source& source);

    // `stems` are still to come.
    [[nodiscard]] const std::vector<LexiconWord>& entries() const { return entries_; }
    [[nodiscard]] const LexiconWord* find(const std::string& word) const;

private:
    void read(std::string_view text, bool keeps_accents, Words& words);
    WordId number(const std::string& word);
    void count_document(const SourceWords& source, const Days& days);

    const std::vector<std::string>& languages_;
    std::unordered_map<std::string, WordId> numbers_;
    std::vector<LexiconWord> entries_;
};

// In how many documents of the whole index a word stands, if it stands in any of that language.
using Documents = std::function<std::uint32_t(const std::string& word, std::size_t language)>;

[[nodiscard]] std::uint32_t documents_in(const LexiconWord* word, std::size_t language);
// Of documents that come to those that have it, or go from them. The days of what goes are not taken from those of the rest.
void add_counts(LexiconWord& word, const LexiconWord& more);
void take_counts(LexiconWord& word, const LexiconWord& less);

class IndexFiles {
public:
    // `words` has read all documents that will be added; it, `languages` and what `documents` needs outlive it.
    enum class Kind { index, changes };
    IndexFiles(Kind kind, const std::vector<std::string>& languages, const WordTable& words, Documents documents);
    ~IndexFiles();
    IndexFiles(const IndexFiles&) = delete;
    IndexFiles& operator=(const IndexFiles&) = delete;

    void add(const Source& source, const SourceWords& words);
    // `lexicon` is what shall stand there of words, without their stems. Tells the size of each file.
    using Sizes = std::map<std::string, std::uintmax_t>;
    [[nodiscard]] core::Result<Sizes> write(const std::filesystem::path& folder, std::vector<LexiconWord> lexicon, const std::function<void()>& step);

    struct Totals {
        std::size_t sections = 0;
        std::uint64_t title_words = 0;
        std::uint64_t keyword_words = 0;
        std::uint64_t heading_words = 0;
        std::uint64_t text_words = 0;
    };
    [[nodiscard]] const Totals& totals() const { return totals_; }

private:
    class Stems;
    class Terms;
    [[nodiscard]] std::string lexicon_of(std::vector<LexiconWord> words) const;
    [[nodiscard]] core::Result<void> write_database(const std::filesystem::path& folder, const std::function<void()>& step);

    Kind kind_;
    std::unique_ptr<Stems> stems_;
    std::vector<std::pair<const Source*, const SourceWords*>> documents_;
    ForwardWriter forward_;
    Totals totals_;
    std::unordered_map<std::string, std::uint8_t> fields_of_stem_;
};

}  // namespace kb
