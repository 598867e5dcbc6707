// How well single fields of a document fit what was asked, each by its own length: a short title that says it is a better
// answer than a long one, and the section that says most of it is the one to open.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kb/forward.hpp"
#include "kb/lexicon.hpp"
#include "kb/meaning.hpp"
#include "kb/schema.hpp"

namespace kb {

// Of all documents, or all sections, of the index.
struct MeanLengths {
    double title = 1;
    double keywords = 1;
    double heading = 1;
    double text = 1;  // of a section
};

struct Fit {
    double title = 0;
    double keywords = 0;
    std::optional<std::size_t> section;  // the best one; none when only title or keywords fit
    double heading = 0;                  // of that section
    double text = 0;                     // of that section, with its heading
};

class Ranking {
public:
    // `groups` with their idf, and `weights`, must outlive it.
    Ranking(const std::vector<Group>& groups, const Lexicon& lexicon, const schema::Weights& weights, const MeanLengths& means);

    // Sections are looked at when `with_sections`.
    [[nodiscard]] Fit fit(const Fields& fields, bool with_sections) const;

private:
    // BM25's two settings: how soon a word that comes often says no more, and how much the field's length matters.
    struct Scheme {
        double Group::*idf = nullptr;
        double saturation = 0;
        double by_length = 0;
    };
    struct Met {
        double times = 0;
        double best = 0;
    };
    struct Wanted {
        StemHash stem = 0;
        std::uint32_t group = 0;
        double weight = 0;
    };
    using AllMet = std::array<Met, most_question_words>;

    bool meet(std::span<const StemHash> field, AllMet& met) const;
    [[nodiscard]] double score(const AllMet& met, double length_to_mean, const Scheme& scheme) const;
    [[nodiscard]] double field_score(std::span<const StemHash> field, double mean_length) const;

    static constexpr std::size_t filter_bits = 4096;

    const std::vector<Group>& groups_;
    MeanLengths means_;
    std::vector<Wanted> wanted_;  // sorted by stem
    std::array<std::uint64_t, filter_bits / 64> filter_{};  // most stems of a field are not asked for
};

}  // namespace kb
