#include "core/catalog/http_signature.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/base/crypto.hpp"

namespace catalog {
namespace {

constexpr std::string_view label = "kiosk";
constexpr std::string_view components = R"(("@method" "@authority" "@path" "@query" "content-digest"))";

std::string digest_of(std::string_view body) { return fmt::format("sha-256=:{}:", core::to_base64(core::sha256(body))); }

// RFC 9421 section 2.5.
std::string signature_base(const SignedParts& parts, std::string_view digest, std::string_view parameters) {
    return fmt::format(
        "\"@method\": {}\n\"@authority\": {}\n\"@path\": {}\n\"@query\": {}\n\"content-digest\": {}\n\"@signature-params\": {}",
        parts.method, parts.authority, parts.path, parts.query, digest, parameters);
}

std::string parameters_of(core::Time created, std::string_view key_id) {
    return fmt::format("{};created={};keyid=\"{}\";alg=\"ed25519\"", components, core::to_seconds(created), key_id);
}

auto wrong(std::string_view what) { return core::fail(core::ErrorKind::denied, std::string(what)); }

// The part behind `kiosk=` of a header.
std::optional<std::string_view> after_label(std::string_view header) {
    const std::string start = fmt::format("{}=", label);
    if (!header.starts_with(start)) return std::nullopt;
    return header.substr(start.size());
}

}  // namespace

core::Result<std::map<std::string, std::string>> sign_http(const SignedParts& parts, core::Time created, std::string_view key_id,
                                                           std::string_view secret_key) {
    const std::string digest = digest_of(parts.body);
    const std::string parameters = parameters_of(created, key_id);
    const auto signature = core::sign(signature_base(parts, digest, parameters), secret_key);
    if (!signature) return core::fail(signature.error());
    const auto bytes = core::from_base64url(*signature);
    if (!bytes) return core::fail(bytes.error());
    return std::map<std::string, std::string>{
        {"Content-Digest", digest},
        {"Signature-Input", fmt::format("{}={}", label, parameters)},
        {"Signature", fmt::format("{}=:{}:", label, core::to_base64(*bytes))},
    };
}

core::Result<SignatureInput> read_signature_input(std::string_view header) {
    const auto parameters = after_label(header);
    if (!parameters) return wrong("no signature of a kiosk");
    const auto created_at = parameters->find(";created=");
    const auto key_at = parameters->find(";keyid=\"");
    if (created_at == std::string_view::npos || key_at == std::string_view::npos) return wrong("the signature names no time or key");

    SignatureInput input;
    std::int64_t seconds = 0;
    const char* begin = parameters->data() + created_at + 9;
    if (std::from_chars(begin, parameters->data() + parameters->size(), seconds).ec != std::errc{}) return wrong("the signature's time is no number");
    input.created = core::from_seconds(seconds);
    const auto key = parameters->substr(key_at + 8);
    input.key_id = key.substr(0, key.find('"'));
    // The one form that kiosks write: whatever else is in the header would not be covered by what is checked.
    if (*parameters != parameters_of(input.created, input.key_id)) return wrong("the signature does not cover what it must");
    return input;
}

core::Result<void> check_http(const SignedParts& parts, std::string_view content_digest, std::string_view signature_input,
                              std::string_view signature, std::string_view public_key) {
    if (!core::equal_secrets(content_digest, digest_of(parts.body))) return wrong("the content digest is not that of the body");
    if (const auto input = read_signature_input(signature_input); !input) return core::fail(input.error());
    const auto value = after_label(signature);
    if (!value || value->size() < 2 || value->front() != ':' || value->back() != ':') return wrong("no signature of a kiosk");
    const auto bytes = core::from_base64(value->substr(1, value->size() - 2));
    if (!bytes) return wrong("the signature is not base64");
    const auto base = signature_base(parts, content_digest, *after_label(signature_input));
    if (!core::is_signed(base, core::to_base64url(*bytes), public_key)) return wrong("the signature is not of this kiosk");
    return {};
}

}  // namespace catalog
