// Builds the index that Searcher reads: articles, their sections, and the catalog's services and known problems.
//
// Equal content gives equal bytes. What its viewers may not see is not in them; what is shown from a later day on is,
// with that day beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "kb/collection.hpp"

namespace kb {

struct IndexBuilt {
    std::size_t articles = 0;
    std::size_t sections = 0;
    std::size_t services = 0;
    std::size_t known_problems = 0;
    std::uintmax_t bytes = 0;
};

// `out` is replaced in one step when all is done: it must be absent, empty, or an older index.
[[nodiscard]] core::Result<IndexBuilt> build_index(const Collection& collection, const catalog::Catalog& catalog,
                                                   const std::filesystem::path& out, core::Date today,
                                                   const Progress& progress = {}, const Viewers& viewers = {});

}  // namespace kb
