// A program's settings: a flat YAML file, and environment variables that win over it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace core {

class Settings {
public:
    // A file that is not there is empty; a broken one is an error with its line.
    static Result<Settings> load(const std::filesystem::path& file, std::string environment_prefix);

    // `key` in the file is `PREFIX_KEY` in the environment.
    [[nodiscard]] std::string text(std::string_view key, std::string otherwise) const;
    [[nodiscard]] Result<std::int64_t> integer(std::string_view key, std::int64_t otherwise) const;
    [[nodiscard]] Result<bool> truth(std::string_view key, bool otherwise) const;

private:
    std::map<std::string, std::string, std::less<>> values_;
    std::string prefix_;
};

}  // namespace core
