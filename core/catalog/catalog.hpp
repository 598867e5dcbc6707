// Everything in a content folder but the articles: the company's lists, services and people, checked together.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/language.hpp"
#include "core/base/problem.hpp"
#include "core/catalog/answers.hpp"
#include "core/catalog/known_problem.hpp"
#include "core/catalog/people.hpp"
#include "core/catalog/service.hpp"

namespace catalog {

struct Department {
    std::string id;
    core::Text title;
    std::string icon;
};
struct Topic {
    std::string id;
    core::Text title;
    std::string icon;
    int colour = 1;
};
struct Team {
    std::string id;
    core::Text title;
    std::string department;
    std::string calendar;
    std::string lead;
};
struct Place {
    std::string id;
    core::Text title;
};
struct Site {
    std::string id;
    std::string number;
    core::Text title;
    std::string kind;
    std::string address;
    std::string zone;
    core::Language language;
    std::vector<Place> places;
};

struct Catalog {
    std::string company;
    std::vector<core::Language> languages;
    std::vector<core::Language> fallback{"en"};
    std::vector<Department> departments;
    std::vector<Topic> topics;
    std::vector<Team> teams;
    std::vector<Site> sites;
    std::vector<Person> people;     // empty on a kiosk: people do not travel there
    std::vector<Service> services;  // sorted by id
    std::vector<KnownProblem> known_problems;  // sorted by id, also those of other days and sites

    [[nodiscard]] const Service* service(std::string_view id) const;
    [[nodiscard]] const KnownProblem* known_problem(std::string_view id) const;
    [[nodiscard]] const Topic* topic(std::string_view id) const;
    [[nodiscard]] const Department* department(std::string_view id) const;
    [[nodiscard]] const Team* team(std::string_view id) const;
    [[nodiscard]] const Site* site(std::string_view id) const;
    [[nodiscard]] const Person* person(std::string_view number) const;

    // For judging a form at this site on that day.
    [[nodiscard]] Surroundings surroundings(std::string_view own_site, core::Date today) const;
};

// Reads what is there: a folder with only `articles/`, or none of the lists, is an empty catalog. References between
// files (team, topic, site, manager …) are checked. Problems name files relative to `folder`.
[[nodiscard]] Catalog load_catalog(const std::filesystem::path& folder, core::Problems& problems);

}  // namespace catalog
