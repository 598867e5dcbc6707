// What indexer and searcher agree on: files, prefixes of terms, weights.
//
// Any change to what stands in an index raises `schema`; a searcher refuses another number.
#pragma once

#include <cstdint>
#include <string_view>

namespace kb::schema {

inline constexpr std::int64_t version = 3;

// index.json names the schema, the languages and the size of each other file.
inline constexpr std::string_view about_file = "index.json";
inline constexpr std::string_view articles_file = "articles.xdb";  // Xapian: one document an article, service or known problem, and language
inline constexpr std::string_view sections_file = "sections.xdb";  // Xapian: one document a section
inline constexpr std::string_view lexicon_file = "lexicon.bin";
inline constexpr std::string_view forward_file = "forward.bin";  // what each document is, field by field
inline constexpr std::string_view texts_file = "texts.bin";      // plain text of all sections, for snippets

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

// Sections collapse on the article they stand in.
inline constexpr std::uint32_t article_slot = 1;

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
    double title_again_for_sections = 0.3;
    // The second look at the best candidates: BM25 of single fields, each by its own length, as shares of what the whole
    // question could weigh, added to the fused score (about 0.15 at its best).
    double again_title = 0.22;
    double again_keywords = 0.08;
    double again_heading = 0.08;  // of the best section
    double again_section = 0.05;  // all of the best section
};

}  // namespace kb::schema
