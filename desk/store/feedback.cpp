#include "desk/store/feedback.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace desk {
namespace {

core::Result<void> done(const core::Result<std::int64_t>& result) {
    if (!result) return core::fail(result.error());
    return {};
}

// What all questions of a span ask for; $1 to $4 in `values_of`.
constexpr std::string_view in_span = "day >= $1 AND day <= $2 AND ($3 = '' OR site = $3) AND ($4 = '' OR language = $4)";

std::vector<core::Value> values_of(const FeedbackSpan& span) {
    return {core::to_text(span.from), core::to_text(span.to), span.site, span.language};
}

core::Date date_of(const std::string& text) { return core::parse_date(text).value_or(core::Date{}); }

core::Date before(core::Date day, std::chrono::days by) { return core::Date{std::chrono::sys_days{day} - by}; }

}  // namespace

core::Result<bool> FeedbackSums::begin(std::string_view kiosk, std::int64_t batch, const FeedbackLosses& losses) {
    auto begun = db_.run(
        R"(INSERT INTO feedback_arrival (kiosk, batch, lost, unreadable) VALUES ($1, $2, $3, $4)
           ON CONFLICT (kiosk) DO UPDATE SET batch = excluded.batch, lost = feedback_arrival.lost + excluded.lost,
                                             unreadable = feedback_arrival.unreadable + excluded.unreadable
            WHERE feedback_arrival.batch < excluded.batch)",
        {kiosk, batch, losses.lost, losses.unreadable});
    if (!begun) return core::fail(begun.error());
    return *begun > 0;
}

core::Result<void> FeedbackSums::add(std::string_view site, const catalog::Feedback& session,
                                     const std::optional<GoodEnd>& end) {
    using catalog::FormUse;
    using catalog::Results;
    using catalog::Said;
    const std::string day = core::to_text(session.day);
    const bool has_sent = std::any_of(session.forms.begin(), session.forms.end(), [](const auto& form) { return form.sent; });
    auto added = db_.run(
        R"(INSERT INTO session_count (day, site, language, sessions, searched, read, sent)
           VALUES ($1, $2, $3, 1, $4, $5, $6)
           ON CONFLICT (day, site, language) DO UPDATE SET
               sessions = session_count.sessions + 1,
               searched = session_count.searched + excluded.searched,
               read = session_count.read + excluded.read,
               sent = session_count.sent + excluded.sent)",
        {day, site, session.language, !session.searches.empty(), !session.articles.empty(), has_sent});
    if (!added) return done(added);

    for (const auto& search : session.searches) {
        const bool is_abandoned = search.results != Results::none && !search.opened && search.form == FormUse::none;
        added = db_.run(
            R"(INSERT INTO search_count (day, site, language, words, sessions, without_results, abandoned, sent)
               VALUES ($1, $2, $3, $4, 1, $5, $6, $7)
               ON CONFLICT (day, site, language, words) DO UPDATE SET
                   sessions = search_count.sessions + 1,
                   without_results = search_count.without_results + excluded.without_results,
                   abandoned = search_count.abandoned + excluded.abandoned,
                   sent = search_count.sent + excluded.sent)",
            {day, site, search.language, search.words, search.results == Results::none, is_abandoned,
             search.form == FormUse::sent});
        if (!added) return done(added);
    }
    for (const auto& article : session.articles) {
        const bool ended = end && end->article == article.id && end->language == article.language;
        added = db_.run(
            R"(INSERT INTO article_count (day, site, language, article, sessions, helped, not_helped, sent, ended_helped,
                                          ended_silent)
               VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9)
               ON CONFLICT (day, site, language, article) DO UPDATE SET
                   sessions = article_count.sessions + 1,
                   helped = article_count.helped + excluded.helped,
                   not_helped = article_count.not_helped + excluded.not_helped,
                   sent = article_count.sent + excluded.sent,
                   ended_helped = article_count.ended_helped + excluded.ended_helped,
                   ended_silent = article_count.ended_silent + excluded.ended_silent)",
            {day, site, article.language, article.id, article.said == Said::helped, article.said == Said::not_helped,
             article.form == FormUse::sent, ended && end->said, ended && !end->said});
        if (!added) return done(added);
        for (const std::string& service : article.offers) {
            added = db_.run("INSERT INTO article_offer (article, service) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                            {article.id, service});
            if (!added) return done(added);
        }
    }
    for (const auto& form : session.forms) {
        added = db_.run(
            R"(INSERT INTO form_count (day, site, language, service, after, opened, sent)
               VALUES ($1, $2, $3, $4, $5, 1, $6)
               ON CONFLICT (day, site, language, service, after) DO UPDATE SET
                   opened = form_count.opened + 1, sent = form_count.sent + excluded.sent)",
            {day, site, session.language, form.service, form.after, form.sent});
        if (!added) return done(added);
    }
    return {};
}

