// Xapian throws; this turns what it throws into a value. For the .cpp files that include <xapian.h>.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include <fmt/format.h>
#include <xapian.h>

#include "core/base/result.hpp"

namespace kb {

[[nodiscard]] inline core::Error from_xapian(std::string_view doing, const Xapian::Error& error) {
    const char* system = error.get_error_string();
    const std::string why = system ? std::string(system) : std::string();
    core::ErrorKind kind = core::ErrorKind::corrupt;
    if (why == std::strerror(ENOSPC) || why == std::strerror(EDQUOT)) kind = core::ErrorKind::full;
    if (why == std::strerror(EACCES) || why == std::strerror(EROFS)) kind = core::ErrorKind::denied;
    return {kind, fmt::format("{}: {}{}{}", doing, error.get_msg(), why.empty() ? "" : ": ", why)};
}

}  // namespace kb
