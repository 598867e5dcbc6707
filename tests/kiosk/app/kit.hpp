// A kiosk as a value, over a small catalog, with a clock that the test moves.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "kiosk/app/app.hpp"
#include "kiosk/app/form.hpp"
#include "tests/support/clock.hpp"

namespace support {

std::shared_ptr<const kiosk::Content> small_content();

struct Kiosk {
    core::Time now = at("2026-11-24T08:00:00Z");
    int fresh = 0;
    std::shared_ptr<const kiosk::Content> content = small_content();
    kiosk::State state = kiosk::start(content, "harbour-street", "en", now);

    kiosk::Effects does(const kiosk::Action& action) {
        return kiosk::update(state, action, {now, core::Date{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{24}}, "fresh-" + std::to_string(++fresh)});
    }
    kiosk::Effects after(std::chrono::seconds pause, const kiosk::Action& action) {
        now += pause;
        return does(action);
    }
    // The main loop: sleeps until the deadline and tells it, as long as one comes within the pause.
    kiosk::Effects waits(std::chrono::seconds pause) {
        const core::Time end = now + pause;
        kiosk::Effects all;
        for (auto deadline = kiosk::next_deadline(state); deadline && *deadline <= end; deadline = kiosk::next_deadline(state)) {
            now = std::max(now, *deadline);
            for (auto& effect : does(kiosk::Tick{})) all.push_back(std::move(effect));
        }
        now = end;
        return all;
    }
    template <class S>
    [[nodiscard]] const S& on() const {
        const S* screen = std::get_if<S>(&state.session.screens.back());
        REQUIRE(screen);
        return *screen;
    }
    [[nodiscard]] bool at_home() const { return state.session.screens.size() == 1; }
    void answers(const std::string& field, const std::string& value) {
        does(kiosk::SetAnswer{field, catalog::Answer{value}});
    }
    [[nodiscard]] std::string answer(const std::string& field) const {
        const auto& answers_now = on<kiosk::form::State>().answers;
        const auto found = answers_now.find(field);
        return found == answers_now.end() ? "" : std::string(found->second.one());
    }
    // Home → the fault form, filled in, on its review.
    void fills_in_the_form() {
        does(kiosk::OpenService{"till-fault"});
        answers("problem", "dark");
        does(kiosk::NextStep{});
        does(kiosk::FocusField{"details"});
        does(kiosk::TypeText{"It went dark"});
        does(kiosk::NextStep{});
    }
};

template <class E>
const E* find_effect(const kiosk::Effects& effects) {
    for (const kiosk::Effect& effect : effects) {
        if (const E* found = std::get_if<E>(&effect)) return found;
    }
    return nullptr;
}

inline kb::Hit hit(kb::HitKind kind, const std::string& id) {
    kb::Hit one;
    one.kind = kind;
    one.id = id;
    one.title = id;
    return one;
}

inline kb::Found found(const std::string& id) {
    kb::Found one;
    one.hits.push_back(hit(kb::HitKind::article, id));
    return one;
}

}  // namespace support
