#include <iostream>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/kiosks.hpp"

namespace desk::cli {
namespace {

// "12-0123abcd, held back"
std::string shown(const core::Json& kiosk) {
    const auto release = core::text_at(kiosk["shows"], "release").value_or("");
    const auto state = core::text_at(kiosk["shows"], "state").value_or("");
    if (release.empty()) return "shows nothing yet";
    if (state == "held_back") return release + ", a newer one held back";
    if (state == "expired") return release + ", expired";
    if (state == "refused") return release + ", refused a newer one";
    if (state == "unfit") return release + ", could not show a newer one";
    return release;
}

}  // namespace

int kiosk_list(const Common& common) {
    auto answer = ask(common.data, {{"order", "kiosk_list"}});
    if (!answer) return complain(answer.error());
    if (common.json) {
        std::cout << answer->dump() << '\n';
        return exit_ok;
    }
    std::map<std::string, int> totals;
    for (const core::Json& it : (*answer)["kiosks"]) {
        const auto seen = core::text_at(it, "last_seen_at");
        const std::string shows = shown(it);
        std::cout << fmt::format("{:<5} {:<20} {:<8} {:<10} {:<36} {}\n", it["name"].get<std::string>(), it["site"].get<std::string>(),
                                 it["active"].get<bool>() ? "active" : "revoked", it["channel"].get<std::string>(), shows,
                                 seen ? "seen " + *seen : "never seen");
        if (it["active"].get<bool>()) ++totals[shows];
    }
    // How far a roll-out has come.
    if (!totals.empty()) std::cout << '\n';
    for (const auto& [shows, kiosks] : totals) std::cout << fmt::format("{:>6} {} {}\n", kiosks, kiosks == 1 ? "kiosk: " : "kiosks:", shows);
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
                        {"channel", it.channel},
                        {"shows", {{"release", it.shows.release}, {"channel", it.shows.channel}, {"state", it.shows.state}}},
                        {"enrolled_at", core::to_text(it.enrolled_at)}};
        if (it.last_seen_at) json["last_seen_at"] = core::to_text(*it.last_seen_at);
        kiosks.push_back(std::move(json));
    }
    return core::Json{{"kiosks", std::move(kiosks)}};
}

}  // namespace desk::cli
