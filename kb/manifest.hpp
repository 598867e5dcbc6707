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
};

struct Manifest {
    std::int64_t version = 0;
    core::Time created;
    std::vector<ManifestFile> files;  // sorted by path
};

[[nodiscard]] std::string to_bytes(const Manifest& manifest);
// Refuses unsafe paths, paths that differ only in case, and sizes beyond the limits of release.hpp.
[[nodiscard]] core::Result<Manifest> manifest_from(std::string_view bytes);

[[nodiscard]] core::Result<std::string> signed_head(const Head& head, std::string_view secret_key);

// Where a store keeps them.
[[nodiscard]] std::string object_path(std::string_view sha256);
[[nodiscard]] std::string manifest_path(std::string_view sha256);
[[nodiscard]] bool is_sha256(std::string_view text);

}  // namespace kb
