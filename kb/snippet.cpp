#include "kb/snippet.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"
#include "kb/tokenizer.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_snippet = 210;     // bytes of text in which most letters take one
constexpr std::size_t longest_wide_snippet = 330;  // where they take two or three
constexpr std::size_t longest_look_back = 90;    // for the start of a sentence
constexpr std::string_view ellipsis = "…";

bool is_inside_character(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

// Whether a sentence, a line or a table cell ends just before `at`.
bool ends_sentence_before(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    if (text[at - 1] == '\n') return true;
    constexpr std::string_view wide_stops[] = {"。", "！", "？", "؟", "।", "۔"};
    const std::string_view before = text.substr(0, at);
    for (const std::string_view stop : wide_stops) {
        if (before.ends_with(stop)) return true;
    }
    return at >= 2 && text[at - 1] == ' ' && (text[at - 2] == '.' || text[at - 2] == '!' || text[at - 2] == '?');
}

std::size_t start_before(std::string_view text, std::size_t match) {
    const std::size_t least = match > longest_look_back ? match - longest_look_back : 0;
    for (std::size_t at = match;; --at) {
        if (!is_inside_character(text, at) && ends_sentence_before(text, at)) return at;
        if (at == least) break;
    }
    // No sentence begins near; a word does.
    std::size_t at = match > longest_look_back / 3 ? match - longest_look_back / 3 : 0;
    while (at < match && text[at] != ' ') ++at;
    return at < match ? at + 1 : match;
}

// The end of a window that starts at `start`: after a sentence if one ends late enough, else after a word.
std::size_t end_after(std::string_view text, std::size_t start, std::size_t most, std::size_t must_hold) {
    if (text.size() - start <= most) return text.size();
    const std::size_t limit = start + most;
    for (std::size_t at = limit; at > start + most / 2 && at > must_hold; --at) {
        if (!is_inside_character(text, at) && ends_sentence_before(text, at)) return at;
    }
    for (std::size_t at = limit; at > start + most / 2 && at > must_hold; --at) {
        if (text[at] == ' ') return at;
    }
    std::size_t at = std::max(limit, must_hold);
    while (is_inside_character(text, at)) ++at;
    return at;
}

bool is_wide(std::string_view text) {
    const std::string_view start = text.substr(0, 200);
    const auto wide = std::count_if(start.begin(), start.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC0; });
    return static_cast<std::size_t>(wide) * 5 > start.size();
}

}  // namespace

void Highlighter::add(std::string word, std::size_t group, double weight) { words_.try_emplace(std::move(word), Meaning{group, weight}); }

void Highlighter::add_beginning(std::string beginning, std::size_t group, double weight) {
    beginnings_.emplace_back(std::move(beginning), Meaning{group, weight});
}

std::vector<Highlighter::Match> Highlighter::matches(std::string_view text) const {
    std::vector<Match> found;
    const auto add = [&found](const Token& token, const Meaning& meaning) {
        // The parts of a compound that was found whole are marked already.
        if (!found.empty() && token.begin < found.back().end) return;
        found.push_back({token.begin, token.end, meaning.group, meaning.weight});
    };
    scan_words(text, [&](const Token& token) {
        auto known = words_.find(token.word);
        if (known == words_.end() && !token.marked.empty()) known = words_.find(token.marked);
        if (known != words_.end()) {
            add(token, known->second);
            return;
        }
        for (const auto& [beginning, meaning] : beginnings_) {
            if (token.word.starts_with(beginning)) {
                add(token, meaning);
                return;
            }
        }
    });
    return found;
}

Ranges Highlighter::ranges(std::string_view text) const {
    Ranges ranges;
    for (const Match& match : matches(text)) ranges.emplace_back(match.begin, match.end);
    return ranges;
}

Snippet make_snippet(std::string_view text, const Highlighter& highlighter) {
    if (text.size() > longest_searched) {
        std::size_t end = longest_searched;
        while (is_inside_character(text, end)) --end;
        text = text.substr(0, end);
    }
    const std::size_t most = is_wide(text) ? longest_wide_snippet : longest_snippet;
    const std::vector<Highlighter::Match> matches = highlighter.matches(text);

    std::size_t best_start = 0;
    std::size_t best_match_end = 0;
    double best_weight = 0;
    for (std::size_t i = 0; i < matches.size(); ++i) {
        const std::size_t start = start_before(text, matches[i].begin);
        if (i > 0 && start == best_start && best_weight > 0) continue;
        double weight = 0;
        std::vector<std::size_t> seen;
        for (std::size_t j = i; j < matches.size() && matches[j].end <= start + most; ++j) {
            if (std::find(seen.begin(), seen.end(), matches[j].group) != seen.end()) continue;
            seen.push_back(matches[j].group);
            weight += matches[j].weight;
        }
        if (weight <= best_weight) continue;
        best_weight = weight;
        best_start = start;
        best_match_end = matches[i].end;
    }

    const std::size_t end = end_after(text, best_start, most, best_match_end);
    Snippet snippet;
    snippet.weight = best_weight;
    const bool cut_before = best_start > 0 && !ends_sentence_before(text, best_start);
    if (cut_before) snippet.text = ellipsis;
    const std::size_t shift = snippet.text.size();
    snippet.text += core::utf8::trimmed(text.substr(best_start, end - best_start));
    const std::size_t skipped = text.substr(best_start).find_first_not_of(" \n\t");
    const std::size_t origin = best_start + (skipped == std::string_view::npos ? 0 : skipped);
    std::replace(snippet.text.begin(), snippet.text.end(), '\n', ' ');
    for (const Highlighter::Match& match : matches) {
        if (match.begin < origin || match.end - origin + shift > snippet.text.size()) continue;
        snippet.ranges.emplace_back(match.begin - origin + shift, match.end - origin + shift);
    }
    if (end < text.size() && !ends_sentence_before(text, end)) snippet.text += ellipsis;
    return snippet;
}

}  // namespace kb
