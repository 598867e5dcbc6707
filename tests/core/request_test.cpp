#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/catalog/receipt.hpp"
#include "core/catalog/request.hpp"
#include "tests/support/clock.hpp"

using catalog::Answer;

namespace {

catalog::Request sample() {
    catalog::Request request;
    request.id = "019331f5-2a6f-7b1c-8d3e-5f60718293a4";
    request.claim_code = "K7-0042-R4TX-9";
    request.service = "printer-fault";
    request.service_version = core::sha256_hex("the form");
    request.title = "Drucker melden";
    request.language = "de";
    request.site = "hamburg-altona";
    request.captured_at = support::at("2026-11-24T04:02:15Z");
    request.answers = {{"kind", Answer("receipt")}, {"seen", Answer::list({"red light", "noise"})}, {"pieces", Answer("2.5")}};
    request.article = "de/receipt-printer-does-not-print";
    request.search_words = "drucker geht nicht";
    return request;
}

std::string golden(const std::string& name) {
    const auto text = core::read_file(std::string(FOYER_SOURCE) + "/tests/data/wire/" + name);
    REQUIRE(text);
    return text->substr(0, text->find_last_not_of('\n') + 1);
}

}  // namespace

TEST_CASE("request: its wire form is pinned, and reads back to the same bytes") {
    CHECK(sample().canonical() == golden("request.json"));
    const auto again = catalog::Request::parse(golden("request.json"));
    REQUIRE(again);
    CHECK(again->canonical() == golden("request.json"));
}

TEST_CASE("request: a payload with a member missing or broken is refused by name") {
    for (const char* key : {"id", "claim_code", "service", "service_version", "title", "language", "site", "captured_at", "answers", "article", "search_words", "v"}) {
        CAPTURE(key);
        auto json = *core::parse_json(sample().canonical());
        json.erase(key);
        CHECK_FALSE(catalog::Request::parse(core::canonical(json)));
    }
}

TEST_CASE("request: sealed, it shows nothing; opened, it proves its hash") {
    const auto desk = core::make_seal_key();
    auto envelope = catalog::seal_request(sample(), desk.public_key);
    REQUIRE(envelope);
    const std::string on_disk = core::canonical(envelope->to_json());
    for (const char* secret : {"Drucker", "drucker geht nicht", "K7-0042", "printer-fault", "hamburg"}) {
        CHECK(on_disk.find(secret) == std::string::npos);
    }
    CHECK(*catalog::open_envelope(*envelope, desk) == sample().canonical());
    envelope->hash = core::sha256_hex("another");
    CHECK_FALSE(catalog::open_envelope(*envelope, desk));
}

TEST_CASE("request: an envelope is signed over all it says") {
    const auto desk = core::make_seal_key();
    const auto kiosk = core::make_signing_key();
    auto envelope = *catalog::seal_request(sample(), desk.public_key);
    envelope.kiosk = "k";
    envelope.sequence = 42;
    REQUIRE(envelope.sign(kiosk.secret_key));
    const auto travelled = catalog::Envelope::from_json(envelope.to_json());
    REQUIRE(travelled);
    CHECK(travelled->is_signed_by(kiosk.public_key));
    auto changed = *travelled;
    changed.sequence = 43;
    CHECK_FALSE(changed.is_signed_by(kiosk.public_key));
    for (const char* key : {"id", "kiosk", "sequence", "captured_at", "clock_offset", "hash", "seal_key", "box", "signature", "v"}) {
        CAPTURE(key);
        auto json = envelope.to_json();
        json.erase(key);
        CHECK_FALSE(catalog::Envelope::from_json(json));
    }
}

TEST_CASE("receipt: it proves one request of one desk, and its wire form is pinned") {
    const auto desk = core::make_signing_key();
    catalog::Receipt receipt{sample().id, core::sha256_hex("x"), "F-000123", support::at("2026-11-24T04:02:16Z"), 7, {}};
    auto pinned = receipt.to_json();
    pinned.erase("signature");
    CHECK(core::canonical(pinned) == golden("receipt.json"));

    REQUIRE(receipt.sign(desk.secret_key));
    const auto travelled = catalog::Receipt::from_json(receipt.to_json());
    REQUIRE(travelled);
    CHECK(travelled->proves(sample().id, core::sha256_hex("x"), desk.public_key));
    CHECK_FALSE(travelled->proves(sample().id, core::sha256_hex("y"), desk.public_key));
    CHECK_FALSE(travelled->proves("019331f5-2a6f-7b1c-8d3e-5f60718293a5", core::sha256_hex("x"), desk.public_key));
    CHECK_FALSE(travelled->proves(sample().id, core::sha256_hex("x"), core::make_signing_key().public_key));
    auto forged = *travelled;
    forged.ticket = "F-000124";
    CHECK_FALSE(forged.proves(sample().id, core::sha256_hex("x"), desk.public_key));
    CHECK_FALSE(catalog::Receipt::from_json(*core::parse_json("{}")));
}
