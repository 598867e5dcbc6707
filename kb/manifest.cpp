#include "kb/manifest.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "kb/release_files.hpp"
#include "kb/release_trust.hpp"
#include "kb/viewers.hpp"

namespace kb {
namespace {

constexpr std::int64_t format = 1;
constexpr std::uintmax_t largest_release = std::uintmax_t{8} << 30;
// So that a signature made for a head is good for nothing else.
constexpr std::string_view domain = "foyer-release-head-v1\n";

core::Error refused(std::string why) { return {core::ErrorKind::denied, std::move(why)}; }

// Releases from before they told it were for everyone who may stand before a kiosk.
core::Result<std::vector<std::string>> audience_in(const core::Json& json) {
    const core::Json* listed = core::member(json, "audience");
    std::vector<std::string> audience;
    if (!listed) return Viewers{}.audience;
    if (!listed->is_array() || listed->empty()) return core::fail(refused("the release does not say whom it is for"));
    for (const core::Json& each : *listed) {
        if (!each.is_string()) return core::fail(refused("the release does not say whom it is for"));
        audience.push_back(each.get<std::string>());
    }
    return in_order(std::move(audience));
}

std::optional<std::string> file_below_a_file(const std::set<std::string>& paths) {
    for (const std::string& path : paths) {
        for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
            if (paths.contains(path.substr(0, slash))) return path.substr(0, slash);
        }
    }
    return std::nullopt;
}

}  // namespace

