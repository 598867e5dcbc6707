// RFC 9421 signatures of a kiosk's HTTP requests, over @method, @authority, @path, @query and content-digest (RFC 9530).
//
// They survive a proxy that ends TLS. Replays are harmless, since every write of a kiosk is idempotent.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace catalog {

struct SignedParts {
    std::string method;     // upper case
    std::string authority;  // host[:port] as in Host, lower case
    std::string path;       // "/api/v1/requests/…", without the query
    std::string query;      // with its "?"; "?" alone when there is none
    std::string body;
};

// The headers to send: Content-Digest, Signature-Input, Signature.
[[nodiscard]] core::Result<std::map<std::string, std::string>> sign_http(const SignedParts& parts, core::Time created,
                                                                         std::string_view key_id,
                                                                         std::string_view secret_key);

// What a signature says of itself, to find the key by; nothing is proved yet. Header values as they came.
struct SignatureInput {
    std::string key_id;
    core::Time created;
};
[[nodiscard]] core::Result<SignatureInput> read_signature_input(std::string_view header);

// Proves digest and signature. The caller compares `created` with its clock.
[[nodiscard]] core::Result<void> check_http(const SignedParts& parts, std::string_view content_digest,
                                            std::string_view signature_input, std::string_view signature,
                                            std::string_view public_key);

}  // namespace catalog
