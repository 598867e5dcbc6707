// JSON for what travels and what programs keep. nlohmann's library behind a few functions that do not
// throw; include <nlohmann/json.hpp> in the .cpp that builds or walks values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"

namespace core {

using Json = nlohmann::json;

inline constexpr int deepest_json = 64;

// Errors name line and column. Invalid UTF-8, duplicate keys and nesting deeper than `deepest_json` are errors.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

// Sorted keys, no spaces, UTF-8 as it is: equal values give equal bytes. What is hashed and signed is in this form.
// Values may hold no floating-point numbers (decimals travel as strings): asserted.
[[nodiscard]] std::string canonical(const Json& value);

// Members of an object, or nothing when absent or of another type.
[[nodiscard]] std::optional<std::string> text_at(const Json& object, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> integer_at(const Json& object, std::string_view key);
[[nodiscard]] std::optional<bool> truth_at(const Json& object, std::string_view key);
[[nodiscard]] const Json* member(const Json& object, std::string_view key);

}  // namespace core
