// A content folder becomes what the desk judges by and what kiosks show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "core/base/problem.hpp"
#include "core/base/result.hpp"

namespace desk {

class Desk;

struct PublishDone {
    std::int64_t version = 0;  // of the release that is current now
    bool is_new = false;       // false: nothing had changed
    std::size_t services = 0;
    std::size_t new_forms = 0;  // form versions that the desk did not know
    std::size_t articles = 0;
    std::size_t files = 0;
    std::size_t from_quarantine = 0;  // requests that had waited for one of these forms
};

// Errors in the content stop it before anything changes, and are told in `problems`. One publish at a time.
[[nodiscard]] core::Result<PublishDone> publish(Desk& desk, const std::filesystem::path& content,
                                                core::Problems& problems);

}  // namespace desk
