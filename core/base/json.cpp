#include "core/base/json.hpp"

#include <cassert>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/utf8.hpp"

namespace core {
namespace {

// Refuses what nlohmann's parser would accept silently: duplicate keys and endless nesting.
class StrictBuilder {
public:
    bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) {
            keys_.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            keys_.pop_back();
        } else if (event == Json::parse_event_t::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!keys_.back().insert(key).second && trouble.empty()) trouble = fmt::format("the key '{}' stands twice", key);
        }
        if (depth > deepest_json && trouble.empty()) trouble = fmt::format("nested deeper than {}", deepest_json);
        return true;
    }
    std::string trouble;

private:
    std::vector<std::set<std::string>> keys_;
};

bool is_too_deep(std::string_view text) {
    int depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text) {
            if (c == '\\') ++i;
            else if (c == '"') in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest_json) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

[[maybe_unused]] bool has_float(const Json& value) {
    if (value.is_number_float()) return true;
    if (!value.is_structured()) return false;
    for (const auto& part : value) {
        if (has_float(part)) return true;
    }
    return false;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
    // Looked at before parsing: the parser itself is iterative, but the values' destructor is not.
    if (is_too_deep(text)) return fail(ErrorKind::invalid, fmt::format("JSON nested deeper than {}", deepest_json));
    StrictBuilder strict;
    try {
        Json value = Json::parse(text, std::ref(strict));
        if (!strict.trouble.empty()) return fail(ErrorKind::invalid, "JSON: " + strict.trouble);
        return value;
    } catch (const Json::exception& error) {
        std::string_view what = error.what();
        if (const auto end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
        return fail(ErrorKind::invalid, fmt::format("JSON: {}", what));
    }
}

std::string canonical(const Json& value) {
    assert(!has_float(value));
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* member(const Json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto it = object.find(key);
    return it == object.end() ? nullptr : &*it;
}

std::optional<std::string> text_at(const Json& object, std::string_view key) {
    const Json* value = member(object, key);
    if (!value || !value->is_string()) return std::nullopt;
    return value->get<std::string>();
}

std::optional<std::int64_t> integer_at(const Json& object, std::string_view key) {
    const Json* value = member(object, key);
    if (!value || !value->is_number_integer()) return std::nullopt;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t(INT64_MAX)) return std::nullopt;
    return value->get<std::int64_t>();
}

std::optional<bool> truth_at(const Json& object, std::string_view key) {
    const Json* value = member(object, key);
    if (!value || !value->is_boolean()) return std::nullopt;
    return value->get<bool>();
}

}  // namespace core
