#include "core/base/crypto.hpp"

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <sodium.h>

namespace core {
namespace {

// Run before main, so that no caller has to think of it; without it nothing below may be trusted.
[[maybe_unused]] const bool sodium_ready = [] {
    if (sodium_init() < 0) std::abort();
    return true;
}();

constexpr std::size_t argon2_memory_bytes = 19u * 1024 * 1024;
constexpr unsigned long long argon2_passes = 2;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string encoded(std::string_view bytes, int variant) {
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), variant);
    text.resize(std::strlen(text.c_str()));
    return text;
}

Result<std::string> decoded(std::string_view text, int variant) {
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(bytes_of(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, &end, variant) != 0 ||
        end != text.data() + text.size()) {
        return fail(ErrorKind::invalid, "not base64");
    }
    bytes.resize(size);
    return bytes;
}

Result<std::string> key_bytes(std::string_view text, std::size_t size) {
    auto bytes = from_base64url(text);
    if (!bytes || bytes->size() != size) return fail(ErrorKind::invalid, "not a key");
    return bytes;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(bytes_of(digest), bytes_of(bytes), bytes.size());
    return digest;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

std::string blake2b_hex(std::string_view bytes) {
    std::string digest(crypto_generichash_BYTES, '\0');
    crypto_generichash(bytes_of(digest), digest.size(), bytes_of(bytes), bytes.size(), nullptr, 0);
    return to_hex(digest);
}

static_assert(sizeof(crypto_hash_sha256_state) <= 128);

Sha256::Sha256() { crypto_hash_sha256_init(reinterpret_cast<crypto_hash_sha256_state*>(state_)); }

void Sha256::add(std::string_view bytes) {
    crypto_hash_sha256_update(reinterpret_cast<crypto_hash_sha256_state*>(state_), bytes_of(bytes), bytes.size());
}

std::string Sha256::hex() {
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(reinterpret_cast<crypto_hash_sha256_state*>(state_), bytes_of(digest));
    return to_hex(digest);
}

std::string to_base64(std::string_view bytes) { return encoded(bytes, sodium_base64_VARIANT_ORIGINAL); }
Result<std::string> from_base64(std::string_view text) { return decoded(text, sodium_base64_VARIANT_ORIGINAL); }
std::string to_base64url(std::string_view bytes) { return encoded(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING); }
Result<std::string> from_base64url(std::string_view text) {
    return decoded(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string to_hex(std::string_view bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes_of(bytes), bytes.size());
    text.pop_back();
    return text;
}

bool equal_secrets(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_token(std::size_t bytes) {
    std::string raw(bytes, '\0');
    randombytes_buf(raw.data(), raw.size());
    return to_base64url(raw);
}

void wipe(std::string& secret) {
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

SigningKey make_signing_key() {
    std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
    std::string secret_key(crypto_sign_SECRETKEYBYTES, '\0');
    crypto_sign_keypair(bytes_of(public_key), bytes_of(secret_key));
    SigningKey key{to_base64url(public_key), to_base64url(secret_key)};
    wipe(secret_key);
    return key;
}

Result<std::string> sign(std::string_view message, std::string_view secret_key) {
    auto key = key_bytes(secret_key, crypto_sign_SECRETKEYBYTES);
    if (!key) return fail(key.error());
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(message), message.size(), bytes_of(*key));
    wipe(*key);
    return to_base64url(signature);
}

bool is_signed(std::string_view message, std::string_view signature, std::string_view public_key) {
    const auto key = key_bytes(public_key, crypto_sign_PUBLICKEYBYTES);
    const auto bytes = from_base64url(signature);
    return key && bytes && bytes->size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(bytes_of(*bytes), bytes_of(message), message.size(), bytes_of(*key)) == 0;
}

SealKey make_seal_key() {
    std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
    std::string secret_key(crypto_box_SECRETKEYBYTES, '\0');
    crypto_box_keypair(bytes_of(public_key), bytes_of(secret_key));
    SealKey key{to_base64url(public_key), to_base64url(secret_key)};
    wipe(secret_key);
    return key;
}

Result<std::string> seal(std::string_view message, std::string_view public_key) {
    const auto key = key_bytes(public_key, crypto_box_PUBLICKEYBYTES);
    if (!key) return fail(key.error());
    std::string box(message.size() + crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal(bytes_of(box), bytes_of(message), message.size(), bytes_of(*key)) != 0) {
        return fail(ErrorKind::invalid, "cannot seal to this key");
    }
    return box;
}

Result<std::string> open_seal(std::string_view box, const SealKey& key) {
    const auto public_key = key_bytes(key.public_key, crypto_box_PUBLICKEYBYTES);
    auto secret_key = key_bytes(key.secret_key, crypto_box_SECRETKEYBYTES);
    if (!public_key || !secret_key) return fail(ErrorKind::invalid, "not a seal key");
    if (box.size() < crypto_box_SEALBYTES) return fail(ErrorKind::invalid, "not a sealed box");
    std::string message(box.size() - crypto_box_SEALBYTES, '\0');
    const int failed = crypto_box_seal_open(bytes_of(message), bytes_of(box), box.size(), bytes_of(*public_key),
                                            bytes_of(*secret_key));
    wipe(*secret_key);
    if (failed != 0) return fail(ErrorKind::invalid, "the box was not sealed to this key, or was changed");
    return message;
}

Result<std::string> hash_password(std::string_view password) {
    char text[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(text, password.data(), password.size(), argon2_passes, argon2_memory_bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return fail(ErrorKind::full, "not enough memory to hash a password");
    }
    return std::string(text);
}

bool is_password(std::string_view password, std::string_view hash) {
    const std::string text(hash);
    return crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
}

}  // namespace core
