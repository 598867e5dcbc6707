// What people wrote in another form than ours, when there is only one thing they can have meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"

namespace kb {

// "2026/3/2", "2 March 2026", "Mar 2, 2026", "2026-03-02 10:00", "15.3.2026". Nothing for "3/2/2026": which is the month?
[[nodiscard]] std::optional<core::Date> date_meant(std::string_view written);

// Yes, on and True are true; no, off and False are false.
[[nodiscard]] std::optional<bool> truth_meant(std::string_view written);

// "Review-By" → "reviewby": what names are compared by when their spelling does not matter.
[[nodiscard]] std::string without_case_and_hyphens(std::string_view name);

// The one of `names` that differs only in case, blanks, hyphens and underscores; nothing when there are two.
[[nodiscard]] std::optional<std::string> name_meant(std::string_view written, const std::vector<std::string>& names);

}  // namespace kb
