#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/catalog/request.hpp"
#include "core/catalog/claim_code.hpp"
#include "desk/store/kiosks.hpp"
#include "desk/work/blobs.hpp"
#include "desk/work/enrol.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "tests/desk/web/site.hpp"

using namespace std::chrono_literals;
using site::Site;

namespace {

catalog::Request printer(Site& site, company::Kiosk& kiosk, const std::string& kind = "receipt") {
    return kiosk.request("printer-fault", site.company.version_of("printer-fault"),
                         {{"printer_kind", catalog::Answer(kind)}, {"queue", catalog::Answer("false")}},
                         site.company.clock.now());
}

std::string path_of(const catalog::Request& request) { return "/api/v1/requests/" + request.id; }

}  // namespace

TEST_CASE("kiosks: only what a known kiosk signed is let in") {
    Site site;
    auto kiosk = site.company.enrol();
    const std::string path = "/api/v1/kiosks/self/changes?after=";

    CHECK(site.as_kiosk(kiosk, "GET", path).status == 200);

    const auto unsigned_one = site.get(path);
    CHECK(unsigned_one.status == 401);
    CHECK(unsigned_one.problem() == "unsigned");

    auto other = site.company.enrol();
    const company::Kiosk liar(kiosk.place(), other.key());
    CHECK(site.as_kiosk(liar, "GET", path).problem() == "bad-signature");

    auto place = kiosk.place();
    place.kiosk = "nobody";
    const company::Kiosk stranger(place, kiosk.key());
    CHECK(site.as_kiosk(stranger, "GET", path).problem() == "bad-signature");

    const auto request = printer(site, kiosk);
    const std::string envelope = kiosk.envelope(request);
    const auto headers = site.signature(kiosk, "PUT", path_of(request), envelope);
    CHECK(site.send("PUT", path_of(request), envelope + " ", headers).problem() == "bad-signature");
    CHECK(site.send("PUT", path_of(request) + "0", envelope, headers).problem() == "bad-signature");
    CHECK(site.send("PUT", path_of(request), envelope, headers).status == 201);
}

TEST_CASE("kiosks: a wrong clock is told the time and never locked out") {
    Site site;
    auto kiosk = site.company.enrol();
    const std::string path = "/api/v1/kiosks/self/changes";

    CHECK(site.as_kiosk(kiosk, "GET", path, {}, 15min).status == 200);
    CHECK(site.as_kiosk(kiosk, "GET", path, {}, -15min).status == 200);

    const auto late = site.as_kiosk(kiosk, "GET", path, {}, -16min);
    CHECK(late.status == 401);
    CHECK(late.problem() == "clock-skew");
    CHECK(late.json().at("now") == core::to_text(site.company.clock.now()));
    CHECK(site.as_kiosk(kiosk, "GET", path, {}, 24h).problem() == "clock-skew");

    // An envelope tells the offset; from then on a signature by the kiosk's own clock is near enough.
    const auto request = printer(site, kiosk);
    auto envelope = catalog::seal_request(request, kiosk.place().seal_key);
    REQUIRE(envelope);
    envelope->kiosk = kiosk.id();
    envelope->sequence = 1;
    envelope->clock_offset = 7200;
    REQUIRE(envelope->sign(kiosk.key().secret_key));
    const std::string body = core::canonical(envelope->to_json());
    CHECK(site.as_kiosk(kiosk, "PUT", path_of(request), body).status == 201);
    CHECK(site.as_kiosk(kiosk, "GET", path, {}, -2h).status == 200);
    CHECK(site.as_kiosk(kiosk, "GET", path, {}, -4h).problem() == "clock-skew");
    CHECK(site.as_kiosk(kiosk, "GET", path).status == 200);
}

TEST_CASE("kiosks: a withdrawn one is told so") {
    Site site;
    auto kiosk = site.company.enrol();
    site.company.write<bool>(
        [&](core::Database& db) { return desk::Kiosks(db).set_active(kiosk.place().short_name, false); });
    const auto answer = site.as_kiosk(kiosk, "GET", "/api/v1/kiosks/self/changes");
    CHECK(answer.status == 403);
    CHECK(answer.problem() == "withdrawn");
}

