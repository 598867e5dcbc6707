#include "kiosk/app/app.hpp"

#include <algorithm>
#include <type_traits>

#include "core/base/crypto.hpp"
#include "core/base/utf8.hpp"
#include "kiosk/app/screens.hpp"
#include "kiosk/app/tally.hpp"

namespace kiosk {
namespace {

// A person who follows links for ever keeps the newest way back.
constexpr std::size_t deepest_stack = 32;

// Home shows nothing of a person, so a session that only chose a language there ends without asking.
constexpr std::chrono::seconds forgotten_at_home{60};

Around around(const State& state) { return {*state.content, state.session.language, state.site, state.today}; }

Session fresh_session(const State& state, core::Time now) {
    Session session;
    session.language = state.home_language;
    session.screens.emplace_back(home::State{});
    session.last_touch = now;
    return session;
}

bool is_fresh(const State& state) {
    const Session& session = state.session;
    return session.screens.size() == 1 && session.language == state.home_language &&
           session.theme == ThemeName::light && session.text_scale == 1.0f && session.drafts.empty() &&
           session.tally.feedback.is_empty();
}

void wipe(Session& session) {
    for (Screen& screen : session.screens) {
        std::visit(core::overloaded{
                       [](search::State& search) { search::wipe(search); },
                       [](form::State& form) { form::wipe(form); },
                       [](claim::State& claim) { core::wipe(claim.typed), core::wipe(claim.asked); },
                       [](receipt::State& receipt) { core::wipe(receipt.claim_code); },
                       [](auto&) {},
                   },
                   screen);
    }
    for (form::State& draft : session.drafts) form::wipe(draft);
    core::wipe(session.last_search);
}

bool has_open_form(const Session& session) {
    return !session.drafts.empty() || std::any_of(session.screens.begin(), session.screens.end(), [](const Screen& s) {
        return std::holds_alternative<form::State>(s);
    });
}

// What is shown reads from the content; the screens below ask again when Back shows them.
Effects refresh_top(State& state) {
    const Around view = around(state);
    return std::visit(core::overloaded{
                          [&](search::State& screen) { return search::refresh(screen, view); },
                          [&](article::State& screen) { return article::refresh(screen, view); },
                          [](auto&) { return Effects{}; },
                      },
                      state.session.screens.back());
}

Effects take_next_content(State& state) {
    if (!state.next_content || has_open_form(state.session)) return {};
    state.content = std::move(state.next_content);
    state.next_content.reset();
    return refresh_top(state);
}

Effects end_session(State& state, core::Time now) {
    Effects effects;
    if (auto feedback = tally::take(state)) effects.emplace_back(KeepFeedback{std::move(*feedback)});
    wipe(state.session);
    state.session = fresh_session(state, now);
    effects.emplace_back(WipeSession{});
    for (Effect& effect : take_next_content(state)) effects.push_back(std::move(effect));
    return effects;
}

void push(State& state, Screen screen) {
    auto& screens = state.session.screens;
    if (screens.size() >= deepest_stack) {
        // Never a form: what was typed must not vanish unseen.
        const auto oldest = std::find_if(screens.begin() + 1, screens.end(), [](const Screen& s) {
            return !std::holds_alternative<form::State>(s);
        });
        if (oldest != screens.end()) screens.erase(oldest);
    }
    screens.push_back(std::move(screen));
}

void keep_draft(State& state, form::State form) {
    form.focused.clear();
    form.failed.reset();
    auto& drafts = state.session.drafts;
    std::erase_if(drafts, [&](const form::State& draft) { return draft.service == form.service; });
    if (form::is_touched(form, around(state))) drafts.push_back(std::move(form));
}

Effects go_back(State& state) {
    auto& screens = state.session.screens;
    if (screens.size() == 1) return {};
    if (auto* form = std::get_if<form::State>(&screens.back())) {
        if (form->sending || form::step_back(*form, around(state))) return {};
        form::State left = std::move(*form);
        screens.pop_back();
        keep_draft(state, std::move(left));
    } else {
        screens.pop_back();
    }
    if (screens.size() == 1) core::wipe(state.session.last_search);

    Effects effects = take_next_content(state);
    if (!effects.empty()) return effects;
    // The language may have changed on a screen above; then what stands here is in the old one.
    const Around view = around(state);
    const auto reread = [&](auto* shown) { return shown && shown->language != view.language; };
    const bool is_old = reread(std::get_if<article::State>(&screens.back())) ||
                        reread(std::get_if<search::State>(&screens.back()));
    return is_old ? refresh_top(state) : Effects{};
}

Effects open_article(State& state, const Follow& follow) {
    auto& screens = state.session.screens;
    auto* shown = std::get_if<article::State>(&screens.back());
    if (shown && (follow.article.empty() || follow.article == shown->id ||
                  (shown->article && follow.article == shown->article->id))) {
        shown->anchor = follow.anchor;
        return {};
    }
    if (follow.article.empty()) return {};
    article::State next;
    next.id = article::find(follow.article, around(state));
    if (next.id.empty()) next.id = follow.article;  // the worker knows best; else the screen says that it is gone
    next.anchor = follow.anchor;
    Effects effects = article::refresh(next, around(state));
    push(state, std::move(next));
    return effects;
}

// What the person was after when they opened a form: the article that did not help, and the words of the search.
form::Beginning where_from(const State& state, const Moment& moment) {
    form::Beginning from{moment.fresh_id, {}, {}};
    for (auto screen = state.session.screens.rbegin(); screen != state.session.screens.rend(); ++screen) {
        if (const auto* article = std::get_if<article::State>(&*screen); article && from.article.empty()) {
            from.article = article->article ? article->article->id : article->id;
        }
        if (const auto* search = std::get_if<search::State>(&*screen); search && from.search_words.empty()) {
            from.search_words = std::string(core::utf8::trimmed(search->query));
        }
    }
    return from;
}

Effects open_service(State& state, const OpenService& open, const Moment& moment) {
    const catalog::Service* service = state.content->catalog.service(open.service);
    if (!service) return {};
    auto& drafts = state.session.drafts;
    const auto draft = std::find_if(drafts.begin(), drafts.end(),
                                    [&](const form::State& form) { return form.service == open.service; });
    if (draft != drafts.end()) {
        form::State form = std::move(*draft);
        drafts.erase(draft);
        push(state, std::move(form));
        return {};
    }
    push(state, form::begin(*service, where_from(state, moment), around(state)));
    return {};
}

Effects open_problem(State& state, const OpenProblem& open) {
    if (state.content->catalog.known_problem(open.problem)) push(state, problem::State{open.problem});
    return {};
}

Effects open_services(State& state, const OpenServices& open) {
    if (auto* shown = std::get_if<services::State>(&state.session.screens.back())) {
        shown->department = open.department;
    } else {
        push(state, services::State{open.department});
    }
    return {};
}

Effects open_claim(State& state) {
    auto& screens = state.session.screens;
    if (std::holds_alternative<claim::State>(screens.back())) return {};
    claim::State next;
    Effects effects;
    if (const auto* receipt = std::get_if<receipt::State>(&screens.back())) {
        next.typed = receipt->claim_code;
        effects = claim::look_up(next);
    }
    push(state, std::move(next));
    return effects;
}

Effects open_topic(State& state, const OpenTopic& open) {
    search::State next;
    next.topic = open.topic;
    next.keyboard = false;
    Effects effects = search::refresh(next, around(state));
    push(state, std::move(next));
    return effects;
}

Effects choose_language(State& state, const ChooseLanguage& choose) {
    auto& screens = state.session.screens;
    state.session.language = choose.language;
    if (std::holds_alternative<language::State>(screens.back()) && screens.size() > 1) screens.pop_back();
    return refresh_top(state);
}

// The form is replaced by the receipt and Back leads home: nothing can be sent twice by going back.
Effects show_receipt(State& state, const Queued& queued) {
    auto& screens = state.session.screens;
    const auto sent = std::find_if(screens.begin(), screens.end(), [&](const Screen& screen) {
        const auto* form = std::get_if<form::State>(&screen);
        return form && form->sending && form->request_id == queued.request_id;
    });
    if (sent == screens.end()) return {};  // the person has gone; the request has not

    receipt::State next;
    next.claim_code = queued.claim_code;
    next.service = std::get<form::State>(*sent).service;
    next.request_id = queued.request_id;
    form::wipe(std::get<form::State>(*sent));
    screens.resize(1);
    core::wipe(state.session.last_search);
    screens.emplace_back(std::move(next));
    return take_next_content(state);
}

Effects tick(State& state, core::Time now) {
    const auto deadline = next_deadline(state);
    if (!deadline || now < *deadline) return {};
    if (state.session.warned || state.session.screens.size() == 1) return end_session(state, now);
    state.session.warned = true;
    // The machine may have slept: the warning still gets its full time.
    state.session.last_touch = now - *idle_limit(state.session.screens.back());
    return tick(state, now);
}

Effects update_screen(State& state, const Action& action) {
    const Around view = around(state);
    return std::visit(core::overloaded{
                          [&](search::State& screen) { return search::update(screen, action, view); },
                          [&](article::State& screen) { return article::update(screen, action, view); },
                          [&](form::State& screen) { return form::update(screen, action, view); },
                          [&](receipt::State& screen) { return receipt::update(screen, action); },
                          [&](claim::State& screen) { return claim::update(screen, action); },
                          [](auto&) { return Effects{}; },
                      },
                      state.session.screens.back());
}

// Answers from the worker find their screen also when another one covers it.
Effects update_all_screens(State& state, const Action& action) {
    const Around view = around(state);
    for (Screen& screen : state.session.screens) {
        std::visit(core::overloaded{
                       [&](search::State& s) { search::update(s, action, view); },
                       [&](article::State& s) { article::update(s, action, view); },
                       [&](form::State& s) { form::update(s, action, view); },
                       [&](receipt::State& s) { receipt::update(s, action); },
                       [&](claim::State& s) { claim::update(s, action); },
                       [](auto&) {},
                   },
                   screen);
    }
    return {};
}

template <class T>
constexpr bool is_from_worker =
    std::is_same_v<T, HitsCame> || std::is_same_v<T, ArticleCame> || std::is_same_v<T, Queued> ||
    std::is_same_v<T, NotQueued> || std::is_same_v<T, ProgressCame> || std::is_same_v<T, SyncChanged> ||
    std::is_same_v<T, RequestArrived> || std::is_same_v<T, ContentCame> || std::is_same_v<T, Tick>;

bool is_from_finger(const Action& action) {
    return std::visit([](const auto& a) { return !is_from_worker<std::decay_t<decltype(a)>>; }, action);
}

// Any sign of life extends. A bare touch does not take the warning card away, or the button under the finger would
// vanish between press and release; it starts the countdown anew.
void count_as_life(State& state, const Action& action, core::Time now) {
    Session& session = state.session;
    const auto limit = idle_limit(session.screens.back());
    if (session.warned && std::holds_alternative<Touched>(action) && limit) {
        session.last_touch = now - *limit;
        return;
    }
    session.warned = false;
    session.last_touch = now;
}

}  // namespace

State start(std::shared_ptr<const Content> content, std::string site, std::string language, core::Time now) {
    State state;
    state.content = std::move(content);
    state.site = std::move(site);
    state.home_language = std::move(language);
    state.today = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)};
    state.session = fresh_session(state, now);
    return state;
}

