// Extra words that people would type for a service or a known problem.
#pragma once

#include "core/base/language.hpp"
#include "core/base/yaml.hpp"

namespace catalog {

// One list, or a list a language; kept as one text a language, words separated by ", ".
[[nodiscard]] core::Text parse_keywords(const core::Yaml* node, core::Problems& problems);

}  // namespace catalog
