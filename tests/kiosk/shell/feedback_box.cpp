#include "kiosk/shell/feedback_box.hpp"

#include <doctest/doctest.h>

#include "tests/kiosk/shell/kit.hpp"

using namespace support;

namespace {

std::vector<std::string> words_in(const catalog::FeedbackBatch& batch, const core::SealKey& key) {
    std::vector<std::string> words;
    for (const std::string& box : batch.boxes) {
        const auto feedback = catalog::open_feedback(box, key);
        REQUIRE_MESSAGE(feedback, feedback.error().message);
        words.push_back(feedback->searches.at(0).words);
    }
    return words;
}

catalog::FeedbackBatch next(Kit& kit) {
    auto batch = kit.feedback->next(kit.clock.now());
    REQUIRE_MESSAGE(batch, batch.error().message);
    REQUIRE(*batch);
    return **batch;
}

}  // namespace

TEST_CASE("feedback box: only the desk can read what is kept") {
    Kit kit;
    kit.tell("kingfisher canary");
    CHECK(!kit.is_in_any_file("kingfisher"));
    CHECK(words_in(next(kit), kit.desk.seal) == std::vector<std::string>{"kingfisher canary"});
}

TEST_CASE("feedback box: a batch stays what it is until it is settled, also over a restart") {
    Kit kit;
    CHECK(!*kit.feedback->next(kit.clock.now()));
    kit.tell("one");
    const auto first = next(kit);
    CHECK(first.number == core::to_seconds(kit.clock.now()));
    kit.tell("two");
    CHECK(next(kit).boxes == first.boxes);
    kit.open();
    CHECK(next(kit).number == first.number);
    CHECK(next(kit).boxes == first.boxes);

    REQUIRE(kit.feedback->settle(first.number + 1));  // somebody else's number settles nothing
    CHECK(next(kit).boxes == first.boxes);
    REQUIRE(kit.feedback->settle(first.number));
    kit.clock.advance(std::chrono::hours{-1});  // a clock that is set back
    const auto second = next(kit);
    CHECK(second.number == first.number + 1);
    CHECK(words_in(second, kit.desk.seal) == std::vector<std::string>{"two"});
    REQUIRE(kit.feedback->settle(second.number));
    CHECK(!*kit.feedback->next(kit.clock.now()));
    CHECK(*kit.feedback->waiting() == 0);

    kit.tell("three");
    kit.clock.advance(std::chrono::hours{3});
    CHECK(next(kit).number == core::to_seconds(kit.clock.now()));
}

TEST_CASE("feedback box: large batches are cut, the oldest first") {
    Kit kit;
    for (std::size_t i = 0; i <= catalog::largest_feedback_batch; ++i) kit.tell("w" + std::string(i % 7, 'x'));
    const auto first = next(kit);
    CHECK(first.boxes.size() == catalog::largest_feedback_batch);
    REQUIRE(kit.feedback->settle(first.number));
    CHECK(next(kit).boxes.size() == 1);
}

TEST_CASE("feedback box: there is an end; the oldest go, and the desk is told how many") {
    Kit kit;
    kit.tell("under way");
    const auto under_way = next(kit);
    REQUIRE(kit.feedback_db->transaction([&]() -> core::Result<void> {
        for (std::int64_t i = 0; i < kiosk::most_sessions_kept + 3; ++i) kit.tell(i < 3 ? "old" : "new");
        return {};
    }));
    CHECK(*kit.feedback->waiting() == kiosk::most_sessions_kept + 1);
    CHECK(next(kit).boxes == under_way.boxes);
    CHECK(next(kit).lost == 0);  // it is as it was sent before
    REQUIRE(kit.feedback->settle(under_way.number));

    auto batch = next(kit);
    CHECK(batch.lost == 3);
    CHECK(words_in(batch, kit.desk.seal).front() == "new");
    REQUIRE(kit.feedback->settle(batch.number));
    batch = next(kit);
    CHECK(batch.lost == 0);

    SUBCASE("what the desk will never take is lost, and told as well") {
        REQUIRE(kit.feedback->give_up(batch.number));
        const auto after = next(kit);
        CHECK(after.number == batch.number + 1);
        CHECK(after.lost == static_cast<std::int64_t>(batch.boxes.size()));
    }
}

TEST_CASE("feedback box: a damaged file stops nothing, it begins anew") {
    Kit kit;
    kit.tell("one");
    kit.feedback.reset();
    kit.feedback_db.reset();
    REQUIRE(core::write_file(kit.data.feedback(), "This is no database at all, but a text of some length."));
    auto db = kiosk::open_feedback_box(kit.data.feedback());
    REQUIRE_MESSAGE(db, db.error().message);
    CHECK(*kiosk::FeedbackBox(**db).waiting() == 0);
}
