#include "core/catalog/receipt.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"

namespace catalog {
namespace {

constexpr std::string_view receipt_domain = "foyer-receipt-v1\n";

core::Json unsigned_json(const Receipt& receipt) {
    return {{"v", 1},
            {"id", receipt.id},
            {"hash", receipt.hash},
            {"ticket", receipt.ticket},
            {"received_at", core::to_text(receipt.received_at)},
            {"sequence", receipt.sequence}};
}

}  // namespace

core::Json Receipt::to_json() const {
    core::Json json = unsigned_json(*this);
    json["signature"] = signature;
    return json;
}

core::Result<Receipt> Receipt::from_json(const core::Json& json) {
    const auto id = core::text_at(json, "id");
    const auto hash = core::text_at(json, "hash");
    const auto ticket = core::text_at(json, "ticket");
    const auto received = core::parse_time(core::text_at(json, "received_at").value_or(""));
    const auto sequence = core::integer_at(json, "sequence");
    const auto signature = core::text_at(json, "signature");
    if (core::integer_at(json, "v") != 1 || !id || !hash || !ticket || !received || !sequence || !signature) {
        return core::fail(core::ErrorKind::invalid, "not a receipt");
    }
    return Receipt{*id, *hash, *ticket, *received, *sequence, *signature};
}

core::Result<void> Receipt::sign(std::string_view secret_key) {
    auto made = core::sign(std::string(receipt_domain) + core::canonical(unsigned_json(*this)), secret_key);
    if (!made) return core::fail(made.error());
    signature = std::move(*made);
    return {};
}

bool Receipt::proves(std::string_view request_id, std::string_view request_hash, std::string_view desk_public_key) const {
    return id == request_id && hash == request_hash &&
           core::is_signed(std::string(receipt_domain) + core::canonical(unsigned_json(*this)), signature, desk_public_key);
}

}  // namespace catalog
