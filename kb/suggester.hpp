// Whole titles, headings and names that continue what a person is typing.
//
// They come from what was found, so that nothing is suggested that this person may not see.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kb/searcher.hpp"

namespace kb {

class Suggester {
public:
    // The words typed, folded and with their corrections; the last one may be a beginning.
    Suggester(std::vector<std::string> typed, bool last_is_partial);

    // Better ones first. What does not continue what is typed is not taken.
    void offer(Suggestion suggestion);

    // Those that begin with what is typed stand before those in which it comes later.
    [[nodiscard]] std::vector<Suggestion> best(std::size_t most) const;

private:
    std::vector<std::string> typed_;
    bool last_is_partial_;
    std::vector<Suggestion> beginning_;
    std::vector<Suggestion> inside_;
};

}  // namespace kb
