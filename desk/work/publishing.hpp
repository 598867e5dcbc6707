// A content folder becomes what the desk judges by and what kiosks show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/base/result.hpp"
#include "desk/work/releases.hpp"
#include "kb/viewers.hpp"

namespace desk {

class Desk;

// A head that nobody signs again runs out, and kiosks tell so; a publish of unchanged content signs an older one anew.
inline constexpr std::chrono::hours head_is_fresh_for{24 * 7};

struct PublishOrder {
    std::filesystem::path content;
    std::string channel = "stable";  // which all kiosks follow
    int percent = 100;               // of the channel's kiosks; the same content again with a larger one lets more have it
    // Who stands before these kiosks: what is for others does not travel, and kiosks for others do not take it.
    std::vector<std::string> audience = kb::Viewers{}.audience;
};

struct PublishDone {
    enum class Outcome {
        built,      // a new release, and kiosks fetch it
        signed_on,  // a release that was there, for more or other kiosks
        unchanged,  // the channel shows it already, to as many
        to_sign,    // the root lets only another key publish: the release is built, and no kiosk gets it before that key signs
    };
    Outcome outcome = Outcome::unchanged;
    bool is_new = false;              // the release was built now
    std::int64_t version = 0;
    std::string manifest;             // its SHA-256
    std::optional<kb::StoreHead> before;  // what the channel said until now
    core::Time expires;               // of the channel's head
    std::size_t services = 0;
    std::size_t new_forms = 0;  // form versions that the desk did not know
    std::size_t articles = 0;
    std::size_t files = 0;
    std::size_t from_quarantine = 0;  // requests that had waited for one of these forms
};

// Errors in the content stop it before anything changes, and are told in `problems`. One publish at a time. Whatever the
// channel, the desk's own lists (names, sites, people) are those of the release that was built last.
[[nodiscard]] core::Result<PublishDone> publish(Desk& desk, const PublishOrder& order, core::Problems& problems);

}  // namespace desk
