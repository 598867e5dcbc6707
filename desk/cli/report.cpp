#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/published.hpp"
#include "desk/work/gaps.hpp"

namespace desk::cli {
namespace {

constexpr std::chrono::days default_period{30};
constexpr std::int64_t most_lines = 10'000;

constexpr std::string_view definition =
    "Sessions at kiosks that read an article and sent no form. At least: those that said it helped, less every ticket of the "
    "same site within {0} days for a form that the article offers. At most: those and the ones that read, said nothing, "
    "opened no form and left, less such tickets that no session explains which had read the article. A ticket takes away "
    "one session at most. Kiosks know no persons: whoever phones instead is not seen, and a ticket of somebody else counts "
    "against us.";

std::string definition_of_saved() { return fmt::format(definition, related_within.count()); }

std::int64_t number(const core::Json& json, std::string_view key) { return core::integer_at(json, key).value_or(0); }
std::string text(const core::Json& json, std::string_view key) { return core::text_at(json, key).value_or(""); }

// ---- For people.

std::string share(const core::Json& row, std::string_view part) {
    return fmt::format("{} of {}", number(row, part), number(row, "sessions"));
}

// What is left out of a list, so that nobody takes it for all.
void print_rest(const core::Json& list) {
    if (number(list, "not_listed") > 0) std::cout << fmt::format("  … and {} more; see --most\n", number(list, "not_listed"));
    if (list["listed"].empty()) std::cout << "  none\n";
}

void print_words(const core::Json& list, std::string_view title, std::string_view part) {
    std::cout << fmt::format("\n{}\n", title);
    for (const core::Json& it : list["listed"]) {
        std::cout << fmt::format("  {:>14} sessions  {:<5} {:>3} sites  {}\n", share(it, part), text(it, "language"),
                                 number(it, "sites"), text(it, "words"));
    }
    print_rest(list);
}

void print_for_people(const core::Json& it) {
    const core::Json& sessions = it["sessions"];
    const core::Json& searches = it["searches"];
    const core::Json& articles = it["articles"];
    const core::Json& saved = it["tickets_saved"];
    const auto or_all = [&](std::string_view key, std::string_view all) {
        const auto chosen = text(it, key);
        return chosen.empty() ? std::string(all) : chosen;
    };
    std::cout << fmt::format("{} to {}, {}, {}: {} sessions at kiosks, of which {} searched, {} read an article, {} sent a form.\n",
                             text(it, "from"), text(it, "to"), or_all("site", "all sites"), or_all("language", "all languages"),
                             number(sessions, "all"), number(sessions, "searched"), number(sessions, "read"),
                             number(sessions, "sent"));
    std::cout << fmt::format("Listed is what was seen on {} or more days and sites; {} rarer searches, {} articles and {} forms "
                             "are only counted.\n",
                             number(it, "at_least"), number(searches, "rare"), number(articles, "rare"),
                             number(it["forms"], "rare"));
    const core::Json& lost = it["lost"];
    if (number(lost, "at_kiosks") + number(lost, "unreadable") > 0) {
        std::cout << fmt::format("Not in here: {} sessions that kiosks had to drop, and {} that could not be read, of all days.\n",
                                 number(lost, "at_kiosks"), number(lost, "unreadable"));
    }
    std::cout << fmt::format("\nTickets saved: {} to {}\n  {} sessions said that it helped, {} left without a word; {} related "
                             "tickets.\n  {}\n",
                             number(saved, "at_least"), number(saved, "at_most"), number(saved, "said_helped"),
                             number(saved, "left_silently"), number(saved, "related_tickets"), definition_of_saved());
    if (!core::truth_at(saved, "settled").value_or(true)) {
        std::cout << fmt::format("  Not final: tickets of the next {} days may still take some away.\n", related_within.count());
    }

    std::cout << fmt::format("\nSearches: {}, of which {} had no results, {} were abandoned, {} ended in a form.\n",
                             number(searches, "sessions"), number(searches, "without_results"), number(searches, "abandoned"),
                             number(searches, "ended_in_form"));
    print_words(it["without_results"], "Searches without results", "without_results");
    print_words(it["abandoned"], "Searches with results of which none was opened", "abandoned");
    print_words(it["ended_in_form"], "Searches that ended in a form", "ended_in_form");

    std::cout << "\nArticles that do not help (the share is the low end of what is likely)\n";
    for (const core::Json& row : it["not_helping"]["listed"]) {
        std::cout << fmt::format("  {:>3} % and more: {} no, {} yes, {} forms sent, {} sessions, {} sites  {}\n",
                                 number(row, "not_helped_at_least_percent"), number(row, "not_helped"), number(row, "helped"),
                                 number(row, "ended_in_form"), number(row, "sessions"), number(row, "sites"),
                                 text(row, "article"));
    }
    print_rest(it["not_helping"]);

    std::cout << "\nForms that were opened after a search or an article\n";
    for (const core::Json& row : it["forms"]["listed"]) {
        std::cout << fmt::format("  {} after a search, {} after an article, {} sent  {}\n", number(row, "after_search"),
                                 number(row, "after_article"), number(row, "sent"), text(row, "service"));
    }
    print_rest(it["forms"]);

    std::cout << "\nBy site and language\n";
    for (const core::Json& row : it["by_site_and_language"]) {
        std::cout << fmt::format("  {:<20} {:<5} {:>6} sessions: {} searched, {} read, {} sent a form\n", text(row, "site"),
                                 text(row, "language"), number(row, "sessions"), number(row, "searched"), number(row, "read"),
                                 number(row, "sent"));
    }
}

// ---- For spreadsheets: the lists below each other.

// RFC 4180; what a spreadsheet would take for a formula is shown as text.
std::string cell(std::string value) {
    if (!value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos) value.insert(0, 1, '\'');
    if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"') quoted += c;
        quoted += c;
    }
    return quoted + '"';
}

constexpr std::string_view number_columns[] = {"sites", "sessions", "without_results", "abandoned", "helped", "not_helped",
                                               "not_helped_at_least_percent", "after_search", "after_article", "sent",
                                               "ended_in_form"};

void print_rows(const core::Json& rows, std::string_view list, std::string_view what) {
    for (const core::Json& row : rows) {
        std::cout << list << ',' << cell(text(row, what)) << ',' << cell(text(row, "language"));
        for (const std::string_view column : number_columns) {
            std::cout << ',';
            if (const auto value = core::integer_at(row, column)) std::cout << *value;
        }
        std::cout << "\r\n";
    }
}

void print_csv(const core::Json& it) {
    std::cout << "list,what,language";
    for (const std::string_view column : number_columns) std::cout << ',' << column;
    std::cout << "\r\n";
    for (const char* list : {"without_results", "abandoned", "ended_in_form"}) print_rows(it[list]["listed"], list, "words");
    print_rows(it["not_helping"]["listed"], "not_helping", "article");
    print_rows(it["forms"]["listed"], "forms", "service");
    print_rows(it["by_site_and_language"], "site", "site");
}

// ---- The order.

core::Result<core::Date> date_of(const core::Json& order, std::string_view key, core::Date otherwise) {
    const auto written = core::text_at(order, key).value_or("");
    if (written.empty()) return otherwise;
    auto date = core::parse_date(written);
    if (!date) {
        return core::fail(core::ErrorKind::invalid, fmt::format("--{} '{}' is no date, such as 2026-11-24", key, written));
    }
    return date;
}

core::Result<GapsQuestion> question_of(const core::Json& order, core::Date today) {
    GapsQuestion question;
    const auto to = date_of(order, "to", today);
    if (!to) return core::fail(to.error());
    const auto from = date_of(order, "from", core::Date{std::chrono::sys_days{*to} - default_period + std::chrono::days{1}});
    if (!from) return core::fail(from.error());
    if (*from > *to) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("--from {} is after --to {}", core::to_text(*from), core::to_text(*to)));
    }
    question.span = {*from, *to, text(order, "site"), text(order, "language")};
    question.at_least = number(order, "at_least");
    const std::int64_t most = number(order, "most");
    if (question.at_least < 1 || most < 1 || most > most_lines) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("--at-least starts from 1, and --most goes from 1 to {}", most_lines));
    }
    question.most = static_cast<std::size_t>(most);
    return question;
}

