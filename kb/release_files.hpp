// Which files of a content folder go into a release, and which of its paths a kiosk accepts.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "kb/collection.hpp"

namespace kb {

struct ReleaseFiles {
    Collection collection;
    catalog::Catalog catalog;
    std::vector<std::string> paths;  // in the content folder and in the release, sorted
    std::size_t articles = 0;        // that are shown
};

// People, processes, calendars, promises, drafts stay at home, and so does what is for other viewers: articles, pictures
// that only they show, forms and known problems. An error in the content fails with the first one's text; `problems` has
// all.
[[nodiscard]] core::Result<ReleaseFiles> gather_release(const std::filesystem::path& content, const Viewers& viewers, core::Date today,
                                                        core::Problems& problems, const Progress& progress);

// Relative, without "..", hidden parts or anything that some file system reads in another way.
[[nodiscard]] bool is_safe_path(std::string_view path);

}  // namespace kb
