#include "kb/cli/judged.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "kb/tokenizer.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 30;

// Shorter link texts ("here", "this page") ask nothing; longer ones, and those that lead to many places, are prose.
constexpr std::size_t fewest_link_words = 2;
constexpr std::size_t most_link_words = 12;
constexpr std::size_t most_link_targets = 3;

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

// Objects with an "id", one a line.
core::Result<std::vector<core::Json>> read_lines(const std::filesystem::path& path) {
    const auto text = read_perhaps_zipped(path);
    if (!text) return core::fail(text.error());
    std::vector<core::Json> lines;
    std::istringstream in(*text);
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (core::utf8::trimmed(line).empty()) continue;
        auto json = core::parse_json(line);
        if (!json) return core::fail(json.error().in(fmt::format("{}:{}", path.string(), number)));
        if (!core::text_at(*json, "id")) {
            return core::fail(core::ErrorKind::invalid, fmt::format(R"({}:{}: the line has no "id"; write {{"id": "…", "text": "…"}})", path.string(), number));
        }
        lines.push_back(std::move(*json));
    }
    return lines;
}

core::Result<std::map<std::string, Relevant>> read_judgments(const std::filesystem::path& path) {
    const auto text = read_perhaps_zipped(path);
    if (!text) return core::fail(text.error());
    std::map<std::string, Relevant> relevant;
    std::istringstream in(*text);
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        if (line.empty()) continue;
        std::istringstream columns(line);
        std::string question;
        std::string document;
        int grade = 1;
        std::getline(columns, question, '\t');
        std::getline(columns, document, '\t');
        if (question.empty() || document.empty() || (!columns.eof() && !(columns >> grade))) {
            return core::fail(core::ErrorKind::invalid, fmt::format("{}:{}: write question, document and relevance with tabs between them", path.string(), number));
        }
        if (grade > 0) relevant[question][document] = grade;
    }
    return relevant;
}

// Of documents that do not say: by the little words in some of them, which each language has its own of, or by the script.
core::Language likely_language(const std::vector<core::Json>& documents) {
    constexpr std::size_t documents_read = 50;
    constexpr std::size_t bytes_read = 2000;
    constexpr std::array<std::string_view, 9> languages{"en", "de", "es", "fr", "it", "nl", "pt", "ru", "sv"};
    std::array<std::size_t, languages.size()> little_words{};
    std::size_t all = 0;
    std::size_t arabic = 0;
    std::size_t korean = 0;
    for (std::size_t i = 0; i < std::min(documents_read, documents.size()); ++i) {
        const std::string text = core::text_at(documents[i], "text").value_or("");
        scan_words(std::string_view(text).substr(0, bytes_read), [&](const Token& token) {
            ++all;
            const char32_t first = letters_of(token.word).front();
            if (first >= 0x0620 && first <= 0x064A) ++arabic;
            if (first >= 0xAC00 && first <= 0xD7A3) ++korean;
            for (std::size_t n = 0; n < languages.size(); ++n) little_words[n] += is_stop_word(languages[n], token.word) ? 1 : 0;
        });
    }
    if (2 * arabic > all) return "ar";
    if (2 * korean > all) return "ko";
    // English comes first, and so wins where nothing tells.
    return core::Language(languages[static_cast<std::size_t>(std::max_element(little_words.begin(), little_words.end()) - little_words.begin())]);
}

Article article_from(const core::Json& line, const core::Language& likely) {
    Article article;
    article.id = core::text_at(line, "id").value_or("");
    article.language = language_tag(core::text_at(line, "lang").value_or("")).value_or(likely);
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

bool asks_something(std::string_view words, std::string_view language) {
    if (words.find("://") != std::string_view::npos || words.starts_with("www.")) return false;
    std::size_t all = 0;
    std::size_t telling = 0;
    for (const Token& token : tokenize(words)) {
        if (token.is_compound) continue;
        ++all;
        if (!is_stop_word(language, token.word)) ++telling;
    }
    return all >= fewest_link_words && all <= most_link_words && telling >= fewest_link_words;
}

}  // namespace