core::Json to_json(const WordSums& it) {
    return {{"words", it.words},       {"language", it.language},
            {"sites", it.sites},       {"sessions", it.sessions},
            {"without_results", it.without_results}, {"abandoned", it.abandoned},
            {"ended_in_form", it.sent}};
}

core::Json to_json(const ArticleSums& it) {
    return {{"article", it.article},
            {"sites", it.sites},
            {"sessions", it.sessions},
            {"helped", it.helped},
            {"not_helped", it.not_helped},
            {"not_helped_at_least_percent", at_least_percent(it.not_helped, it.helped + it.not_helped)},
            {"ended_in_form", it.sent}};
}

core::Json to_json(const FormSums& it) {
    return {{"service", it.service}, {"after_search", it.after_search}, {"after_article", it.after_article}, {"sent", it.sent}};
}

template <class Sums>
core::Json to_json(const GapList<Sums>& list) {
    core::Json listed = core::Json::array();
    for (const Sums& one : list.listed) listed.push_back(to_json(one));
    return {{"listed", std::move(listed)}, {"not_listed", list.not_listed}};
}

core::Json to_json(const Gaps& gaps, const GapsQuestion& question) {
    SessionSums all;
    core::Json by_site = core::Json::array();
    for (const SessionSums& one : gaps.sessions) {
        all.sessions += one.sessions;
        all.searched += one.searched;
        all.read += one.read;
        all.sent += one.sent;
        by_site.push_back({{"site", one.site},
                           {"language", one.language},
                           {"sessions", one.sessions},
                           {"searched", one.searched},
                           {"read", one.read},
                           {"sent", one.sent}});
    }
    core::Json forms = to_json(gaps.forms);
    forms["after_search"] = gaps.forms_followed.after_search;
    forms["after_article"] = gaps.forms_followed.after_article;
    forms["sent"] = gaps.forms_followed.sent;
    forms["rare"] = gaps.rare_forms;
    return {
        {"from", core::to_text(question.span.from)},
        {"to", core::to_text(question.span.to)},
        {"site", question.span.site},
        {"language", question.span.language},
        {"at_least", question.at_least},
        {"sessions", {{"all", all.sessions}, {"searched", all.searched}, {"read", all.read}, {"sent", all.sent}}},
        {"by_site_and_language", std::move(by_site)},
        {"searches",
         {{"sessions", gaps.searches.sessions},
          {"without_results", gaps.searches.without_results},
          {"abandoned", gaps.searches.abandoned},
          {"ended_in_form", gaps.searches.sent},
          {"rare", gaps.rare_words}}},
        {"without_results", to_json(gaps.without_results)},
        {"abandoned", to_json(gaps.abandoned)},
        {"ended_in_form", to_json(gaps.ended_in_form)},
        {"articles",
         {{"sessions", gaps.articles_read.sessions},
          {"helped", gaps.articles_read.helped},
          {"not_helped", gaps.articles_read.not_helped},
          {"ended_in_form", gaps.articles_read.sent},
          {"rare", gaps.rare_articles}}},
        {"not_helping", to_json(gaps.not_helping)},
        {"forms", std::move(forms)},
        {"tickets_saved",
         {{"at_least", gaps.saved.at_least},
          {"at_most", gaps.saved.at_most},
          {"said_helped", gaps.saved.said_helped},
          {"left_silently", gaps.saved.left_silently},
          {"related_tickets", gaps.saved.related_tickets},
          {"related_within_days", related_within.count()},
          {"settled", gaps.saved.is_settled},
          {"definition", definition_of_saved()}}},
        {"lost", {{"at_kiosks", gaps.losses.lost}, {"unreadable", gaps.losses.unreadable}}},
    };
}

}  // namespace

