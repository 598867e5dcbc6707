#include "desk/work/gaps.hpp"

#include <doctest/doctest.h>

#include "tests/desk/company.hpp"
#include "tests/desk/sessions.hpp"

using catalog::FormUse;
using catalog::Results;
using catalog::Said;
using company::Company;
using namespace desk;
using namespace sessions;

namespace {

Gaps gaps_of(Company& firm, GapsQuestion question) {
    return firm.read<Gaps>([&](core::Database& db) { return find_gaps(db, question, firm.clock.now()); });
}
Gaps gaps_of(Company& firm, std::int64_t at_least = 1) { return gaps_of(firm, {.span = always(), .at_least = at_least}); }

std::vector<std::string> words_of(const GapList<WordSums>& list) {
    std::vector<std::string> all;
    for (const WordSums& one : list.listed) all.push_back(one.words);
    return all;
}

}  // namespace

TEST_CASE("gaps: searches without results, abandoned ones, and those that ended in a form are told apart") {
    Company firm;
    auto kiosk = firm.enrol();
    tell(firm, kiosk, 1,
         {searched("zebra"), searched("zebra"), searched("quagga"),                         // nothing there
          searched("roster", "2026-11-24", Results::many),                                   // results, none opened
          searched("printer", "2026-11-24", Results::many, true),                            // opened
          searched("printer", "2026-11-24", Results::few, true, FormUse::sent),              // … and a form
          searched("lamp", "2026-11-24", Results::few, false, FormUse::opened)});            // a form, not sent
    const Gaps gaps = gaps_of(firm);
    CHECK(words_of(gaps.without_results) == std::vector<std::string>{"zebra", "quagga"});
    CHECK(gaps.without_results.listed[0].without_results == 2);
    CHECK(gaps.without_results.listed[0].sessions == 2);
    CHECK(words_of(gaps.abandoned) == std::vector<std::string>{"roster"});
    CHECK(words_of(gaps.ended_in_form) == std::vector<std::string>{"printer"});
    CHECK(gaps.ended_in_form.listed[0].sent == 1);
    CHECK(gaps.ended_in_form.listed[0].sessions == 2);
    CHECK(gaps.searches.sessions == 7);
    CHECK(gaps.searches.without_results == 3);
    CHECK(gaps.searches.abandoned == 1);
    CHECK(gaps.searches.sent == 1);
    REQUIRE(gaps.sessions.size() == 1);
    CHECK(gaps.sessions[0].sessions == 7);
    CHECK(gaps.sessions[0].searched == 7);
    CHECK(gaps.sessions[0].read == 0);
}

TEST_CASE("gaps: what few have seen is only counted, words, articles and forms alike") {
    Company firm;
    auto kiosk = firm.enrol();
    auto all = searched("anna harasses me");
    all.articles = read("en/harassment", Said::not_helped).articles;
    all.forms.push_back({"hr-talk", "search", true});
    tell(firm, kiosk, 1, {all, all, all, all});
    const Gaps hidden = gaps_of(firm, least_seen);
    CHECK(hidden.without_results.listed.empty());
    CHECK(hidden.not_helping.listed.empty());
    CHECK(hidden.forms.listed.empty());
    CHECK(hidden.rare_words == 1);
    CHECK(hidden.rare_articles == 1);
    CHECK(hidden.rare_forms == 1);
    CHECK(hidden.searches.without_results == 4);
    CHECK(hidden.articles_read.not_helped == 4);
    CHECK(hidden.forms_followed.after_search == 4);

    tell(firm, kiosk, 2, {searched("till", "2026-11-22"), searched("till", "2026-11-23"), searched("till", "2026-11-24")});
    CHECK(words_of(gaps_of(firm, least_seen).without_results) == std::vector<std::string>{"till"});
}