TEST_CASE("requests: the same one twice gives one ticket and the same receipt") {
    Site site;
    auto kiosk = site.company.enrol();
    const auto request = printer(site, kiosk);
    const std::string envelope = kiosk.envelope(request);

    const auto first = site.as_kiosk(kiosk, "PUT", path_of(request), envelope);
    CHECK(first.status == 201);
    const auto second = site.as_kiosk(kiosk, "PUT", path_of(request), envelope);
    CHECK(second.status == 200);
    CHECK(second.body == first.body);

    const auto receipt = catalog::Receipt::from_json(first.json());
    REQUIRE(receipt);
    CHECK(receipt->ticket == "F-000001");
    const auto hash = core::sha256_hex(request.canonical());
    CHECK(receipt->proves(request.id, hash, kiosk.place().receipt_key));
}

TEST_CASE("requests: each outcome has its status") {
    Site site;
    auto kiosk = site.company.enrol();

    auto request = printer(site, kiosk);
    CHECK(site.as_kiosk(kiosk, "PUT", path_of(request), kiosk.envelope(request)).status == 201);
    request.answers["printer_kind"] = catalog::Answer("label");
    const auto conflict = site.as_kiosk(kiosk, "PUT", path_of(request), kiosk.envelope(request));
    CHECK(conflict.status == 409);
    CHECK(conflict.problem() == "other-content");

    auto unknown = printer(site, kiosk);
    unknown.service_version = std::string(64, 'a');
    const auto quarantined = site.as_kiosk(kiosk, "PUT", path_of(unknown), kiosk.envelope(unknown));
    CHECK(quarantined.status == 202);
    CHECK(quarantined.json().at("ticket") == "");
    CHECK(site.as_kiosk(kiosk, "PUT", path_of(unknown), kiosk.envelope(unknown)).status == 200);

    const auto elsewhere = printer(site, kiosk);
    const auto wrong_path =
        site.as_kiosk(kiosk, "PUT", "/api/v1/requests/019331f5-2a6f-7b1c-8d3e-5f60718293a4", kiosk.envelope(elsewhere));
    CHECK(wrong_path.status == 422);
    CHECK(site.as_kiosk(kiosk, "PUT", path_of(elsewhere), "{}").status == 422);
    CHECK(site.as_kiosk(kiosk, "PUT", path_of(elsewhere), "not json").status == 422);

    const std::string large(catalog::largest_request_bytes + 1, ' ');
    CHECK(site.as_kiosk(kiosk, "PUT", path_of(elsewhere), large).status == 413);

    auto other = site.company.enrol();
    CHECK(site.as_kiosk(other, "PUT", path_of(elsewhere), kiosk.envelope(elsewhere)).status == 403);
}

TEST_CASE("outbox: each of a batch has its own result") {
    Site site;
    auto kiosk = site.company.enrol();
    const auto good = printer(site, kiosk);
    auto unknown = printer(site, kiosk);
    unknown.service = "no-such-form";
    core::Json items = core::Json::array();
    items.push_back(*core::parse_json(kiosk.envelope(good)));
    items.push_back(*core::parse_json(kiosk.envelope(unknown)));
    core::Json forged = *core::parse_json(kiosk.envelope(printer(site, kiosk)));
    forged["hash"] = std::string(64, '0');
    items.push_back(forged);
    items.push_back(core::Json::object());
    const std::string body = core::canonical({{"items", items}});

    const auto answer = site.as_kiosk(kiosk, "POST", "/api/v1/outbox", body);
    CHECK(answer.status == 200);
    const auto results = answer.json().at("results");
    REQUIRE(results.size() == 4);
    CHECK(results[0].at("outcome") == "stored");
    CHECK(results[0].at("id") == good.id);
    CHECK(results[1].at("outcome") == "quarantined");
    CHECK(results[2].at("outcome") == "refused");
    CHECK(results[3].at("outcome") == "refused");
    CHECK(catalog::Receipt::from_json(*core::parse_json(results[0].at("receipt").get<std::string>())));

    const auto again = site.as_kiosk(kiosk, "POST", "/api/v1/outbox", body).json().at("results");
    CHECK(again[0].at("outcome") == "seen");
    CHECK(again[0].at("receipt") == results[0].at("receipt"));

    for (const char* wrong : {"{}", "[]", "{\"items\":[]}", "{\"items\":{}}", "x"}) {
        CAPTURE(wrong);
        CHECK(site.as_kiosk(kiosk, "POST", "/api/v1/outbox", wrong).status == 422);
    }
    const core::Json many{{"items", core::Json::array_t(catalog::largest_batch + 1, core::Json::object())}};
    CHECK(site.as_kiosk(kiosk, "POST", "/api/v1/outbox", many.dump()).status == 422);
}

