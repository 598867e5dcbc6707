#include "kiosk/shell/enrol.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "core/catalog/wire.hpp"
#include "kiosk/shell/desk_client.hpp"

namespace kiosk {

core::Result<Identity> enrol(const DataFolder& folder, Outbox& outbox, std::string_view desk, std::string_view code,
                             const core::Clock& clock, const std::vector<std::string>& audience) {
    auto url = normal_desk_url(desk);
    if (!url) return core::fail(url.error());
    auto identity = load_identity(folder);
    if (!identity) return core::fail(identity.error());
    if (identity->is_enrolled() && identity->desk != *url) {
        return core::fail(core::ErrorKind::conflict,
                          fmt::format("this kiosk is enrolled as {} at {} already", identity->short_name, identity->desk));
    }
    auto client = DeskClient::make(*url, clock);
    if (!client) return core::fail(client.error());

    const catalog::EnrolRequest request{std::string(core::utf8::trimmed(code)), identity->signing.public_key};
    auto answer = (*client)->fetch({.method = "POST", .target = "/api/v1/enrol", .body = core::canonical(request.to_json())});
    if (!answer) return core::fail(answer.error().in("the desk at " + *url + " cannot be reached"));
    const auto json = core::parse_json(answer->body);
    if (answer->status >= 300) {
        const std::string detail =
            json ? core::text_at(*json, "detail").value_or(core::text_at(*json, "title").value_or("")) : "";
        const auto kind = answer->status >= 500 ? core::ErrorKind::unavailable : core::ErrorKind::denied;
        return core::fail(kind, fmt::format("the desk refused the code ({}): {}", answer->status,
                                            core::utf8::shortened(detail, 200)));
    }
    auto enrolment = json ? catalog::Enrolment::from_json(*json) : core::Result<catalog::Enrolment>(core::fail(json.error()));
    if (!enrolment) return core::fail(enrolment.error().in("the desk's answer"));

    if (const auto wanted = kb::in_order(audience); !wanted.empty() && wanted != kb::in_order(identity->audience)) {
        std::error_code left;
        std::filesystem::remove_all(folder.releases(), left);
        if (left) return core::fail(core::system_error(fmt::format("cannot remove {}", folder.releases().string()), left.value()));
        identity->audience = wanted;
    }
    auto joined = keep_enrolment(folder, std::move(*identity), *enrolment, *url);
    if (!joined) return core::fail(joined.error());
    const auto offset = core::to_seconds(enrolment->now) - core::to_seconds(clock.now());
    if (auto kept = outbox.set_fact("clock_offset", std::to_string(offset)); !kept) return core::fail(kept.error());
    if (auto done = finish_enrolment(folder, *joined, outbox); !done) return core::fail(done.error());
    return joined;
}

core::Result<void> finish_enrolment(const DataFolder& folder, const Identity& identity, Outbox& outbox) {
    if (!identity.is_enrolled()) return {};
    auto old_key = unenrolled_key(folder);
    if (!old_key) return core::fail(old_key.error());
    if (*old_key) {
        auto resealed = outbox.reseal(**old_key, identity.seal_key);
        core::wipe((*old_key)->secret_key);
        if (!resealed) return core::fail(resealed.error());
    }
    return shred_unenrolled_key(folder);
}

}  // namespace kiosk
