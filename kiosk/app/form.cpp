#include "kiosk/app/form.hpp"

#include <algorithm>

#include "core/base/crypto.hpp"
#include "core/base/utf8.hpp"
#include "kiosk/app/screens.hpp"
#include "kiosk/app/typing.hpp"

namespace kiosk::form {
namespace {

bool shows_something(const catalog::Step& step, const catalog::FormState& verdict) {
    return std::any_of(step.fields.begin(), step.fields.end(),
                       [&](const catalog::Field& field) { return verdict.of(field.id).shown; });
}

bool is_faulty(const catalog::Step& step, const catalog::FormState& verdict) {
    return std::any_of(step.fields.begin(), step.fields.end(), [&](const catalog::Field& field) {
        const catalog::FieldState& state = verdict.of(field.id);
        return state.shown && state.fault;
    });
}

std::size_t limit_of(const catalog::Field& field) {
    // A length that the form names is judged, not enforced while typing: the person sees what is too much.
    return field.type == catalog::FieldType::long_text ? catalog::longest_long_text : catalog::longest_text;
}

void enter(State& screen, std::size_t step, const catalog::Form& form) {
    screen.step = std::min(step, form.steps.size());
    screen.show_faults = false;
    screen.focused.clear();
    screen.caret = 0;
    if (is_review(screen, form)) screen.reviewed = true;
}

void enter_with_faults(State& screen, std::size_t step, const catalog::Form& form) {
    enter(screen, step, form);
    screen.show_faults = true;
}

std::string text_of(const State& screen, std::string_view field) {
    const auto found = screen.answers.find(field);
    return found == screen.answers.end() ? std::string{} : std::string(found->second.one());
}

void focus(State& screen, const std::string& field) {
    screen.focused = field;
    screen.caret = text_of(screen, field).size();
}

// Enter on a single line goes to the next field of the step that is typed, or puts the keyboard away.
void focus_next(State& screen, const catalog::Form& form, const catalog::FormState& verdict) {
    bool is_after = false;
    if (!is_review(screen, form)) {
        for (const catalog::Field& field : form.steps[screen.step].fields) {
            if (is_after && is_typed(field.type) && verdict.of(field.id).shown) return focus(screen, field.id);
            if (field.id == screen.focused) is_after = true;
        }
    }
    focus(screen, "");
}

void go_on(State& screen, const catalog::Form& form, const catalog::FormState& verdict) {
    if (is_review(screen, form)) return;
    if (is_faulty(form.steps[screen.step], verdict)) {
        screen.show_faults = true;
        return;
    }
    if (screen.reviewed) {
        // One answer was corrected; the others were seen already, unless the correction asks for more.
        if (const auto faulty = first_faulty_step(form, verdict)) return enter(screen, *faulty, form);
        return enter(screen, form.steps.size(), form);
    }
    for (std::size_t step = screen.step + 1; step < form.steps.size(); ++step) {
        if (shows_something(form.steps[step], verdict)) return enter(screen, step, form);
    }
    enter(screen, form.steps.size(), form);
}

// Backwards always; forwards not past what is missing or wrong.
void go_to(State& screen, std::size_t step, const catalog::Form& form, const catalog::FormState& verdict) {
    step = std::min(step, form.steps.size());
    if (step > screen.step) {
        const auto faulty = first_faulty_step(form, verdict);
        if (faulty && *faulty < step) return enter_with_faults(screen, *faulty, form);
    }
    if (step < form.steps.size() && !shows_something(form.steps[step], verdict)) return;
    enter(screen, step, form);
}

Effects send(State& screen, const catalog::Service& service, const catalog::FormState& verdict, const Around& around) {
    if (!is_review(screen, service.form)) return {};
    if (const auto faulty = first_faulty_step(service.form, verdict)) {
        enter_with_faults(screen, *faulty, service.form);
        return {};
    }
    screen.sending = true;
    screen.failed.reset();
    return {Submit{
        .request_id = screen.request_id,
        .service = service.id,
        .service_version = service.version,
        .title = std::string(service.title.read(around.language, around.content.catalog.fallback).text),
        .language = around.language,
        .site = around.site,
        .answers = catalog::finalised(service.form, screen.answers, around.surroundings()),
        .article = screen.article,
        .search_words = screen.search_words,
    }};
}

}  // namespace

const catalog::Service* service_of(const State& screen, const Content& content) {
    return content.catalog.service(screen.service);
}

catalog::Surroundings surroundings(const kiosk::State& kiosk) {
    return kiosk.content->catalog.surroundings(kiosk.site, kiosk.today);
}

catalog::FormState verdict(const State& screen, const catalog::Service& service, const catalog::Surroundings& world) {
    return catalog::judge(service.form, screen.answers, world);
}

std::vector<std::size_t> shown_steps(const catalog::Form& form, const catalog::FormState& verdict) {
    std::vector<std::size_t> shown;
    for (std::size_t step = 0; step < form.steps.size(); ++step) {
        if (shows_something(form.steps[step], verdict)) shown.push_back(step);
    }
    return shown;
}

std::optional<std::size_t> first_faulty_step(const catalog::Form& form, const catalog::FormState& verdict) {
    for (std::size_t step = 0; step < form.steps.size(); ++step) {
        if (is_faulty(form.steps[step], verdict)) return step;
    }
    return std::nullopt;
}

bool is_typed(catalog::FieldType type) {
    using enum catalog::FieldType;
    switch (type) {
        case text: case long_text: case number: case money: case time: case person: case asset: case email: case phone:
            return true;
        case date: case yes_no: case choice: case choices: case rating: case site: case place: case note:
            return false;
    }
    return false;
}

State begin(const catalog::Service& service, const Beginning& from, const Around& around) {
    std::map<catalog::Prefill, std::string> known;
    if (!from.search_words.empty()) known[catalog::Prefill::search] = from.search_words;
    if (!around.site.empty()) known[catalog::Prefill::site] = around.site;
    known[catalog::Prefill::today] = core::to_text(around.today);
    for (const ArticleTitle& title : around.content.articles) {
        if (title.id == from.article) known[catalog::Prefill::article] = title.title;
    }

    State screen;
    screen.request_id = from.request_id;
    screen.service = service.id;
    screen.article = from.article;
    screen.search_words = from.search_words;
    screen.answers = catalog::starting_answers(service.form, around.surroundings(), known);
    const auto steps = shown_steps(service.form, verdict(screen, service, around.surroundings()));
    enter(screen, steps.empty() ? service.form.steps.size() : steps.front(), service.form);
    return screen;
}

bool step_back(State& screen, const Around& around) {
    const catalog::Service* service = service_of(screen, around.content);
    if (!service) return false;
    const auto steps = shown_steps(service->form, verdict(screen, *service, around.surroundings()));
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        if (*step < screen.step) {
            enter(screen, *step, service->form);
            return true;
        }
    }
    return false;
}

