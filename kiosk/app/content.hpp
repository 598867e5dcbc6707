// The content that the kiosk shows: one immutable snapshot of a release.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/base/words.hpp"
#include "core/catalog/catalog.hpp"

namespace kiosk {

struct ArticleTitle {
    std::string id;  // "en/card-reader"
    std::string title;
    std::string language;
    std::string category;
    std::string description;
};

struct Content {
    catalog::Catalog catalog;
    core::Words words;
    std::vector<ArticleTitle> articles;
    std::int64_t release = 0;  // its version; 0 for a folder without a desk
};

}  // namespace kiosk
