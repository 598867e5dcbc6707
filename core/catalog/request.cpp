#include "core/catalog/request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/id.hpp"

namespace catalog {
namespace {

// What a signature of an envelope covers starts with this, so that no other signed text can pass for one.
constexpr std::string_view envelope_domain = "foyer-envelope-v1\n";

core::Json unsigned_json(const Envelope& envelope) {
    return {{"v", 1},
            {"id", envelope.id},
            {"kiosk", envelope.kiosk},
            {"sequence", envelope.sequence},
            {"captured_at", core::to_text(envelope.captured_at)},
            {"clock_offset", envelope.clock_offset},
            {"hash", envelope.hash},
            {"seal_key", envelope.seal_key},
            {"box", envelope.box}};
}

auto wrong(std::string_view what) { return core::fail(core::ErrorKind::invalid, std::string(what)); }

}  // namespace

std::string Request::canonical() const {
    const core::Json json = {{"v", 1},
                             {"id", id},
                             {"claim_code", claim_code},
                             {"service", service},
                             {"service_version", service_version},
                             {"title", title},
                             {"language", language},
                             {"site", site},
                             {"captured_at", core::to_text(captured_at)},
                             {"answers", to_json(answers)},
                             {"article", article},
                             {"search_words", search_words}};
    return core::canonical(json);
}

core::Result<Request> Request::parse(std::string_view canonical) {
    const auto json = core::parse_json(canonical);
    if (!json) return core::fail(json.error());
    if (core::integer_at(*json, "v") != 1) return wrong("request: not of version 1");
    Request request;
    const std::pair<const char*, std::string*> texts[] = {{"id", &request.id},
                                                          {"claim_code", &request.claim_code},
                                                          {"service", &request.service},
                                                          {"service_version", &request.service_version},
                                                          {"title", &request.title},
                                                          {"language", &request.language},
                                                          {"site", &request.site},
                                                          {"article", &request.article},
                                                          {"search_words", &request.search_words}};
    for (const auto& [key, into] : texts) {
        auto text = core::text_at(*json, key);
        if (!text) return wrong(fmt::format("request: '{}' is missing", key));
        *into = std::move(*text);
    }
    if (!core::is_uuid(request.id)) return wrong("request: 'id' is no UUID");
    const auto captured = core::parse_time(core::text_at(*json, "captured_at").value_or(""));
    if (!captured) return core::fail(captured.error().in("request"));
    request.captured_at = *captured;
    const core::Json* answers = core::member(*json, "answers");
    if (!answers) return wrong("request: 'answers' is missing");
    auto read = answers_from(*answers);
    if (!read) return core::fail(read.error());
    request.answers = std::move(*read);
    return request;
}

core::Json Envelope::to_json() const {
    core::Json json = unsigned_json(*this);
    json["signature"] = signature;
    return json;
}

core::Result<Envelope> Envelope::from_json(const core::Json& json) {
    if (core::integer_at(json, "v") != 1) return wrong("envelope: not of version 1");
    Envelope envelope;
    const std::pair<const char*, std::string*> texts[] = {{"id", &envelope.id},           {"kiosk", &envelope.kiosk},
                                                          {"hash", &envelope.hash},       {"seal_key", &envelope.seal_key},
                                                          {"box", &envelope.box},         {"signature", &envelope.signature}};
    for (const auto& [key, into] : texts) {
        auto text = core::text_at(json, key);
        if (!text) return wrong(fmt::format("envelope: '{}' is missing", key));
        *into = std::move(*text);
    }
    if (!core::is_uuid(envelope.id)) return wrong("envelope: 'id' is no UUID");
    const auto sequence = core::integer_at(json, "sequence");
    if (!sequence || *sequence < 1) return wrong("envelope: 'sequence' must count from 1");
    envelope.sequence = *sequence;
    const auto offset = core::integer_at(json, "clock_offset");
    if (!offset) return wrong("envelope: 'clock_offset' is missing");
    envelope.clock_offset = *offset;
    const auto captured = core::parse_time(core::text_at(json, "captured_at").value_or(""));
    if (!captured) return core::fail(captured.error().in("envelope"));
    envelope.captured_at = *captured;
    return envelope;
}

core::Result<void> Envelope::sign(std::string_view secret_key) {
    auto made = core::sign(std::string(envelope_domain) + core::canonical(unsigned_json(*this)), secret_key);
    if (!made) return core::fail(made.error());
    signature = std::move(*made);
    return {};
}

bool Envelope::is_signed_by(std::string_view public_key) const {
    return core::is_signed(std::string(envelope_domain) + core::canonical(unsigned_json(*this)), signature, public_key);
}

core::Result<Envelope> seal_request(const Request& request, std::string_view seal_public_key) {
    const std::string payload = request.canonical();
    const auto box = core::seal(payload, seal_public_key);
    if (!box) return core::fail(box.error());
    Envelope envelope;
    envelope.id = request.id;
    envelope.captured_at = request.captured_at;
    envelope.hash = core::sha256_hex(payload);
    envelope.seal_key = seal_public_key;
    envelope.box = core::to_base64url(*box);
    return envelope;
}

core::Result<std::string> open_envelope(const Envelope& envelope, const core::SealKey& key) {
    const auto box = core::from_base64url(envelope.box);
    if (!box) return core::fail(box.error().in("envelope"));
    auto payload = core::open_seal(*box, key);
    if (!payload) return core::fail(payload.error().in("envelope"));
    if (core::sha256_hex(*payload) != envelope.hash) return wrong("envelope: the hash is not that of what it holds");
    return payload;
}

}  // namespace catalog