bool is_touched(const State& screen, const Around& around) {
    const catalog::Service* service = service_of(screen, around.content);
    if (!service) return false;
    return screen.answers != begin(*service, {screen.request_id, screen.article, screen.search_words}, around).answers;
}

void wipe(State& screen) {
    for (auto& [field, answer] : screen.answers) {
        for (std::string& value : answer.values) core::wipe(value);
    }
    core::wipe(screen.search_words);
    screen.answers.clear();
}

Effects update(State& screen, const Action& action, const Around& around) {
    const catalog::Service* service = service_of(screen, around.content);
    if (!service) return {};
    const catalog::Form& form = service->form;
    const catalog::Surroundings world = around.surroundings();

    // The answer to Send is the only thing that may happen to a form that is on its way.
    if (screen.sending) {
        if (const auto* failed = std::get_if<NotQueued>(&action); failed && failed->request_id == screen.request_id) {
            screen.sending = false;
            screen.failed = failed->why;
        }
        return {};
    }

    const catalog::Field* typed_into = screen.focused.empty() ? nullptr : form.find(screen.focused);
    const auto edit = [&](auto change) {
        if (!typed_into) return;
        std::string text = text_of(screen, typed_into->id);
        if (!change(Typing{text, screen.caret})) return;
        const std::string field = typed_into->id;
        catalog::set_answer(form, screen.answers, field, text.empty() ? catalog::Answer{} : catalog::Answer{text}, world);
        core::wipe(text);
    };

    std::visit(core::overloaded{
                   [&](const FocusField& wanted) {
                       const catalog::Field* field = form.find(wanted.field);
                       focus(screen, field && is_typed(field->type) ? wanted.field : "");
                   },
                   [&](const TypeText& typed) {
                       const bool lines = typed_into && typed_into->type == catalog::FieldType::long_text;
                       if (typed.text == "\n" && !lines) {
                           return focus_next(screen, form, verdict(screen, *service, world));
                       }
                       edit([&](Typing typing) { return typing.insert(typed.text, limit_of(*typed_into), lines); });
                   },
                   [&](const Backspace&) { edit([](Typing typing) { return typing.backspace(); }); },
                   [&](const ClearText&) { edit([](Typing typing) { return typing.clear(); }); },
                   [&](const MoveCaret& move) {
                       if (!typed_into) return;
                       std::string text = text_of(screen, typed_into->id);
                       Typing{text, screen.caret}.move(move.to);
                       core::wipe(text);
                   },
                   [&](const ShowKeyboard& show) {
                       if (!show.shown) focus(screen, "");
                   },
                   [&](const SetAnswer& set) {
                       if (!form.find(set.field)) return;
                       catalog::set_answer(form, screen.answers, set.field, set.answer, world);
                       // A finger that chooses is done with typing; a text that came whole keeps its caret.
                       focus(screen, set.field == screen.focused ? set.field : "");
                   },
                   [&](const NextStep&) { go_on(screen, form, verdict(screen, *service, world)); },
                   [&](const GoToStep& go) { go_to(screen, go.step, form, verdict(screen, *service, world)); },
                   [](const auto&) {},
               },
               action);

    if (std::holds_alternative<Send>(action)) return send(screen, *service, verdict(screen, *service, world), around);
    return {};
}

}  // namespace kiosk::form
