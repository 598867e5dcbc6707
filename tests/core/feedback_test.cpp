#include "core/catalog/feedback.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace {

catalog::Feedback searched(std::string words) {
    catalog::Feedback feedback;
    feedback.day = core::Date{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{24}};
    feedback.language = "en";
    feedback.searches.push_back({std::move(words), "en", catalog::Results::none, false, catalog::FormUse::none});
    return feedback;
}

}  // namespace

TEST_CASE("feedback: words are counted, what may name a person is not") {
    const struct {
        const char* name;
        const char* query;
        const char* counted;
    } rows[] = {
        {"case and signs make no difference", "  Printer, JAM! ", "printer jam"},
        {"letters of any script", "Größe Straße", "grösse strasse"},
        {"words without spaces between them", "打印机 坏了", "打印机 坏了"},
        {"marks belong to their letters", "เครื่องพิมพ์ हिन्दी", "เครื่องพิมพ์ हिन्दी"},
        {"a version number stays", "windows 11", "windows 11"},
        {"a long number does not", "error 40437", "error #"},
        {"nor one in a word", "till KX90215", "till #"},
        {"a phone number in groups is one number", "call 07 71 23 45", "call #"},
        {"a date of birth", "anna 12.3.1985", "anna #"},
        {"digits of other scripts", "هاتف ٠١٧١٢٣", "هاتف #"},
        {"full-width digits", "電話 ０１７１", "電話 #"},
        {"a claim code", "K7-0042-R4TX-9", "#"},
        {"a mail address goes whole", "mail to anna.berg@example.com please", "mail to please"},
        {"also with a full-width sign", "anna＠example.com", ""},
        {"a story is not told", "my manager anna told me that i may not leave early", ""},
        {"nor one long word", "0a1b2cxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "#"},
        {"nor a text longer than a title", "incomprehensibilities incomprehensibilities incomprehensibilities incomprehensibilities", ""},
        {"nothing but signs", "?!", ""},
        {"nothing", "", ""},
        {"broken UTF-8", "till \xff\xfe dark", "till dark"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(catalog::countable_words(row.query) == row.counted);
        CHECK(catalog::countable_words(row.counted) == row.counted);
    }
}

TEST_CASE("feedback: only the desk reads what is sealed, and its length tells nothing") {
    const core::SealKey desk = core::make_seal_key();
    const auto box = catalog::seal_feedback(searched("my payslip"), desk.public_key);
    REQUIRE(box);
    CHECK(box->find("payslip") == std::string::npos);
    const auto opened = catalog::open_feedback(*box, desk);
    REQUIRE_MESSAGE(opened, opened.error().message);
    CHECK(opened->searches.at(0).words == "my payslip");
    CHECK(!catalog::open_feedback(*box, core::make_seal_key()));
    CHECK(!catalog::open_feedback("no box", desk));

    const auto other = catalog::seal_feedback(searched("till"), desk.public_key);
    REQUIRE(other);
    CHECK(other->size() == box->size());
    CHECK(catalog::seal_feedback(searched("till"), "no key").error().kind == core::ErrorKind::invalid);
}

TEST_CASE("feedback: what another kiosk may send is held to the same rules") {
    auto json = searched("").to_json();
    json["searches"][0]["words"] = "Anna 0171234567";
    auto read = catalog::Feedback::from_json(json);
    REQUIRE(read);
    CHECK(read->searches[0].words == "anna #");

    for (std::size_t i = 0; i < catalog::most_of_a_session; ++i) json["searches"].push_back(json["searches"][0]);
    CHECK(!catalog::Feedback::from_json(json));

    auto batch = catalog::FeedbackBatch{1, 0, {}}.to_json();
    CHECK(catalog::FeedbackBatch::from_json(batch));
    batch["boxes"] = std::vector<std::string>(catalog::largest_feedback_batch + 1, "box");
    CHECK(!catalog::FeedbackBatch::from_json(batch));
    CHECK(!catalog::FeedbackBatch::from_json({{"v", 1}, {"number", 0}, {"lost", 0}, {"boxes", core::Json::array()}}));
    CHECK(!catalog::FeedbackTaken::from_json({{"v", 1}, {"number", 1}, {"outcome", "perhaps"}}));
}