TEST_CASE("enrol: a code works once, and a wrong one tells nothing") {
    Site site;
    const auto code = site.company.write<std::string>([&](core::Database& db) {
        return desk::make_enrol_code(db, site.company.random, "harbour-street", site.company.clock.now());
    });
    const auto key = core::make_signing_key();
    const core::Json wanted{{"code", code}, {"public_key", key.public_key}};
    const auto answer = site.send("POST", "/api/v1/enrol", wanted.dump());
    CHECK(answer.status == 201);
    const auto place = catalog::Enrolment::from_json(answer.json());
    REQUIRE(place);
    CHECK(place->site == "harbour-street");
    CHECK(site.as_kiosk(company::Kiosk(*place, key), "GET", "/api/v1/kiosks/self/changes").status == 200);

    const core::Json thief{{"code", code}, {"public_key", core::make_signing_key().public_key}};
    CHECK(site.send("POST", "/api/v1/enrol", thief.dump()).status == 403);
    CHECK(site.send("POST", "/api/v1/enrol", "{}").status == 422);
    CHECK(site.send("POST", "/api/v1/enrol", "{").status == 422);

    client::Answer last;
    for (int tries = 0; tries < 10; ++tries) last = site.send("POST", "/api/v1/enrol", thief.dump());
    CHECK(last.status == 429);
    CHECK_FALSE(last.header("retry-after").empty());
}

TEST_CASE("changes and claims: a kiosk learns what became of its requests") {
    Site site;
    site.hire(company::actor("sam", {"it-stores"}));
    auto kiosk = site.company.enrol();
    const auto request = printer(site, kiosk);
    REQUIRE(site.as_kiosk(kiosk, "PUT", path_of(request), kiosk.envelope(request)).status == 201);

    const auto changes = catalog::Changes::from_json(site.as_kiosk(kiosk, "GET", "/api/v1/kiosks/self/changes?after=").json());
    REQUIRE(changes);
    REQUIRE(changes->requests.size() == 1);
    CHECK(changes->requests[0].ticket == "F-000001");
    CHECK(changes->release_version == 1);

    const std::string after = "/api/v1/kiosks/self/changes?after=" + changes->cursor;
    CHECK(catalog::Changes::from_json(site.as_kiosk(kiosk, "GET", after).json())->requests.empty());
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/kiosks/self/changes?after=nonsense").status == 422);

    const std::string token = site.token_of("sam");
    REQUIRE(site.send("POST", "/api/v1/tickets/F-000001/notes", R"({"visibility":"public","text":"On its way"})", {token}).status == 201);
    REQUIRE(site.send("POST", "/api/v1/tickets/F-000001/notes", R"({"visibility":"internal","text":"Third time"})", {token}).status == 201);

    const auto claim = site.as_kiosk(kiosk, "GET", "/api/v1/claims/" + request.claim_code);
    CHECK(claim.status == 200);
    CHECK(claim.body.find("Third time") == std::string::npos);
    const auto progress = catalog::Progress::from_json(claim.json());
    REQUIRE(progress);
    REQUIRE(progress->notes.size() == 1);
    CHECK(progress->notes[0].text == "On its way");

    core::SystemRandom random;
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/claims/" + catalog::make_claim_code("K9", 1, random)).status == 404);
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/claims/nonsense").status == 422);
    CHECK(site.get("/api/v1/claims/" + request.claim_code).status == 401);
}

