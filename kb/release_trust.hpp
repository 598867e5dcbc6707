// Whom a kiosk believes.
//
// A root names the keys that may publish, each with its channels and perhaps a last day. Its own keys lie offline; a new
// root counts only when enough holders of the old one and enough of the new one signed it. A kiosk learns its first root
// when it enrols and follows the chain from there, one number at a time. A kiosk that knows only a release key has the
// root number 0, which that key alone makes up: so the first real root is a rotation like any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"
#include "core/base/result.hpp"

namespace kb {

inline constexpr std::string_view stable_channel = "stable";
inline constexpr std::size_t largest_root = 64u << 10;
inline constexpr std::int64_t most_roots = 10'000;  // in a chain
inline constexpr std::int64_t versions_of_an_epoch = std::int64_t{1} << 32;

struct PublishKey {
    std::string key;                    // public
    std::vector<std::string> channels;  // empty: all
    std::optional<core::Time> expires;
    bool operator==(const PublishKey&) const = default;
};

struct Root {
    std::int64_t number = 0;
    // A release's version divided by versions_of_an_epoch. A thief of a publish key can use up the versions of this epoch
    // and of no other: the next root names the next epoch.
    std::int64_t epoch = 0;
    std::size_t threshold = 1;
    std::vector<std::string> keys;  // public
    std::vector<PublishKey> publish;
    bool operator==(const Root&) const = default;
};

[[nodiscard]] Root root_of_key(std::string_view release_key);

// A root on its way: the text that is signed, and the signatures it has so far.
[[nodiscard]] std::string to_bytes(const Root& root);
[[nodiscard]] core::Result<Root> root_from(std::string_view bytes);  // checks its form, no signature
[[nodiscard]] core::Result<std::string> signed_root(std::string_view bytes, const core::SigningKey& key);

// Keys of whoever signed it, holders or not.
[[nodiscard]] std::vector<std::string> signers_of(std::string_view bytes);

// The root that follows `before`: the next number, signed by enough of both.
[[nodiscard]] core::Result<Root> next_root(std::string_view bytes, const Root& before);
// What an enrolment says: a document signed by enough of its own keys, or a bare release key.
[[nodiscard]] core::Result<Root> first_root(std::string_view document_or_key);

// May this key sign for that channel at that time?
[[nodiscard]] bool may_publish(const Root& root, std::string_view key, std::string_view channel, core::Time now);

// "canary": lower-case letters, digits and hyphens.
[[nodiscard]] bool is_channel(std::string_view text);

// A key pair in a file that only its owner reads. `keys.json` of a desk counts as one: its release key is taken.
[[nodiscard]] core::Result<core::SigningKey> read_signing_key(const std::string& file);
[[nodiscard]] std::string to_bytes(const core::SigningKey& key);

}  // namespace kb
