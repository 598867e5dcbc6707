#include "kb/suggester.hpp"

#include <algorithm>
#include <optional>

#include "core/base/utf8.hpp"
#include "kb/tokenizer.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_suggestion = 120;  // bytes; a longer title fits under no field
constexpr std::size_t most_kept = 20;

}  // namespace

Suggester::Suggester(std::vector<std::string> typed, bool last_is_partial) : typed_(std::move(typed)), last_is_partial_(last_is_partial) {}

void Suggester::offer(Suggestion suggestion) {
    if (typed_.empty() || suggestion.text.empty() || suggestion.text.size() > longest_suggestion || beginning_.size() >= most_kept) return;
    std::vector<std::string> words;
    scan_words(suggestion.text, [&words](const Token& token) {
        if (!token.is_compound) words.push_back(token.word);
    });
    // What is typed whole already needs no suggestion.
    if (words.size() < typed_.size() || words == typed_) return;
    const auto stands_at = [&](std::size_t at) {
        for (std::size_t i = 0; i < typed_.size(); ++i) {
            const bool is_partial = last_is_partial_ && i + 1 == typed_.size();
            if (is_partial ? !words[at + i].starts_with(typed_[i]) : words[at + i] != typed_[i]) return false;
        }
        return true;
    };
    for (std::size_t at = 0; at + typed_.size() <= words.size(); ++at) {
        if (!stands_at(at)) continue;
        (at == 0 ? beginning_ : inside_).push_back(std::move(suggestion));
        return;
    }
}

std::vector<Suggestion> Suggester::best(std::size_t most) const {
    std::vector<Suggestion> all;
    std::vector<std::string> seen;
    for (const auto* offers : {&beginning_, &inside_}) {
        for (const Suggestion& each : *offers) {
            if (all.size() == most) return all;
            std::string folded = core::utf8::folded(each.text);
            if (std::find(seen.begin(), seen.end(), folded) != seen.end()) continue;
            seen.push_back(std::move(folded));
            all.push_back(each);
        }
    }
    return all;
}

}  // namespace kb
