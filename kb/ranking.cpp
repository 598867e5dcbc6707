#include "kb/ranking.hpp"

#include <algorithm>

namespace kb {

Ranking::Ranking(const std::vector<Group>& groups, const Lexicon& lexicon, const schema::Weights& weights, const MeanLengths& means) : groups_(groups), means_(means) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (const Tier& tier : groups[i].tiers) {
            const double weight = tier.weight * (groups[i].is_stop_word ? weights.stop_word : 1);
            for (const StemId stem : tier.stems) wanted_.push_back({hash_of_stem(lexicon.stem(stem)), static_cast<std::uint32_t>(i), weight});
        }
    }
    // A group's first tier that has the stem counts.
    std::stable_sort(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return a.stem != b.stem ? a.stem < b.stem : a.group < b.group; });
    wanted_.erase(std::unique(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return a.stem == b.stem && a.group == b.group; }), wanted_.end());
    for (const Wanted& each : wanted_) filter_[each.stem % filter_bits / 64] |= std::uint64_t{1} << each.stem % 64;
}

bool Ranking::meet(std::span<const StemHash> field, AllMet& met) const {
    bool is_met = false;
    for (const StemHash stem : field) {
        if ((filter_[stem % filter_bits / 64] >> stem % 64 & 1) == 0) continue;
        auto found = std::lower_bound(wanted_.begin(), wanted_.end(), stem, [](const Wanted& each, StemHash sought) { return each.stem < sought; });
        for (; found != wanted_.end() && found->stem == stem; ++found) {
            is_met = true;
            met[found->group].times += 1;
            met[found->group].best = std::max(met[found->group].best, found->weight);
        }
    }
    return is_met;
}

double Ranking::score(const AllMet& met, double length_to_mean, const Scheme& scheme) const {
    const double length = scheme.saturation * (1 - scheme.by_length + scheme.by_length * length_to_mean);
    double score = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (met[i].times > 0) score += (groups_[i].*scheme.idf) * met[i].best * met[i].times * (scheme.saturation + 1) / (met[i].times + length);
    }
    return score;
}

double Ranking::field_score(std::span<const StemHash> field, double mean_length) const {
    AllMet met{};
    if (!meet(field, met)) return 0;
    return score(met, static_cast<double>(field.size()) / mean_length, {&Group::idf, 1.2, 0.75});
}

Fit Ranking::fit(const Fields& fields, bool with_sections) const {
    Fit fit;
    fit.title = field_score(fields.of(fields.title), means_.title);
    fit.keywords = field_score(fields.of(fields.keywords), means_.keywords);
    for (std::size_t i = 0; with_sections && i < fields.sections.size(); ++i) {
        const Fields::Section& section = fields.sections[i];
        AllMet met{};
        const bool in_heading = meet(fields.of(section.heading), met);
        const bool in_text = meet(fields.of(section.text), met);
        if (!in_heading && !in_text) continue;
        const double text = score(met, static_cast<double>(section.text.size) / means_.text, {&Group::section_idf, 2, 0.4});
        const double heading = in_heading ? field_score(fields.of(section.heading), means_.heading) : 0;
        if (fit.section && text + heading <= fit.text + fit.heading) continue;
        fit.section = i;
        fit.text = text;
        fit.heading = heading;
    }
    return fit;
}

}  // namespace kb
