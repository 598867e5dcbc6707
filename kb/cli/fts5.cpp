#include "kb/cli/fts5.hpp"

#include <vector>

#include "core/base/sqlite.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t shortest_trigram = 3;

core::Result<void> insert(core::Database& db, std::size_t number, const Article& article) {
    auto done = db.run("INSERT INTO article (rowid, title, body) VALUES ($1, $2, $3)", {static_cast<std::int64_t>(number), article.title, plain_text(article.blocks)});
    if (!done) return core::fail(done.error());
    return {};
}

std::string expression(const std::string& words, Fts5Kind kind) {
    std::vector<std::string> parts;
    std::string word;
    const auto end_word = [&](bool is_last) {
        const std::size_t shortest = kind == Fts5Kind::trigram ? shortest_trigram : 1;
        if (word.size() >= shortest) parts.push_back('"' + word + (is_last && kind == Fts5Kind::porter ? "\"*" : "\""));
        word.clear();
    };
    for (const char c : words) {
        if (c == ' ') {
            end_word(false);
        } else if (c != '"') {
            word += c;
        }
    }
    end_word(true);
    std::string all;
    for (const std::string& part : parts) all += (all.empty() ? "" : " OR ") + part;
    return all;
}

}  // namespace

core::Result<void> Fts5::build(const std::filesystem::path& file, Fts5Kind kind, std::size_t count, const std::function<Article(std::size_t)>& article) {
    auto opened = core::open_sqlite(file, core::SqliteMode::read_write);
    if (!opened) return core::fail(opened.error());
    core::Database& db = **opened;
    const auto made = db.run(kind == Fts5Kind::porter ? "CREATE VIRTUAL TABLE article USING fts5(title, body, tokenize = 'porter unicode61', prefix = '2 3')"
                                                      : "CREATE VIRTUAL TABLE article USING fts5(title, body, tokenize = 'trigram')");
    if (!made) return core::fail(made.error());
    if (auto ranked = db.run("INSERT INTO article (article, rank) VALUES ('rank', 'bm25(3.0, 1.0)')"); !ranked) return core::fail(ranked.error());
    auto filled = db.transaction([&]() -> core::Result<void> {
        for (std::size_t number = 0; number < count; ++number) {
            if (auto done = insert(db, number, article(number)); !done) return done;
        }
        return {};
    });
    if (!filled) return filled;
    if (auto merged = db.run("INSERT INTO article (article) VALUES ('optimize')"); !merged) return core::fail(merged.error());
    // Into the one file, as it would be delivered.
    if (auto merged = db.run("PRAGMA wal_checkpoint(TRUNCATE)"); !merged) return core::fail(merged.error());
    return {};
}

core::Result<Fts5> Fts5::open(const std::filesystem::path& file, Fts5Kind kind) {
    auto opened = core::open_sqlite(file, core::SqliteMode::read_write);
    if (!opened) return core::fail(opened.error());
    return Fts5(std::move(*opened), kind);
}

core::Result<std::size_t> Fts5::search(const std::string& words) {
    const std::string asked = expression(words, kind_);
    if (asked.empty()) return 0;
    auto titles = db_->rows<std::string>("SELECT title FROM article WHERE article MATCH $1 ORDER BY rank LIMIT 10", {asked}, [](const core::Row& row) { return row.text(0); });
    if (!titles) return core::fail(titles.error());
    return titles->size();
}

core::Result<void> Fts5::replace(std::size_t number, const Article& article) {
    return db_->transaction([&]() -> core::Result<void> {
        if (auto done = db_->run("DELETE FROM article WHERE rowid = $1", {static_cast<std::int64_t>(number)}); !done) return core::fail(done.error());
        return insert(*db_, number, article);
    });
}

}  // namespace kb::cli
