#include "desk/rules/deflection.hpp"

#include <doctest/doctest.h>

using namespace desk;
using catalog::Said;
using std::chrono::days;
using std::chrono::sys_days;

namespace {

catalog::Feedback session(std::vector<std::pair<const char*, Said>> articles, const char* form = "") {
    catalog::Feedback feedback;
    for (const auto& [id, said] : articles) feedback.articles.push_back({id, "en", said, catalog::FormUse::none, {}});
    const std::string what = form;
    if (!what.empty()) feedback.forms.push_back({"printer-fault", "article", what == "sent"});
    return feedback;
}

sys_days day(int number) { return sys_days{std::chrono::year{2026} / 11 / number}; }

}  // namespace

TEST_CASE("deflection: a session ends well with the article that helped, or was read last without a word") {
    const struct {
        const char* name;
        catalog::Feedback session;
        const char* ended;  // article and "said" or "silent"
    } rows[] = {
        {"nothing was read", session({}), ""},
        {"it helped", session({{"a", Said::helped}}), "a said"},
        {"read, and gone", session({{"a", Said::nothing}, {"b", Said::nothing}}), "b silent"},
        {"one helped, others were read", session({{"a", Said::helped}, {"b", Said::nothing}}), "a said"},
        {"one helped, one did not", session({{"a", Said::not_helped}, {"b", Said::helped}}), "b said"},
        {"the last that helped counts", session({{"a", Said::helped}, {"b", Said::helped}}), "b said"},
        {"none helped", session({{"a", Said::not_helped}, {"b", Said::nothing}}), ""},
        {"it helped, and still a form was sent", session({{"a", Said::helped}}, "sent"), ""},
        {"it helped, and a form was only opened", session({{"a", Said::helped}}, "opened"), "a said"},
        {"a form was opened, and nothing said", session({{"a", Said::nothing}}, "opened"), ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto end = good_end_of(row.session);
        CHECK((end ? end->article + (end->said ? " said" : " silent") : "") == row.ended);
    }
}

TEST_CASE("deflection: each related ticket takes away one session") {
    const std::vector<std::string> printer{"printer-fault"};
    const struct {
        const char* name;
        std::vector<EndedSessions> ended;
        std::vector<TicketsOfDay> tickets;
        std::int64_t left;
    } rows[] = {
        {"no tickets", {{"s", day(1), printer, 3}}, {}, 3},
        {"the same day", {{"s", day(1), printer, 3}}, {{"s", "printer-fault", day(1), 1}}, 2},
        {"seven days later", {{"s", day(1), printer, 3}}, {{"s", "printer-fault", day(8), 1}}, 2},
        {"eight days later", {{"s", day(1), printer, 3}}, {{"s", "printer-fault", day(9), 1}}, 3},
        {"a day before", {{"s", day(2), printer, 3}}, {{"s", "printer-fault", day(1), 1}}, 3},
        {"another site", {{"s", day(1), printer, 3}}, {{"t", "printer-fault", day(1), 1}}, 3},
        {"a form that the article does not offer", {{"s", day(1), printer, 3}}, {{"s", "payslip", day(1), 1}}, 3},
        {"an article that offers no form", {{"s", day(1), {}, 3}}, {{"s", "printer-fault", day(1), 5}}, 3},
        {"more tickets than sessions", {{"s", day(1), printer, 3}}, {{"s", "printer-fault", day(1), 9}}, 0},
        {"one ticket, two articles that offer it: one session",
         {{"s", day(1), printer, 2}, {"s", day(2), printer, 2}},
         {{"s", "printer-fault", day(3), 1}},
         3},
        {"two forms of one article: a session goes once",
         {{"s", day(1), {"printer-fault", "paper"}, 1}},
         {{"s", "printer-fault", day(1), 1}, {"s", "paper", day(1), 1}},
         0},
        {"the oldest go first, so that as many as possible go",
         {{"s", day(8), printer, 1}, {"s", day(1), printer, 1}},
         {{"s", "printer-fault", day(9), 1}, {"s", "printer-fault", day(8), 1}},
         0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(without_ticket(row.ended, row.tickets, days{7}) == row.left);
    }
}

TEST_CASE("deflection: a share is what is surely so, not what one voice says") {
    const struct {
        std::int64_t part;
        std::int64_t whole;
        int percent;
    } rows[] = {{0, 0, 0}, {0, 5, 0}, {1, 1, 20}, {3, 3, 43}, {8, 10, 49}, {30, 40, 59}, {50, 100, 40}, {1000, 1000, 99}};
    for (const auto& row : rows) {
        CAPTURE(row.part);
        CAPTURE(row.whole);
        CHECK(at_least_percent(row.part, row.whole) == row.percent);
    }
}
