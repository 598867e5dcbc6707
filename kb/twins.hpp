// Articles that say nearly the same: two answers to one question, of which sooner or later one is wrong.
#pragma once

#include <cstddef>
#include <vector>

#include "kb/article.hpp"

namespace kb {

struct Twins {
    std::size_t first = 0;   // places in the list of articles
    std::size_t second = 0;  // the later one
    int shared_percent = 0;  // of the text of both together
};

// Pairs of one language whose texts agree by at least `nearly_the_same_percent`; in the order of `second`. A long list of
// copies gives each copy once, with the first of them.
inline constexpr int nearly_the_same_percent = 60;
[[nodiscard]] std::vector<Twins> find_twins(const std::vector<Article>& articles);

}  // namespace kb
