// A known problem: what is broken now, where, and what to do until it works again (content/README.md tells the keys).
//
// It answers a search like an article does, so that nobody reports what is known already.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/language.hpp"
#include "core/base/problem.hpp"

namespace catalog {

struct KnownProblem {
    std::string id;
    core::Text title;
    core::Text meanwhile;  // what to do until it is solved
    core::Text keywords;   // one text a language, words separated by ", "
    std::string category;
    std::vector<std::string> audience;  // "public", "staff" or roles; empty means staff
    std::vector<std::string> sites;     // empty means all
    std::vector<std::string> services;  // forms that people would reach for
    std::vector<std::string> articles;
    std::optional<core::Date> since;
    std::optional<core::Date> until;  // the first day without it
};

// Nothing when a problem is an error.
[[nodiscard]] std::optional<KnownProblem> parse_known_problem(std::string_view text, const std::string& file,
                                                              core::Problems& problems);

}  // namespace catalog
