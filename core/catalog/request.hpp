// A request as it travels: the payload that a person sent, and the sealed envelope around it.
//
// The payload never changes after `finalise`: canonical JSON, and its SHA-256. The envelope is all that a kiosk
// keeps on disk and all that a thief could see.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/crypto.hpp"
#include "core/base/json.hpp"
#include "core/catalog/answers.hpp"

namespace catalog {

inline constexpr std::size_t largest_request_bytes = 256 * 1024;  // of the envelope as JSON
inline constexpr std::size_t largest_batch = 100;                 // envelopes in one outbox post

struct Request {
    std::string id;  // UUIDv7, made when the form was opened
    std::string claim_code;
    std::string service;
    std::string service_version;
    std::string title;     // the service's title in the person's language
    std::string language;  // the person's
    std::string site;
    core::Time captured_at;
    Answers answers;
    std::string article;       // the one that did not help, "en/slug", or empty
    std::string search_words;  // what was searched before, or empty

    [[nodiscard]] std::string canonical() const;
    static core::Result<Request> parse(std::string_view canonical);
};

struct Envelope {
    std::string id;
    std::string kiosk;          // its id at the desk; empty while not enrolled
    std::int64_t sequence = 0;  // of this kiosk, from 1 without gaps
    core::Time captured_at;
    std::int64_t clock_offset = 0;  // seconds to add to the kiosk's clock, as last known
    std::string hash;               // SHA-256 of the payload, hex
    std::string seal_key;           // the public key it is sealed to
    std::string box;                // base64url
    std::string signature;          // by the kiosk, over all the rest

    [[nodiscard]] core::Json to_json() const;
    static core::Result<Envelope> from_json(const core::Json& json);

    core::Result<void> sign(std::string_view secret_key);
    [[nodiscard]] bool is_signed_by(std::string_view public_key) const;
};

// Seals the payload; `kiosk`, `sequence` and `clock_offset` are the caller's to set before signing.
[[nodiscard]] core::Result<Envelope> seal_request(const Request& request, std::string_view seal_public_key);

// Opens the box and proves that the hash is that of the payload.
[[nodiscard]] core::Result<std::string> open_envelope(const Envelope& envelope, const core::SealKey& key);

}  // namespace catalog
