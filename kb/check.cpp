// What check_collection finds: mistakes that show only when all files are seen together.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/picture.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"
#include "kb/collection.hpp"
#include "kb/front_matter.hpp"
#include "kb/front_matter_keys.hpp"
#include "kb/reading.hpp"
#include "kb/twins.hpp"

namespace kb {
namespace {

constexpr std::size_t most_problems_a_file = 500;

// Articles do not carry the lines of all their parts; those that have a problem are read again.
class Source {
public:
    Source(const Collection& collection, const Article& article) : file_(article.path) {
        if (auto text = core::read_file(collection.folder / article.path)) text_ = core::utf8::repaired(*text);
    }

    core::Problem at_key(KeyNames names, std::string what, std::string remedy) const {
        core::Problem problem = at_line(1, std::move(what), std::move(remedy));
        core::Problems ignored;
        const FrontMatter parts = split_front_matter(text_, file_, ignored);
        const auto yaml = parse_front_matter(parts, file_);
        if (!yaml) return problem;
        for (const auto& [key, value] : yaml->entries()) {
            if (std::find(names.begin(), names.end(), key.text()) == names.end()) continue;
            problem.line = key.line();
            problem.column = key.column();
            break;
        }
        return problem;
    }

    // Where the words stand from that line on.
    core::Problem at_words(std::string_view words, int from_line, std::string what, std::string remedy) const {
        core::Problem problem = at_line(std::max(1, from_line), std::move(what), std::move(remedy));
        std::size_t start = 0;
        for (int line = 1; line < from_line && start < text_.size(); ++line) start = std::min(text_.find('\n', start), text_.size() - 1) + 1;
        const std::size_t at = text_.find(words, start);
        if (words.empty() || at == std::string::npos) return problem;
        const std::string_view before = std::string_view(text_).substr(0, at);
        problem.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
        problem.column = 1 + static_cast<int>(core::utf8::length(before.substr(before.rfind('\n') + 1)));
        return problem;
    }

    core::Problem at_line(int line, std::string what, std::string remedy) const {
        return {core::Severity::warning, file_, line, 1, std::move(what), std::move(remedy)};
    }

private:
    std::string file_;
    std::string text_;
};

class Checker {
public:
    Checker(const Collection& collection, const catalog::Catalog& catalog, core::Date today, const CheckRules& rules, core::Problems& problems)
        : collection_(collection), catalog_(catalog), today_(today), rules_(rules), problems_(problems) {}

    void run() {
        find_equal_names();
        find_equal_texts();
        find_untranslated();
        for (const Article& article : collection_.articles) check(article);
    }

private:
    void find_equal_names() {
        std::map<std::pair<core::Language, std::string>, const Article*> titles;
        std::map<std::pair<core::Language, std::string>, const Article*> slugs;
        for (const Article& article : collection_.articles) {
            const auto [title, new_title] = titles.try_emplace({article.language, core::utf8::folded(article.title)}, &article);
            if (!new_title) {
                key_problem(article, keys::title, fmt::format("has the same title as {}", title->second->path), "Join the two, or tell them apart in the title.");
            }
            const auto [slug, new_slug] = slugs.try_emplace({article.language, article.slug}, &article);
            if (!new_slug && new_title) {
                line_problem(article, 1, fmt::format("has the same short name as {}", slug->second->path), "Rename one file: `related` and links go by the short name.");
            }
        }
    }

    void find_equal_texts() {
        for (const Twins& twins : find_twins(collection_.articles)) {
            const Article& article = collection_.articles[twins.second];
            const std::string& other = collection_.articles[twins.first].path;
            line_problem(article, 1,
                         twins.shared_percent == 100 ? fmt::format("says the same as {}", other)
                                                     : fmt::format("says nearly the same as {} ({} % of the text)", other, twins.shared_percent),
                         "Keep one, and link to it from the other.");
        }
    }

