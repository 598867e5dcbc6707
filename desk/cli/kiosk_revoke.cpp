#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/kiosks.hpp"

namespace desk::cli {

int kiosk_revoke(const Common& common, const std::string& short_name) {
    auto answer = ask(common.data, {{"order", "kiosk_revoke"}, {"name", short_name}});
    if (!answer) return complain(answer.error());
    std::cout << fmt::format("Nothing more is taken from {}. A new code lets it in again.\n", short_name);
    return exit_ok;
}

core::Result<core::Json> order_kiosk_revoke(Desk& desk, const core::Json& order) {
    const auto name = core::text_at(order, "name").value_or("");
    auto found = desk.writer().run_for<bool>([&](core::Database& db) { return Kiosks(db).set_active(name, false); });
    if (!found) return core::fail(found.error());
    if (!*found) return core::fail(core::ErrorKind::not_found, fmt::format("There is no kiosk '{}'.", name));
    return core::Json{{"name", name}};
}

}  // namespace desk::cli
