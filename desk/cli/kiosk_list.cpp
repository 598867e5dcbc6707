#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/kiosks.hpp"

namespace desk::cli {

int kiosk_list(const Common& common) {
    auto answer = ask(common.data, {{"order", "kiosk_list"}});
    if (!answer) return complain(answer.error());
    if (common.json) {
        std::cout << answer->dump() << '\n';
        return exit_ok;
    }
    for (const core::Json& it : (*answer)["kiosks"]) {
        const auto seen = core::text_at(it, "last_seen_at");
        std::cout << fmt::format("{:<5} {:<20} {:<8} {}\n", it["name"].get<std::string>(), it["site"].get<std::string>(),
                                 it["active"].get<bool>() ? "active" : "revoked", seen ? "seen " + *seen : "never seen");
    }
    return exit_ok;
}

core::Result<core::Json> order_kiosk_list(Desk& desk, const core::Json&) {
    auto reader = desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    auto all = Kiosks(**reader).all();
    if (!all) return core::fail(all.error());
    core::Json kiosks = core::Json::array();
    for (const Kiosk& it : *all) {
        core::Json json{{"id", it.id},
                        {"name", it.short_name},
                        {"site", it.site},
                        {"active", it.active},
                        {"enrolled_at", core::to_text(it.enrolled_at)}};
        if (it.last_seen_at) json["last_seen_at"] = core::to_text(*it.last_seen_at);
        kiosks.push_back(std::move(json));
    }
    return core::Json{{"kiosks", std::move(kiosks)}};
}

}  // namespace desk::cli
