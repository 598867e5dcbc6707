// A release: the content that kiosks show, as one signed and versioned whole.
//
// The desk builds it into a store (`objects/ab/<sha256>`, `manifests/<sha256>.json`, `deltas/<old>-<new>.zst`, `head.json`,
// `channels/<name>.json`, `root/<n>.json`) and serves that folder as it is. A kiosk trusts nothing but its root
// (release_trust.hpp): it checks everything before it shows anything, and whatever fails leaves the release it had.
// Versions only grow; going back is publishing the old content under a new number.
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
#include "kb/release_trust.hpp"

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
    core::Time now;            // its UTC date decides what has expired
    Viewers viewers = {};      // what is for nobody of them is not in its bytes
};

struct ReleaseBuilt {
    std::int64_t version = 0;
    std::string manifest;  // its SHA-256
    std::size_t files = 0;
    std::size_t new_objects = 0;
    std::uintmax_t bytes = 0;         // of the whole release
    std::uintmax_t packed_bytes = 0;  // the same as a new kiosk fetches it
    std::size_t articles = 0;
    std::size_t services = 0;
};

// Checks the content first: an error in `problems` stops it, nothing in the store has changed then. What it made is safe
// on disk when this returns, and is shown nowhere before a head names it.
[[nodiscard]] core::Result<ReleaseBuilt> build_release(const ReleaseOrder& order, core::Problems& problems,
                                                       const Progress& progress = {});

struct SignOrder {
    std::filesystem::path store;
    std::string manifest;  // its SHA-256
    std::string channel{stable_channel};
    int percent = 100;  // of the channel's kiosks
    core::Time now;     // "issued"
    std::chrono::hours lifetime{24 * 90};
    core::SigningKey key;  // of the publisher
};

// Makes the manifest's release the newest of the channel: from here on kiosks fetch it. Answers the signed head. Refused
// when the store's root does not let this key publish, or the version is not larger than the channel's.
[[nodiscard]] core::Result<std::string> sign_release(const SignOrder& order);

// The files of an older release as a new one with that version, to be signed; for going back.
[[nodiscard]] core::Result<ReleaseBuilt> build_again(const std::filesystem::path& store, std::string_view manifest, std::int64_t version, core::Time now);

// Larger than any in the store, and of the root's epoch.
[[nodiscard]] core::Result<std::int64_t> next_version(const std::filesystem::path& store);

// The newest root in a store, after its chain was followed from the first one there; nothing when it has none.
[[nodiscard]] core::Result<std::optional<Root>> root_of_store(const std::filesystem::path& store);

// ---- at the kiosk

struct Head {
    std::string channel{stable_channel};
    std::vector<std::string> audience = Viewers{}.audience;  // what it holds may be for each of these
    int percent = 100;
    std::int64_t version = 0;
    std::string manifest;
    core::Time issued;
    core::Time expires;
};

// Only what a key of the root signed, nothing of it before the signature is checked.
[[nodiscard]] core::Result<Head> verify_head(std::string_view head, const Root& root, core::Time now);

// Gets at most `size` bytes of a path of the store, from `from` on; fewer mean that it ends there. `not_found` is an answer.
using Get = std::function<core::Result<std::string>(const std::string& path, std::uint64_t from, std::size_t size)>;

// From a folder: a USB stick, or a store on this machine.
[[nodiscard]] Get get_from(std::filesystem::path store);

struct FetchOrder {
    std::string trusted;  // the root document of the enrolment, or a release key
    std::filesystem::path store;
    core::Time now;
    std::string channel{stable_channel};  // another one besides the stable one
    std::string device;                   // decides whether it is among the first percent
    // Who stands before the kiosk. A release that holds anything for others is not taken, whatever channel offers it.
    std::vector<std::string> audience = Viewers{}.audience;
};

struct Fetched {
    std::int64_t version = 0;
    std::filesystem::path folder;  // the release, ready to be shown
    bool is_new = false;           // false: we had it already
    bool is_held_back = false;     // the newest one is for other kiosks first; this is the one we had
    bool is_expired = false;       // shown all the same; somebody should be told
    std::size_t objects_fetched = 0;
    std::uintmax_t bytes_fetched = 0;
};

// Makes the newest release the current one. `store` is the kiosk's own folder: objects/, releases/<version>-<hash8>/,
// `current` and `previous` (links), `root.json` (the newest root it followed), and `accepted.json`, which remembers the
// last version so that an older head is refused. What came already is not fetched again, also of one large file.
[[nodiscard]] core::Result<Fetched> fetch_release(const FetchOrder& order, const Get& get, const Progress& progress = {});

// The release that is current in the kiosk's store; nothing when there is none yet.
struct CurrentRelease {
    std::int64_t version = 0;
    std::string manifest;
    std::filesystem::path folder;
};
[[nodiscard]] core::Result<std::optional<CurrentRelease>> current_release(const std::filesystem::path& store);

// When the current release cannot be shown: its index is built anew, as after an update of this program; else the release
// before becomes current again, and the other one is not taken a second time. Answers what can be shown now.
[[nodiscard]] core::Result<CurrentRelease> mend_release(const std::filesystem::path& store, core::Time now);

// The same when it opens, but the program cannot live with it.
[[nodiscard]] core::Result<CurrentRelease> give_up_release(const std::filesystem::path& store, core::Time now);

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
