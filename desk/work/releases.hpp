// What the desk's store of releases (kb/release.hpp) holds for kiosks. It is read each time: `kb release` may sign a
// release or add a root there while the desk runs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "kb/release_desk.hpp"

namespace desk {

// What a channel's head says; nothing when it has none.
[[nodiscard]] core::Result<std::optional<kb::StoreHead>> on_channel(const std::filesystem::path& store, std::string_view channel);

// For a kiosk that takes that channel besides the stable one.
struct ForKiosk {
    std::int64_t version = 0;  // the newest; 0 when nothing is published
    std::string tag;           // another one whenever a head or a root is: then there may be something to fetch
};
[[nodiscard]] ForKiosk for_kiosk(const std::filesystem::path& store, std::string_view channel);

// The newest document of who may publish; empty when there is none. Its whole chain was followed.
[[nodiscard]] core::Result<std::string> newest_root(const std::filesystem::path& store);

}  // namespace desk
