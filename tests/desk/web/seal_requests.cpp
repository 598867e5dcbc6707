// Seals requests for tests that are not written in C++: a line of JSON in, an envelope out.
//
//   seal_requests CONTENT < {"service": "…", "language": "en", "site": "…", "answers": {…}, "kiosk": "…",
//                            "short_name": "K1", "sequence": 1, "at": "…Z", "seal_key": "…", "secret_key": "…"}
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/id.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/claim_code.hpp"
#include "core/catalog/request.hpp"

namespace {

core::Result<std::string> sealed(const catalog::Catalog& catalog, const std::string& line, core::Random& random) {
    const auto order = core::parse_json(line);
    if (!order) return core::fail(order.error());
    const auto text = [&](std::string_view key) { return core::text_at(*order, key).value_or(""); };

    const catalog::Service* service = catalog.service(text("service"));
    if (!service) return core::fail(core::ErrorKind::not_found, "there is no service " + text("service"));
    const auto at = core::parse_time(text("at"));
    if (!at) return core::fail(at.error());
    auto answers = catalog::answers_from(order->at("answers"));
    if (!answers) return core::fail(answers.error());

    const auto sequence = core::integer_at(*order, "sequence").value_or(1);
    catalog::Request request;
    request.id = core::make_uuid7(core::PreciseTime{*at}, random);
    request.claim_code = catalog::make_claim_code(text("short_name"), sequence, random);
    request.service = service->id;
    request.service_version = service->version;
    request.title = service->title.in(text("language"));
    request.language = text("language");
    request.site = text("site");
    request.captured_at = *at;
    request.answers = std::move(*answers);

    auto envelope = catalog::seal_request(request, text("seal_key"));
    if (!envelope) return core::fail(envelope.error());
    envelope->kiosk = text("kiosk");
    envelope->sequence = sequence;
    if (auto done = envelope->sign(text("secret_key")); !done) return core::fail(done.error());
    return core::canonical({{"claim_code", request.claim_code}, {"envelope", envelope->to_json()}});
}

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::cerr << "seal_requests: name the content folder\n";
        return 2;
    }
    core::Problems problems;
    const auto catalog = catalog::load_catalog(words[1], problems);
    core::SystemRandom random;
    for (std::string line; std::getline(std::cin, line);) {
        const auto envelope = sealed(catalog, line, random);
        if (!envelope) {
            std::cerr << "seal_requests: " << envelope.error().message << "\n";
            return 1;
        }
        std::cout << *envelope << "\n";
    }
    return 0;
}