core::Result<Judged> load_judged(const std::filesystem::path& folder, const std::filesystem::path& queries) {
    Judged judged;
    const auto documents = read_lines(folder / "docs.jsonl");
    if (!documents) return core::fail(documents.error());
    const core::Language likely = likely_language(*documents);
    for (const core::Json& line : *documents) judged.documents.articles.push_back(article_from(line, likely));

    std::filesystem::path questions_file = queries.empty() ? "queries.jsonl" : queries;
    if (questions_file.extension() == ".gz") questions_file.replace_extension();
    std::error_code ignored;
    const bool stands_alone = std::filesystem::exists(questions_file, ignored) || std::filesystem::exists(questions_file.string() + ".gz", ignored);
    const auto questions = read_lines(stands_alone && !queries.empty() ? questions_file : folder / questions_file);
    if (!questions) return core::fail(questions.error());
    for (const core::Json& line : *questions) {
        judged.questions.push_back({*core::text_at(line, "id"), core::text_at(line, "text").value_or(""), core::text_at(line, "lang").value_or("")});
    }

    auto relevant = read_judgments(folder / "qrels.tsv");
    if (!relevant) return core::fail(relevant.error());
    judged.relevant = std::move(*relevant);
    return judged;
}

core::Result<Judged> load_links(const std::filesystem::path& folder, core::Date today) {
    core::Problems ignored;
    auto collection = load_collection(folder, ignored);
    if (!collection) return core::fail(collection.error());
    Judged judged;
    judged.documents = std::move(*collection);

    // By what is asked: language and words.
    std::map<std::pair<std::string, std::string>, Relevant> links;
    for (const Article& from : judged.documents.articles) {
        for (const Block& block : from.blocks) {
            for (std::size_t i = 0; i < block.words.spans.size();) {
                const Span& first = block.words.spans[i];
                std::size_t end = first.end;
                // One link may be several runs: "read the **rules**".
                for (++i; i < block.words.spans.size() && !first.link.empty() && block.words.spans[i].link == first.link && block.words.spans[i].begin == end; ++i) end = block.words.spans[i].end;
                if (first.link.empty()) continue;
                const LinkTarget target = follow_link(judged.documents, from, first.link);
                if (target.kind != LinkTarget::Kind::article) continue;
                // Translations often keep the addresses of the first language.
                const Article* article = judged.documents.in_language(target.article, from.language);
                if (article == &from || !is_shown(*article, today)) continue;
                const std::string words(core::utf8::trimmed(std::string_view(block.words.text).substr(first.begin, end - first.begin)));
                links[{from.language, core::utf8::folded(words)}][article->id] = 1;
            }
        }
    }
    for (const auto& [asked, targets] : links) {
        const auto& [language, words] = asked;
        if (!asks_something(words, language) || targets.size() > most_link_targets) continue;
        std::string id = fmt::format("link-{}", judged.questions.size() + 1);
        judged.relevant[id] = targets;
        judged.questions.push_back({std::move(id), words, language});
    }
    return judged;
}

void Scores::add(const std::vector<std::string>& found, const Relevant& relevant) {
    const auto gain = [](int grade, std::size_t rank) { return (std::exp2(grade) - 1) / std::log2(static_cast<double>(rank) + 1); };
    double gained = 0;
    std::size_t best_rank = 0;
    std::size_t in_ten = 0;
    std::size_t in_hundred = 0;
    for (std::size_t rank = 1; rank <= std::min<std::size_t>(found.size(), 100); ++rank) {
        const auto known = relevant.find(found[rank - 1]);
        if (known == relevant.end()) continue;
        ++in_hundred;
        if (best_rank == 0) best_rank = rank;
        if (rank > 10) continue;
        ++in_ten;
        gained += gain(known->second, rank);
    }
    std::vector<int> best_order;
    for (const auto& [document, grade] : relevant) best_order.push_back(grade);
    std::sort(best_order.rbegin(), best_order.rend());
    double ideal = 0;
    for (std::size_t rank = 1; rank <= std::min<std::size_t>(best_order.size(), 10); ++rank) ideal += gain(best_order[rank - 1], rank);
    sum_.ndcg10 += gained / ideal;
    if (best_rank > 0 && best_rank <= 10) sum_.mrr10 += 1 / static_cast<double>(best_rank);
    sum_.recall10 += static_cast<double>(in_ten) / static_cast<double>(relevant.size());
    sum_.recall100 += static_cast<double>(in_hundred) / static_cast<double>(relevant.size());
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
