#include "kb/cli/keystrokes.hpp"

#include <time.h>

#include <algorithm>
#include <cmath>

#include "core/base/utf8.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t most_keystrokes = 40;

double cpu_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

core::Result<std::vector<double>> time_keystrokes(const std::string& words, const Search& search) {
    std::vector<double> times;
    std::size_t at = core::utf8::next_boundary(words, 0);
    for (std::size_t n = 2; n <= most_keystrokes && at < words.size(); ++n) {
        at = core::utf8::next_boundary(words, at);
        const std::string typed = words.substr(0, at);
        const double before = cpu_ms();
        const auto found = search(typed);
        if (!found) return core::fail(found.error());
        times.push_back(cpu_ms() - before);
    }
    return times;
}

core::Result<std::vector<double>> time_keystrokes(const Searcher& searcher, const Question& question) {
    Question typed = question;
    return time_keystrokes(question.words, [&](const std::string& words) -> core::Result<void> {
        typed.words = words;
        if (auto found = searcher.search(typed); !found) return core::fail(found.error());
        return {};
    });
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::clamp<std::size_t>(at, 1, values.size()) - 1];
}

}  // namespace kb::cli
