#include "kb/cli/judged.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "core/base/utf8.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 30;

// zlib reads what is not compressed as it is.
core::Result<std::string> read_perhaps_zipped(const std::filesystem::path& plain) {
    std::error_code ignored;
    const std::filesystem::path zipped = plain.string() + ".gz";
    const std::filesystem::path path = std::filesystem::exists(plain, ignored) ? plain : zipped;
    gzFile file = ::gzopen(path.c_str(), "rb");
    if (!file) return core::fail(core::ErrorKind::not_found, fmt::format("cannot read {}", plain.string()));
    std::string text;
    std::string piece(1 << 16, '\0');
    int got = 0;
    while ((got = ::gzread(file, piece.data(), static_cast<unsigned>(piece.size()))) > 0 && text.size() < largest_file) {
        text.append(piece, 0, static_cast<std::size_t>(got));
    }
    int why = Z_OK;
    ::gzerror(file, &why);
    ::gzclose(file);
    if (got < 0 || why < 0) return core::fail(core::ErrorKind::corrupt, fmt::format("{} is damaged", path.string()));
    return text;
}

core::Result<std::vector<core::Json>> read_lines(const std::filesystem::path& path) {
    const auto text = read_perhaps_zipped(path);
    if (!text) return core::fail(text.error());
    std::vector<core::Json> lines;
    std::istringstream in(*text);
    for (std::string line; std::getline(in, line);) {
        if (line.empty()) continue;
        auto json = core::parse_json(line);
        if (!json) return core::fail(json.error().in(fmt::format("{}:{}", path.string(), lines.size() + 1)));
        lines.push_back(std::move(*json));
    }
    return lines;
}

Article article_from(const core::Json& line) {
    Article article;
    article.id = core::text_at(line, "id").value_or("");
    article.language = core::text_at(line, "lang").value_or("en");
    article.title = core::text_at(line, "title").value_or("");
    article.description = core::text_at(line, "description").value_or("");
    if (auto keywords = core::text_at(line, "keywords"); keywords && !keywords->empty()) article.keywords.push_back(std::move(*keywords));
    std::istringstream in(core::text_at(line, "text").value_or(""));
    std::size_t headings = 0;
    for (std::string text; std::getline(in, text);) {
        if (core::utf8::trimmed(text).empty()) continue;
        Block& block = article.blocks.emplace_back();
        if (text.starts_with("# ")) {
            block.kind = Block::Kind::heading;
            block.level = 2;
            block.anchor = fmt::format("section-{}", ++headings);
            text.erase(0, 2);
        }
        block.words.text = text;
    }
    return article;
}

}  // namespace

core::Result<Judged> load_judged(const std::filesystem::path& folder, const std::filesystem::path& queries) {
    Judged judged;
    const auto documents = read_lines(folder / "docs.jsonl");
    if (!documents) return core::fail(documents.error());
    for (const core::Json& line : *documents) judged.documents.articles.push_back(article_from(line));

    std::filesystem::path questions_file = queries.empty() ? folder / "queries.jsonl" : queries;
    if (questions_file.extension() == ".gz") questions_file.replace_extension();
    const auto questions = read_lines(questions_file);
    if (!questions) return core::fail(questions.error());
    for (const core::Json& line : *questions) judged.questions.emplace_back(core::text_at(line, "id").value_or(""), core::text_at(line, "text").value_or(""));

    const auto judgments = read_perhaps_zipped(folder / "qrels.tsv");
    if (!judgments) return core::fail(judgments.error());
    std::istringstream in(*judgments);
    for (std::string line; std::getline(in, line);) {
        const std::size_t first = line.find('\t');
        if (first == std::string::npos) continue;
        const std::size_t second = std::min(line.find('\t', first + 1), line.size());
        judged.relevant[line.substr(0, first)].insert(line.substr(first + 1, second - first - 1));
    }
    return judged;
}

void Scores::add(const std::vector<std::string>& found, const std::set<std::string>& relevant) {
    double gained = 0;
    double best_rank = 0;
    double in_ten = 0;
    double in_hundred = 0;
    for (std::size_t rank = 1; rank <= std::min<std::size_t>(found.size(), 100); ++rank) {
        if (!relevant.contains(found[rank - 1])) continue;
        ++in_hundred;
        if (best_rank == 0) best_rank = static_cast<double>(rank);
        if (rank > 10) continue;
        ++in_ten;
        gained += 1 / std::log2(static_cast<double>(rank) + 1);
    }
    double ideal = 0;
    for (std::size_t rank = 1; rank <= std::min<std::size_t>(relevant.size(), 10); ++rank) ideal += 1 / std::log2(static_cast<double>(rank) + 1);
    sum_.ndcg10 += gained / ideal;
    if (best_rank > 0 && best_rank <= 10) sum_.mrr10 += 1 / best_rank;
    sum_.recall10 += in_ten / static_cast<double>(relevant.size());
    sum_.recall100 += in_hundred / static_cast<double>(relevant.size());
    if (best_rank == 1) sum_.success1 += 1;
    if (best_rank > 0 && best_rank <= 5) sum_.success5 += 1;
    if (found.empty()) sum_.without_result += 1;
    ++sum_.queries;
}

Figures Scores::mean() const {
    Figures mean = sum_;
    const double count = static_cast<double>(std::max<std::size_t>(1, sum_.queries));
    for (double* figure : {&mean.ndcg10, &mean.mrr10, &mean.recall10, &mean.recall100, &mean.success1, &mean.success5, &mean.without_result}) *figure /= count;
    return mean;
}

}  // namespace kb::cli
