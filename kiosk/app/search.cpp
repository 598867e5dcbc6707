#include <algorithm>

#include "core/base/crypto.hpp"
#include "core/base/utf8.hpp"
#include "kiosk/app/screens.hpp"
#include "kiosk/app/typing.hpp"

namespace kiosk::search {
namespace {

bool reads(const ArticleTitle& article, const Around& around) { return article.language == around.language; }

kb::Hit hit_of(const ArticleTitle& article) {
    kb::Hit hit;
    hit.id = article.id;
    hit.language = article.language;
    hit.title = article.title;
    hit.snippet = article.description;
    hit.category = article.category;
    return hit;
}

// A form or a known problem, in the person's language.
template <class Offer>
kb::Hit hit_of(kb::HitKind kind, const Offer& offer, const core::Text& says, const Around& around) {
    const auto& fallback = around.content.catalog.fallback;
    const auto title = offer.title.read(around.language, fallback);
    kb::Hit hit;
    hit.kind = kind;
    hit.id = offer.id;
    hit.language = std::string(title.language);
    hit.title = std::string(title.text);
    hit.snippet = std::string(says.read(around.language, fallback).text);
    hit.category = offer.category;
    return hit;
}

// What is broken now; then a topic's articles in the person's language, and in the fallback those that were not
// translated; then its forms.
kb::Found browse(const std::string& topic, const Around& around) {
    const auto shared = [](const std::string& id) { return id.substr(id.find('/') + 1); };
    const auto& titles = around.content.articles;
    kb::Found found;
    for (const catalog::KnownProblem& known : around.content.catalog.known_problems) {
        if (known.category == topic) found.hits.push_back(hit_of(kb::HitKind::problem, known, known.meanwhile, around));
    }
    for (const ArticleTitle& article : titles) {
        if (article.category == topic && reads(article, around)) found.hits.push_back(hit_of(article));
    }
    for (const core::Language& fallback : around.content.catalog.fallback) {
        for (const ArticleTitle& article : titles) {
            if (article.category != topic || article.language != fallback) continue;
            const bool is_there = std::any_of(found.hits.begin(), found.hits.end(), [&](const kb::Hit& hit) {
                return hit.kind == kb::HitKind::article && shared(hit.id) == shared(article.id);
            });
            if (!is_there) found.hits.push_back(hit_of(article));
        }
    }
    for (const catalog::Service& service : around.content.catalog.services) {
        if (service.category == topic) found.hits.push_back(hit_of(kb::HitKind::service, service, service.summary, around));
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

bool passes(const kb::Hit& hit, Filter filter) {
    switch (filter) {
        case Filter::all: return true;
        case Filter::answers: return hit.kind == kb::HitKind::article;
        case Filter::forms: return hit.kind == kb::HitKind::service;
        case Filter::problems: return hit.kind == kb::HitKind::problem;
    }
    return false;
}

std::size_t count(const State& screen, Filter filter) {
    const auto& hits = screen.found.hits;
    return static_cast<std::size_t>(
        std::count_if(hits.begin(), hits.end(), [&](const kb::Hit& hit) { return passes(hit, filter); }));
}

Filter shown_filter(const State& screen) { return count(screen, screen.filter) > 0 ? screen.filter : Filter::all; }

Effects refresh(State& screen, const Around& around) { return ask(screen, around); }

void wipe(State& screen) {
    core::wipe(screen.query);
    core::wipe(screen.found_for);
    core::wipe(screen.found.searched);
    for (auto& [typed, searched] : screen.found.corrected) {
        core::wipe(typed);
        core::wipe(searched);
    }
}

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
            [&](const TakeWords& take) -> Effects {
                typing.clear();
                typing.insert(take.words, longest_search);
                return ask(screen, around);
            },
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
