#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "core/base/utf8.hpp"
#include "kb/article.hpp"
#include "kb/collection.hpp"
#include "kb/manifest.hpp"
#include "kb/mend.hpp"
#include "kb/reading.hpp"
#include "kb/snippet.hpp"
#include "kb/tokenizer.hpp"

namespace fuzz {
namespace {

// Not an assert: it must hold in every build.
void promise(bool kept, const char* what) {
    if (kept) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

bool is_boundary(std::string_view text, std::size_t at) { return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80; }

void check_words(const kb::RichText& words) {
    promise(core::utf8::is_valid(words.text), "text is valid UTF-8");
    std::size_t last = 0;
    for (const kb::Span& span : words.spans) {
        promise(span.begin >= last && span.begin < span.end && span.end <= words.text.size(), "spans are in order and inside the text");
        promise(is_boundary(words.text, span.begin) && is_boundary(words.text, span.end), "spans cut no character");
        promise(core::utf8::is_valid(span.link), "links are valid UTF-8");
        const std::string scheme = kb::scheme_of(span.link);
        promise(scheme.empty() || scheme == "http" || scheme == "https" || scheme == "mailto" || scheme == "tel", "a link is one that may be followed");
        last = span.end;
    }
}

void check_blocks(const std::vector<kb::Block>& blocks) {
    promise(blocks.size() <= kb::most_blocks, "blocks are bounded");
    std::set<std::string> anchors;
    std::size_t cells = 0;
    for (const kb::Block& block : blocks) {
        check_words(block.words);
        promise(block.line >= 1, "a block knows its line");
        if (block.kind == kb::Block::Kind::heading) promise(block.level >= 1 && block.level <= 6 && anchors.insert(block.anchor).second, "headings have a level and an anchor of their own");
        if (block.kind == kb::Block::Kind::picture) promise(kb::path_from("articles/en/x.md", block.picture).has_value(), "a picture lies in the folder");
        for (const auto& row : block.rows) {
            promise(row.size() == block.columns.size(), "rows have as many cells as there are columns");
            cells += row.size();
            for (const kb::RichText& cell : row) check_words(cell);
        }
    }
    promise(cells <= 2 * kb::most_table_cells, "cells are bounded");
}

// In a folder of two articles, so that there are names to mend links to.
void mend(const kb::Article& article, std::string_view bytes) {
    kb::Collection collection;
    core::Problems ignored;
    collection.articles.push_back(article);
    collection.articles.back().id = "en/x";
    collection.articles.push_back(kb::parse_article("# Card reader\n\n## First aid\n", "articles/en/till/y.md", ignored));
    std::sort(collection.articles.begin(), collection.articles.end(), [](const kb::Article& a, const kb::Article& b) { return a.id < b.id; });
    const catalog::Catalog catalog;
    const kb::Mender mender(collection, catalog);
    const kb::Article& mended_article = *collection.article("en/x");
    const kb::Mended mended = mender.mend(mended_article, bytes);
    promise(mended.mends.empty() == (mended.text == bytes), "what changes is told");
    if (mended.mends.empty()) return;
    promise(core::utf8::is_valid(mended.text), "a mended file is valid UTF-8");
    promise(mender.mend(mended_article, mended.text).mends.empty(), "mending again changes nothing");
}

}  // namespace

void read_article(std::string_view bytes) {
    const std::string path = "articles/en/x.md";
    core::Problems problems;
    const kb::Article article = kb::parse_article(bytes, path, problems);
    core::Problems ignored;
    check_blocks(kb::parse_article(bytes, "articles/en/x.mdx", ignored).blocks);
    promise(!article.title.empty() && core::utf8::is_valid(article.title), "an article has a title");
    check_blocks(article.blocks);
    for (const core::Problem& problem : problems) promise(core::utf8::is_valid(problem.what) && problem.line >= 1, "a problem can be printed and has a line");
    [[maybe_unused]] const auto ease = kb::reading_ease(article.blocks, "en");

    mend(article, bytes);

    const std::string text = kb::plain_text(article.blocks);
    std::size_t last = 0;
    kb::Highlighter highlighter;
    std::size_t group = 0;
    kb::scan_words(text, [&](const kb::Token& token) {
        promise(token.begin >= last && token.begin < token.end && token.end <= text.size(), "words are in order and inside the text");
        promise(!token.word.empty() && token.word.size() <= kb::longest_word && core::utf8::is_valid(token.word), "a word is short and valid UTF-8");
        last = token.is_compound ? last : token.begin;
        if (group < 3) highlighter.add(token.word, group++, 1);
    });
    const kb::Snippet snippet = kb::make_snippet(text, highlighter);
    promise(core::utf8::is_valid(snippet.text), "a snippet is valid UTF-8");
    last = 0;
    for (const auto& [begin, end] : snippet.ranges) {
        promise(begin >= last && begin < end && end <= snippet.text.size(), "what is highlighted lies inside the snippet");
        last = end;
    }
}

void read_manifest(std::string_view bytes) {
    if (const auto manifest = kb::manifest_from(bytes)) {
        const auto again = kb::manifest_from(kb::to_bytes(*manifest));
        promise(again && kb::to_bytes(*again) == kb::to_bytes(*manifest), "a manifest that is accepted can be written and read again");
    }
}

}  // namespace fuzz