    // Somebody began to translate these; what has one language only was meant so.
    void find_untranslated() {
        std::map<std::string_view, std::map<core::Language, const Article*>> groups;
        for (const Article& article : collection_.articles) {
            if (!article.draft) groups[shared_id(article.id)].emplace(article.language, &article);
        }
        const std::vector<core::Language> wanted = wanted_languages(groups);
        for (const auto& [id, in] : groups) {
            if (in.size() < 2) continue;
            std::vector<core::Language> missing;
            for (const core::Language& language : wanted) {
                if (!in.contains(language)) missing.push_back(language);
            }
            if (missing.empty()) continue;
            const auto source = std::find_if(wanted.begin(), wanted.end(), [&in = in](const core::Language& language) { return in.contains(language); });
            line_problem(*(source == wanted.end() ? in.begin()->second : in.at(*source)), 1, fmt::format("is translated, but not into {}", fmt::join(missing, ", ")),
                         "Translate it; until then people read it in another language.");
        }
    }

    // The company's, or those that most of a collection without a company is in.
    std::vector<core::Language> wanted_languages(const std::map<std::string_view, std::map<core::Language, const Article*>>& groups) const {
        if (!catalog_.languages.empty()) return catalog_.languages;
        std::map<core::Language, std::size_t> translated;
        std::size_t all = 0;
        for (const auto& [id, in] : groups) {
            if (in.size() < 2) continue;
            ++all;
            for (const auto& [language, article] : in) ++translated[language];
        }
        std::vector<core::Language> wanted;
        for (const auto& [language, count] : translated) {
            if (2 * count >= all) wanted.push_back(language);
        }
        return wanted;
    }

    void check(const Article& article) {
        check_names(article);
        check_dates(article);
        check_translation(article);
        for (const std::string& slug : article.related) {
            const Article* other = collection_.in_language(slug, article.language);
            if (other == &article) key_problem(article, keys::related, "is related to itself", "Take its own name out.");
            if (!other) key_problem(article, keys::related, fmt::format("there is no article '{}'", slug), "Mend the name, or remove it.");
        }
        if (!article.featured_image.empty()) {
            check_picture(article, article.featured_image, 1);
            if (article.featured_image_alt.empty()) key_problem(article, keys::featured_image, "the picture has no description", "Add `featuredImageAlt:` for those who cannot see it.");
        }
        for (const Block& block : article.blocks) {
            if (block.kind == Block::Kind::picture) {
                check_picture(article, block.picture, block.line);
                if (core::utf8::trimmed(block.alt).empty()) {
                    words_problem(article, block.picture, block.line, fmt::format("the picture {} has no description", core::utf8::shortened(block.picture, 80)),
                                  "Write one between the square brackets, for those who cannot see it.");
                }
            }
            check_links(article, block.words, block.line);
            for (const auto& row : block.rows) {
                for (const RichText& cell : row) check_links(article, cell, block.line);
            }
        }
        check_headings(article);
        check_reading(article);
    }

    void check_headings(const Article& article) {
        int last = 1;  // the title
        bool any = false;
        for (const Block& block : article.blocks) {
            if (block.kind != Block::Kind::heading) continue;
            if (block.level > last + 1) {
                line_problem(article, block.line,
                             any ? fmt::format("a heading of level {} stands below one of level {}", block.level, last) : fmt::format("the first heading has level {}", block.level),
                             fmt::format("Begin it with {} instead: who listens to the page takes the step for a missing part.", std::string(static_cast<std::size_t>(last) + 1, '#')));
            }
            last = block.level;
            any = true;
        }
        if (!any && article.reading_minutes() >= rules_.longest_without_headings) {
            line_problem(article, 1, fmt::format("takes {} minutes to read and has no headings", article.reading_minutes()), "Divide it by `##` headings; they become its contents.");
        }
    }

    void check_reading(const Article& article) {
        const auto ease = reading_ease(article.blocks, article.language);
        if (!ease || ease->score >= rules_.least_reading_ease) return;
        line_problem(article, 1, fmt::format("is {} to read: {:.0f} of 100 where {} is the least ({})", ease->said_as, ease->score, rules_.least_reading_ease, ease->formula),
                     "Make the sentences shorter, and take everyday words.");
    }

