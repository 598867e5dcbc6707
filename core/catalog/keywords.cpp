#include "core/catalog/keywords.hpp"

namespace catalog {

core::Text parse_keywords(const core::Yaml* node, core::Problems& problems) {
    const auto joined = [&](const core::Yaml& list) {
        std::string text;
        for (const core::Yaml& word : list.items()) text += (text.empty() ? "" : ", ") + word.text();
        return text;
    };
    if (!node) return {};
    if (node->is_list()) return core::Text(joined(*node));
    std::map<core::Language, std::string> in;
    if (node->is_map()) {
        for (const auto& [language, list] : node->entries()) in[language.text()] = joined(list);
        return core::Text(std::move(in));
    }
    problems.push_back(node->error("`keywords` must be a list, or a list a language", "Write [word, other word]."));
    return {};
}

}  // namespace catalog
