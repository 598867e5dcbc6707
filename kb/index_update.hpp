// Brings an index up to date after a few articles have changed, in milliseconds instead of a new index.
//
// The index stays as it is. What is new stands in files of its own beside it (`changes-<n>`), and index.json, which is
// replaced in one step, names them and the documents that are no more. A search then finds the same documents, corrects and
// suggests the same as in an index that is made anew; scores differ a little, since how often a word is used is still told
// of all that was there. (And a compound word of an article that did not change is taken apart as before.)
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/article.hpp"
#include "kb/viewers.hpp"

namespace kb {

inline constexpr std::size_t most_changes = 200;  // documents; a search reads them from a second index

// `changed` articles take the place of those with their ids, or come anew; those in `removed` are taken out. What may not
// be shown to `viewers` is not in it. Of kind `full` when the index has changed too much, or a language is new to it:
// build it again. Tells how many articles are other than they were.
[[nodiscard]] core::Result<std::size_t> update_index(const std::filesystem::path& index, const std::vector<Article>& changed,
                                                     const std::vector<std::string>& removed, core::Date today,
                                                     const Viewers& viewers = {});

}  // namespace kb
