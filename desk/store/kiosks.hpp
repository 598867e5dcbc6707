// Kiosks, the codes that let one in, and which of their sequence numbers have arrived.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "core/catalog/wire.hpp"

namespace desk {

struct Kiosk {
    std::string id;
    std::string short_name;  // "K7", in claim codes
    std::string site;
    std::string public_key;
    bool active = true;
    std::int64_t clock_offset = 0;
    core::Time enrolled_at;
    std::optional<core::Time> last_seen_at;
    std::optional<core::Time> last_request_at;
    std::string channel = "stable";  // whose releases it takes besides the stable ones
    catalog::Shows shows;            // as it last said
};

class Kiosks {
public:
    explicit Kiosks(core::Database& db) : db_(db) {}

    [[nodiscard]] core::Result<void> add_code(std::string_view code_hash, std::string_view site, core::Time expires_at);
    // The site of a code that is unused and not expired, and uses it up for this kiosk.
    [[nodiscard]] core::Result<std::optional<std::string>> use_code(std::string_view code_hash, std::string_view kiosk,
                                                                    core::Time now);
    // Whether this kiosk used that code.
    [[nodiscard]] core::Result<bool> has_used_code(std::string_view code_hash, std::string_view kiosk);

    [[nodiscard]] core::Result<std::int64_t> next_kiosk_number();
    [[nodiscard]] core::Result<void> add(const Kiosk& kiosk);
    [[nodiscard]] core::Result<std::optional<Kiosk>> find(std::string_view id);
    [[nodiscard]] core::Result<std::optional<Kiosk>> find_by_key(std::string_view public_key);
    [[nodiscard]] core::Result<std::vector<Kiosk>> all();
    [[nodiscard]] core::Result<bool> set_active(std::string_view short_name, bool active);
    [[nodiscard]] core::Result<void> move(std::string_view id, std::string_view site);

    // How many kiosks were meant: one by its name, or all of a site.
    [[nodiscard]] core::Result<std::int64_t> set_channel(std::string_view short_name, std::string_view channel);
    [[nodiscard]] core::Result<std::int64_t> set_channel_of_site(std::string_view site, std::string_view channel);

    [[nodiscard]] core::Result<void> note_seen(std::string_view id, const catalog::Shows& shows, core::Time now);
    // A request of this kiosk is here, whatever became of it.
    [[nodiscard]] core::Result<void> note_arrival(std::string_view id, std::int64_t sequence, std::int64_t clock_offset,
                                                  core::Time now);
    // Numbers below the highest one that never came.
    [[nodiscard]] core::Result<std::vector<std::int64_t>> missing(std::string_view id, std::size_t limit);

private:
    core::Database& db_;
};

}  // namespace desk
