// A collection of documents, questions and judgments, for `kb eval`.
//
// Either docs.jsonl, queries.jsonl and qrels.tsv, each perhaps gzipped; in a document's text a heading is a line that
// begins with "# ". Or any folder of articles: the words with which one article links to another are a question that
// somebody has answered.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/language.hpp"
#include "core/base/result.hpp"
#include "kb/collection.hpp"

namespace kb::cli {

struct Asked {
    std::string id;
    std::string words;
    core::Language language;  // or empty
};

// How relevant documents are, from 1; what is not relevant is not in it.
using Relevant = std::map<std::string, int>;

struct Judged {
    Collection documents;
    std::vector<Asked> questions;
    std::map<std::string, Relevant> relevant;  // by question
};

// `queries`, a file or its name inside of the folder, instead of the collection's own when not empty.
[[nodiscard]] core::Result<Judged> load_judged(const std::filesystem::path& folder, const std::filesystem::path& queries);

// Of the articles that are shown on that day.
[[nodiscard]] core::Result<Judged> load_links(const std::filesystem::path& folder, core::Date today);

struct Figures {
    double ndcg10 = 0;
    double mrr10 = 0;
    double recall10 = 0;
    double recall100 = 0;
    double success1 = 0;
    double success5 = 0;
    double without_result = 0;
    std::size_t queries = 0;
};

// Adds up, question by question, what was found in this order; `mean` divides.
//
// nDCG: a document of relevance r at rank i gains (2^r - 1) / log2(i + 1), divided by what the best order would gain.
// MRR: 1 / rank of the first relevant document among ten. Recall at k: the share of the relevant documents among k.
// Success at k: whether any is.
class Scores {
public:
    void add(const std::vector<std::string>& found, const Relevant& relevant);
    [[nodiscard]] Figures mean() const;

private:
    Figures sum_;
};

}  // namespace kb::cli
