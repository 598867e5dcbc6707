#include <doctest/doctest.h>

#include "core/base/crypto.hpp"
#include "core/catalog/http_signature.hpp"
#include "tests/support/clock.hpp"

namespace {

const catalog::SignedParts parts{"PUT", "desk.example:8443", "/api/v1/requests/1", "?", "{\"a\":1}"};

}  // namespace

TEST_CASE("http signature: what was signed is proved, and says by whom and when") {
    const auto key = core::make_signing_key();
    const auto now = support::at("2026-11-24T04:02:15Z");
    const auto headers = catalog::sign_http(parts, now, "kiosk-7", key.secret_key);
    REQUIRE(headers);
    const auto input = catalog::read_signature_input(headers->at("Signature-Input"));
    REQUIRE(input);
    CHECK(input->key_id == "kiosk-7");
    CHECK(input->created == now);
    CHECK(catalog::check_http(parts, headers->at("Content-Digest"), headers->at("Signature-Input"), headers->at("Signature"), key.public_key));
}

TEST_CASE("http signature: a change to any covered part is noticed") {
    const auto key = core::make_signing_key();
    const auto headers = *catalog::sign_http(parts, support::at("2026-11-24T04:02:15Z"), "kiosk-7", key.secret_key);
    const auto holds = [&](const catalog::SignedParts& p) {
        return catalog::check_http(p, headers.at("Content-Digest"), headers.at("Signature-Input"), headers.at("Signature"), key.public_key).has_value();
    };
    CHECK(holds(parts));
    for (auto member : {&catalog::SignedParts::method, &catalog::SignedParts::authority, &catalog::SignedParts::path, &catalog::SignedParts::query,
                        &catalog::SignedParts::body}) {
        auto changed = parts;
        changed.*member += "x";
        CHECK_FALSE(holds(changed));
    }
}

TEST_CASE("http signature: a header that covers less than it must is refused") {
    const auto key = core::make_signing_key();
    const auto headers = *catalog::sign_http(parts, support::at("2026-11-24T04:02:15Z"), "kiosk-7", key.secret_key);
    for (const char* input : {"", "kiosk=()", R"(kiosk=("@method");created=1795492935;keyid="kiosk-7";alg="ed25519")",
                              R"(other=("@method" "@authority" "@path" "@query" "content-digest");created=1795492935;keyid="kiosk-7";alg="ed25519")",
                              R"(kiosk=("@method" "@authority" "@path" "@query" "content-digest");created=x;keyid="kiosk-7";alg="ed25519")"}) {
        CAPTURE(input);
        CHECK_FALSE(catalog::check_http(parts, headers.at("Content-Digest"), input, headers.at("Signature"), key.public_key));
    }
    CHECK_FALSE(catalog::check_http(parts, headers.at("Content-Digest"), headers.at("Signature-Input"), "kiosk=:AAAA:", key.public_key));
    CHECK_FALSE(catalog::check_http(parts, headers.at("Content-Digest"), headers.at("Signature-Input"), "", key.public_key));
}
