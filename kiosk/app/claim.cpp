#include "core/catalog/claim_code.hpp"
#include "kiosk/app/screens.hpp"
#include "kiosk/app/typing.hpp"

namespace kiosk::claim {
namespace {

// What was told about one code must not stand below another.
void forget_answer(State& screen) {
    screen.wrong_code = false;
    screen.waiting = false;
    screen.progress.reset();
    screen.offline = false;
    screen.not_found = false;
    screen.asked.clear();
}

}  // namespace

Effects look_up(State& screen) {
    forget_answer(screen);
    auto code = catalog::read_claim_code(screen.typed);
    if (!code) {
        screen.wrong_code = true;
        return {};
    }
    screen.typed = *code;
    screen.caret = screen.typed.size();
    screen.asked = *code;
    screen.waiting = true;
    return {LookUp{*code}};
}

Effects update(State& screen, const Action& action) {
    Typing typing{screen.typed, screen.caret};
    return std::visit(
        core::overloaded{
            [&](const TypeText& typed) -> Effects {
                if (typed.text == "\n") return look_up(screen);
                if (typing.insert(typed.text, longest_code)) forget_answer(screen);
                return {};
            },
            [&](const Backspace&) -> Effects {
                if (typing.backspace()) forget_answer(screen);
                return {};
            },
            [&](const ClearText&) -> Effects {
                if (typing.clear()) forget_answer(screen);
                return {};
            },
            [&](const MoveCaret& move) -> Effects {
                typing.move(move.to);
                return {};
            },
            [&](const LookUpClaim&) -> Effects { return screen.waiting ? Effects{} : look_up(screen); },
            [&](const ProgressCame& came) -> Effects {
                if (!screen.waiting || came.claim_code != screen.asked) return {};
                screen.waiting = false;
                screen.progress = came.progress;
                screen.offline = came.offline;
                screen.not_found = !came.progress && !came.offline;
                return {};
            },
            [](const auto&) -> Effects { return {}; },
        },
        action);
}

}  // namespace kiosk::claim