bool is_sha256(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string object_path(std::string_view sha256) { return fmt::format("objects/{}/{}", sha256.substr(0, 2), sha256); }

std::string manifest_path(std::string_view sha256) { return fmt::format("manifests/{}.json", sha256); }
std::string delta_path(std::string_view from, std::string_view to) { return fmt::format("deltas/{}-{}.zst", from, to); }
std::string root_path(std::int64_t number) { return fmt::format("root/{}.json", number); }
// The stable head lies where it lay before there were channels.
std::string head_path(std::string_view channel) { return channel == stable_channel ? "head.json" : fmt::format("channels/{}.json", channel); }

const ManifestFile* Manifest::file(std::string_view path) const {
    const auto found = std::lower_bound(files.begin(), files.end(), path, [](const ManifestFile& each, std::string_view wanted) { return each.path < wanted; });
    return found != files.end() && found->path == path ? &*found : nullptr;
}

std::string to_bytes(const Manifest& manifest) {
    core::Json json;
    json["format"] = format;
    json["version"] = manifest.version;
    json["created"] = core::to_text(manifest.created);
    json["audience"] = manifest.audience;
    core::Json& files = json["files"] = core::Json::array();
    for (const ManifestFile& file : manifest.files) {
        core::Json& entry = files.emplace_back(core::Json{{"path", file.path}, {"sha256", file.sha256}, {"size", file.size}});
        if (file.packed > 0) entry["packed"] = file.packed;
    }
    return core::canonical(json);
}

core::Result<Manifest> manifest_from(std::string_view bytes) {
    const auto json = core::parse_json(bytes);
    if (!json) return core::fail(json.error().in("manifest"));
    if (core::integer_at(*json, "format") != format) return core::fail(refused("the release has a format that this program does not know"));
    Manifest manifest;
    const auto version = core::integer_at(*json, "version");
    const auto created = core::parse_time(core::text_at(*json, "created").value_or(""));
    const core::Json* files = core::member(*json, "files");
    if (!version || !created || !files || !files->is_array()) return core::fail(refused("the manifest is not complete"));
    if (files->size() > most_release_files) return core::fail(refused(fmt::format("the release has more than {} files", most_release_files)));
    auto audience = audience_in(*json);
    if (!audience) return core::fail(audience.error());
    manifest.version = *version;
    manifest.created = *created;
    manifest.audience = std::move(*audience);

    std::uintmax_t total = 0;
    std::set<std::string> seen;
    for (const core::Json& entry : *files) {
        const auto path = core::text_at(entry, "path");
        const auto sha256 = core::text_at(entry, "sha256");
        const auto size = core::integer_at(entry, "size");
        if (!path || !sha256 || !size || !is_sha256(*sha256) || *size < 0) return core::fail(refused("the manifest is not complete"));
        if (!is_safe_path(*path)) return core::fail(refused(fmt::format("the release holds the unsafe path '{}'", core::utf8::shortened(core::utf8::repaired(*path), 80))));
        if (!manifest.files.empty() && *path <= manifest.files.back().path) return core::fail(refused("the manifest is not in order"));
        if (!seen.insert(core::utf8::folded(*path)).second) return core::fail(refused(fmt::format("the release holds '{}' twice", *path)));
        total += static_cast<std::uintmax_t>(*size);
        if (static_cast<std::uintmax_t>(*size) > largest_release_file || total > largest_release) {
            return core::fail(core::ErrorKind::full, fmt::format("the release is too large at '{}'", *path));
        }
        const std::int64_t packed = core::integer_at(entry, "packed").value_or(0);
        if (packed < 0 || packed > *size || (packed > 0 && static_cast<std::uintmax_t>(*size) > largest_packed_file)) {
            return core::fail(refused(fmt::format("the release has a pack of '{}' that cannot be", *path)));
        }
        manifest.files.push_back({*path, *sha256, static_cast<std::uintmax_t>(*size), static_cast<std::uintmax_t>(packed)});
    }
    if (const auto clash = file_below_a_file(seen)) return core::fail(refused(fmt::format("the release holds '{}' as file and as folder", *clash)));
    return manifest;
}

core::Result<std::string> signed_head(const Head& head, std::string_view secret_key) {
    const std::string text = core::canonical({{"channel", head.channel}, {"audience", head.audience}, {"percent", head.percent}, {"version", head.version}, {"manifest", head.manifest},
                                              {"issued", core::to_text(head.issued)}, {"expires", core::to_text(head.expires)}});
    const auto signature = core::sign(std::string(domain) + text, secret_key);
    if (!signature) return core::fail(signature.error().in("the release cannot be signed"));
    return core::canonical({{"signed", text}, {"signature", *signature}});
}

core::Result<Head> verify_head(std::string_view bytes, const Root& root, core::Time now) {
    if (bytes.size() > largest_head) return core::fail(refused("the head of the release is too large"));
    const auto envelope = core::parse_json(bytes);
    if (!envelope) return core::fail(refused("the head of the release cannot be read"));
    const auto text = core::text_at(*envelope, "signed");
    const auto signature = core::text_at(*envelope, "signature");
    if (!text || !signature) return core::fail(refused("the head of the release is not signed"));
    const auto signer = std::find_if(root.publish.begin(), root.publish.end(), [&](const PublishKey& each) { return core::is_signed(std::string(domain) + *text, *signature, each.key); });
    if (signer == root.publish.end()) return core::fail(refused("the release is not signed by a key that this kiosk trusts"));

    const auto json = core::parse_json(*text);
    if (!json) return core::fail(json.error().in("head"));
    const auto version = core::integer_at(*json, "version");
    const auto manifest = core::text_at(*json, "manifest");
    const auto issued = core::parse_time(core::text_at(*json, "issued").value_or(""));
    const auto expires = core::parse_time(core::text_at(*json, "expires").value_or(""));
    if (!version || *version < 1 || !manifest || !is_sha256(*manifest) || !issued || !expires) return core::fail(refused("the head of the release is not complete"));
    // Heads from before there were channels.
    const std::string channel = core::text_at(*json, "channel").value_or(std::string(stable_channel));
    const std::int64_t percent = core::integer_at(*json, "percent").value_or(100);
    auto audience = audience_in(*json);
    if (!audience) return core::fail(audience.error());
    if (!is_channel(channel) || percent < 0 || percent > 100) return core::fail(refused("the head of the release is not complete"));
    if (!may_publish(root, signer->key, channel, now)) return core::fail(refused(fmt::format("the key that signed the release may not publish for '{}' any more", channel)));
    if (*version / versions_of_an_epoch != root.epoch) return core::fail(refused(fmt::format("release {} is not of the epoch {}", *version, root.epoch)));
    return Head{channel, std::move(*audience), static_cast<int>(percent), *version, *manifest, *issued, *expires};
}

}  // namespace kb
