// A mistake in what people wrote by hand: where it is, what is wrong, what to do.
//
// Parsers of content collect problems instead of stopping at the first, so that an editor mends a
// file in one go. A file with an error yields no value; warnings do not stop anything.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace core {

enum class Severity { warning, error };

struct Problem {
    Severity severity = Severity::error;
    std::string file;
    int line = 0;    // from 1; 0 when the file as a whole is meant
    int column = 0;  // from 1, in characters
    std::string what;
    std::string remedy;

    // "services/laptop.yaml:14:5: error: step 2 has no title. Add `title:`." Control characters, which a file may hold and a
    // terminal obeys, are shown as question marks.
    [[nodiscard]] std::string line_of_text() const {
        std::string text = fmt::format("{}:{}:{}: {}: {}. {}", file, line, column,
                           severity == Severity::error ? "error" : "warning", what, remedy);
        for (char& c : text) {
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
        }
        return text;
    }
};

using Problems = std::vector<Problem>;

[[nodiscard]] inline bool has_error(const Problems& problems) {
    for (const Problem& problem : problems) {
        if (problem.severity == Severity::error) return true;
    }
    return false;
}

// Adds what was found in `file` to all problems; true when it stops nothing.
[[nodiscard]] inline bool hand_over(Problems found, const std::string& file, Problems& all) {
    const bool stops_nothing = !has_error(found);
    for (Problem& problem : found) {
        if (problem.file.empty()) problem.file = file;
        all.push_back(std::move(problem));
    }
    return stops_nothing;
}

}  // namespace core
