// What indexer and searcher agree on: files, prefixes of terms, weights.
//
// Any change to what stands in an index raises `schema`; a searcher refuses another number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kb::schema {

inline constexpr std::int64_t version = 5;

// index.json names the schema, the languages and the size of each other file.
inline constexpr std::string_view about_file = "index.json";
inline constexpr std::string_view articles_file = "articles.xdb";  // Xapian: one document an article, service or known problem, and language
inline constexpr std::string_view lexicon_file = "lexicon.bin";
inline constexpr std::string_view forward_file = "forward.bin";  // what each document is, field by field, and section by section
inline constexpr std::string_view texts_file = "texts.bin";      // plain text of all sections, for snippets

inline constexpr std::array<std::string_view, 4> files{articles_file, lexicon_file, forward_file, texts_file};

// Prefixes of terms.
inline constexpr char everything = 'Z';
inline constexpr char title = 'S';
inline constexpr char headings = 'H';
inline constexpr char keywords = 'K';
inline constexpr char language = 'L';
inline constexpr char category = 'C';
inline constexpr char kind = 'D';
inline constexpr char audience = 'V';
inline constexpr char site = 'P';  // alone: at every site

// The fields that have words; the lexicon tells of each stem in which of them it stands, so that no other is asked for.
inline constexpr std::array<char, 4> word_fields{everything, title, headings, keywords};
constexpr std::uint8_t bit_of(char field) {
    for (std::size_t i = 0; i < word_fields.size(); ++i) {
        if (word_fields[i] == field) return static_cast<std::uint8_t>(1u << i);
    }
    return 0;
}

// Documents that came after the index was made have a value here.
inline constexpr std::uint32_t change_slot = 0;

// Languages are bits of a word's mask.
inline constexpr std::size_t most_languages = 64;

// Found by measuring on several collections together (README.md): title terms have their own, higher idf, so their
// weight stays small.
struct Weights {
    double title = 0.4;
    double headings = 0.25;
    double keywords = 0.6;
    double stop_word = 0.7;
    // BM25 of the title alone, by its own length, added for the best candidates.
    double title_again = 0.4;
    // Articles by their best section: how much its article's title and keywords, and its heading, weigh beside its text.
    double title_for_sections = 1.2;
    double heading_for_sections = 0.6;
    double keywords_for_sections = 0.3;
    // The second look at the best candidates: BM25 of single fields, each by its own length, as shares of what the whole
    // question could weigh, added to the fused score (about 0.15 at its best).
    double again_title = 0.22;
    double again_keywords = 0.08;
    double again_heading = 0.08;  // of the best section
    double again_section = 0.03;  // all of the best section
};

}  // namespace kb::schema
