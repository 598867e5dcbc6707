#include "kb/release_trust.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"

namespace kb {
namespace {

// So that a signature made for a root is good for nothing else.
constexpr std::string_view domain = "foyer-release-root-v1\n";
constexpr std::size_t most_keys = 32;
constexpr std::size_t longest_channel = 32;

core::Error refused(std::string why) { return {core::ErrorKind::denied, std::move(why)}; }

struct Envelope {
    std::string text;
    std::vector<std::pair<std::string, std::string>> signatures;  // key and signature
};

core::Result<Envelope> open(std::string_view bytes) {
    if (bytes.size() > largest_root) return core::fail(refused("the root is too large"));
    const auto json = core::parse_json(bytes);
    const auto text = json ? core::text_at(*json, "signed") : std::nullopt;
    const core::Json* signatures = json ? core::member(*json, "signatures") : nullptr;
    if (!text || !signatures || !signatures->is_array() || signatures->size() > 2 * most_keys) return core::fail(refused("the root cannot be read"));
    Envelope envelope{*text, {}};
    for (const core::Json& each : *signatures) {
        const auto key = core::text_at(each, "key");
        const auto signature = core::text_at(each, "signature");
        if (!key || !signature) return core::fail(refused("the root cannot be read"));
        envelope.signatures.emplace_back(*key, *signature);
    }
    return envelope;
}

std::string to_bytes(const Envelope& envelope) {
    core::Json signatures = core::Json::array();
    for (const auto& [key, signature] : envelope.signatures) signatures.push_back({{"key", key}, {"signature", signature}});
    return core::canonical({{"signed", envelope.text}, {"signatures", std::move(signatures)}});
}

bool is_key(std::string_view text) {
    constexpr std::size_t key_bytes = 32;
    const auto bytes = core::from_base64url(text);
    return bytes && bytes->size() == key_bytes;
}

// Each holder counts once, however often they signed.
bool is_signed_by_enough(const Envelope& envelope, const Root& root) {
    std::set<std::string> signers;
    for (const auto& [key, signature] : envelope.signatures) {
        if (std::find(root.keys.begin(), root.keys.end(), key) == root.keys.end()) continue;
        if (core::is_signed(std::string(domain) + envelope.text, signature, key)) signers.insert(key);
    }
    return signers.size() >= root.threshold;
}

core::Result<PublishKey> publish_key_from(const core::Json& json) {
    PublishKey key;
    const auto text = core::text_at(json, "key");
    const core::Json* channels = core::member(json, "channels");
    if (!text || !is_key(*text) || !channels || !channels->is_array()) return core::fail(refused("the root names a publish key that cannot be read"));
    key.key = *text;
    for (const core::Json& channel : *channels) {
        if (!channel.is_string() || !is_channel(channel.get<std::string>())) return core::fail(refused("the root names a channel that cannot be read"));
        key.channels.push_back(channel.get<std::string>());
    }
    if (const auto expires = core::text_at(json, "expires")) {
        const auto time = core::parse_time(*expires);
        if (!time) return core::fail(refused("the root names a time that cannot be read"));
        key.expires = *time;
    }
    return key;
}

core::Result<Root> root_in(const std::string& text) {
    const auto json = core::parse_json(text);
    if (!json) return core::fail(refused("the root cannot be read"));
    const auto number = core::integer_at(*json, "number");
    const auto epoch = core::integer_at(*json, "epoch");
    const auto threshold = core::integer_at(*json, "threshold");
    const core::Json* keys = core::member(*json, "keys");
    const core::Json* publish = core::member(*json, "publish");
    if (!number || *number < 1 || *number > most_roots || !epoch || *epoch < 0 || *epoch >= versions_of_an_epoch / 2 || !threshold || !keys || !keys->is_array() ||
        !publish || !publish->is_array() || keys->size() > most_keys || publish->size() > most_keys) {
        return core::fail(refused("the root is not complete"));
    }
    Root root;
    root.number = *number;
    root.epoch = *epoch;
    for (const core::Json& key : *keys) {
        if (!key.is_string() || !is_key(key.get<std::string>())) return core::fail(refused("the root has a key that cannot be read"));
        root.keys.push_back(key.get<std::string>());
    }
    if (std::set<std::string>(root.keys.begin(), root.keys.end()).size() != root.keys.size()) return core::fail(refused("the root has a key twice"));
    if (*threshold < 1 || static_cast<std::uint64_t>(*threshold) > root.keys.size()) {
        return core::fail(refused(fmt::format("the root asks for {} signatures and has {} keys", *threshold, root.keys.size())));
    }
    root.threshold = static_cast<std::size_t>(*threshold);
    for (const core::Json& each : *publish) {
        auto key = publish_key_from(each);
        if (!key) return core::fail(key.error());
        root.publish.push_back(std::move(*key));
    }
    return root;
}

}  // namespace

Root root_of_key(std::string_view release_key) {
    Root root;
    root.keys.emplace_back(release_key);
    root.publish.push_back({std::string(release_key), {}, std::nullopt});
    return root;
}

std::string to_bytes(const Root& root) {
    core::Json publish = core::Json::array();
    for (const PublishKey& each : root.publish) {
        core::Json key{{"key", each.key}, {"channels", each.channels}};
        if (each.expires) key["expires"] = core::to_text(*each.expires);
        publish.push_back(std::move(key));
    }
    return to_bytes(Envelope{core::canonical({{"number", root.number}, {"epoch", root.epoch}, {"threshold", root.threshold}, {"keys", root.keys}, {"publish", std::move(publish)}}), {}});
}

core::Result<Root> root_from(std::string_view bytes) {
    const auto envelope = open(bytes);
    if (!envelope) return core::fail(envelope.error());
    return root_in(envelope->text);
}

core::Result<std::string> signed_root(std::string_view bytes, const core::SigningKey& key) {
    auto envelope = open(bytes);
    if (!envelope) return core::fail(envelope.error());
    if (const auto root = root_in(envelope->text); !root) return core::fail(root.error());
    auto signature = core::sign(std::string(domain) + envelope->text, key.secret_key);
    if (!signature) return core::fail(signature.error().in("the root cannot be signed"));
    std::erase_if(envelope->signatures, [&key](const auto& each) { return each.first == key.public_key; });
    envelope->signatures.emplace_back(key.public_key, std::move(*signature));
    return to_bytes(*envelope);
}

std::vector<std::string> signers_of(std::string_view bytes) {
    std::vector<std::string> signers;
    const auto envelope = open(bytes);
    if (!envelope) return signers;
    for (const auto& [key, signature] : envelope->signatures) {
        if (core::is_signed(std::string(domain) + envelope->text, signature, key)) signers.push_back(key);
    }
    return signers;
}

core::Result<Root> next_root(std::string_view bytes, const Root& before) {
    const auto envelope = open(bytes);
    if (!envelope) return core::fail(envelope.error());
    auto root = root_in(envelope->text);
    if (!root) return root;
    if (root->number != before.number + 1) return core::fail(refused(fmt::format("root {} does not follow root {}", root->number, before.number)));
    if (root->epoch < before.epoch) return core::fail(refused("the root goes back to an older epoch"));
    if (!is_signed_by_enough(*envelope, before)) return core::fail(refused(fmt::format("root {} is not signed by enough holders of root {}", root->number, before.number)));
    if (!is_signed_by_enough(*envelope, *root)) return core::fail(refused(fmt::format("root {} is not signed by enough of its own holders", root->number)));
    return root;
}

core::Result<Root> first_root(std::string_view document_or_key) {
    if (is_key(document_or_key)) return root_of_key(document_or_key);
    const auto envelope = open(document_or_key);
    if (!envelope) return core::fail(envelope.error());
    auto root = root_in(envelope->text);
    if (root && !is_signed_by_enough(*envelope, *root)) return core::fail(refused(fmt::format("root {} is not signed by enough of its own holders", root->number)));
    return root;
}

bool may_publish(const Root& root, std::string_view key, std::string_view channel, core::Time now) {
    return std::any_of(root.publish.begin(), root.publish.end(), [&](const PublishKey& each) {
        const bool for_channel = each.channels.empty() || std::find(each.channels.begin(), each.channels.end(), channel) != each.channels.end();
        return each.key == key && for_channel && (!each.expires || now < *each.expires);
    });
}

bool is_channel(std::string_view text) {
    return !text.empty() && text.size() <= longest_channel &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

core::Result<core::SigningKey> read_signing_key(const std::string& file) {
    auto text = core::read_file(file, largest_root);
    if (!text) return core::fail(text.error());
    const auto json = core::parse_json(*text);
    core::wipe(*text);
    const core::Json* pair = json ? core::member(*json, "release") : nullptr;
    if (json && !pair) pair = &*json;
    const auto public_key = pair ? core::text_at(*pair, "public") : std::nullopt;
    const auto secret_key = pair ? core::text_at(*pair, "secret") : std::nullopt;
    if (!public_key || !secret_key || !is_key(*public_key)) return core::fail(core::ErrorKind::invalid, fmt::format("{} holds no signing key; make one with `kb release keys make`", file));
    return core::SigningKey{*public_key, *secret_key};
}

std::string to_bytes(const core::SigningKey& key) { return core::canonical({{"public", key.public_key}, {"secret", key.secret_key}}) + "\n"; }

}  // namespace kb
