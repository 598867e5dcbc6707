#include <doctest/doctest.h>

#include "core/base/crypto.hpp"

TEST_CASE("crypto: hashes are those of the standards") {
    CHECK(core::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    core::Sha256 pieces;
    pieces.add("a");
    pieces.add("bc");
    CHECK(pieces.hex() == core::sha256_hex("abc"));
    CHECK(core::to_base64("any carnal pleas") == "YW55IGNhcm5hbCBwbGVhcw==");
    CHECK(*core::from_base64url(core::to_base64url("\x01\xFF\xFE")) == "\x01\xFF\xFE");
    CHECK_FALSE(core::from_base64("not base64!"));
}

TEST_CASE("crypto: a signature holds for its message and key alone") {
    const auto key = core::make_signing_key();
    const auto other = core::make_signing_key();
    const auto signature = core::sign("the message", key.secret_key);
    REQUIRE(signature);
    CHECK(core::is_signed("the message", *signature, key.public_key));
    CHECK_FALSE(core::is_signed("the massage", *signature, key.public_key));
    CHECK_FALSE(core::is_signed("the message", *signature, other.public_key));
    CHECK_FALSE(core::is_signed("the message", "", key.public_key));
    CHECK_FALSE(core::is_signed("the message", *signature, "short"));
}

TEST_CASE("crypto: a sealed box opens with its key and not after a change") {
    const auto key = core::make_seal_key();
    auto box = core::seal("for the desk", key.public_key);
    REQUIRE(box);
    CHECK(box->find("desk") == std::string::npos);
    CHECK(*core::open_seal(*box, key) == "for the desk");
    CHECK_FALSE(core::open_seal(*box, core::make_seal_key()));
    box->back() = static_cast<char>(box->back() ^ 1);
    CHECK_FALSE(core::open_seal(*box, key));
    CHECK_FALSE(core::open_seal("short", key));
}

TEST_CASE("crypto: a password is known by its hash") {
    const auto hash = core::hash_password("correct horse");
    REQUIRE(hash);
    CHECK(hash->starts_with("$argon2id$"));
    CHECK(core::is_password("correct horse", *hash));
    CHECK_FALSE(core::is_password("wrong horse", *hash));
    CHECK_FALSE(core::is_password("", "not a hash"));
}
