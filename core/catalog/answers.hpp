// The verdicts about a form that is being filled: what is shown, required, offered, wrong; and its final form.
//
// One engine for kiosk, desk, portal and export. A field that is not shown keeps its value while the person
// edits, reads as blank to every condition, is never required, never validated, and leaves with `finalised`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/json.hpp"
#include "core/base/language.hpp"
#include "core/catalog/form.hpp"

namespace catalog {

using Answers = std::map<std::string, Answer, std::less<>>;

// What the form's rules may ask of the world.
struct Offer {
    std::string value;
    core::Text label;
    std::string icon;
};
struct Surroundings {
    core::Date today;
    std::string own_site;                              // of the kiosk or the person
    std::vector<Offer> sites;                          // for `site` fields
    std::map<std::string, std::vector<Offer>> places;  // by site
    bool knows_places = true;                          // the desk judges old forms whose sites may be gone
};

enum class Fault { missing, not_offered, not_a_number, too_small, too_large, too_short, too_long, not_matching, not_a_date, too_early, too_late };
[[nodiscard]] std::string_view name_of(Fault fault);  // the key of its translation is "fault." + this

struct FieldState {
    const Field* field = nullptr;
    bool shown = false;
    bool required = false;
    std::vector<Offer> offers;  // choice, choices, site, place: what can be chosen now
    std::optional<Fault> fault; // of a shown field
};

struct FormState {
    std::vector<FieldState> fields;  // in the order of the form

    [[nodiscard]] const FieldState& of(std::string_view field) const;
    [[nodiscard]] bool is_complete() const;  // nothing shown is wrong or missing
};

// Start values: defaults and prefills. `prefilled` holds values for Prefill kinds that are known.
[[nodiscard]] Answers starting_answers(const Form& form, const Surroundings& world,
                                       const std::map<Prefill, std::string>& prefilled);

[[nodiscard]] FormState judge(const Form& form, const Answers& answers, const Surroundings& world);

// Sets one answer, then clears choices that are not offered any more, until nothing changes.
void set_answer(const Form& form, Answers& answers, std::string_view field, Answer answer,
                const Surroundings& world);

// Only what is shown and answered, numbers and texts in normal form.
[[nodiscard]] Answers finalised(const Form& form, const Answers& answers, const Surroundings& world);

[[nodiscard]] core::Json to_json(const Answers& answers);
[[nodiscard]] core::Result<Answers> answers_from(const core::Json& json);

// "Receipt printer", "24 November 2026", "Yes": an answer as people read it. `yes` and `no` are the program's words.
[[nodiscard]] std::string readable(const Field& field, const Answer& answer, const Surroundings& world,
                                   std::string_view language, std::string_view yes, std::string_view no);

}  // namespace catalog
