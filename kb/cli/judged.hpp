// A collection of documents, questions and judgments, for `kb eval`.
//
// docs.jsonl, queries.jsonl and qrels.tsv, each perhaps gzipped. In a document's text a heading is a line that begins
// with "# ".
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "kb/collection.hpp"

namespace kb::cli {

struct Judged {
    Collection documents;
    std::vector<std::pair<std::string, std::string>> questions;  // id and words
    std::map<std::string, std::set<std::string>> relevant;       // question → documents
};

// `queries` instead of the collection's own when not empty.
[[nodiscard]] core::Result<Judged> load_judged(const std::filesystem::path& folder, const std::filesystem::path& queries);

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
class Scores {
public:
    void add(const std::vector<std::string>& found, const std::set<std::string>& relevant);
    [[nodiscard]] Figures mean() const;

private:
    Figures sum_;
};

}  // namespace kb::cli