TEST_CASE("changes: what a kiosk says that it shows is kept, and nonsense is not") {
    Site site;
    auto kiosk = site.company.enrol();
    const auto shows = [&] {
        return site.company.write<desk::Kiosk>([&](core::Database& db) -> core::Result<desk::Kiosk> {
            auto found = desk::Kiosks(db).find(kiosk.id());
            if (!found) return core::fail(found.error());
            return **found;
        }).shows;
    };
    const std::string ask = "/api/v1/kiosks/self/changes?after=";
    CHECK(site.as_kiosk(kiosk, "GET", ask + "&release=1-0123abcd&channel=stable&state=current").status == 200);
    CHECK(shows() == catalog::Shows{"1-0123abcd", "stable", "current"});
    CHECK(site.as_kiosk(kiosk, "GET", ask + "&release=%1b%5b2J&channel=stable&state=current").status == 200);
    CHECK(shows().release == "1-0123abcd");
    CHECK(site.as_kiosk(kiosk, "GET", ask + "&release=2-4567cdef&channel=stable&state=expired").status == 200);
    CHECK(shows() == catalog::Shows{"2-4567cdef", "stable", "expired"});
}

TEST_CASE("enrol: a kiosk learns the newest root, and none from a chain that cannot be followed") {
    Site site;
    const auto holder = core::make_signing_key();
    const auto store = site.company.desk().releases();
    kb::Root root;
    root.keys = {holder.public_key};
    root.publish.push_back({site.company.desk().keys().release.public_key, {}, std::nullopt});
    std::filesystem::create_directories(store / "root");
    std::string newest;
    for (root.number = 1; root.number <= 2; ++root.number) {
        newest = kb::signed_root(kb::to_bytes(root), holder).value();
        REQUIRE(core::write_file(store / kb::root_path(root.number), newest));
    }
    const auto enrol = [&] {
        const auto code = site.company.write<std::string>([&](core::Database& db) {
            return desk::make_enrol_code(db, site.company.random, "harbour-street", site.company.clock.now());
        });
        return site.send("POST", "/api/v1/enrol", core::canonical(catalog::EnrolRequest{code, core::make_signing_key().public_key}.to_json()));
    };
    const auto answer = enrol();
    REQUIRE(answer.status == 201);
    const auto place = catalog::Enrolment::from_json(answer.json());
    REQUIRE(place);
    CHECK(place->root == newest);
    CHECK(place->release_key == site.company.desk().keys().release.public_key);

    REQUIRE(core::write_file(store / kb::root_path(2), "{}"));
    CHECK(enrol().status == 500);
}

TEST_CASE("claims: guessing is slow") {
    Site site;
    auto kiosk = site.company.enrol();
    int refused = 0;
    for (int tries = 0; tries < 25; ++tries) {
        if (site.as_kiosk(kiosk, "GET", "/api/v1/claims/K7-0042-R4TX-9").status == 429) ++refused;
    }
    CHECK(refused == 5);
    auto other = site.company.enrol();
    CHECK(site.as_kiosk(other, "GET", "/api/v1/claims/K7-0042-R4TX-9").status != 429);
}

TEST_CASE("blobs: kept under their hash and nothing else") {
    Site site;
    auto kiosk = site.company.enrol();
    const std::string bytes = "a photo, or so it says\0<script>";
    const std::string path = "/api/v1/blobs/" + core::sha256_hex(bytes);

    CHECK(site.as_kiosk(kiosk, "HEAD", path).status == 404);
    CHECK(site.as_kiosk(kiosk, "PUT", path, bytes).status == 201);
    CHECK(site.as_kiosk(kiosk, "PUT", path, bytes).status == 200);
    CHECK(site.as_kiosk(kiosk, "HEAD", path).status == 200);

    const auto read = site.as_kiosk(kiosk, "GET", path);
    CHECK(read.status == 200);
    CHECK(read.body == bytes);
    CHECK(read.header("content-type") == "application/octet-stream");
    CHECK(read.header("content-disposition") == "attachment");
    CHECK(read.header("x-content-type-options") == "nosniff");

    CHECK(site.as_kiosk(kiosk, "PUT", path, "other bytes").status == 422);
    CHECK(site.as_kiosk(kiosk, "PUT", "/api/v1/blobs/..%2fdesk.db", bytes).status == 422);
    CHECK(site.get(path).status == 401);

    const std::string large(desk::largest_blob + 1, 'x');
    CHECK(site.as_kiosk(kiosk, "PUT", "/api/v1/blobs/" + core::sha256_hex(large), large).status == 413);
}

