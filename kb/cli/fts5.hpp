// SQLite's full-text search, the peer that `kb bench` measures beside us: articles in one FTS5 table, asked as its
// manual tells.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "kb/article.hpp"

namespace kb::cli {

// porter: words, stemmed, any of them, the last one a prefix. trigram: any of the words as a part of a word.
enum class Fts5Kind { porter, trigram };

class Fts5 {
public:
    // `article(n)` is called once for each number below `count`.
    [[nodiscard]] static core::Result<void> build(const std::filesystem::path& file, Fts5Kind kind, std::size_t count,
                                                  const std::function<Article(std::size_t)>& article);
    [[nodiscard]] static core::Result<Fts5> open(const std::filesystem::path& file, Fts5Kind kind);

    // How many were found, at most 10; their titles are read, as a list of results would.
    [[nodiscard]] core::Result<std::size_t> search(const std::string& words);
    // Takes the place of the article with that number.
    [[nodiscard]] core::Result<void> replace(std::size_t number, const Article& article);

private:
    Fts5(std::unique_ptr<core::Database> db, Fts5Kind kind) : db_(std::move(db)), kind_(kind) {}
    std::unique_ptr<core::Database> db_;
    Fts5Kind kind_;
};

}  // namespace kb::cli
