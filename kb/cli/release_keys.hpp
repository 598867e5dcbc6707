// `kb release keys`: key pairs, and the roots that say whose signature counts.
#pragma once

#include <string>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace CLI {
class App;
}

namespace kb::cli {

void add_release_keys(CLI::App& release, const core::Clock& clock, int& exit_code);

// What somebody gives as root: a file with a signed root or with a key, or a public key itself.
[[nodiscard]] core::Result<std::string> trusted_from(const std::string& written);

}  // namespace kb::cli