TEST_CASE("gaps: articles are ordered by what is surely so, and one voice does not lead") {
    Company firm;
    auto kiosk = firm.enrol();
    std::vector<catalog::Feedback> said{read("en/one-voice", Said::not_helped)};
    for (int i = 0; i < 10; ++i) said.push_back(read("en/bad", i < 8 ? Said::not_helped : Said::helped));
    for (int i = 0; i < 10; ++i) said.push_back(read("en/good", i < 1 ? Said::not_helped : Said::helped));
    said.push_back(read("en/silent", Said::nothing));
    tell(firm, kiosk, 1, said);
    const Gaps gaps = gaps_of(firm);
    REQUIRE(gaps.not_helping.listed.size() == 3);
    CHECK(gaps.not_helping.listed[0].article == "en/bad");
    CHECK(gaps.not_helping.listed[0].not_helped == 8);
    CHECK(gaps.not_helping.listed[0].helped == 2);
    CHECK(gaps.not_helping.listed[1].article == "en/one-voice");
    CHECK(gaps.not_helping.listed[2].article == "en/good");
    CHECK(gaps.articles_read.sessions == 22);
}

TEST_CASE("gaps: a list has an end, and says how many are behind it") {
    Company firm;
    auto kiosk = firm.enrol();
    std::vector<catalog::Feedback> all;
    for (const char* words : {"a", "b", "c", "d", "e"}) all.push_back(searched(words));
    tell(firm, kiosk, 1, all);
    const Gaps gaps = gaps_of(firm, {.span = always(), .at_least = 1, .most = 2});
    CHECK(words_of(gaps.without_results) == std::vector<std::string>{"a", "b"});
    CHECK(gaps.without_results.not_listed == 3);
}

TEST_CASE("gaps: a period, a site and a language narrow everything") {
    Company firm;
    auto street = firm.enrol("harbour-street");
    auto office = firm.enrol("head-office");
    auto german = searched("kasse");
    german.language = "de";
    german.searches[0].language = "de";
    tell(firm, street, 1, {searched("till"), searched("old", "2026-11-01"), german});
    tell(firm, office, 1, {searched("desk")});

    GapsQuestion question{.span = always(), .at_least = 1};
    question.span.site = "harbour-street";
    CHECK(words_of(gaps_of(firm, question).without_results) == std::vector<std::string>{"kasse", "old", "till"});
    question.span.language = "en";
    question.span.from = date("2026-11-24");
    question.span.to = date("2026-11-24");
    CHECK(words_of(gaps_of(firm, question).without_results) == std::vector<std::string>{"till"});
    question.span.to = question.span.from = date("2026-11-23");
    CHECK(gaps_of(firm, question).sessions.empty());

    const Gaps all = gaps_of(firm);
    REQUIRE(all.sessions.size() == 3);  // by site and language
    CHECK(all.sessions[0].site == "harbour-street");
    CHECK(all.sessions[0].language == "de");
}

TEST_CASE("gaps: tickets saved are a range, and related tickets take away from it") {
    Company firm;
    auto street = firm.enrol("harbour-street");
    auto office = firm.enrol("head-office");
    tell(firm, street, 1,
         {read("en/printer", Said::helped), read("en/printer", Said::helped), read("en/printer", Said::nothing),
          read("en/printer", Said::not_helped), read_and_sent("en/printer", Said::helped)});
    tell(firm, office, 1, {read("en/printer", Said::helped)});

    // Of the session that sent: it saved nothing, and its ticket is one that the low end holds against another.
    firm.printer_ticket(street);
    TicketsSaved saved = gaps_of(firm).saved;
    CHECK(saved.said_helped == 3);
    CHECK(saved.left_silently == 1);
    CHECK(saved.related_tickets == 1);
    CHECK(saved.at_least == 2);
    CHECK(saved.at_most == 4);

    // Somebody came back within the week without reading anything.
    firm.clock.advance(std::chrono::hours{24 * 7});
    firm.printer_ticket(street);
    saved = gaps_of(firm).saved;
    CHECK(saved.at_least == 1);
    CHECK(saved.at_most == 3);

    // Later than that, it is another matter.
    firm.clock.advance(std::chrono::hours{24});
    firm.printer_ticket(street);
    firm.printer_ticket(office);
    saved = gaps_of(firm).saved;
    CHECK(saved.at_least == 1);
    CHECK(saved.at_most == 3);
}

TEST_CASE("gaps: a period is settled once no related ticket can come any more") {
    Company firm;
    GapsQuestion question{.span = always(), .at_least = 1};
    question.span.to = date("2026-11-17");
    CHECK(!gaps_of(firm, question).saved.is_settled);
    question.span.to = date("2026-11-16");
    CHECK(gaps_of(firm, question).saved.is_settled);
}
