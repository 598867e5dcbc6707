// People, as people.csv lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace catalog {

struct Person {
    std::string number;
    std::string name;
    std::string team;
    std::string site;
    std::string manager;  // a number, or empty
    std::vector<std::string> roles;
    std::string language;
    std::string badge;
    std::string email;
};

// RFC 4180 with a header line; columns may stand in any order. A row with a mistake is left out and told by line.
[[nodiscard]] std::vector<Person> parse_people(std::string_view csv, const std::string& file, core::Problems& problems);

}  // namespace catalog
