// A kiosk's own folder of releases, step by step; release.hpp tells what lies in it.
//
// Objects are not synced one by one: sync_all, then the rename or the link that makes them count.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/manifest.hpp"

namespace kb {

// The last release that was checked and switched to: an older one is refused for ever.
struct Accepted {
    std::int64_t version = 0;
    std::string manifest;
};
[[nodiscard]] core::Result<std::optional<Accepted>> read_accepted(const std::filesystem::path& store);

// "12-0123abcd", the name of a release's folder.
[[nodiscard]] std::string release_name(std::int64_t version, std::string_view manifest);
// Names of releases that could not be shown here.
[[nodiscard]] std::vector<std::string> read_bad(const std::filesystem::path& store);

// The release folder that a link ("current", "previous") names; its name is all of it that may differ.
[[nodiscard]] std::optional<std::string> linked(const std::filesystem::path& store, const char* link);
[[nodiscard]] core::Result<void> link_to(const std::filesystem::path& store, const char* link, const std::string& release);

// Opens what people would see, before they could. An index that is missing, damaged or of another version of this
// program is built from the articles.
[[nodiscard]] core::Result<void> probe(const std::filesystem::path& folder, core::Time now);

// Everything written so far in this file system, in one go: thousands of small files would take minutes one by one.
[[nodiscard]] core::Result<void> sync_all(const std::filesystem::path& folder);
// `flags` and `mode` as open(2) takes them.
[[nodiscard]] core::Result<void> write_bytes(const std::filesystem::path& path, std::string_view bytes, int flags, mode_t mode);
[[nodiscard]] core::Result<void> put_to(const std::filesystem::path& half_written, const std::filesystem::path& path);
[[nodiscard]] core::Result<void> write_object(const std::filesystem::path& path, std::string_view bytes);
[[nodiscard]] core::Result<std::string> hash_of_file(const std::filesystem::path& path);
// After a power cut an object may be there and empty: only its hash tells.
[[nodiscard]] bool has_object(const std::filesystem::path& path, const ManifestFile& file);
[[nodiscard]] core::Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

// One process at a time works on a kiosk's store.
class StoreLock {
public:
    explicit StoreLock(const std::filesystem::path& store);
    ~StoreLock();
    StoreLock(const StoreLock&) = delete;
    StoreLock& operator=(const StoreLock&) = delete;
    [[nodiscard]] const core::Result<void>& has_it() const { return has_it_; }

private:
    int file_;
    core::Result<void> has_it_;
};

}  // namespace kb
