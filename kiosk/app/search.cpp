#include <algorithm>

#include "core/base/utf8.hpp"
#include "kiosk/app/screens.hpp"
#include "kiosk/app/typing.hpp"

namespace kiosk::search {
namespace {

bool reads(const ArticleTitle& article, const Around& around) { return article.language == around.language; }

// A topic's articles in the person's language, and in the fallback those that were not translated; then its forms.
kb::Found browse(const std::string& topic, const Around& around) {
    const auto shared = [](const std::string& id) { return id.substr(id.find('/') + 1); };
    const auto& titles = around.content.articles;
    kb::Found found;
    const auto add = [&](const ArticleTitle& article) {
        kb::Hit hit;
        hit.id = article.id;
        hit.language = article.language;
        hit.title = article.title;
        hit.snippet = article.description;
        hit.category = article.category;
        found.hits.push_back(std::move(hit));
    };

    for (const ArticleTitle& article : titles) {
        if (article.category == topic && reads(article, around)) add(article);
    }
    for (const core::Language& fallback : around.content.catalog.fallback) {
        for (const ArticleTitle& article : titles) {
            if (article.category != topic || article.language != fallback) continue;
            const bool is_there = std::any_of(found.hits.begin(), found.hits.end(), [&](const kb::Hit& hit) {
                return shared(hit.id) == shared(article.id);
            });
            if (!is_there) add(article);
        }
    }
    for (const catalog::Service& service : around.content.catalog.services) {
        if (service.category != topic) continue;
        const auto title = service.title.read(around.language, around.content.catalog.fallback);
        kb::Hit hit;
        hit.kind = kb::HitKind::service;
        hit.id = service.id;
        hit.language = std::string(title.language);
        hit.title = std::string(title.text);
        hit.snippet = std::string(service.summary.read(around.language, around.content.catalog.fallback).text);
        hit.category = topic;
        found.hits.push_back(std::move(hit));
    }
    return found;
}

// Results stay on the screen until the new ones come, so that nothing flickers while a person types.
Effects ask(State& screen, const Around& around) {
    screen.language = around.language;
    if (core::utf8::trimmed(screen.query).empty()) {
        screen.found = screen.topic.empty() ? kb::Found{} : browse(screen.topic, around);
        screen.found_for = screen.query;
        screen.waiting = false;
        return {};
    }
    screen.waiting = true;
    return {FindArticles{screen.query, around.language}};
}

}  // namespace

Effects refresh(State& screen, const Around& around) { return ask(screen, around); }

Effects update(State& screen, const Action& action, const Around& around) {
    Typing typing{screen.query, screen.caret};
    return std::visit(
        core::overloaded{
            [&](const TypeText& typed) -> Effects {
                if (typed.text == "\n") {
                    screen.keyboard = false;
                    return {};
                }
                return typing.insert(typed.text, longest_search) ? ask(screen, around) : Effects{};
            },
            [&](const Backspace&) -> Effects { return typing.backspace() ? ask(screen, around) : Effects{}; },
            [&](const MoveCaret& move) -> Effects {
                typing.move(move.to);
                return {};
            },
            [&](const ClearText&) -> Effects { return typing.clear() ? ask(screen, around) : Effects{}; },
            [&](const ShowKeyboard& show) -> Effects {
                screen.keyboard = show.shown;
                return {};
            },
            [&](const ChooseFilter& choose) -> Effects {
                screen.filter = choose.filter;
                return {};
            },
            [&](const HitsCame& came) -> Effects {
                // The answer to an older question.
                if (!screen.waiting || came.query != screen.query || came.language != around.language) return {};
                screen.found = came.found;
                screen.found_for = came.query;
                screen.waiting = false;
                return {};
            },
            [](const auto&) -> Effects { return {}; },
        },
        action);
}

}  // namespace kiosk::search
