// A queue that came by hand: the file that `kiosk outbox export` wrote, one envelope a line.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace desk {

class Desk;

struct Imported {
    std::size_t stored = 0;
    std::size_t seen = 0;
    std::size_t quarantined = 0;
    std::size_t conflicts = 0;
    struct Refused {
        std::size_t line = 0;
        std::string why;
    };
    std::vector<Refused> refused;
    std::vector<std::string> receipts;  // JSON; what the kiosk may purge by
};

// The same file twice stores nothing twice. A bad line does not stop the others.
[[nodiscard]] core::Result<Imported> import_outbox(Desk& desk, const std::filesystem::path& file);

}  // namespace desk
