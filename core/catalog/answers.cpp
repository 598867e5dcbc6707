#include "core/catalog/answers.hpp"

#include <algorithm>
#include <cassert>
#include <regex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/utf8.hpp"
#include "core/catalog/decimal.hpp"

namespace catalog {
namespace {

const Answer& no_answer() {
    static const Answer blank;
    return blank;
}

const Answer& read(const Answers& answers, std::string_view field) {
    const auto it = answers.find(field);
    return it == answers.end() ? no_answer() : it->second;
}

bool is_time(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 5 && text[2] == ':' && digit(text[0]) && digit(text[1]) && digit(text[3]) && digit(text[4]) &&
           text.substr(0, 2) < "24" && text.substr(3) < "60";
}

std::optional<Fault> fault_of_number(const Constraint& constraint, std::string_view value) {
    const auto number = normal_decimal(value);
    if (!number) return Fault::not_a_number;
    if (constraint.at_least && compare_decimals(*number, *constraint.at_least) < 0) return Fault::too_small;
    if (constraint.at_most && compare_decimals(*number, *constraint.at_most) > 0) return Fault::too_large;
    return std::nullopt;
}

std::optional<Fault> fault_of_date(const Constraint& constraint, std::string_view value, core::Date today) {
    const auto date = core::parse_date(value);
    if (!date) return Fault::not_a_date;
    if (const auto limit = read_date(constraint.after, today); limit && *date <= *limit) return Fault::too_early;
    if (const auto limit = read_date(constraint.before, today); limit && *date >= *limit) return Fault::too_late;
    return std::nullopt;
}

std::optional<Fault> fault_of_text(const Field& field, std::string_view value) {
    const std::size_t length = core::utf8::length(value);
    const std::size_t longest = field.type == FieldType::long_text ? longest_long_text : longest_text;
    const Constraint& constraint = field.constraint;
    if (length > longest) return Fault::too_long;
    if (constraint.max_length && static_cast<std::int64_t>(length) > *constraint.max_length) return Fault::too_long;
    if (constraint.min_length && static_cast<std::int64_t>(length) < *constraint.min_length) return Fault::too_short;
    if (field.type == FieldType::email) {
        const auto at = value.find('@');
        if (at == 0 || at == std::string_view::npos || value.find('.', at) == std::string_view::npos ||
            value.find(' ') != std::string_view::npos) {
            return Fault::not_matching;
        }
    }
    if (field.type == FieldType::phone) {
        const auto digits = std::count_if(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (digits < 3 || value.find_first_not_of("0123456789+-/(). ") != std::string_view::npos) return Fault::not_matching;
    }
    if (!constraint.matches.empty() && field.type != FieldType::long_text &&
        !std::regex_match(value.begin(), value.end(), std::regex(constraint.matches))) {
        return Fault::not_matching;
    }
    return std::nullopt;
}

bool takes_offers(FieldType type) {
    return type == FieldType::choice || type == FieldType::choices || type == FieldType::site || type == FieldType::place;
}

std::optional<Fault> fault_of(const Field& field, const FieldState& state, const Answer& answer, const Surroundings& world) {
    if (answer.blank()) return state.required ? std::optional(Fault::missing) : std::nullopt;
    if (answer.values.size() > 1 && field.type != FieldType::choices) return Fault::not_offered;
    if (takes_offers(field.type)) {
        const bool is_list_of_sites = field.type == FieldType::site || field.type == FieldType::place;
        if (is_list_of_sites && !world.knows_places) return std::nullopt;
        for (const std::string& value : answer.values) {
            const auto offered = [&](const Offer& offer) { return offer.value == value; };
            if (std::none_of(state.offers.begin(), state.offers.end(), offered)) return Fault::not_offered;
        }
        return std::nullopt;
    }
    const std::string_view value = answer.one();
    switch (field.type) {
        case FieldType::number:
        case FieldType::money: return fault_of_number(field.constraint, value);
        case FieldType::rating: {
            if (value.size() == 1 && value[0] >= '1' && value[0] <= '5') return std::nullopt;
            return Fault::not_offered;
        }
        case FieldType::date: return fault_of_date(field.constraint, value, world.today);
        case FieldType::time: return is_time(value) ? std::nullopt : std::optional(Fault::not_a_date);
        case FieldType::yes_no: return value == "true" || value == "false" ? std::nullopt : std::optional(Fault::not_offered);
        case FieldType::note: return Fault::not_offered;
        default: return fault_of_text(field, value);
    }
}

std::vector<Offer> offers_of(const Field& field, const ReadAnswer& read_shown, const Surroundings& world) {
    std::vector<Offer> offers;
    switch (field.type) {
        case FieldType::choice:
        case FieldType::choices:
            for (const Choice& choice : field.choices) {
                if (choice.only_when && !holds(*choice.only_when, read_shown, world.today)) continue;
                offers.push_back({choice.value, choice.label, choice.icon});
            }
            break;
        case FieldType::site: offers = world.sites; break;
        case FieldType::place: {
            const std::string site(field.of.empty() ? std::string_view(world.own_site) : read_shown(field.of).one());
            if (const auto at = world.places.find(site); at != world.places.end()) offers = at->second;
            break;
        }
        default: break;
    }
    return offers;
}

std::string normal_value(const Field& field, const std::string& value) {
    if (field.type == FieldType::number || field.type == FieldType::money) return normal_decimal(value).value_or(value);
    return std::string(core::utf8::trimmed(value));
}

}  // namespace

std::string_view name_of(Fault fault) {
    switch (fault) {
        case Fault::missing: return "missing";
        case Fault::not_offered: return "not_offered";
        case Fault::not_a_number: return "not_a_number";
        case Fault::too_small: return "too_small";
        case Fault::too_large: return "too_large";
        case Fault::too_short: return "too_short";
        case Fault::too_long: return "too_long";
        case Fault::not_matching: return "not_matching";
        case Fault::not_a_date: return "not_a_date";
        case Fault::too_early: return "too_early";
        case Fault::too_late: return "too_late";
    }
    return "missing";
}

const FieldState& FormState::of(std::string_view field) const {
    const auto it = std::find_if(fields.begin(), fields.end(), [&](const FieldState& f) { return f.field->id == field; });
    assert(it != fields.end());
    return *it;
}

bool FormState::is_complete() const {
    return std::none_of(fields.begin(), fields.end(), [](const FieldState& f) { return f.fault.has_value(); });
}

FormState judge(const Form& form, const Answers& answers, const Surroundings& world) {
    // Judged in the order of dependence, so that what is hidden already reads as blank to what depends on it.
    std::map<std::string, FieldState, std::less<>> judged;
    const ReadAnswer read_shown = [&](std::string_view name) -> const Answer& {
        const auto it = judged.find(name);
        return it != judged.end() && it->second.shown ? read(answers, name) : no_answer();
    };
    for (const std::string& id : form.order) {
        const Field* field = form.find(id);
        FieldState state;
        state.field = field;
        state.shown = !field->show_when || holds(*field->show_when, read_shown, world.today);
        if (state.shown) {
            state.required = field->type != FieldType::note &&
                             (field->required || (field->required_when && holds(*field->required_when, read_shown, world.today)));
            state.offers = offers_of(*field, read_shown, world);
            state.fault = fault_of(*field, state, read(answers, id), world);
        }
        judged.emplace(id, std::move(state));
    }
    FormState all;
    for (const Step& step : form.steps) {
        for (const Field& field : step.fields) all.fields.push_back(std::move(judged.at(field.id)));
    }
    return all;
}

Answers starting_answers(const Form& form, const Surroundings& world, const std::map<Prefill, std::string>& prefilled) {
    Answers answers;
    for (const Step& step : form.steps) {
        for (const Field& field : step.fields) {
            std::string value = field.default_value.value_or("");
            if (field.prefill == Prefill::today) value = core::to_text(world.today);
            if (const auto known = prefilled.find(field.prefill); known != prefilled.end()) value = known->second;
            if (value.empty()) continue;
            answers[field.id] = field.type == FieldType::choices ? Answer::list({value}) : Answer(value);
        }
    }
    return answers;
}

void set_answer(const Form& form, Answers& answers, std::string_view field, Answer answer, const Surroundings& world) {
    if (answer.blank() && !answer.several) {
        answers.erase(std::string(field));
    } else {
        answers.insert_or_assign(std::string(field), std::move(answer));
    }
    // Clearing one choice can take the ground from the next; each pass clears at least one, so this ends.
    for (bool changed = true; changed;) {
        changed = false;
        for (const FieldState& state : judge(form, answers, world).fields) {
            if (!state.shown || state.fault != Fault::not_offered || !takes_offers(state.field->type)) continue;
            Answer& kept = answers[state.field->id];
            std::erase_if(kept.values, [&](const std::string& value) {
                return std::none_of(state.offers.begin(), state.offers.end(), [&](const Offer& o) { return o.value == value; });
            });
            if (kept.values.empty()) answers.erase(state.field->id);
            changed = true;
        }
    }
}

Answers finalised(const Form& form, const Answers& answers, const Surroundings& world) {
    Answers final;
    for (const FieldState& state : judge(form, answers, world).fields) {
        const Answer& answer = read(answers, state.field->id);
        if (!state.shown || answer.blank() || state.field->type == FieldType::note) continue;
        Answer kept = answer;
        kept.several = state.field->type == FieldType::choices;
        for (std::string& value : kept.values) value = normal_value(*state.field, value);
        if (!kept.blank()) final.emplace(state.field->id, std::move(kept));
    }
    return final;
}

core::Json to_json(const Answers& answers) {
    core::Json json = core::Json::object();
    for (const auto& [field, answer] : answers) {
        if (answer.several) {
            json[field] = answer.values;
        } else {
            json[field] = std::string(answer.one());
        }
    }
    return json;
}

core::Result<Answers> answers_from(const core::Json& json) {
    const auto wrong = [](std::string what) { return core::fail(core::ErrorKind::invalid, std::move(what)); };
    if (!json.is_object()) return wrong("answers: not an object");
    Answers answers;
    for (const auto& [field, value] : json.items()) {
        if (value.is_string()) {
            answers[field] = Answer(value.get<std::string>());
        } else if (value.is_array() && std::all_of(value.begin(), value.end(), [](const core::Json& v) { return v.is_string(); })) {
            answers[field] = Answer::list(value.get<std::vector<std::string>>());
        } else {
            return wrong(fmt::format("answers: '{}' is neither text nor a list of texts", field));
        }
    }
    return answers;
}

std::string readable(const Field& field, const Answer& answer, const Surroundings& world, std::string_view language,
                     std::string_view yes, std::string_view no) {
    const auto label_of = [&](const std::string& value) -> std::string {
        for (const Choice& choice : field.choices) {
            if (choice.value == value) return choice.label.in(language);
        }
        if (field.type == FieldType::site) {
            for (const Offer& site : world.sites) {
                if (site.value == value) return site.label.in(language);
            }
        }
        if (field.type == FieldType::place) {
            for (const auto& [site, places] : world.places) {
                for (const Offer& place : places) {
                    if (place.value == value) return place.label.in(language);
                }
            }
        }
        return value;
    };
    std::string text;
    for (const std::string& value : answer.values) {
        std::string one = value;
        if (takes_offers(field.type)) one = label_of(value);
        if (field.type == FieldType::yes_no) one = value == "true" ? yes : no;
        if (field.type == FieldType::date) {
            if (const auto date = core::parse_date(value)) one = core::format_date(language, *date);
        }
        if (!text.empty()) text += core::is_right_to_left(language) ? "، " : ", ";
        text += one;
    }
    return text;
}

}  // namespace catalog
