// Mends what is mechanical in an article's file: a mistake that `check` tells, and that has one way out.
//
// Nothing else in the file changes: comments, the order of keys and line ends stay, and so does every word that a person
// reads. What needs a judgement (which of two dates is right, whether a translation is up to date) is left to a person.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/catalog.hpp"
#include "kb/collection.hpp"

namespace kb {

struct Mend {
    int line = 0;      // in the file as it was
    std::string what;  // "link Till.md → till.md"
};

struct Mended {
    std::string text;
    std::vector<Mend> mends;  // in the order of the file
};

// What is found by its name alone; names are folded.
struct FileNames {
    std::map<std::string, std::vector<const Article*>> articles;  // without their ending, and short names
    std::map<std::string, std::vector<std::string>> pictures;     // to paths
};

class Mender {
public:
    // Both must outlive it.
    Mender(const Collection& collection, const catalog::Catalog& catalog);

    // `text` is the whole file of `article`. Mending what was mended changes nothing.
    [[nodiscard]] Mended mend(const Article& article, std::string_view text) const;

private:
    const Collection& collection_;
    const catalog::Catalog& catalog_;
    FileNames names_;
};

}  // namespace kb
