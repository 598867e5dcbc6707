#include "desk/work/feedback.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "desk/store/feedback.hpp"
#include "tests/desk/company.hpp"
#include "tests/desk/sessions.hpp"

using company::Company;
using namespace desk;
using sessions::searched;

namespace {

std::string words_told(Company& firm, std::int64_t at_least = 1) {
    const auto told = firm.read<Told<WordSums>>([&](core::Database& db) { return FeedbackSums(db).words(sessions::always(), at_least); });
    std::string all;
    auto often = told.often;
    std::sort(often.begin(), often.end(), [](const auto& a, const auto& b) { return a.words < b.words; });
    for (const WordSums& one : often) all += one.words + "=" + std::to_string(one.sessions) + " ";
    return all + "rare=" + std::to_string(told.rare) + " all=" + std::to_string(told.all.sessions);
}

}  // namespace

TEST_CASE("feedback: a batch counts once, however often it comes") {
    Company firm;
    auto kiosk = firm.enrol();
    CHECK(sessions::tell(firm, kiosk, 7, {searched("till"), searched("till"), searched("drawer")}) == "counted");
    CHECK(sessions::tell(firm, kiosk, 7, {searched("till"), searched("till"), searched("drawer")}) == "seen");
    // One that was overtaken on its way: its answer was not waited for.
    CHECK(sessions::tell(firm, kiosk, 6, {searched("late")}) == "seen");
    CHECK(words_told(firm) == "drawer=1 till=2 rare=0 all=3");
    CHECK(sessions::tell(firm, kiosk, 8, {searched("till")}) == "counted");
    CHECK(words_told(firm) == "drawer=1 till=3 rare=0 all=4");

    auto other = firm.enrol();
    CHECK(sessions::tell(firm, other, 7, {searched("till")}) == "counted");
    CHECK(words_told(firm) == "drawer=1 till=4 rare=0 all=5");
}

TEST_CASE("feedback: counts outlive the desk, and a restart counts nothing twice") {
    Company firm;
    auto kiosk = firm.enrol();
    CHECK(sessions::tell(firm, kiosk, 1, {searched("till")}) == "counted");
    firm.close();
    firm.open();
    CHECK(sessions::tell(firm, kiosk, 1, {searched("till")}) == "seen");
    CHECK(words_told(firm) == "till=1 rare=0 all=1");
}

TEST_CASE("feedback: what cannot be read is counted as that, and holds up nothing") {
    Company firm;
    auto kiosk = firm.enrol();
    catalog::FeedbackBatch batch{1, 4, {"no box", *catalog::seal_feedback(searched("till"), core::make_seal_key().public_key),
                                        *catalog::seal_feedback(searched("drawer"), kiosk.place().seal_key)}};
    CHECK(sessions::tell(firm, kiosk, batch) == "counted");
    CHECK(words_told(firm) == "drawer=1 rare=0 all=1");
    const auto losses = firm.read<FeedbackLosses>([](core::Database& db) { return FeedbackSums(db).losses(); });
    CHECK(losses.lost == 4);
    CHECK(losses.unreadable == 2);
}

TEST_CASE("feedback: words are told once enough days or sites have seen them, however often one day did") {
    Company firm;
    auto kiosk = firm.enrol("harbour-street");
    auto office = firm.enrol("head-office");
    sessions::tell(firm, kiosk, 1, {searched("anna harasses me"), searched("anna harasses me"), searched("anna harasses me"), searched("till")});
    CHECK(words_told(firm, least_seen) == "rare=2 all=4");
    sessions::tell(firm, kiosk, 2, {searched("till", "2026-11-23")});
    CHECK(words_told(firm, least_seen) == "rare=2 all=5");
    sessions::tell(firm, office, 1, {searched("till")});
    CHECK(words_told(firm, least_seen) == "till=3 rare=1 all=6");
}

TEST_CASE("feedback: rare words are forgotten after a month, and what they counted stays") {
    Company firm;
    auto kiosk = firm.enrol();
    sessions::tell(firm, kiosk, 1, {searched("anna harasses me"), searched("till"), searched("till", "2026-11-23"), searched("till", "2026-11-22"),
                                    searched("anna harasses me", "2026-11-23"), searched("also rare")});
    CHECK(words_told(firm) == "also rare=1 anna harasses me=2 till=3 rare=0 all=6");

    firm.clock.advance(std::chrono::hours{24} * 30);
    sessions::tell(firm, kiosk, 2, {searched("new and rare", "2026-12-24")});
    CHECK(words_told(firm).find("anna") != std::string::npos);  // of the 24th: not a month old yet
    firm.clock.advance(std::chrono::hours{24});
    sessions::tell(firm, kiosk, 3, {searched("new and rare", "2026-12-25")});
    CHECK(words_told(firm) == "new and rare=2 till=3 rare=1 all=8");

    firm.clock.advance(std::chrono::hours{24} * (feedback_retention - std::chrono::days{29}).count());
    const auto day = core::to_text(core::Date{std::chrono::floor<std::chrono::days>(firm.clock.now())});
    sessions::tell(firm, kiosk, 4, {searched("till", day)});
    CHECK(words_told(firm) == "till=1 rare=1 all=3");
}

TEST_CASE("feedback: a day that no clock can mean is taken for today") {
    Company firm;
    auto kiosk = firm.enrol();
    sessions::tell(firm, kiosk, 1,
                   {searched("till", "1970-01-01"), searched("till", "2026-11-26"), searched("till", "2099-01-01"),
                    searched("till", "2026-11-25"), searched("till", "2026-10-01")});
    FeedbackSpan span = sessions::always();
    span.from = span.to = core::Date{std::chrono::year{2026} / 11 / 24};
    const auto told = firm.read<Told<WordSums>>([&](core::Database& db) { return FeedbackSums(db).words(span, 1); });
    CHECK(told.all.sessions == 3);
}

TEST_CASE("feedback: no row tells of a kiosk or of more than the day") {
    Company firm;
    auto kiosk = firm.enrol();
    sessions::tell(firm, kiosk, 1, {searched("till")});
    const auto columns = firm.read<std::vector<std::string>>([](core::Database& db) {
        return db.rows<std::string>(R"(SELECT name FROM pragma_table_info('search_count') UNION SELECT name FROM pragma_table_info('article_count')
                                       UNION SELECT name FROM pragma_table_info('session_count') UNION SELECT name FROM pragma_table_info('form_count'))",
                                    {}, [](const core::Row& row) { return row.text(0); });
    });
    CHECK(columns.size() > 15);
    for (const std::string& column : columns) {
        CAPTURE(column);
        CHECK(column.find("kiosk") == std::string::npos);
        CHECK(column.find("_at") == std::string::npos);
    }
}
