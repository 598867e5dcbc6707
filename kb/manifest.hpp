// The list of a release's files, and the signed head that names it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/release.hpp"

namespace kb {

struct ManifestFile {
    std::string path;
    std::string sha256;
    std::uintmax_t size = 0;
    std::uintmax_t packed = 0;  // of its pack in the store; 0 when there is none, since it would save little
    bool operator==(const ManifestFile&) const = default;
};

struct Manifest {
    std::int64_t version = 0;
    core::Time created;
    std::vector<std::string> audience;  // it was built for, sorted
    std::vector<ManifestFile> files;    // sorted by path

    [[nodiscard]] const ManifestFile* file(std::string_view path) const;
};

[[nodiscard]] std::string to_bytes(const Manifest& manifest);
// Refuses unsafe paths, paths that differ only in case, and sizes beyond the limits of release.hpp.
[[nodiscard]] core::Result<Manifest> manifest_from(std::string_view bytes);

[[nodiscard]] core::Result<std::string> signed_head(const Head& head, std::string_view secret_key);

// Where a store keeps them. A pack has ".zst" behind its path.
[[nodiscard]] std::string object_path(std::string_view sha256);
[[nodiscard]] std::string manifest_path(std::string_view sha256);
[[nodiscard]] std::string delta_path(std::string_view from, std::string_view to);
[[nodiscard]] std::string head_path(std::string_view channel);
[[nodiscard]] std::string root_path(std::int64_t number);
[[nodiscard]] bool is_sha256(std::string_view text);

// Files from here on travel as a difference to the one at the same path before.
inline constexpr std::uintmax_t least_delta_file = 4u << 10;
inline constexpr std::uintmax_t largest_packed_file = 64u << 20;

}  // namespace kb
