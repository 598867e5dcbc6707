#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/kiosks.hpp"
#include "kb/release_trust.hpp"

namespace desk::cli {
namespace {

core::Result<std::vector<std::string>> words_at(const core::Json& order, const char* key) {
    std::vector<std::string> words;
    const core::Json* list = core::member(order, key);
    if (!list || !list->is_array()) return words;
    for (const core::Json& each : *list) {
        if (!each.is_string()) return core::fail(core::ErrorKind::invalid, fmt::format("'{}' holds something that is no name", key));
        words.push_back(each.get<std::string>());
    }
    return words;
}

}  // namespace

int kiosk_channel(const Common& common, const KioskChannelOptions& options) {
    if (options.names.empty() && options.sites.empty()) return complain({core::ErrorKind::invalid, "Name kiosks, or a site with --site."});
    auto answer = ask(common.data, {{"order", "kiosk_channel"}, {"channel", options.channel}, {"names", options.names}, {"sites", options.sites}});
    if (!answer) return complain(answer.error());
    if (common.json) {
        std::cout << answer->dump() << '\n';
        return exit_ok;
    }
    const auto count = core::integer_at(*answer, "kiosks").value_or(0);
    const std::string who = count == 1 ? "1 kiosk takes" : fmt::format("{} kiosks take", count);
    if (options.channel == kb::stable_channel) {
        std::cout << fmt::format("{} the stable releases alone from now on.\n", who);
    } else {
        std::cout << fmt::format("{} the releases of '{}' besides the stable ones from now on.\n", who, options.channel);
    }
    return exit_ok;
}

core::Result<core::Json> order_kiosk_channel(Desk& desk, const core::Json& order) {
    const auto channel = core::text_at(order, "channel").value_or("");
    if (!kb::is_channel(channel)) {
        return core::fail(core::ErrorKind::invalid, fmt::format("'{}' is no name of a channel: lower-case letters, digits and hyphens", channel));
    }
    const auto names = words_at(order, "names");
    if (!names) return core::fail(names.error());
    const auto sites = words_at(order, "sites");
    if (!sites) return core::fail(sites.error());
    // All of them or none: a mistyped name moves nobody.
    auto moved = desk.writer().run_for<std::int64_t>([&](core::Database& db) -> core::Result<std::int64_t> {
        Kiosks kiosks(db);
        std::int64_t count = 0;
        for (const std::string& name : *names) {
            const auto found = kiosks.set_channel(name, channel);
            if (!found) return core::fail(found.error());
            if (*found == 0) return core::fail(core::ErrorKind::not_found, fmt::format("There is no kiosk '{}'.", name));
            count += *found;
        }
        for (const std::string& site : *sites) {
            const auto found = kiosks.set_channel_of_site(site, channel);
            if (!found) return core::fail(found.error());
            if (*found == 0) return core::fail(core::ErrorKind::not_found, fmt::format("No kiosk stands at '{}'.", site));
            count += *found;
        }
        return count;
    });
    if (!moved) return core::fail(moved.error());
    return core::Json{{"channel", channel}, {"kiosks", *moved}};
}

}  // namespace desk::cli
