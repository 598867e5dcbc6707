// Makes a folder of Markdown that was written for another program into articles of ours.
//
// The source is only read. No single file stops the rest: what could not be taken over as it was is told, with its place
// and what to do.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "core/base/language.hpp"
#include "core/base/problem.hpp"
#include "core/base/result.hpp"
#include "kb/collection.hpp"

namespace kb {

struct ImportOrder {
    std::filesystem::path from;
    std::filesystem::path to;       // must be absent or empty
    core::Language language;        // of files whose place and front matter tell none; empty means en
    std::map<std::string, std::string> topics;  // from a folded category, tag or folder to a topic; empty keeps categories as they are
};

struct Imported {
    std::size_t articles = 0;
    std::size_t pictures = 0;
    core::Problems problems;  // files are those of `from`
};

// Writes `articles/<language>/<slug>.md` and `pictures/`. Translations keep one slug; where two articles want the same,
// the folder's name goes before it. Links between articles and to pictures lead to the new places; old addresses become
// `aliases`.
[[nodiscard]] core::Result<Imported> import_collection(const ImportOrder& order, const Progress& progress = {});

}  // namespace kb
