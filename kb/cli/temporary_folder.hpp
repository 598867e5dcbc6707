// A folder for what a command builds meanwhile; gone with this object.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace kb::cli {

class TemporaryFolder {
public:
    // Below `where`, or the system's place for such things. `path` is empty when it could not be made; errno tells why.
    explicit TemporaryFolder(std::string_view name, const std::filesystem::path& where = {}) {
        std::string pattern = ((where.empty() ? std::filesystem::temp_directory_path() : where) / name).string() + "-XXXXXX";
        if (::mkdtemp(pattern.data())) path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace kb::cli
