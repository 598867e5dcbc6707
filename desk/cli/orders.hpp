// What a command asks of a desk. An order is JSON in and JSON out, so that it can be carried out where the desk is open:
// in the command itself, or in the `desk serve` that has the data directory.
#pragma once

#include <string_view>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "desk/work/desk.hpp"

namespace desk::cli {

// {"order": "user_add", …}. Each order is written next to the command that gives it.
[[nodiscard]] core::Result<core::Json> carry_out(Desk& desk, const core::Json& order);

[[nodiscard]] core::Result<core::Json> order_user_add(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_user_list(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_kiosk_add(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_kiosk_list(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_kiosk_revoke(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_kiosk_channel(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_publish(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_import_outbox(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_verify(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_rebuild(Desk& desk, const core::Json& order);
[[nodiscard]] core::Result<core::Json> order_report_gaps(Desk& desk, const core::Json& order);

}  // namespace desk::cli
