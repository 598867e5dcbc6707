// What check_collection finds: mistakes that show only when all files are seen together.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"
#include "kb/collection.hpp"
#include "kb/front_matter.hpp"

namespace kb {
namespace {

constexpr std::array<std::string_view, 8> known_audiences{"public", "staff", "fulfiller", "approver", "manager", "editor", "operator", "all"};

// Articles do not carry the lines of their parts; the few that have a problem are read again.
class Source {
public:
    Source(const Collection& collection, const Article& article) : file_(article.path) {
        if (auto text = core::read_file(collection.folder / article.path)) text_ = core::utf8::repaired(*text);
    }

    core::Problem at_key(std::initializer_list<std::string_view> keys, std::string what, std::string remedy) const {
        core::Problem problem = whole(std::move(what), std::move(remedy));
        core::Problems ignored;
        const FrontMatter parts = split_front_matter(text_, file_, ignored);
        const auto yaml = core::Yaml::parse(parts.yaml, file_, parts.yaml_line);
        if (!yaml) return problem;
        for (const auto& [key, value] : yaml->entries()) {
            if (std::find(keys.begin(), keys.end(), key.text()) == keys.end()) continue;
            problem.line = key.line();
            problem.column = key.column();
            break;
        }
        return problem;
    }

    core::Problem at_words(std::string_view words, std::string what, std::string remedy) const {
        core::Problem problem = whole(std::move(what), std::move(remedy));
        const std::size_t at = text_.find(words);
        if (words.empty() || at == std::string::npos) return problem;
        const std::string_view before = std::string_view(text_).substr(0, at);
        problem.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
        problem.column = 1 + static_cast<int>(core::utf8::length(before.substr(before.rfind('\n') + 1)));
        return problem;
    }

    core::Problem whole(std::string what, std::string remedy) const {
        return {core::Severity::warning, file_, 1, 1, std::move(what), std::move(remedy)};
    }

private:
    std::string file_;
    std::string text_;
};

class Checker {
public:
    Checker(const Collection& collection, const catalog::Catalog& catalog, core::Date today, core::Problems& problems)
        : collection_(collection), catalog_(catalog), today_(today), problems_(problems) {}

    void run() {
        find_twins();
        for (const Article& article : collection_.articles) check(article);
    }

private:
    void find_twins() {
        std::map<std::pair<core::Language, std::string>, const Article*> titles;
        std::map<std::pair<core::Language, std::string>, const Article*> slugs;
        for (const Article& article : collection_.articles) {
            const auto [title, new_title] = titles.try_emplace({article.language, core::utf8::folded(article.title)}, &article);
            if (!new_title) {
                add(Source(collection_, article).at_key({"title"}, fmt::format("has the same title as {}", title->second->path), "Join the two, or tell them apart in the title."));
            }
            const auto [slug, new_slug] = slugs.try_emplace({article.language, article.slug}, &article);
            if (!new_slug && new_title) {
                add(Source(collection_, article).whole(fmt::format("has the same short name as {}", slug->second->path), "Rename one file: `related` and links go by the short name."));
            }
        }
    }

    void check(const Article& article) {
        check_names(article);
        check_dates(article);
        check_translation(article);
        for (const std::string& slug : article.related) {
            if (!collection_.in_language(slug, article.language)) key_problem(article, {"related"}, fmt::format("there is no article '{}'", slug), "Mend the name, or remove it.");
        }
        if (!article.featured_image.empty()) {
            check_picture(article, article.featured_image);
            if (article.featured_image_alt.empty()) key_problem(article, {"featuredImage", "image", "cover", "hero"}, "the picture has no description", "Add `featuredImageAlt:` for those who cannot see it.");
        }
        for (const Block& block : article.blocks) {
            if (block.kind == Block::Kind::picture) {
                check_picture(article, block.picture);
                if (core::utf8::trimmed(block.alt).empty()) {
                    add(Source(collection_, article).at_words(block.picture, fmt::format("the picture {} has no description", block.picture), "Write one between the square brackets, for those who cannot see it."));
                }
            }
            check_links(article, block.words);
            for (const auto& row : block.rows) {
                for (const RichText& cell : row) check_links(article, cell);
            }
        }
    }

    void check_names(const Article& article) {
        if (!article.category.empty() && !catalog_.topics.empty() && !catalog_.topic(article.category)) {
            key_problem(article, {"category", "categorySlug", "categories"}, fmt::format("there is no topic '{}'", article.category), "Use an id of topics.yaml.");
        }
        if (!article.owner.empty() && !catalog_.teams.empty() && !catalog_.team(article.owner)) {
            key_problem(article, {"owner", "team"}, fmt::format("there is no team '{}'", article.owner), "Use an id of teams.yaml.");
        }
        for (const std::string& service : article.services) {
            if (!catalog_.services.empty() && !catalog_.service(service)) key_problem(article, {"services"}, fmt::format("there is no service '{}'", service), "Use the name of a file in services/.");
        }
        for (const std::string& site : article.sites) {
            if (!catalog_.sites.empty() && !catalog_.site(site)) key_problem(article, {"sites", "site"}, fmt::format("there is no site '{}'", site), "Use an id of sites.yaml, or `all`.");
        }
        for (const std::string& audience : article.audience) {
            if (std::find(known_audiences.begin(), known_audiences.end(), audience) == known_audiences.end()) {
                key_problem(article, {"audience"}, fmt::format("there is no audience '{}'; nobody will see the article", audience), "Use public, staff, or a role of people.csv.");
            }
        }
    }