TEST_CASE("releases: head, manifest and objects, whole or in part") {
    Site site;
    auto kiosk = site.company.enrol();
    const auto head = site.as_kiosk(kiosk, "GET", "/api/v1/releases/head");
    CHECK(head.status == 200);
    const auto verified = kb::verify_head(head.body, kb::root_of_key(kiosk.place().release_key), {});
    REQUIRE(verified);
    CHECK(verified->version == 1);
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/releases/head", {}, {}, {"if-none-match: " + head.header("etag")}).status == 304);

    // The head that another key signed meanwhile is handed out like any other: only kiosks judge it.
    const std::string canary = "/api/v1/releases/channels/canary";
    CHECK(site.as_kiosk(kiosk, "GET", canary).status == 404);
    REQUIRE(core::make_folder(site.company.desk().releases() / "channels"));
    REQUIRE(core::write_file(site.company.desk().releases() / kb::head_path("canary"), R"({"signed":"","signature":""})"));
    const auto other = site.as_kiosk(kiosk, "GET", canary + ".json");
    CHECK(other.status == 200);
    CHECK(other.body == R"({"signed":"","signature":""})");
    CHECK(site.as_kiosk(kiosk, "GET", canary, {}, {}, {"if-none-match: " + other.header("etag")}).status == 304);
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/releases/channels/..%2f..%2fkeys").status == 404);
    CHECK(site.get(canary).status == 401);

    const auto manifest = site.as_kiosk(kiosk, "GET", "/api/v1/releases/manifests/" + verified->manifest + ".json");
    CHECK(manifest.status == 200);
    CHECK(core::sha256_hex(manifest.body) == verified->manifest);
    CHECK(manifest.header("cache-control").find("immutable") != std::string::npos);

    const std::string hash = manifest.json().at("files").at(0).at("sha256");
    const std::string path = "/api/v1/releases/objects/" + hash.substr(0, 2) + "/" + hash;
    const auto object = site.as_kiosk(kiosk, "GET", path);
    CHECK(object.status == 200);
    CHECK(core::sha256_hex(object.body) == hash);
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/releases/objects/" + hash).body == object.body);
    REQUIRE(object.body.size() > 10);

    const std::string size = std::to_string(object.body.size());
    const struct { const char* range; int status; std::string body; std::string content_range; } rows[] = {
        {"bytes=0-3", 206, object.body.substr(0, 4), "bytes 0-3/" + size},
        {"bytes=4-", 206, object.body.substr(4), "bytes 4-" + std::to_string(object.body.size() - 1) + "/" + size},
        {"bytes=-3", 206, object.body.substr(object.body.size() - 3), ""},
        {"bytes=0-999999999", 206, object.body, ""},
        {"bytes=999999999-", 416, "", "bytes */" + size},
        {"bytes=5-4", 200, object.body, ""},
        {"bytes=0-1,3-4", 200, object.body, ""},
        {"lines=1-2", 200, object.body, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.range);
        const auto part = site.as_kiosk(kiosk, "GET", path, {}, {}, {std::string("range: ") + row.range});
        CHECK(part.status == row.status);
        if (row.status != 416) CHECK(part.body == row.body);
        if (!row.content_range.empty()) CHECK(part.header("content-range") == row.content_range);
    }
    CHECK(site.as_kiosk(kiosk, "GET", path, {}, {}, {"if-none-match: \"" + hash + "\""}).status == 304);
    CHECK(site.as_kiosk(kiosk, "GET", path, {}, {}, {"range: bytes=0-3", "if-range: \"other\""}).status == 200);

    CHECK(site.get(path).status == 401);
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/releases/objects/" + std::string(64, '0')).status == 404);
    CHECK(site.as_kiosk(kiosk, "GET", "/api/v1/releases/manifests/..%2f..%2fkeys.json").status == 404);
}
