// How a built release becomes the one that kiosks fetch, and what lies in a desk's store.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/release_desk.hpp"

namespace kb {

core::Result<StoreHead> stored_head(const std::filesystem::path& store, std::string_view channel) {
    const std::filesystem::path file = store / head_path(channel);
    const auto text = core::read_file(file, largest_head);
    if (!text) return core::fail(text.error());
    const auto envelope = core::parse_json(*text);
    const auto inside = envelope ? core::text_at(*envelope, "signed") : std::nullopt;
    const auto head = inside ? core::parse_json(*inside) : core::Result<core::Json>(core::Json());
    const auto version = head ? core::integer_at(*head, "version") : std::nullopt;
    const auto manifest = head ? core::text_at(*head, "manifest") : std::nullopt;
    const auto issued = core::parse_time(head ? core::text_at(*head, "issued").value_or("") : "");
    const auto expires = core::parse_time(head ? core::text_at(*head, "expires").value_or("") : "");
    if (!version || !manifest || !is_sha256(*manifest) || !issued || !expires) return core::fail(core::ErrorKind::corrupt, fmt::format("{} cannot be read", file.string()));
    const std::int64_t percent = core::integer_at(*head, "percent").value_or(100);
    return StoreHead{std::string(channel), *version, *manifest, static_cast<int>(percent), *issued, *expires};
}

core::Result<std::vector<StoreHead>> heads_in(const std::filesystem::path& store) {
    std::vector<std::string> channels;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(store / "channels", ignored)) {
        if (entry.path().extension() == ".json") channels.push_back(entry.path().stem().string());
    }
    std::sort(channels.begin(), channels.end());
    channels.insert(channels.begin(), std::string(stable_channel));
    std::vector<StoreHead> heads;
    for (const std::string& channel : channels) {
        auto head = stored_head(store, channel);
        if (!head && head.error().kind == core::ErrorKind::not_found) continue;
        if (!head) return core::fail(head.error());
        heads.push_back(std::move(*head));
    }
    return heads;
}

core::Result<Manifest> stored_manifest(const std::filesystem::path& store, std::string_view sha256) {
    const std::filesystem::path file = store / manifest_path(sha256);
    const auto bytes = core::read_file(file, largest_manifest);
    if (!bytes) return core::fail(bytes.error());
    if (core::sha256_hex(*bytes) != sha256) return core::fail(core::ErrorKind::corrupt, fmt::format("{} is not what its name says", file.string()));
    return manifest_from(*bytes);
}

std::vector<StoredRelease> releases_in(const std::filesystem::path& store) {
    std::vector<StoredRelease> releases;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(store / "manifests", ignored)) {
        const std::string hash = entry.path().stem().string();
        if (entry.path().extension() != ".json" || !is_sha256(hash)) continue;
        const auto manifest = stored_manifest(store, hash);
        if (!manifest) continue;
        StoredRelease release{manifest->version, hash, manifest->created, manifest->files.size(), 0};
        for (const ManifestFile& file : manifest->files) release.bytes += file.size;
        releases.push_back(std::move(release));
    }
    std::sort(releases.begin(), releases.end(), [](const StoredRelease& a, const StoredRelease& b) { return std::tie(a.version, a.manifest) > std::tie(b.version, b.manifest); });
    return releases;
}

core::Result<StoredRelease> find_release(const std::filesystem::path& store, std::string_view name) {
    constexpr std::size_t least_hash = 8;
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), version);
    const bool is_version = error == std::errc{} && end == name.data() + name.size();
    std::vector<StoredRelease> found;
    for (StoredRelease& release : releases_in(store)) {
        if ((is_version && release.version == version) || (name.size() >= least_hash && release.manifest.starts_with(name))) found.push_back(std::move(release));
    }
    if (found.empty()) return core::fail(core::ErrorKind::not_found, fmt::format("{} holds no release '{}'; `kb release list` tells which there are", store.string(), name));
    if (found.size() > 1) return core::fail(core::ErrorKind::conflict, fmt::format("'{}' may be {} or {}; say more of the hash", name, found[0].manifest, found[1].manifest));
    return std::move(found.front());
}

