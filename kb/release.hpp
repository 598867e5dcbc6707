// A release: the content that kiosks show, as one signed and versioned whole.
//
// The desk builds it into a store (`objects/ab/<sha256>`, `manifests/<sha256>.json`, `head.json`) and serves that folder
// as it is. A kiosk trusts nothing but the publish key: it checks everything before it shows anything, and whatever
// fails leaves the release it had. Versions only grow; going back is publishing the old content under a new number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/base/result.hpp"
#include "kb/collection.hpp"

namespace kb {

inline constexpr std::uintmax_t largest_release_file = 256u << 20;
inline constexpr std::size_t most_release_files = 200'000;
inline constexpr std::size_t largest_manifest = 64u << 20;
inline constexpr std::size_t largest_head = 16u << 10;

// ---- at the desk

struct ReleaseOrder {
    std::filesystem::path content;
    std::filesystem::path store;
    std::int64_t version = 0;  // larger than any before
    core::Time now;            // "issued"; its UTC date decides what has expired
    std::chrono::hours lifetime{24 * 90};
    std::string secret_key;  // base64url, of the publish key
};

struct ReleaseBuilt {
    std::int64_t version = 0;
    std::string manifest;  // its SHA-256
    std::string head;      // the signed bytes, as in head.json
    std::size_t files = 0;
    std::size_t new_objects = 0;
    std::uintmax_t bytes = 0;  // of the whole release
    std::size_t articles = 0;
    std::size_t services = 0;
};

// Checks the content first: an error in `problems` stops it, nothing in the store has changed then. Objects and
// manifest are safe on disk before the head names them.
[[nodiscard]] core::Result<ReleaseBuilt> build_release(const ReleaseOrder& order, core::Problems& problems,
                                                       const Progress& progress = {});

// ---- at the kiosk

struct Head {
    std::int64_t version = 0;
    std::string manifest;
    core::Time issued;
    core::Time expires;
};

// Only what the key signed, nothing of it before the signature is checked.
[[nodiscard]] core::Result<Head> verify_head(std::string_view head, std::string_view trusted_key);

// Gets a path of the store: "manifests/<sha256>.json" or "objects/ab/<sha256>".
using Get = std::function<core::Result<std::string>(const std::string& path)>;

struct Fetched {
    std::int64_t version = 0;
    std::filesystem::path folder;  // the release, ready to be shown
    bool is_new = false;           // false: we had it already
    bool is_expired = false;       // shown all the same; somebody should be told
    std::size_t objects_fetched = 0;
    std::uintmax_t bytes_fetched = 0;
};

// Makes the head's release the current one. `store` is the kiosk's own folder: objects/, releases/<version>-<hash8>/,
// `current` (a link) and `accepted.json`, which remembers the last version so that an older head is refused.
[[nodiscard]] core::Result<Fetched> fetch_release(std::string_view head, std::string_view trusted_key, const Get& get,
                                                  const std::filesystem::path& store, core::Time now,
                                                  const Progress& progress = {});

// The release that is current in the kiosk's store; nothing when there is none yet.
struct CurrentRelease {
    std::int64_t version = 0;
    std::string manifest;
    std::filesystem::path folder;
};
[[nodiscard]] core::Result<std::optional<CurrentRelease>> current_release(const std::filesystem::path& store);

// ---- without a desk

struct Prepared {
    std::filesystem::path folder;  // laid out like a release: articles, services, translations, index/
    bool is_new = false;           // false: the content had not changed
};

// For `kiosk run --content`: the release folder of a content folder, unsigned, made again only when the content or the
// day's expiries changed. Errors in the content stop it; `problems` tells them.
[[nodiscard]] core::Result<Prepared> prepare_folder(const std::filesystem::path& content,
                                                    const std::filesystem::path& out, core::Date today,
                                                    core::Problems& problems, const Progress& progress = {});

// The index inside a release folder.
[[nodiscard]] inline std::filesystem::path index_of(const std::filesystem::path& release) { return release / "index"; }

}  // namespace kb
