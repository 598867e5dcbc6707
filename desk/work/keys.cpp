#include "desk/work/keys.hpp"

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"

namespace desk {
namespace {

core::Json pair(const std::string& public_key, const std::string& secret_key) {
    return {{"public", public_key}, {"secret", secret_key}};
}

template <class Key>
bool read_pair(const core::Json& json, std::string_view name, Key& key) {
    const core::Json* both = core::member(json, name);
    if (!both) return false;
    const auto public_key = core::text_at(*both, "public");
    const auto secret_key = core::text_at(*both, "secret");
    if (!public_key || !secret_key) return false;
    key.public_key = *public_key;
    key.secret_key = *secret_key;
    return true;
}

}  // namespace

Keys make_keys() { return {core::make_seal_key(), core::make_signing_key(), core::make_signing_key()}; }

core::Result<void> write_keys(const std::filesystem::path& file, const Keys& keys) {
    const core::Json json{{"v", 1},
                          {"seal", pair(keys.seal.public_key, keys.seal.secret_key)},
                          {"receipt", pair(keys.receipt.public_key, keys.receipt.secret_key)},
                          {"release", pair(keys.release.public_key, keys.release.secret_key)}};
    return core::write_file(file, json.dump(2) + "\n", true);
}

core::Result<Keys> read_keys(const std::filesystem::path& file) {
    auto text = core::read_file(file);
    if (!text) return core::fail(text.error());
    const auto json = core::parse_json(*text);
    core::wipe(*text);
    Keys keys;
    if (!json || !read_pair(*json, "seal", keys.seal) || !read_pair(*json, "receipt", keys.receipt) ||
        !read_pair(*json, "release", keys.release)) {
        return core::fail(core::ErrorKind::corrupt, file.string() + " does not hold the desk's keys");
    }
    return keys;
}

}  // namespace desk
