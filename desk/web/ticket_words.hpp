// How pages name what a ticket is and what happened to it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "desk/rules/ticket.hpp"
#include "desk/store/published.hpp"
#include "desk/web/page.hpp"

namespace desk::web {

[[nodiscard]] std::string state_key(State state);
[[nodiscard]] std::string priority_key(catalog::Priority priority);
// The look of a state: its category, but "ended" for what ended without a solution.
[[nodiscard]] std::string chip_of(const Ticket& ticket);

// Login → name. Who is not there any more keeps the login.
using PeopleNames = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] core::Result<PeopleNames> names_of_people(core::Database& db);
[[nodiscard]] std::string name_of_person(const PeopleNames& names, std::string_view login);

// "Jane Doe resolved it: Solved"
[[nodiscard]] std::string sentence_of(const Event& event, const Lists& lists, const PeopleNames& names, const Speech& say);

// What was written with an event, and who may read it.
struct Written {
    std::string text;  // or empty
    bool is_public = false;
};
[[nodiscard]] Written written_in(const Event& event);

}  // namespace desk::web
