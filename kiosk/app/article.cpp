#include <algorithm>

#include "kiosk/app/screens.hpp"

namespace kiosk::article {

std::string find(std::string_view id_or_slug, const Around& around) {
    const auto& titles = around.content.articles;
    const auto has = [&](std::string_view id) {
        return std::any_of(titles.begin(), titles.end(), [&](const ArticleTitle& title) { return title.id == id; });
    };
    if (has(id_or_slug)) return std::string(id_or_slug);

    std::vector<std::string> languages{around.language};
    const auto& fallback = around.content.catalog.fallback;
    languages.insert(languages.end(), fallback.begin(), fallback.end());
    for (const std::string& language : languages) {
        std::string id = language + "/" + std::string(id_or_slug);
        if (has(id)) return id;
    }
    return {};
}

Effects refresh(State& screen, const Around& around) {
    screen.language = around.language;
    return {OpenArticle{screen.id, around.language, screen.anchor}};
}

Effects update(State& screen, const Action& action, const Around& around) {
    return std::visit(
        core::overloaded{
            [&](const ArticleCame& came) -> Effects {
                if (came.id != screen.id || came.language != around.language) return {};
                screen.missing = came.article == nullptr;
                // An article that left with a new release stays readable for whoever is reading it.
                if (came.article) screen.article = came.article;
                return {};
            },
            [&](const SayHelped& said) -> Effects {
                screen.helped = said.helped ? Helped::yes : Helped::no;
                return {};
            },
            [](const auto&) -> Effects { return {}; },
        },
        action);
}

}  // namespace kiosk::article