int report_gaps(const Common& common, const ReportGapsOptions& options) {
    if (common.json && options.csv) return complain({core::ErrorKind::invalid, "--json and --csv do not go together"});
    auto answer = ask(common.data, {{"order", "report_gaps"},
                                    {"from", options.from},
                                    {"to", options.to},
                                    {"site", options.site},
                                    {"language", options.language},
                                    {"at_least", options.at_least},
                                    {"most", options.most}});
    if (!answer) return complain(answer.error());
    if (common.json) std::cout << answer->dump(2) << '\n';
    else if (options.csv) print_csv(*answer);
    else print_for_people(*answer);
    return exit_ok;
}

core::Result<core::Json> order_report_gaps(Desk& desk, const core::Json& order) {
    const core::Time now = desk.clock().now();
    const auto question = question_of(order, core::Date{std::chrono::floor<std::chrono::days>(now)});
    if (!question) return core::fail(question.error());
    auto reader = desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    std::optional<Gaps> found;
    auto read = (*reader)->snapshot([&]() -> core::Result<void> {
        if (!question->span.site.empty()) {
            auto listed = Published(**reader).has_site(question->span.site);
            if (!listed) return core::fail(listed.error());
            if (!*listed) {
                return core::fail(core::ErrorKind::not_found,
                                  fmt::format("There is no site '{}' in the published content.", question->span.site));
            }
        }
        auto gaps = find_gaps(**reader, *question, now);
        if (!gaps) return core::fail(gaps.error());
        found = std::move(*gaps);
        return {};
    });
    if (!read) return core::fail(read.error());
    return to_json(*found, *question);
}

}  // namespace desk::cli
