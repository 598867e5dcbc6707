#include "desk/work/gaps.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "desk/rules/deflection.hpp"
#include "desk/store/published.hpp"

namespace desk {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// The ones with something to tell, by `weight` and then by `name`, so that equal data gives equal lists.
template <class Sums, class Weight, class Name>
GapList<Sums> worst_of(const std::vector<Sums>& all, std::size_t most, Weight weight, Name name) {
    GapList<Sums> list;
    std::copy_if(all.begin(), all.end(), std::back_inserter(list.listed), [&](const Sums& one) { return weight(one) > decltype(weight(one)){}; });
    std::sort(list.listed.begin(), list.listed.end(), [&](const Sums& a, const Sums& b) {
        return weight(a) != weight(b) ? weight(a) > weight(b) : name(a) < name(b);
    });
    if (list.listed.size() > most) {
        list.not_listed = static_cast<std::int64_t>(list.listed.size() - most);
        list.listed.resize(most);
    }
    return list;
}

GapList<WordSums> worst_words(const std::vector<WordSums>& all, std::size_t most, std::int64_t WordSums::*what) {
    return worst_of(
        all, most, [what](const WordSums& words) { return words.*what; },
        [](const WordSums& words) { return std::pair(words.words, words.language); });
}

// Tickets by the day on which their person stood there, at the site.
core::Result<std::vector<TicketsOfDay>> tickets_by_day(core::Database& db, const FeedbackSpan& span) {
    // A day on either side, for sites that are ahead or behind.
    const core::Time from = sys_days{span.from} - days{1};
    const core::Time to = sys_days{span.to} + related_within + days{2};
    auto tickets = FeedbackSums(db).related_tickets(from, to, span.site);
    if (!tickets) return core::fail(tickets.error());

    std::map<std::string, std::string> zones;
    std::map<std::tuple<std::string, std::string, sys_days>, std::int64_t> counted;
    for (const RelatedTicket& ticket : *tickets) {
        auto zone = zones.find(ticket.site);
        if (zone == zones.end()) {
            auto found = Published(db).zone_of(ticket.site);
            if (!found) return core::fail(found.error());
            zone = zones.emplace(ticket.site, found->empty() ? "UTC" : *found).first;
        }
        const auto local = core::local_date(ticket.captured_at, zone->second);
        const sys_days day = local ? sys_days{*local} : std::chrono::floor<days>(ticket.captured_at);
        if (day < sys_days{span.from} || day > sys_days{span.to} + related_within) continue;
        ++counted[{ticket.site, ticket.service, day}];
    }
    std::vector<TicketsOfDay> by_day;
    for (const auto& [key, count] : counted) by_day.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
    return by_day;
}

// Those whose person read the article in the same session are accounted for: that session saved nothing.
void take_away(std::vector<TicketsOfDay>& tickets, const std::vector<TicketsOfDay>& explained) {
    std::map<std::tuple<std::string, std::string, sys_days>, std::int64_t> sent;
    for (const TicketsOfDay& day : explained) sent[{day.site, day.service, day.day}] += day.tickets;
    for (TicketsOfDay& day : tickets) {
        const auto found = sent.find({day.site, day.service, day.day});
        if (found != sent.end()) day.tickets = std::max<std::int64_t>(0, day.tickets - found->second);
    }
}

core::Result<TicketsSaved> tickets_saved(core::Database& db, const FeedbackSpan& span, core::Time now) {
    FeedbackSums sums(db);
    auto ends = sums.good_ends(span);
    if (!ends) return core::fail(ends.error());
    auto offers = sums.offers();
    if (!offers) return core::fail(offers.error());
    auto tickets = tickets_by_day(db, span);
    if (!tickets) return core::fail(tickets.error());
    auto explained = sums.sent_after_article(span);
    if (!explained) return core::fail(explained.error());

    TicketsSaved saved;
    std::vector<EndedSessions> said;
    std::vector<EndedSessions> said_or_silent;
    for (const GoodEnds& end : *ends) {
        EndedSessions one{end.site, sys_days{end.day}, (*offers)[end.article], end.helped};
        saved.said_helped += end.helped;
        saved.left_silently += end.silent;
        said.push_back(one);
        one.sessions += end.silent;
        said_or_silent.push_back(std::move(one));
    }
    for (const TicketsOfDay& day : *tickets) saved.related_tickets += day.tickets;
    saved.at_least = without_ticket(std::move(said), *tickets, related_within);
    take_away(*tickets, *explained);
    saved.at_most = without_ticket(std::move(said_or_silent), std::move(*tickets), related_within);
    saved.is_settled = sys_days{span.to} + related_within < std::chrono::floor<days>(now);
    return saved;
}

}  // namespace

core::Result<Gaps> find_gaps(core::Database& db, const GapsQuestion& question, core::Time now) {
    FeedbackSums sums(db);
    auto sessions = sums.sessions(question.span);
    if (!sessions) return core::fail(sessions.error());
    auto words = sums.words(question.span, question.at_least);
    if (!words) return core::fail(words.error());
    auto articles = sums.articles(question.span, question.at_least);
    if (!articles) return core::fail(articles.error());
    auto forms = sums.forms(question.span, question.at_least);
    if (!forms) return core::fail(forms.error());
    auto saved = tickets_saved(db, question.span, now);
    if (!saved) return core::fail(saved.error());
    auto losses = sums.losses();
    if (!losses) return core::fail(losses.error());

    Gaps gaps;
    gaps.sessions = std::move(*sessions);
    gaps.searches = words->all;
    gaps.rare_words = words->rare;
    gaps.without_results = worst_words(words->often, question.most, &WordSums::without_results);
    gaps.abandoned = worst_words(words->often, question.most, &WordSums::abandoned);
    gaps.ended_in_form = worst_words(words->often, question.most, &WordSums::sent);
    gaps.articles_read = articles->all;
    gaps.rare_articles = articles->rare;
    gaps.not_helping = worst_of(
        articles->often, question.most,
        // Of equally bad ones the one that more people met.
        [](const ArticleSums& article) {
            return std::pair(at_least_percent(article.not_helped, article.helped + article.not_helped), article.not_helped);
        },
        [](const ArticleSums& article) { return article.article; });
    gaps.forms_followed = forms->all;
    gaps.rare_forms = forms->rare;
    gaps.forms = worst_of(
        forms->often, question.most, [](const FormSums& form) { return form.after_search + form.after_article; },
        [](const FormSums& form) { return form.service; });
    gaps.saved = *saved;
    gaps.losses = *losses;
    return gaps;
}

}  // namespace desk