    void check_dates(const Article& article) {
        const std::chrono::sys_days today{today_};
        if (article.expires && std::chrono::sys_days{*article.expires} <= today) {
            key_problem(article, {"expires", "expiryDate"}, fmt::format("expired on {}; it is not shown any more", core::to_text(*article.expires)), "Renew it, or delete the file.");
        } else if (article.review_by && std::chrono::sys_days{*article.review_by} < today) {
            key_problem(article, {"review_by", "reviewBy", "review_date"}, fmt::format("was to be reviewed by {}", core::to_text(*article.review_by)), "Read it again, and set the next date.");
        }
        if (article.published && article.expires && *article.expires <= *article.published) {
            key_problem(article, {"expires", "expiryDate"}, "expires before it is published", "Mend one of the dates.");
        }
    }

    void check_translation(const Article& article) {
        if (article.translation_of.empty()) return;
        const Article* source = collection_.article(article.translation_of);
        if (!source) {
            key_problem(article, {"translation_of"}, fmt::format("there is no article '{}' to be a translation of", article.translation_of), "Write it as en/short-name.");
            return;
        }
        if (!source->updated) return;
        const std::string revision = core::to_text(*source->updated);
        if (article.source_revision.empty()) {
            key_problem(article, {"translation_of"}, "does not say which text it was translated from", fmt::format("Add `source_revision: {}` if it is up to date.", revision));
        } else if (std::string_view(article.source_revision).substr(0, 10) < revision) {
            key_problem(article, {"source_revision"}, fmt::format("is out of date: {} changed on {}", source->id, revision), "Translate the changes, and set `source_revision` to that day.");
        }
    }

    void check_picture(const Article& article, const std::string& written) {
        if (written.find("://") != std::string::npos || written.starts_with("//")) return;  // told when it was read
        const auto path = path_from(article.path, written);
        if (path && exists(*path)) return;
        if (written.starts_with('/') && exists_above(article.path, written)) return;
        add(Source(collection_, article).at_words(written, fmt::format("there is no picture {}", core::utf8::shortened(written, 80)), "Add the file, or mend the path."));
    }

    // "/assets/x.png" of a site whose root is a folder in here.
    bool exists_above(const std::string& article_path, const std::string& written) {
        for (auto folder = std::filesystem::path(article_path).parent_path(); !folder.empty(); folder = folder.parent_path()) {
            if (const auto path = path_from("", (folder / written.substr(1)).generic_string()); path && exists(*path)) return true;
        }
        return false;
    }

    bool exists(const std::string& path) {
        std::error_code ignored;
        return std::filesystem::is_regular_file(collection_.folder / path, ignored);
    }

    void check_links(const Article& article, const RichText& words) {
        for (const Span& span : words.spans) {
            if (span.link.empty() || !seen_links_.insert(article.path + '\n' + span.link).second) continue;
            const LinkTarget target = follow_link(collection_, article, span.link);
            const std::string shown = core::utf8::shortened(span.link, 80);
            if (target.kind == LinkTarget::Kind::dead) {
                const auto path = path_from(article.path, span.link);
                const bool is_file = path && exists(*path);
                add(Source(collection_, article).at_words(span.link, is_file ? fmt::format("the link {} leads to a file that a kiosk cannot show", shown) : fmt::format("the link {} leads nowhere", shown), "Link to an article by its path, as in `other-article.md`."));
            } else if (target.kind != LinkTarget::Kind::outside && !target.anchor.empty()) {
                const Article* to = collection_.article(target.article);
                const bool found = to && std::any_of(to->blocks.begin(), to->blocks.end(), [&](const Block& block) { return block.anchor == target.anchor; });
                if (!found) add(Source(collection_, article).at_words(span.link, fmt::format("the link {} names a heading that is not there", shown), "Copy the heading in lower case, with hyphens for spaces."));
            }
        }
    }

    void key_problem(const Article& article, std::initializer_list<std::string_view> keys, std::string what, std::string remedy) {
        add(Source(collection_, article).at_key(keys, std::move(what), std::move(remedy)));
    }

    void add(core::Problem problem) { problems_.push_back(std::move(problem)); }

    const Collection& collection_;
    const catalog::Catalog& catalog_;
    core::Date today_;
    core::Problems& problems_;
    std::set<std::string> seen_links_;
};

}  // namespace

void check_collection(const Collection& collection, const catalog::Catalog& catalog, core::Date today, core::Problems& problems) {
    Checker(collection, catalog, today, problems).run();
}

}  // namespace kb
