#include "kb/manifest.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "kb/release_files.hpp"

namespace kb {
namespace {

constexpr std::int64_t format = 1;
constexpr std::uintmax_t largest_release = std::uintmax_t{8} << 30;
// So that a signature made for a head is good for nothing else.
constexpr std::string_view domain = "foyer-release-head-v1\n";

core::Error refused(std::string why) { return {core::ErrorKind::denied, std::move(why)}; }

}  // namespace

bool is_sha256(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string object_path(std::string_view sha256) { return fmt::format("objects/{}/{}", sha256.substr(0, 2), sha256); }

std::string manifest_path(std::string_view sha256) { return fmt::format("manifests/{}.json", sha256); }

std::string to_bytes(const Manifest& manifest) {
    core::Json json;
    json["format"] = format;
    json["version"] = manifest.version;
    json["created"] = core::to_text(manifest.created);
    core::Json& files = json["files"] = core::Json::array();
    for (const ManifestFile& file : manifest.files) files.push_back({{"path", file.path}, {"sha256", file.sha256}, {"size", file.size}});
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
    manifest.version = *version;
    manifest.created = *created;

    std::uintmax_t total = 0;
    std::set<std::string> seen;
    for (const core::Json& entry : *files) {
        const auto path = core::text_at(entry, "path");
        const auto sha256 = core::text_at(entry, "sha256");
        const auto size = core::integer_at(entry, "size");
        if (!path || !sha256 || !size || !is_sha256(*sha256) || *size < 0) return core::fail(refused("the manifest is not complete"));
        if (!is_safe_path(*path)) return core::fail(refused(fmt::format("the release holds the unsafe path '{}'", core::utf8::shortened(core::utf8::repaired(*path), 80))));
        if (!seen.insert(core::utf8::folded(*path)).second) return core::fail(refused(fmt::format("the release holds '{}' twice", *path)));
        total += static_cast<std::uintmax_t>(*size);
        if (static_cast<std::uintmax_t>(*size) > largest_release_file || total > largest_release) {
            return core::fail(core::ErrorKind::full, fmt::format("the release is too large at '{}'", *path));
        }
        manifest.files.push_back({*path, *sha256, static_cast<std::uintmax_t>(*size)});
    }
    return manifest;
}

core::Result<std::string> signed_head(const Head& head, std::string_view secret_key) {
    const std::string text = core::canonical({{"version", head.version}, {"manifest", head.manifest}, {"issued", core::to_text(head.issued)}, {"expires", core::to_text(head.expires)}});
    const auto signature = core::sign(std::string(domain) + text, secret_key);
    if (!signature) return core::fail(signature.error().in("the release cannot be signed"));
    return core::canonical({{"signed", text}, {"signature", *signature}});
}

core::Result<Head> verify_head(std::string_view bytes, std::string_view trusted_key) {
    if (bytes.size() > largest_head) return core::fail(refused("the head of the release is too large"));
    const auto envelope = core::parse_json(bytes);
    if (!envelope) return core::fail(refused("the head of the release cannot be read"));
    const auto text = core::text_at(*envelope, "signed");
    const auto signature = core::text_at(*envelope, "signature");
    if (!text || !signature) return core::fail(refused("the head of the release is not signed"));
    if (!core::is_signed(std::string(domain) + *text, *signature, trusted_key)) return core::fail(refused("the release is not signed by the key that this kiosk trusts"));

    const auto json = core::parse_json(*text);
    if (!json) return core::fail(json.error().in("head"));
    const auto version = core::integer_at(*json, "version");
    const auto manifest = core::text_at(*json, "manifest");
    const auto issued = core::parse_time(core::text_at(*json, "issued").value_or(""));
    const auto expires = core::parse_time(core::text_at(*json, "expires").value_or(""));
    if (!version || *version < 1 || !manifest || !is_sha256(*manifest) || !issued || !expires) return core::fail(refused("the head of the release is not complete"));
    return Head{*version, *manifest, *issued, *expires};
}

}  // namespace kb
