#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/work/enrol.hpp"

namespace desk::cli {

int kiosk_add(const Common& common, const std::string& site) {
    auto answer = ask(common.data, {{"order", "kiosk_add"}, {"site", site}});
    if (!answer) return complain(answer.error());
    if (common.json) {
        std::cout << answer->dump() << '\n';
        return exit_ok;
    }
    // The code alone on standard output, so that a script can take it.
    std::cout << core::text_at(*answer, "code").value_or("") << std::endl;
    std::cerr << fmt::format("This code lets one kiosk in at {}, once, within {} minutes.\n", site,
                             enrol_code_lifetime.count());
    return exit_ok;
}

core::Result<core::Json> order_kiosk_add(Desk& desk, const core::Json& order) {
    const auto site = core::text_at(order, "site").value_or("");
    const core::Time now = desk.clock().now();
    auto code = desk.writer().run_for<std::string>(
        [&](core::Database& db) { return make_enrol_code(db, desk.random(), site, now); });
    if (!code) return core::fail(code.error());
    return core::Json{{"code", *code}, {"site", site}, {"expires_at", core::to_text(now + enrol_code_lifetime)}};
}

}  // namespace desk::cli
