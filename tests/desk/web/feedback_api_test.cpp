#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/catalog/feedback.hpp"
#include "desk/store/feedback.hpp"
#include "tests/desk/sessions.hpp"
#include "tests/desk/web/site.hpp"

using sessions::searched;
using site::Site;

namespace {

const std::string path = "/api/v1/feedback";

std::string body_of(const catalog::FeedbackBatch& batch) { return core::canonical(batch.to_json()); }

std::int64_t counted(Site& site) {
    return site.company
        .read<desk::Told<desk::WordSums>>([](core::Database& db) { return desk::FeedbackSums(db).words(sessions::always(), 1); })
        .all.sessions;
}

}  // namespace

TEST_CASE("feedback: a kiosk tells a batch, and its answer may get lost as often as it likes") {
    Site site;
    auto kiosk = site.company.enrol();
    const std::string body = body_of(sessions::batch(kiosk, 1, {searched("till"), searched("drawer")}));
    const auto first = site.as_kiosk(kiosk, "POST", path, body);
    CHECK(first.status == 200);
    CHECK(first.json() == catalog::FeedbackTaken{1, "counted"}.to_json());
    const auto second = site.as_kiosk(kiosk, "POST", path, body);
    CHECK(second.status == 200);
    CHECK(second.json() == catalog::FeedbackTaken{1, "seen"}.to_json());
    CHECK(counted(site) == 2);
}

TEST_CASE("feedback: only a kiosk of this desk may tell, and only within bounds") {
    Site site;
    auto kiosk = site.company.enrol();
    const std::string body = body_of(sessions::batch(kiosk, 1, {searched("till")}));
    CHECK(site.send("POST", path, body).problem() == "unsigned");
    const company::Kiosk liar(kiosk.place(), core::make_signing_key());
    CHECK(site.as_kiosk(liar, "POST", path, body).problem() == "bad-signature");

    CHECK(site.as_kiosk(kiosk, "POST", path, "no json").status == 422);
    CHECK(site.as_kiosk(kiosk, "POST", path, "{}").status == 422);
    const catalog::FeedbackBatch many{1, 0, std::vector<std::string>(catalog::largest_feedback_batch + 1, "box")};
    CHECK(site.as_kiosk(kiosk, "POST", path, body_of(many)).status == 422);
    CHECK(site.as_kiosk(kiosk, "POST", path, std::string(catalog::largest_feedback_bytes + 1, ' ')).status == 413);
    CHECK(counted(site) == 0);
    CHECK(site.as_kiosk(kiosk, "POST", path, body).status == 200);
}
