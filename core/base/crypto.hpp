// Hashes, signatures, sealed boxes and passwords: libsodium behind values.
//
// Keys and boxes travel as base64url without padding. A secret key's text belongs in a file only its owner reads.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace core {

[[nodiscard]] std::string sha256(std::string_view bytes);      // 32 bytes
[[nodiscard]] std::string sha256_hex(std::string_view bytes);  // 64 characters, lower case
[[nodiscard]] std::string blake2b_hex(std::string_view bytes);
// For files that are too large to hold: add in pieces, then ask once.
class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    [[nodiscard]] std::string hex();

private:
    alignas(8) unsigned char state_[128];
};

[[nodiscard]] std::string to_base64(std::string_view bytes);     // standard alphabet with padding (RFC 9530)
[[nodiscard]] Result<std::string> from_base64(std::string_view text);
[[nodiscard]] std::string to_base64url(std::string_view bytes);  // without padding
[[nodiscard]] Result<std::string> from_base64url(std::string_view text);
[[nodiscard]] std::string to_hex(std::string_view bytes);

// In time that does not depend on the content.
[[nodiscard]] bool equal_secrets(std::string_view a, std::string_view b);
[[nodiscard]] std::string random_token(std::size_t bytes);  // base64url
void wipe(std::string& secret);                             // overwrites, then empties

// Ed25519.
struct SigningKey {
    std::string public_key;  // base64url
    std::string secret_key;  // base64url
};
[[nodiscard]] SigningKey make_signing_key();
[[nodiscard]] Result<std::string> sign(std::string_view message, std::string_view secret_key);  // base64url
[[nodiscard]] bool is_signed(std::string_view message, std::string_view signature, std::string_view public_key);

// crypto_box_seal: whoever seals cannot open.
struct SealKey {
    std::string public_key;
    std::string secret_key;
};
[[nodiscard]] SealKey make_seal_key();
[[nodiscard]] Result<std::string> seal(std::string_view message, std::string_view public_key);
[[nodiscard]] Result<std::string> open_seal(std::string_view box, const SealKey& key);

// Argon2id, 19 MiB and two passes: about 30 ms. Callers bound how many run at once.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);
[[nodiscard]] bool is_password(std::string_view password, std::string_view hash);

}  // namespace core