    void check_names(const Article& article) {
        if (!article.category.empty() && !catalog_.topics.empty() && !catalog_.topic(article.category)) {
            key_problem(article, keys::category, fmt::format("there is no topic '{}'", article.category), "Use an id of topics.yaml.");
        }
        if (!article.owner.empty() && !catalog_.teams.empty() && !catalog_.team(article.owner)) {
            key_problem(article, keys::owner, fmt::format("there is no team '{}'", article.owner), "Use an id of teams.yaml.");
        }
        for (const std::string& service : article.services) {
            if (!catalog_.services.empty() && !catalog_.service(service)) key_problem(article, keys::services, fmt::format("there is no service '{}'", service), "Use the name of a file in services/.");
        }
        for (const std::string& site : article.sites) {
            if (!catalog_.sites.empty() && !catalog_.site(site)) key_problem(article, keys::sites, fmt::format("there is no site '{}'", site), "Use an id of sites.yaml, or `all`.");
        }
        for (const std::string& audience : article.audience) {
            if (std::find(known_audiences.begin(), known_audiences.end(), audience) == known_audiences.end()) {
                key_problem(article, keys::audience, fmt::format("there is no audience '{}'; nobody will see the article", audience), "Use public, staff, or a role of people.csv.");
            }
        }
    }

    void check_dates(const Article& article) {
        const std::chrono::sys_days today{today_};
        if (article.expires && std::chrono::sys_days{*article.expires} <= today) {
            key_problem(article, keys::expires, fmt::format("expired on {}; it is not shown any more", core::to_text(*article.expires)), "Renew it, or delete the file.");
        } else if (article.review_by && std::chrono::sys_days{*article.review_by} < today) {
            key_problem(article, keys::review_by, fmt::format("was to be reviewed by {}", core::to_text(*article.review_by)), "Read it again, and set the next date.");
        }
        if (article.published && article.expires && *article.expires <= *article.published) {
            key_problem(article, keys::expires, "expires before it is published", "Mend one of the dates.");
        }
    }

    void check_translation(const Article& article) {
        if (article.translation_of.empty()) return;
        const Article* source = collection_.article(article.translation_of);
        if (!source) {
            key_problem(article, keys::translation_of, fmt::format("there is no article '{}' to be a translation of", article.translation_of), "Write it as en/short-name.");
            return;
        }
        const std::string& written = article.source_revision;
        const std::string revision = revision_of(*source);
        if (written.empty()) {
            key_problem(article, keys::translation_of, "does not say which text it was translated from",
                        fmt::format("Add `source_revision: {}` if it is up to date.", source->updated ? core::to_text(*source->updated) : revision));
        } else if (core::parse_date(std::string_view(written).substr(0, 10))) {
            const std::string changed = source->updated ? core::to_text(*source->updated) : "";
            if (std::string_view(written).substr(0, 10) < changed) {
                key_problem(article, keys::source_revision, fmt::format("is out of date: {} changed on {}", source->id, changed), "Translate the changes, and set `source_revision` to that day.");
            }
        } else if (written != revision) {
            key_problem(article, keys::source_revision, fmt::format("is out of date: {} has changed since {}", source->id, core::utf8::shortened(written, 20)),
                        fmt::format("Translate the changes, and write `source_revision: {}`, which `kb show {} --revision` prints.", revision, source->id));
        }
    }

    void check_picture(const Article& article, const std::string& written, int line) {
        if (!scheme_of(written).empty() || written.starts_with("//")) return;  // told when it was read
        const std::string shown = core::utf8::shortened(written, 80);
        const auto path = picture_path(collection_, article, written);
        if (!path) {
            words_problem(article, written, line, fmt::format("there is no picture {}", shown), "Add the file, or mend the path.");
            return;
        }
        if (!pictures_.insert(*path).second) return;
        const auto bytes = core::read_file(collection_.folder / *path, core::largest_picture_bytes);
        if (!bytes) {
            words_problem(article, written, line, fmt::format("the picture {} is larger than {} MB, and is not shown", shown, core::largest_picture_bytes >> 20), "Save it smaller.");
            return;
        }
        const auto size = core::picture_size(*bytes);
        if (!size) {
            words_problem(article, written, line, fmt::format("the picture {} is not shown: {}", shown, size.error().message), "Save it again as PNG, JPEG, WebP or SVG.");
        } else if (static_cast<std::uint64_t>(size->width) * size->height > core::most_picture_pixels) {
            words_problem(article, written, line, fmt::format("the picture {} has {} × {} pixels, and is not shown", shown, size->width, size->height),
                          fmt::format("Save it with at most {} million pixels.", core::most_picture_pixels / 1'000'000));
        }
    }

