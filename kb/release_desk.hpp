// What lies in a desk's store of releases, whether or not it is signed; release.hpp tells the folder's layout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/base/result.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/release_trust.hpp"

namespace kb {

// As it lies there: nobody has asked who signed it.
struct StoreHead {
    std::string channel;
    std::int64_t version = 0;
    std::string manifest;
    int percent = 100;
    core::Time issued;
    core::Time expires;
};
[[nodiscard]] core::Result<StoreHead> stored_head(const std::filesystem::path& store, std::string_view channel);
[[nodiscard]] core::Result<std::vector<StoreHead>> heads_in(const std::filesystem::path& store);  // the stable one first

// Only one that is what its name says.
[[nodiscard]] core::Result<Manifest> stored_manifest(const std::filesystem::path& store, std::string_view sha256);

struct StoredRelease {
    std::int64_t version = 0;
    std::string manifest;  // its SHA-256
    core::Time created;
    std::size_t files = 0;
    std::uintmax_t bytes = 0;
};
// Newest first; what cannot be read is left out.
[[nodiscard]] std::vector<StoredRelease> releases_in(const std::filesystem::path& store);
// By version ("12"), or by the beginning of its manifest's hash.
[[nodiscard]] core::Result<StoredRelease> find_release(const std::filesystem::path& store, std::string_view name);

// What moving from one release to another means for a kiosk.
struct FileChange {
    enum class Kind { added, removed, changed };
    Kind kind = Kind::added;
    std::string path;
    std::uintmax_t size = 0;     // afterwards
    std::uintmax_t travels = 0;  // as a difference, packed or whole: what the kiosk takes
};
struct ReleaseDifference {
    std::vector<FileChange> files;  // in the order of their paths
    std::uintmax_t travels = 0;     // all of them, and the list of files
};
[[nodiscard]] core::Result<ReleaseDifference> diff_releases(const std::filesystem::path& store, std::string_view from, std::string_view to);  // hashes of manifests

// Everything that a kiosk would check, and what it would only find out later: each object against its hash, each pack and
// each difference against what it stands for. `trusted` as for a kiosk (release.hpp). An error means that some kiosk
// would not get or not show something; a warning costs time or bytes.
struct Verified {
    std::int64_t root = 0;
    std::vector<StoreHead> heads;
    std::size_t releases = 0;
    std::size_t objects = 0;
    std::uintmax_t bytes = 0;
    core::Problems problems;  // files relative to the store
};
[[nodiscard]] core::Result<Verified> verify_store(const std::filesystem::path& store, std::string_view trusted, core::Time now, const Progress& progress = {});

// The same of a kiosk's own folder: does it show what was published, to the last byte?
[[nodiscard]] core::Result<Verified> verify_kiosk(const std::filesystem::path& store, std::string_view trusted, const Progress& progress = {});

// Copies what a kiosk needs into a folder that is a store itself: for a stick, where no line reaches. An older copy there
// is brought up to date; what a release that the kiosks have (`without`, a manifest's hash) has already is left out.
struct ExportOrder {
    std::filesystem::path store;
    std::filesystem::path to;
    std::string channel{stable_channel};
    std::string without = {};
};
struct Exported {
    std::int64_t version = 0;
    std::size_t files = 0;     // of the release, its list among them
    std::size_t copied = 0;    // that were not there yet
    std::uintmax_t bytes = 0;  // copied
};
[[nodiscard]] core::Result<Exported> export_release(const ExportOrder& order, const Progress& progress = {});

// Takes releases that no kiosk asks for any more out of a desk's store, with what only they name. What a head names stays,
// and so do the newest, to go back to, and whatever is younger than a kiosk may be away or a slow line may need to fetch it.
inline constexpr std::size_t kept_releases = 10;
inline constexpr std::chrono::hours kept_for{24 * 30};
struct Cleaned {
    std::size_t releases = 0;
    std::size_t files = 0;
    std::uintmax_t bytes = 0;
};
[[nodiscard]] core::Result<Cleaned> clean_store(const std::filesystem::path& store, core::Time now);

// Adds the next root to the chain that kiosks follow; `document` is a signed root. Refused when it does not follow the
// store's newest. A first root must also be signed by the key that signed what the store shows, for kiosks that know no
// other, unless `is_new_fleet`.
[[nodiscard]] core::Result<Root> add_root(const std::filesystem::path& store, std::string_view document, core::Time now, bool is_new_fleet);

}  // namespace kb