Effects update(State& state, const Action& action, const Moment& moment) {
    state.today = moment.today;
    if (is_from_finger(action)) count_as_life(state, action, moment.now);

    tally::before(state, action, moment.now);
    Effects effects = std::visit(
        core::overloaded{
            [](const Touched&) -> Effects { return {}; },
            [](const StillHere&) -> Effects { return {}; },
            [&](const Back&) { return go_back(state); },
            [&](const StartOver&) { return end_session(state, moment.now); },
            [&](const OpenLanguages&) -> Effects {
                if (!std::holds_alternative<language::State>(state.session.screens.back())) {
                    push(state, language::State{});
                }
                return {};
            },
            [&](const ChooseLanguage& choose) { return choose_language(state, choose); },
            [&](const ChooseTheme& choose) -> Effects {
                state.session.theme = choose.theme;
                return {};
            },
            [&](const ChooseTextScale& choose) -> Effects {
                state.session.text_scale = std::clamp(choose.scale, 1.0f, 2.0f);
                return {};
            },
            [&](const OpenSearch&) -> Effects {
                search::State next;
                next.language = state.session.language;
                push(state, std::move(next));
                return {};
            },
            [&](const OpenTopic& open) { return open_topic(state, open); },
            [&](const OpenServices& open) { return open_services(state, open); },
            [&](const OpenService& open) { return open_service(state, open, moment); },
            [&](const OpenProblem& open) { return open_problem(state, open); },
            [&](const OpenClaim&) { return open_claim(state); },
            [&](const Follow& follow) { return open_article(state, follow); },
            [&](const Queued& queued) { return show_receipt(state, queued); },
            [&](const HitsCame&) { return update_all_screens(state, action); },
            [&](const ArticleCame&) { return update_all_screens(state, action); },
            [&](const NotQueued&) { return update_all_screens(state, action); },
            [&](const ProgressCame&) { return update_all_screens(state, action); },
            [&](const RequestArrived&) { return update_all_screens(state, action); },
            [&](const SyncChanged& changed) -> Effects {
                state.sync = changed.sync;
                return {};
            },
            [&](const ContentCame& came) -> Effects {
                state.next_content = came.content;
                return take_next_content(state);
            },
            [&](const Tick&) { return tick(state, moment.now); },
            [&](const auto&) { return update_screen(state, action); },
        },
        action);

    tally::after(state, action, moment.now);

    if (const auto* search = std::get_if<search::State>(&state.session.screens.back())) {
        state.session.last_search = search->query;
    }
    return effects;
}

std::optional<core::Time> next_deadline(const State& state) {
    const Session& session = state.session;
    const auto limit = idle_limit(session.screens.back());
    if (!limit) {
        if (is_fresh(state)) return std::nullopt;
        return session.last_touch + forgotten_at_home;
    }
    return session.last_touch + *limit + (session.warned ? warning_length : std::chrono::seconds{0});
}

}  // namespace kiosk