    void check_links(const Article& article, const RichText& words, int line) {
        for (const Span& span : words.spans) {
            if (span.link.empty() || !seen_links_.insert(article.path + '\n' + span.link).second) continue;
            const LinkTarget target = follow_link(collection_, article, span.link);
            const std::string shown = core::utf8::shortened(span.link, 80);
            if (target.kind == LinkTarget::Kind::dead) {
                const auto path = path_from(article.path, span.link);
                const bool is_file = path && is_inside(collection_.folder, *path);
                words_problem(article, span.link, line, is_file ? fmt::format("the link {} leads to a file that a kiosk cannot show", shown) : fmt::format("the link {} leads nowhere", shown),
                              "Link to an article by its path, as in `other-article.md`.");
            } else if (target.kind != LinkTarget::Kind::outside && !target.anchor.empty()) {
                const Article* to = collection_.article(target.article);
                const bool found = to && std::any_of(to->blocks.begin(), to->blocks.end(), [&](const Block& block) { return block.anchor == target.anchor; });
                if (!found) words_problem(article, span.link, line, fmt::format("the link {} names a heading that is not there", shown), "Copy the heading in lower case, with hyphens for spaces.");
            }
        }
    }

    void key_problem(const Article& article, KeyNames names, std::string what, std::string remedy) {
        if (has_room(article)) problems_.push_back(source_of(article).at_key(names, std::move(what), std::move(remedy)));
    }
    void words_problem(const Article& article, std::string_view words, int from_line, std::string what, std::string remedy) {
        if (has_room(article)) problems_.push_back(source_of(article).at_words(words, from_line, std::move(what), std::move(remedy)));
    }
    void line_problem(const Article& article, int line, std::string what, std::string remedy) {
        if (has_room(article)) problems_.push_back({core::Severity::warning, article.path, line, 1, std::move(what), std::move(remedy)});
    }

    // Nobody reads more of one file, and finding the place of each takes time.
    bool has_room(const Article& article) {
        const std::size_t count = ++told_[&article];
        if (count == most_problems_a_file + 1) {
            problems_.push_back({core::Severity::warning, article.path, 1, 1, fmt::format("has more than {} problems; the rest is not told", most_problems_a_file), "Mend these first."});
        }
        return count <= most_problems_a_file;
    }

    const Source& source_of(const Article& article) {
        if (source_article_ != &article) source_.emplace(collection_, article);
        source_article_ = &article;
        return *source_;
    }

    const Collection& collection_;
    const catalog::Catalog& catalog_;
    core::Date today_;
    const CheckRules& rules_;
    core::Problems& problems_;
    std::set<std::string> seen_links_;
    std::map<const Article*, std::size_t> told_;
    std::set<std::string> pictures_;  // that were looked at
    const Article* source_article_ = nullptr;
    std::optional<Source> source_;  // of that article
};

}  // namespace

void check_collection(const Collection& collection, const catalog::Catalog& catalog, core::Date today, core::Problems& problems, const CheckRules& rules) {
    Checker(collection, catalog, today, rules, problems).run();
}

std::string counted(const core::Problems& problems) {
    const auto errors = static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [](const core::Problem& each) { return each.severity == core::Severity::error; }));
    const std::size_t warnings = problems.size() - errors;
    return fmt::format("{} {}, {} {}", errors, errors == 1 ? "error" : "errors", warnings, warnings == 1 ? "warning" : "warnings");
}

}  // namespace kb
