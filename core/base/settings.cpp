#include "core/base/settings.hpp"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/yaml.hpp"

namespace core {

Result<Settings> Settings::load(const std::filesystem::path& file, std::string environment_prefix) {
    Settings settings;
    settings.prefix_ = std::move(environment_prefix);
    const auto text = read_file(file);
    if (!text) {
        if (text.error().kind == ErrorKind::not_found) return settings;
        return fail(text.error());
    }
    const auto tree = Yaml::parse(*text, file.string());
    if (!tree) return fail(ErrorKind::invalid, tree.error().line_of_text());
    for (const auto& [key, value] : tree->entries()) {
        if (!value.is_text()) {
            return fail(ErrorKind::invalid, value.error(fmt::format("`{}` must be one value", key.text()), "Write `key: value`.").line_of_text());
        }
        settings.values_[key.text()] = value.text();
    }
    return settings;
}

std::string Settings::text(std::string_view key, std::string otherwise) const {
    std::string name = prefix_ + "_";
    for (char c : key) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (const char* from_environment = std::getenv(name.c_str())) return from_environment;
    const auto found = values_.find(key);
    return found == values_.end() ? otherwise : found->second;
}

Result<std::int64_t> Settings::integer(std::string_view key, std::int64_t otherwise) const {
    const std::string value = text(key, std::to_string(otherwise));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) {
        return fail(ErrorKind::invalid, fmt::format("the setting '{}' must be a whole number, not '{}'", key, value));
    }
    return number;
}

Result<bool> Settings::truth(std::string_view key, bool otherwise) const {
    const std::string value = text(key, otherwise ? "true" : "false");
    if (value == "true" || value == "false") return value == "true";
    return fail(ErrorKind::invalid, fmt::format("the setting '{}' must be true or false, not '{}'", key, value));
}

}  // namespace core
