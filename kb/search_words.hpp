// Words that editors own: `search/synonyms.<language>.yaml` and `search/stop-words.<language>.yaml`.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/language.hpp"
#include "core/base/problem.hpp"

namespace kb {

// Words that mean the same to the people of this company.
using SynonymGroups = std::vector<std::vector<std::string>>;

// Changes to the list that the language has of its own. Folded, one word each.
struct StopWordChanges {
    std::vector<std::string> added;
    std::vector<std::string> removed;
};

struct SearchWords {
    std::map<core::Language, SynonymGroups> synonyms;
    std::map<core::Language, StopWordChanges> stop_words;
};

// `content` is the folder that has `search/`; most have none.
[[nodiscard]] SearchWords read_search_words(const std::filesystem::path& content, core::Problems& problems);

}  // namespace kb
