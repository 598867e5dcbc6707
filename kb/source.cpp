#include "kb/source.hpp"

#include <string_view>

namespace kb {
namespace {

void append_line(std::string& text, std::string_view more) {
    if (more.empty()) return;
    if (!text.empty()) text += '\n';
    text += more;
}

// What services and known problems have in common.
template <class Offer>
Source start_of(const Offer& offer, HitKind kind, const std::string& language, const std::string& title) {
    Source source;
    source.kind = kind;
    source.id = offer.id;
    source.language = language;
    source.title = title;
    source.category = offer.category;
    source.audience = offer.audience;
    source.sites = offer.sites;
    source.keywords = offer.keywords.in(language);
    return source;
}

}  // namespace

Source source_of(const Article& article, core::Date today) {
    Source source;
    source.id = article.id;
    source.language = article.language;
    source.title = article.title;
    source.category = article.category;
    source.description = article.description.empty() ? article.excerpt : article.description;
    if (article.published && *article.published > today) source.days.from = article.published;
    source.days.until = article.expires;
    source.audience = article.audience;
    source.sites = article.sites;
    for (const std::string& each : article.keywords) append_line(source.keywords, each);
    for (const std::string& each : article.tags) append_line(source.keywords, each);
    if (!article.description.empty()) append_line(source.keywords, article.excerpt);

    source.sections.emplace_back();
    std::vector<Block> blocks;
    const auto close = [&] {
        source.sections.back().text = plain_text(blocks);
        blocks.clear();
    };
    for (const Block& block : article.blocks) {
        if (block.kind == Block::Kind::heading) {
            close();
            if (source.sections.back().text.empty() && source.sections.back().anchor.empty()) source.sections.pop_back();
            source.sections.push_back({block.anchor, block.words.text, {}});
        } else {
            blocks.push_back(block);
        }
    }
    close();
    return source;
}

std::vector<Source> sources_of(const catalog::Service& service) {
    std::vector<Source> sources;
    for (const auto& [said, title] : service.title.all()) {
        const std::string language = said.empty() ? "en" : said;
        Source& source = sources.emplace_back(start_of(service, HitKind::service, language, title));
        source.description = service.summary.in(language);
        Source::Section& words = source.sections.emplace_back();
        for (const catalog::Step& step : service.form.steps) {
            append_line(words.text, step.title.in(language));
            for (const catalog::Field& field : step.fields) {
                append_line(words.text, field.label.in(language));
                for (const catalog::Choice& choice : field.choices) append_line(words.text, choice.label.in(language));
            }
        }
    }
    return sources;
}

std::vector<Source> sources_of(const catalog::KnownProblem& known, core::Date today) {
    std::vector<Source> sources;
    for (const auto& [said, title] : known.title.all()) {
        const std::string language = said.empty() ? "en" : said;
        Source& source = sources.emplace_back(start_of(known, HitKind::problem, language, title));
        source.description = known.meanwhile.in(language);
        if (known.since && *known.since > today) source.days.from = known.since;
        source.days.until = known.until;
        source.sections.push_back({{}, {}, source.description});
    }
    return sources;
}

}  // namespace kb
