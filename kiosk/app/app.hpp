// The whole kiosk as a value: which screen, what is on it, what can happen to it.
//
// `update` decides and is pure: it opens no file, asks no clock, starts no thread. Actions come from fingers (through
// kiosk/ui) and from the worker; effects go out to the worker (kiosk/shell).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"
#include "core/catalog/answers.hpp"
#include "core/catalog/feedback.hpp"
#include "core/catalog/wire.hpp"
#include "kb/article.hpp"
#include "kb/searcher.hpp"
#include "kiosk/app/content.hpp"
#include "kiosk/app/effects.hpp"

namespace kiosk {

// What the deciding side may know of the moment.
struct Moment {
    core::Time now;
    core::Date today;
    std::string fresh_id;  // a UUIDv7 for a request that may be opened now
};

namespace home {
struct State {};
}

namespace search {
enum class Filter { all, answers, forms, problems };
struct State {
    std::string query;
    std::size_t caret = 0;  // byte offset in `query`
    std::string topic;      // browsing a topic instead of words, or empty
    kb::Found found;
    std::string found_for;  // the query that `found` answers
    bool waiting = false;
    Filter filter = Filter::all;  // as chosen; `shown_filter` is what holds
    bool keyboard = true;
    std::string language;  // that `found` was asked for in
};
[[nodiscard]] std::size_t count(const State& screen, Filter filter);
// The one that was chosen, unless it would leave nothing of what was found: no choice is a dead end.
[[nodiscard]] Filter shown_filter(const State& screen);
[[nodiscard]] bool passes(const kb::Hit& hit, Filter filter);
}  // namespace search

namespace problem {
// What is broken now, and what to do meanwhile.
struct State {
    std::string id;  // in Content
};
}  // namespace problem

namespace article {
enum class Helped { not_said, yes, no };
struct State {
    std::string id;
    std::string anchor;  // to scroll to
    std::shared_ptr<const kb::Article> article;  // shared: read by the drawing side while the worker keeps its cache
    bool missing = false;
    Helped helped = Helped::not_said;
    std::string language;  // that it was asked for in
};
}  // namespace article

namespace services {
struct State {
    std::string department;  // shown, or empty for all
};
}  // namespace services

namespace form {
struct State {
    std::string request_id;
    std::string service;  // id in Content
    catalog::Answers answers;
    std::size_t step = 0;  // steps.size() is the review
    bool show_faults = false;  // after a try to go on
    std::string focused;       // the field that the keyboard types into, or empty
    std::size_t caret = 0;
    std::string article;       // that did not help
    std::string search_words;
    bool sending = false;
    std::optional<core::ErrorKind> failed;  // why it could not be kept
    bool reviewed = false;     // the review was reached: Next goes back to it, not through every step again
};
}  // namespace form

namespace receipt {
struct State {
    std::string claim_code;
    std::string service;
    bool sent = false;  // the desk has it already
    std::string ticket;
    std::string request_id;
};
}  // namespace receipt

namespace claim {
struct State {
    std::string typed;
    std::size_t caret = 0;
    bool wrong_code = false;
    bool waiting = false;
    std::optional<catalog::Progress> progress;
    bool offline = false;    // what is shown is the last known state
    bool not_found = false;
    std::string asked;       // the code, in normal form, that the worker looks up
};
}  // namespace claim

namespace language {
struct State {};
}

using Screen = std::variant<home::State, search::State, article::State, problem::State, services::State, form::State,
                            receipt::State, claim::State, language::State>;

// The truth about what was sent.
struct SyncState {
    bool enrolled = false;
    bool online = false;
    std::int64_t waiting = 0;  // requests in the outbox that the desk has not acknowledged
};

// What this session tells about the content so far (kiosk/app/tally).
struct Tally {
    catalog::Feedback feedback;
    core::Time results_since;  // the search screen shows the answer to its words
    std::string looked_at;     // words that were changed after their results had been looked at
};

enum class ThemeName { light, dark, high_contrast };

// All that belongs to the person standing there: dropped whole and made anew.
struct Session {
    std::string language;
    ThemeName theme = ThemeName::light;
    float text_scale = 1.0f;  // 1 to 2
    std::vector<Screen> screens;  // the last is shown; the first is home
    std::string last_search;
    core::Time last_touch;
    bool warned = false;  // the "are you still there?" card is up
    Tally tally;
    std::vector<form::State> drafts;  // forms that were left with Back, one a service: opened again, they go on
};

struct State {
    std::shared_ptr<const Content> content;  // shared: the worker swaps in a new snapshot, screens finish with the old
    std::string site;
    SyncState sync;
    Session session;
    core::Date today{};              // as of the last action
    std::string home_language;       // that each new session starts in
    std::shared_ptr<const Content> next_content;  // came while a form was open; shown as soon as none is
};

// ---- What can happen.

// From fingers, on every screen.
struct Touched {};  // any input: the idle countdown starts anew
struct Back {};
struct StartOver {};
struct OpenLanguages {};
struct ChooseLanguage { std::string language; };
struct ChooseTheme { ThemeName theme; };
struct ChooseTextScale { float scale; };
struct StillHere {};

struct OpenSearch {};
struct OpenTopic { std::string topic; };
struct OpenServices { std::string department; };
struct OpenService { std::string service; };
struct OpenProblem { std::string problem; };
struct OpenClaim {};
struct Follow { std::string article; std::string anchor; };  // a hit, a link, a related article

// Text that is typed, on whichever field has the caret. "\n" alone is the Enter key: a new line in a long text, else on
// to the next field, the look-up, or away with the keyboard.
struct TypeText { std::string text; };
struct Backspace {};
struct MoveCaret { std::size_t to; };  // byte offset
struct ClearText {};
struct TakeWords { std::string words; };  // instead of what was typed: a suggestion
struct ShowKeyboard { bool shown; };
struct ChooseFilter { search::Filter filter; };

struct SayHelped { bool helped; };

struct FocusField { std::string field; };  // empty: none
struct SetAnswer { std::string field; catalog::Answer answer; };
struct NextStep {};
struct GoToStep { std::size_t step; };
struct Send {};

struct LookUpClaim {};

// From the worker.
struct HitsCame { std::string query; kb::Found found; std::string language; };
// `id` and `language` are those asked for; a null article: there is none.
struct ArticleCame { std::string id; std::shared_ptr<const kb::Article> article; std::string language; };
struct Queued { std::string request_id; std::string claim_code; };
struct NotQueued { std::string request_id; core::ErrorKind why; };
struct ProgressCame { std::string claim_code; std::optional<catalog::Progress> progress; bool offline = false; };
struct SyncChanged { SyncState sync; };
struct RequestArrived { std::string request_id; std::string ticket; };  // a receipt came
struct ContentCame { std::shared_ptr<const Content> content; };
struct Tick {};  // the deadline that `next_deadline` named has passed

using Action = std::variant<Touched, Back, StartOver, OpenLanguages, ChooseLanguage, ChooseTheme, ChooseTextScale, StillHere,
                            OpenSearch, OpenTopic, OpenServices, OpenService, OpenProblem, OpenClaim, Follow, TypeText, Backspace,
                            MoveCaret, ClearText, TakeWords, ShowKeyboard, ChooseFilter, SayHelped, FocusField, SetAnswer, NextStep, GoToStep, Send,
                            LookUpClaim, HitsCame, ArticleCame, Queued, NotQueued, ProgressCame, SyncChanged, RequestArrived,
                            ContentCame, Tick>;
using Actions = std::vector<Action>;

[[nodiscard]] State start(std::shared_ptr<const Content> content, std::string site, std::string language, core::Time now);

Effects update(State& state, const Action& action, const Moment& moment);

// When `update` wants a Tick, if nothing happens before: the idle warning, the reset.
[[nodiscard]] std::optional<core::Time> next_deadline(const State& state);

// How long a person may be still on the shown screen before the warning comes; none on home.
[[nodiscard]] std::optional<std::chrono::seconds> idle_limit(const Screen& screen);
inline constexpr std::chrono::seconds warning_length{20};

}  // namespace kiosk
