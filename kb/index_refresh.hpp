// Keeps the index of a folder that people write in: made when there is none, brought up to date when a few articles have
// changed, made anew when more has.
//
// What changed is told by the files' sizes and times, which stand beside the index (`built-from.json`); a file that is as
// young as the index is read again, since a second change within one tick of the clock would not be seen.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "core/base/problem.hpp"
#include "kb/indexer.hpp"

namespace kb {

struct Refreshed {
    std::optional<IndexBuilt> built;  // when it was made anew
    std::size_t changed = 0;          // articles, when it was not
};

// `problems` of what was read; in an index that is made anew, of everything.
[[nodiscard]] core::Result<Refreshed> refresh_index(const std::filesystem::path& folder, const std::filesystem::path& index, core::Date today, const Viewers& viewers,
                                                    core::Problems& problems, const Progress& reading = {}, const Progress& indexing = {});

}  // namespace kb