core::Result<std::int64_t> next_version(const std::filesystem::path& store) {
    const auto root = root_of_store(store);
    if (!root) return core::fail(root.error());
    std::int64_t last = *root ? (*root)->epoch * versions_of_an_epoch : 0;
    const auto heads = heads_in(store);
    if (!heads) return core::fail(heads.error());
    for (const StoreHead& head : *heads) last = std::max(last, head.version);
    const auto releases = releases_in(store);
    if (!releases.empty()) last = std::max(last, releases.front().version);  // built, and perhaps not signed yet
    return last + 1;
}

core::Result<std::optional<Root>> root_of_store(const std::filesystem::path& store) {
    std::optional<Root> newest;
    for (std::int64_t number = 1; number < most_roots; ++number) {
        const auto bytes = core::read_file(store / root_path(number), largest_root);
        if (!bytes && bytes.error().kind == core::ErrorKind::not_found) break;
        if (!bytes) return core::fail(bytes.error());
        auto root = newest ? next_root(*bytes, *newest) : first_root(*bytes);
        if (!root) return core::fail(root.error().in((store / root_path(number)).string()));
        newest = std::move(*root);
    }
    return newest;
}

core::Result<Root> add_root(const std::filesystem::path& store, std::string_view document, core::Time now, bool is_new_fleet) {
    const auto last = root_of_store(store);
    if (!last) return core::fail(last.error());
    auto root = *last ? next_root(document, **last) : first_root(document);
    if (!root) return root;
    if (!*last && root->number != 1) return core::fail(core::ErrorKind::conflict, fmt::format("the chain begins with root 1, not with root {}", root->number));
    const auto head = core::read_file(store / head_path(stable_channel), largest_head);
    if (!*last && !is_new_fleet && head) {
        const auto signers = signers_of(document);
        const bool is_followed = std::any_of(signers.begin(), signers.end(), [&](const std::string& key) {
            return verify_head(*head, root_of_key(key), now) && next_root(document, root_of_key(key));
        });
        if (!is_followed) {
            return core::fail(core::ErrorKind::denied, "kiosks that are enrolled know only the key that signed what they show, and would not follow; sign the root with that key too");
        }
    }
    if (auto made = core::make_folder((store / root_path(root->number)).parent_path()); !made) return core::fail(made.error());
    if (auto written = core::write_file(store / root_path(root->number), document); !written) return core::fail(written.error());
    return root;
}

core::Result<std::string> sign_release(const SignOrder& order) {
    if (!is_channel(order.channel)) return core::fail(core::ErrorKind::invalid, fmt::format("'{}' is no name of a channel", order.channel));
    const auto manifest = stored_manifest(order.store, order.manifest);
    if (!manifest) return core::fail(manifest.error());
    auto root = root_of_store(order.store);
    if (!root) return core::fail(root.error());
    const Root trusted = *root ? std::move(**root) : root_of_key(order.key.public_key);

    const auto heads = heads_in(order.store);
    if (!heads) return core::fail(heads.error());
    for (const StoreHead& shown : *heads) {
        if (shown.channel != order.channel) continue;
        const bool is_same = shown.manifest == order.manifest;  // for more kiosks, or for longer
        if (manifest->version < shown.version || (manifest->version == shown.version && !is_same)) {
            return core::fail(core::ErrorKind::conflict, fmt::format("the channel '{}' shows release {} already", order.channel, shown.version));
        }
    }
    const Head head{order.channel, manifest->audience, order.percent, manifest->version, order.manifest, order.now, order.now + order.lifetime};
    auto signed_bytes = signed_head(head, order.key.secret_key);
    if (!signed_bytes) return signed_bytes;
    // What a kiosk would refuse is not published.
    if (auto accepted = verify_head(*signed_bytes, trusted, order.now); !accepted) return core::fail(accepted.error());
    const std::filesystem::path file = order.store / head_path(order.channel);
    if (auto made = core::make_folder(file.parent_path()); !made) return core::fail(made.error());
    if (auto written = core::write_file(file, *signed_bytes); !written) return core::fail(written.error());
    return signed_bytes;
}

}  // namespace kb
