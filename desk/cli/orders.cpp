#include "desk/cli/orders.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace desk::cli {
namespace {

using Order = core::Result<core::Json> (*)(Desk&, const core::Json&);

constexpr std::pair<std::string_view, Order> orders[] = {
    {"user_add", order_user_add},       {"user_list", order_user_list},         {"kiosk_add", order_kiosk_add},
    {"kiosk_list", order_kiosk_list},   {"kiosk_revoke", order_kiosk_revoke},   {"publish", order_publish},
    {"verify", order_verify},           {"import_outbox", order_import_outbox}, {"rebuild", order_rebuild},
    {"report_gaps", order_report_gaps}, {"kiosk_channel", order_kiosk_channel},
};

}  // namespace

core::Result<core::Json> carry_out(Desk& desk, const core::Json& order) {
    const auto wanted = core::text_at(order, "order").value_or("");
    for (const auto& [name, run] : orders) {
        if (name == wanted) return run(desk, order);
    }
    return core::fail(core::ErrorKind::invalid, fmt::format("this desk knows no order '{}'", wanted));
}

}  // namespace desk::cli
