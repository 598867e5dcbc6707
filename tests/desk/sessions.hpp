// Sessions at kiosks, as tests tell them to the desk.
#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/catalog/feedback.hpp"
#include "desk/store/feedback.hpp"
#include "desk/work/feedback.hpp"
#include "tests/desk/company.hpp"

namespace sessions {

inline core::Date date(const std::string& text) { return core::parse_date(text).value(); }

inline catalog::Feedback session(const std::string& day = "2026-11-24") {
    catalog::Feedback feedback;
    feedback.day = date(day);
    feedback.language = "en";
    return feedback;
}

// In vain, unless said otherwise.
inline catalog::Feedback searched(const std::string& words, const std::string& day = "2026-11-24",
                                  catalog::Results results = catalog::Results::none, bool opened = false,
                                  catalog::FormUse form = catalog::FormUse::none) {
    auto feedback = session(day);
    feedback.searches.push_back({words, "en", results, opened, form});
    return feedback;
}

inline catalog::Feedback read(const std::string& article, catalog::Said said, const std::string& day = "2026-11-24") {
    auto feedback = session(day);
    feedback.articles.push_back({article, "en", said, catalog::FormUse::none, {"printer-fault"}});
    return feedback;
}

// Read, and the printer form sent after it.
inline catalog::Feedback read_and_sent(const std::string& article, catalog::Said said, const std::string& day = "2026-11-24") {
    auto feedback = read(article, said, day);
    feedback.articles.back().form = catalog::FormUse::sent;
    feedback.forms.push_back({"printer-fault", "article", true});
    return feedback;
}

// As it travels: sealed by the kiosk, opened by the desk. Answers the outcome.
inline std::string tell(company::Company& firm, const company::Kiosk& kiosk, const catalog::FeedbackBatch& batch) {
    const auto opened = desk::open_feedback(batch, firm.desk().keys());
    return firm
        .write<catalog::FeedbackTaken>([&](core::Database& db) -> core::Result<catalog::FeedbackTaken> {
            auto found = desk::Kiosks(db).find(kiosk.id());
            if (!found) return core::fail(found.error());
            return desk::take_feedback(db, **found, opened, firm.clock.now());
        })
        .outcome;
}

inline catalog::FeedbackBatch batch(const company::Kiosk& kiosk, std::int64_t number, const std::vector<catalog::Feedback>& all) {
    catalog::FeedbackBatch batch{number, 0, {}};
    for (const auto& one : all) {
        auto box = catalog::seal_feedback(one, kiosk.place().seal_key);
        REQUIRE(box);
        batch.boxes.push_back(std::move(*box));
    }
    return batch;
}

inline std::string tell(company::Company& firm, const company::Kiosk& kiosk, std::int64_t number,
                        const std::vector<catalog::Feedback>& all) {
    return tell(firm, kiosk, batch(kiosk, number, all));
}

inline desk::FeedbackSpan always() { return {date("1900-01-01"), date("2199-12-31"), "", ""}; }

}  // namespace sessions
