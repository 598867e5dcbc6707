// The desk's signed word that it has a request. Only this lets a kiosk purge its copy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/json.hpp"
#include "core/base/result.hpp"

namespace catalog {

struct Receipt {
    std::string id;    // of the request
    std::string hash;  // of its payload
    std::string ticket;  // number; empty while quarantined
    core::Time received_at;
    std::int64_t sequence = 0;  // of the desk
    std::string signature;

    [[nodiscard]] core::Json to_json() const;
    static core::Result<Receipt> from_json(const core::Json& json);

    core::Result<void> sign(std::string_view secret_key);
    // True only if the desk's key signed it for this very request.
    [[nodiscard]] bool proves(std::string_view request_id, std::string_view request_hash,
                              std::string_view desk_public_key) const;
};

}  // namespace catalog
