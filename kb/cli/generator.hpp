// Any number of articles, made of the sentences of real ones, for `kb bench`.
//
// English only. The same number gives the same article on every machine. Each takes its sentences from one real article, so that words
// stand together as they do in life; names, numbers and typing errors let the vocabulary grow with the collection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "kb/collection.hpp"

namespace kb::cli {

class Generator {
public:
    // `mean_bytes` of an article's text. Fails when `real` has too little text to be taken apart.
    [[nodiscard]] static core::Result<Generator> from(const Collection& real, std::size_t mean_bytes);

    [[nodiscard]] Article article(std::size_t number) const;
    // What somebody types who looks for that article: some words of its title and text, every third time misspelled.
    [[nodiscard]] std::string question(std::size_t number) const;

private:
    struct Source {
        std::string title;
        std::vector<std::string> headings;
        std::vector<std::string> sentences;
    };
    Generator() = default;

    std::vector<Source> sources_;
    std::size_t mean_bytes_ = 0;
};

}  // namespace kb::cli
