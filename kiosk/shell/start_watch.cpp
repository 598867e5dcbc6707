#include "kiosk/shell/start_watch.hpp"

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"

namespace kiosk {

int starts_of(const DataFolder& folder, const std::string& release) {
    const auto text = core::read_file(folder.starts(), 4'096);
    const auto json = text ? core::parse_json(*text) : core::Result<core::Json>(core::Json());
    // A note that cannot be read is none: the release gets its tries.
    if (!json || core::text_at(*json, "release") != release) return 0;
    return static_cast<int>(core::integer_at(*json, "starts").value_or(0));
}

core::Result<void> note_start(const DataFolder& folder, const std::string& release) {
    return core::write_file(folder.starts(), core::canonical({{"release", release}, {"starts", starts_of(folder, release) + 1}}));
}

core::Result<void> forget_starts(const DataFolder& folder) {
    std::error_code error;
    std::filesystem::remove(folder.starts(), error);
    if (error) return core::fail(core::system_error("cannot remove " + folder.starts().string(), error.value()));
    return {};
}

}  // namespace kiosk