core::Result<void> FeedbackSums::forget(core::Date today) {
    auto is_new_day = db_.run("UPDATE feedback_forgotten SET day = $1 WHERE day < $1", {core::to_text(today)});
    if (!is_new_day || *is_new_day == 0) return done(is_new_day);

    const std::string oldest = core::to_text(before(today, feedback_retention));
    for (const char* table : {"session_count", "search_count", "article_count", "form_count"}) {
        auto dropped = db_.run(fmt::format("DELETE FROM {} WHERE day < $1", table), {oldest});
        if (!dropped) return done(dropped);
    }
    // What they counted stays, without the words.
    constexpr std::string_view rare =
        R"(words <> '' AND day < $1 AND (language, words) IN
               (SELECT language, words FROM search_count GROUP BY language, words HAVING count(*) < $2))";
    const std::string recent = core::to_text(before(today, rare_words_retention));
    auto moved = db_.run(
        fmt::format(
            R"(INSERT INTO search_count (day, site, language, words, sessions, without_results, abandoned, sent)
               SELECT day, site, language, '', sum(sessions), sum(without_results), sum(abandoned), sum(sent)
                 FROM search_count WHERE {} GROUP BY day, site, language
               ON CONFLICT (day, site, language, words) DO UPDATE SET
                   sessions = search_count.sessions + excluded.sessions,
                   without_results = search_count.without_results + excluded.without_results,
                   abandoned = search_count.abandoned + excluded.abandoned,
                   sent = search_count.sent + excluded.sent)",
            rare),
        {recent, least_seen});
    if (!moved) return done(moved);
    return done(db_.run(fmt::format("DELETE FROM search_count WHERE {}", rare), {recent, least_seen}));
}

core::Result<std::vector<SessionSums>> FeedbackSums::sessions(const FeedbackSpan& span) {
    return db_.rows_of<SessionSums>(
        fmt::format(R"(SELECT site, language, sum(sessions), sum(searched), sum(read), sum(sent) FROM session_count
                        WHERE {} GROUP BY site, language ORDER BY site, language)",
                    in_span),
        values_of(span), [](const core::Row& row) {
            return SessionSums{row.text(0),    row.text(1),    row.integer(2),
                               row.integer(3), row.integer(4), row.integer(5)};
        });
}

core::Result<Told<WordSums>> FeedbackSums::words(const FeedbackSpan& span, std::int64_t at_least) {
    Told<WordSums> told;
    // A row is a day at a site.
    auto read = db_.rows_of<bool>(
        fmt::format(R"(SELECT words, language, count(DISTINCT site), sum(sessions), sum(without_results), sum(abandoned),
                              sum(sent), count(*)
                         FROM search_count WHERE {} GROUP BY language, words)",
                    in_span),
        values_of(span), [&](const core::Row& row) {
            WordSums sums{row.text(0),    row.text(1),    row.integer(2), row.integer(3),
                          row.integer(4), row.integer(5), row.integer(6)};
            told.all.sessions += sums.sessions;
            told.all.without_results += sums.without_results;
            told.all.abandoned += sums.abandoned;
            told.all.sent += sums.sent;
            if (!sums.words.empty() && row.integer(7) >= at_least) told.often.push_back(std::move(sums));
            else ++told.rare;
            return true;
        });
    if (!read) return core::fail(read.error());
    return told;
}

