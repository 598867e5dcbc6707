// Types a question letter by letter, as a person at the kiosk, and measures what each letter costs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "kb/searcher.hpp"

namespace kb::cli {

// Finds what was typed so far.
using Search = std::function<core::Result<void>(const std::string& words)>;

// Milliseconds of this thread's CPU time, one search for each letter from the second on.
[[nodiscard]] core::Result<std::vector<double>> time_keystrokes(const std::string& words, const Search& search);
[[nodiscard]] core::Result<std::vector<double>> time_keystrokes(const Searcher& searcher, const Question& question);

// The value below which `share` of them lie; 0 when there are none.
[[nodiscard]] double percentile(std::vector<double> values, double share);

}  // namespace kb::cli
