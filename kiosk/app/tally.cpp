#include "kiosk/app/tally.hpp"

#include <algorithm>

#include "core/base/crypto.hpp"
#include "core/base/utf8.hpp"

namespace kiosk::tally {
namespace {

using Search = catalog::Feedback::Search;
using Article = catalog::Feedback::Article;
using Form = catalog::Feedback::Form;

// The one that `is` names, or a new one made by `make`; null when there is no room for it.
template <class T, class Is, class Make>
T* find_or_add(std::vector<T>& all, Is is, Make make) {
    const auto found = std::find_if(all.begin(), all.end(), is);
    if (found != all.end()) return &*found;
    if (all.size() >= catalog::most_of_a_session) return nullptr;
    return &all.emplace_back(make());
}

// The search screen on top, if it shows the results of the words that stand there.
const search::State* answered_search(const State& state) {
    const auto* screen = std::get_if<search::State>(&state.session.screens.back());
    const bool is_answered = screen && !screen->waiting && screen->found_for == screen->query &&
                             !core::utf8::trimmed(screen->query).empty();
    return is_answered ? screen : nullptr;
}

bool is_result(const search::State& screen, kb::HitKind kind, const std::string& id) {
    const auto leads_there = [&](const auto& one) { return one.kind == kind && one.id == id; };
    const auto& hits = screen.found.hits;
    const auto& suggestions = screen.found.suggestions;
    return std::any_of(hits.begin(), hits.end(), leads_there) ||
           std::any_of(suggestions.begin(), suggestions.end(), leads_there);
}

// A person who types slowly pauses within a word: what was looked at then was the beginning of this search.
void drop_beginning(Tally& tally, const std::string& words, const std::string& language) {
    if (!tally.looked_at.empty() && words != tally.looked_at && words.starts_with(tally.looked_at)) {
        std::erase_if(tally.feedback.searches, [&](const Search& search) {
            return search.words == tally.looked_at && search.language == language && !search.opened &&
                   search.form == catalog::FormUse::none;
        });
    }
    core::wipe(tally.looked_at);
}

void settle(Tally& tally, const search::State& screen, bool opened) {
    std::string words = catalog::countable_words(screen.query);
    drop_beginning(tally, words, screen.language);
    Search* search = find_or_add(
        tally.feedback.searches,
        [&](const Search& it) { return it.words == words && it.language == screen.language; },
        [&] { return Search{words, screen.language, {}, false, {}}; });
    if (search) {
        search->results = catalog::results_of(screen.found.hits.size());
        search->opened = search->opened || opened;
    }
    core::wipe(words);
}

std::vector<std::string> offers_of(const kb::Article& article, const catalog::Catalog& catalog) {
    std::vector<std::string> offers;
    for (const catalog::Service& service : catalog.services) {
        const auto names = [](const std::vector<std::string>& list, const std::string& id) {
            return std::find(list.begin(), list.end(), id) != list.end();
        };
        if (!names(article.services, service.id) && !names(service.articles, article.slug)) continue;
        if (offers.size() < catalog::most_of_a_session) offers.push_back(service.id);
    }
    return offers;
}

void read(State& state, const article::State& screen) {
    auto& articles = state.session.tally.feedback.articles;
    const auto is_it = [&](const Article& it) { return it.id == screen.article->id && it.language == screen.language; };
    Article* article = find_or_add(articles, is_it, [&] {
        return Article{screen.article->id, screen.language, {}, {}, offers_of(*screen.article, state.content->catalog)};
    });
    if (!article) return;
    const auto place = articles.begin() + (article - articles.data());
    std::rotate(place, place + 1, articles.end());  // the last one read stands last
}

// Marks the form, and the search and the article that led to it.
void note_form(Tally& tally, const form::State& screen, catalog::FormUse use) {
    std::string words = catalog::countable_words(screen.search_words);
    const bool has_words = !core::utf8::trimmed(screen.search_words).empty();
    for (Search& search : tally.feedback.searches) {
        if (has_words && search.words == words) search.form = std::max(search.form, use);
    }
    for (Article& article : tally.feedback.articles) {
        if (article.id == screen.article) article.form = std::max(article.form, use);
    }
    core::wipe(words);
    const std::string after = !screen.article.empty() ? "article" : has_words ? "search" : "";
    Form* form = find_or_add(
        tally.feedback.forms, [&](const Form& it) { return it.service == screen.service && it.after == after; },
        [&] { return Form{screen.service, after, false}; });
    if (form && use == catalog::FormUse::sent) form->sent = true;
}

}  // namespace

void before(State& state, const Action& action, core::Time now) {
    const search::State* screen = answered_search(state);
    if (!screen) return;
    Tally& tally = state.session.tally;
    const auto leave = [&] { settle(tally, *screen, false); };
    const auto open = [&](kb::HitKind kind, const std::string& id) {
        settle(tally, *screen, is_result(*screen, kind, id));
    };
    const auto change = [&] {
        if (now < tally.results_since + look) return;
        settle(tally, *screen, false);
        tally.looked_at = catalog::countable_words(screen->query);
    };
    std::visit(core::overloaded{
                   [&](const TypeText& typed) {
                       if (typed.text != "\n") change();
                   },
                   [&](const Backspace&) { change(); },
                   [&](const ClearText&) { change(); },
                   [&](const TakeWords&) { change(); },
                   [&](const Follow& one) { open(kb::HitKind::article, one.article); },
                   [&](const OpenService& one) { open(kb::HitKind::service, one.service); },
                   [&](const OpenProblem& one) { open(kb::HitKind::problem, one.problem); },
                   [&](const Back&) { leave(); },
                   [&](const OpenServices&) { leave(); },
                   [&](const OpenClaim&) { leave(); },
                   [&](const OpenTopic&) { leave(); },
                   [&](const OpenLanguages&) { leave(); },
                   [](const auto&) {},
               },
               action);
}

void after(State& state, const Action& action, core::Time now) {
    Tally& tally = state.session.tally;
    Screen& shown = state.session.screens.back();
    if (std::holds_alternative<HitsCame>(action)) {
        if (answered_search(state)) tally.results_since = now;
    } else if (std::holds_alternative<ArticleCame>(action)) {
        const auto* screen = std::get_if<article::State>(&shown);
        if (screen && screen->article && screen->id == std::get<ArticleCame>(action).id) read(state, *screen);
    } else if (const auto* said = std::get_if<SayHelped>(&action)) {
        const auto* screen = std::get_if<article::State>(&shown);
        for (Article& article : tally.feedback.articles) {
            // Minds change: the last word counts.
            if (screen && screen->article && article.id == screen->article->id) {
                article.said = said->helped ? catalog::Said::helped : catalog::Said::not_helped;
            }
        }
    } else if (std::holds_alternative<OpenService>(action)) {
        if (const auto* form = std::get_if<form::State>(&shown)) note_form(tally, *form, catalog::FormUse::opened);
    } else if (std::holds_alternative<Send>(action)) {
        const auto* form = std::get_if<form::State>(&shown);
        if (form && form->sending) note_form(tally, *form, catalog::FormUse::sent);
    }
}

std::optional<catalog::Feedback> take(State& state) {
    Tally& tally = state.session.tally;
    if (const search::State* screen = answered_search(state)) settle(tally, *screen, false);
    catalog::Feedback feedback = std::move(tally.feedback);
    core::wipe(tally.looked_at);
    tally = {};
    if (feedback.is_empty()) return std::nullopt;
    feedback.day = state.today;
    feedback.language = state.session.language;
    return feedback;
}

}  // namespace kiosk::tally