core::Result<Told<ArticleSums>> FeedbackSums::articles(const FeedbackSpan& span, std::int64_t at_least) {
    Told<ArticleSums> told;
    auto read = db_.rows_of<bool>(
        fmt::format(R"(SELECT article, count(DISTINCT site), sum(sessions), sum(helped), sum(not_helped), sum(sent),
                              count(DISTINCT day || site)
                         FROM article_count WHERE {} GROUP BY article)",
                    in_span),
        values_of(span), [&](const core::Row& row) {
            ArticleSums sums{row.text(0),    row.integer(1), row.integer(2),
                             row.integer(3), row.integer(4), row.integer(5)};
            told.all.sessions += sums.sessions;
            told.all.helped += sums.helped;
            told.all.not_helped += sums.not_helped;
            told.all.sent += sums.sent;
            if (row.integer(6) >= at_least) told.often.push_back(std::move(sums));
            else ++told.rare;
            return true;
        });
    if (!read) return core::fail(read.error());
    return told;
}

core::Result<Told<FormSums>> FeedbackSums::forms(const FeedbackSpan& span, std::int64_t at_least) {
    Told<FormSums> told;
    auto read = db_.rows_of<bool>(
        fmt::format(R"(SELECT service, sum(CASE WHEN after = 'search' THEN opened ELSE 0 END),
                              sum(CASE WHEN after = 'article' THEN opened ELSE 0 END), sum(sent), count(DISTINCT day || site)
                         FROM form_count WHERE {} AND after <> '' GROUP BY service)",
                    in_span),
        values_of(span), [&](const core::Row& row) {
            FormSums sums{row.text(0), row.integer(1), row.integer(2), row.integer(3)};
            told.all.after_search += sums.after_search;
            told.all.after_article += sums.after_article;
            told.all.sent += sums.sent;
            if (row.integer(4) >= at_least) told.often.push_back(std::move(sums));
            else ++told.rare;
            return true;
        });
    if (!read) return core::fail(read.error());
    return told;
}

core::Result<FeedbackLosses> FeedbackSums::losses() {
    auto sums = db_.row<FeedbackLosses>(
        "SELECT coalesce(sum(lost), 0), coalesce(sum(unreadable), 0) FROM feedback_arrival", {},
        [](const core::Row& row) { return FeedbackLosses{row.integer(0), row.integer(1)}; });
    if (!sums) return core::fail(sums.error());
    return sums->value_or(FeedbackLosses{});
}

core::Result<std::vector<GoodEnds>> FeedbackSums::good_ends(const FeedbackSpan& span) {
    return db_.rows_of<GoodEnds>(
        fmt::format(R"(SELECT site, day, article, sum(ended_helped), sum(ended_silent) FROM article_count
                        WHERE {} AND ended_helped + ended_silent > 0 GROUP BY site, day, article ORDER BY day, site, article)",
                    in_span),
        values_of(span), [](const core::Row& row) {
            return GoodEnds{row.text(0), date_of(row.text(1)), row.text(2), row.integer(3), row.integer(4)};
        });
}

core::Result<std::map<std::string, std::vector<std::string>>> FeedbackSums::offers() {
    std::map<std::string, std::vector<std::string>> by_article;
    auto read = db_.rows<bool>("SELECT article, service FROM article_offer ORDER BY article, service", {},
                               [&](const core::Row& row) {
                                   by_article[row.text(0)].push_back(row.text(1));
                                   return true;
                               });
    if (!read) return core::fail(read.error());
    return by_article;
}

core::Result<std::vector<RelatedTicket>> FeedbackSums::related_tickets(core::Time from, core::Time to, std::string_view site) {
    return db_.rows<RelatedTicket>(
        R"(SELECT site, service, captured_at FROM ticket
            WHERE captured_at >= $1 AND captured_at < $2 AND ($3 = '' OR site = $3)
              AND service IN (SELECT service FROM article_offer))",
        {from, to, site},
        [](const core::Row& row) { return RelatedTicket{row.text(0), row.text(1), row.time(2)}; });
}

core::Result<std::vector<TicketsOfDay>> FeedbackSums::sent_after_article(const FeedbackSpan& span) {
    return db_.rows_of<TicketsOfDay>(
        fmt::format(R"(SELECT site, service, day, sum(sent) FROM form_count
                        WHERE {} AND after = 'article' AND sent > 0 GROUP BY site, service, day)",
                    in_span),
        values_of(span), [](const core::Row& row) {
            return TicketsOfDay{row.text(0), row.text(1), std::chrono::sys_days{date_of(row.text(2))}, row.integer(3)};
        });
}

}  // namespace desk
