// What the form wizard and its review need to know of a form: verdicts, and which steps there are.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/catalog/answers.hpp"
#include "core/catalog/service.hpp"
#include "kiosk/app/app.hpp"

namespace kiosk::form {

// Null if the service is gone.
[[nodiscard]] const catalog::Service* service_of(const State& screen, const Content& content);

// Site and day that rules about answers may ask for.
[[nodiscard]] catalog::Surroundings surroundings(const kiosk::State& kiosk);

[[nodiscard]] catalog::FormState verdict(const State& screen, const catalog::Service& service,
                                         const catalog::Surroundings& world);

// Steps in which something is shown; the others are skipped, as if they were not there.
[[nodiscard]] std::vector<std::size_t> shown_steps(const catalog::Form& form, const catalog::FormState& verdict);

// The first step with a missing or wrong answer.
[[nodiscard]] std::optional<std::size_t> first_faulty_step(const catalog::Form& form, const catalog::FormState& verdict);

[[nodiscard]] inline bool is_review(const State& screen, const catalog::Form& form) {
    return screen.step >= form.steps.size();
}

// Fields whose answer is typed.
[[nodiscard]] bool is_typed(catalog::FieldType type);

}  // namespace kiosk::form
