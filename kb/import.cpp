#include "kb/import.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/base/picture.hpp"
#include "core/base/utf8.hpp"
#include "kb/front_matter.hpp"
#include "kb/template_tags.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_slug = 80;
constexpr std::size_t jekyll_date = 11;  // "2021-05-04-"

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "2021-05-04-Café Opening!" → "café-opening"
std::string slug_from(std::string_view name) {
    if (name.size() > jekyll_date && name[10] == '-' && core::parse_date(name.substr(0, 10))) name.remove_prefix(jekyll_date);
    std::string slug;
    for (const char c : core::utf8::folded(name)) {
        const bool kept = (c >= 'a' && c <= 'z') || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
        if (kept) {
            slug += c;
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    while (slug.ends_with('-')) slug.pop_back();
    slug = slug.substr(0, longest_slug);
    while (!core::utf8::is_valid(slug)) slug.pop_back();
    return slug.empty() ? "article" : slug;
}

std::string scalar(std::string_view text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == ' '; }) &&
                       text.front() != '-' && text.front() != ' ' && text.back() != ' ' && text != "true" && text != "false" && text != "null";
    return plain ? std::string(text) : core::Json(std::string(text)).dump();
}

// One line `:::note Title` or `!!! note "Title"` begins a box; how it ends tells the kind.
struct Box {
    std::string callout;
    std::string title;
    bool is_indented = false;  // MkDocs: as long as the lines are
};

std::optional<Box> box_at(std::string_view line) {
    Box box;
    if (line.starts_with(":::")) {
        line.remove_prefix(std::min(line.find_first_not_of(':'), line.size()));
    } else if (line.starts_with("!!! ") || line.starts_with("??? ")) {
        line.remove_prefix(4);
        box.is_indented = true;
    } else {
        return std::nullopt;
    }
    line = core::utf8::trimmed(line);
    const std::string_view name = line.substr(0, line.find_first_of(" [{"));
    if (name.empty()) return std::nullopt;
    box.title = core::utf8::trimmed(line.substr(name.size()));
    std::erase_if(box.title, [](char c) { return c == '"' || c == '[' || c == ']'; });
    if (box.title.starts_with('{')) box.title.clear();
    const std::string folded = core::utf8::folded(name);
    if (folded == "tip" || folded == "hint" || folded == "success") {
        box.callout = "TIP";
    } else if (folded == "warning" || folded == "important" || folded == "attention" || folded == "caution") {
        box.callout = "WARNING";
    } else if (folded == "danger" || folded == "error" || folded == "failure" || folded == "bug") {
        box.callout = "DANGER";
    } else {
        box.callout = "NOTE";
    }
    return box;
}

class Importer {
public:
    explicit Importer(const ImportOrder& order) : order_(order) {}

    core::Result<Imported> run(const Progress& progress) {
        std::error_code ignored;
        if (std::filesystem::exists(order_.to, ignored) && !std::filesystem::is_empty(order_.to, ignored)) {
            return core::fail(core::ErrorKind::conflict, fmt::format("{} is not empty; name a folder that is not there yet", order_.to.string()));
        }
        auto collection = load_collection(order_.from, result_.problems, progress);
        if (!collection) return core::fail(collection.error());
        collection_ = std::move(*collection);
        choose_slugs();
        for (std::size_t i = 0; i < collection_.articles.size(); ++i) {
            if (progress) progress(i, collection_.articles.size());
            if (auto done = write(collection_.articles[i]); !done) return core::fail(done.error());
        }
        if (progress) progress(collection_.articles.size(), collection_.articles.size());
        // Here an error is what could not be taken over; all the rest was.
        result_.pictures = pictures_.size();
        return std::move(result_);
    }

private:
    [[nodiscard]] core::Language language_of(const Article& article) const {
        const bool is_told = article.language != "en" || article.path.find("en/") != std::string::npos;
        return is_told || order_.language.empty() ? article.language : order_.language;
    }

    // Translations share their id, and so their slug.
    void choose_slugs() {
        std::set<std::string> taken;
        for (const Article& article : collection_.articles) {
            const std::string id(shared_id(article.id));
            if (slugs_.contains(id)) continue;
            std::string slug = slug_from(article.slug);
            if (taken.contains(slug)) slug = slug_from(id);
            const std::string wanted = slug;
            for (int n = 2; !taken.insert(slug).second; ++n) slug = fmt::format("{}-{}", wanted, n);
            slugs_[id] = slug;
        }
    }

    core::Result<void> write(const Article& article) {
        const auto text = core::read_file(order_.from / article.path);
        if (!text) {
            tell(article, 0, text.error().message, "Make the file readable, and import again.");
            return {};
        }
        const std::string valid = core::utf8::repaired(*text);
        core::Problems told;  // load_collection told them already
        const FrontMatter parts = split_front_matter(valid, article.path, told);
        const std::string body = converted(article, without_template_tags(parts.body, article.path, parts.body_line, told), parts.body_line);
        const std::filesystem::path folder = order_.to / "articles" / language_of(article);
        if (auto made = core::make_folder(folder); !made) return made;
        ++result_.articles;
        return core::write_file(folder / (slug_of(article) + ".md"), front_matter(article) + body);
    }

    std::string slug_of(const Article& article) const { return slugs_.at(std::string(shared_id(article.id))); }

    std::string front_matter(const Article& article) {
        std::string yaml = "---\n";
        const auto text = [&yaml](std::string_view key, const std::string& value) {
            if (!value.empty()) yaml += fmt::format("{}: {}\n", key, scalar(value));
        };
        const auto list = [&yaml](std::string_view key, const std::vector<std::string>& values) {
            std::vector<std::string> quoted;
            for (const std::string& value : values) quoted.push_back(core::Json(value).dump());
            if (!quoted.empty()) yaml += fmt::format("{}: [{}]\n", key, fmt::join(quoted, ", "));
        };
        const auto date = [&yaml](std::string_view key, const std::optional<core::Date>& value) {
            if (value) yaml += fmt::format("{}: {}\n", key, core::to_text(*value));
        };
        text("title", article.title);
        text("description", article.description);
        text("excerpt", article.excerpt);
        text("category", article.category);
        list("tags", article.tags);
        list("keywords", article.keywords);
        text("author", article.author);
        text("owner", article.owner);
        const std::string name = std::filesystem::path(article.path).filename().string();
        const auto dated = core::parse_date(std::string_view(name).substr(0, 10));
        date("pubDate", article.published ? article.published : dated ? std::optional(*dated) : std::nullopt);
        date("updated", article.updated);
        date("review_by", article.review_by);
        date("expires", article.expires);
        list("audience", article.audience);
        list("sites", article.sites);
        std::vector<std::string> related;
        for (const std::string& each : article.related) {
            const Article* other = collection_.in_language(each, article.language);
            related.push_back(other ? slug_of(*other) : each);
        }
        list("related", related);
        list("services", article.services);
        if (!article.featured_image.empty()) text("featuredImage", picture_at(article, article.featured_image, 1));
        text("featuredImageAlt", article.featured_image_alt);
        if (article.draft) yaml += "draft: true\n";
        text("translation_of", article.translation_of);
        text("source_revision", article.source_revision);
        list("aliases", article.addresses);
        return yaml + "---\n\n";
    }

    // Line by line, so that code stays as it is.
    std::string converted(const Article& article, std::string_view body, int line_number) {
        std::string out;
        std::optional<Box> box;
        std::string fence;
        for (std::size_t at = 0; at < body.size(); ++line_number) {
            const std::size_t end = std::min(body.find('\n', at), body.size());
            std::string_view line = body.substr(at, end - at);
            at = end + 1;
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (box && box->is_indented) {
                if (line.starts_with("    ")) {
                    line.remove_prefix(4);
                } else if (!core::utf8::trimmed(line).empty()) {
                    box.reset();
                }
            }
            const std::string_view bare = core::utf8::trimmed(line);
            const std::string before = box ? "> " : "";
            if (!fence.empty()) {
                if (bare.starts_with(fence) && bare.find_first_not_of(fence[0]) == std::string_view::npos) fence.clear();
                out += before + std::string(line) + "\n";
                continue;
            }
            if (bare.starts_with("```") || bare.starts_with("~~~")) fence = bare.substr(0, std::min(bare.find_first_not_of(bare[0]), bare.size()));
            if (box && !box->is_indented && bare.find_first_not_of(':') == std::string_view::npos && bare.size() >= 3) {
                box.reset();
                out += '\n';
                continue;
            }
            if (auto begun = fence.empty() && !box ? box_at(line) : std::nullopt) {
                out += fmt::format("> [!{}]\n", begun->callout);
                if (!begun->title.empty()) out += fmt::format("> **{}**\n>\n", begun->title);
                box = std::move(begun);
                continue;
            }
            out += before + (fence.empty() ? with_new_targets(article, line, line_number) : std::string(line)) + "\n";
        }
        return out;
    }

    // [a](old.md), ![a](old.png), <a href="old.md">, <img src="old.png">, [a]: old.md, [[Old page|words]]
    std::string with_new_targets(const Article& article, std::string_view line, int line_number) {
        std::string out;
        std::size_t at = 0;
        if (line.starts_with('[')) {
            if (const std::size_t colon = line.find("]: "); colon != std::string_view::npos && line.find(']') == colon) {
                const std::size_t start = colon + 3;
                const std::size_t stop = std::min(line.find_first_of(" \t", start), line.size());
                return std::string(line.substr(0, start)) + new_target(article, line.substr(start, stop - start), false, line_number) + std::string(line.substr(stop));
            }
        }
        while (at < line.size()) {
            if (line[at] == '`') {
                const std::size_t close = line.find('`', at + 1);
                const std::size_t stop = close == std::string_view::npos ? at + 1 : close + 1;
                out += line.substr(at, stop - at);
                at = stop;
                continue;
            }
            const std::string_view rest = line.substr(at);
            if (rest.starts_with("[[")) {
                if (const std::size_t close = rest.find("]]"); close != std::string_view::npos && close > 2) {
                    out += wiki_link(article, rest.substr(2, close - 2), line_number);
                    at += close + 2;
                    continue;
                }
            }
            const char* ends = nullptr;
            std::size_t skip = 0;
            if (rest.starts_with("](")) {
                ends = " )\t";
                skip = 2;
            } else if (rest.starts_with("href=\"")) {
                ends = "\"";
                skip = 6;
            } else if (rest.starts_with("src=\"")) {
                ends = "\"";
                skip = 5;
            }
            const std::size_t stop = ends ? rest.find_first_of(ends, skip) : std::string_view::npos;
            if (stop == std::string_view::npos || rest.substr(skip).starts_with('<')) {
                out += line[at++];
                continue;
            }
            const std::size_t opened = rest[0] == ']' ? out.rfind('[') : std::string::npos;
            const bool is_picture = rest[0] == 's' || (opened != std::string::npos && opened > 0 && out[opened - 1] == '!');
            out += rest.substr(0, skip);
            out += new_target(article, rest.substr(skip, stop - skip), is_picture, line_number);
            at += stop;
        }
        return out;
    }

    std::string new_target(const Article& article, std::string_view written, bool is_picture, int line_number) {
        if (written.empty() || written.starts_with('#') || written.starts_with("//") || !scheme_of(written).empty()) return std::string(written);
        if (is_picture) return picture_at(article, written, line_number);
        const LinkTarget target = follow_link(collection_, article, written);
        if (target.kind != LinkTarget::Kind::article) {
            tell(article, line_number, fmt::format("the link {} leads to nothing that was imported", core::utf8::shortened(written, 80)), "Link to an article, or take the link out.");
            return std::string(written);
        }
        return address_of(article, *collection_.article(target.article)) + (target.anchor.empty() ? "" : "#" + target.anchor);
    }

    std::string address_of(const Article& from, const Article& to) const {
        const std::string folder = language_of(from) == language_of(to) ? "" : fmt::format("../{}/", language_of(to));
        return fmt::format("{}{}.md", folder, slug_of(to));
    }

    std::string wiki_link(const Article& article, std::string_view inside, int line_number) {
        const std::size_t bar = std::min(inside.find('|'), inside.size());
        const std::string_view page = core::utf8::trimmed(inside.substr(0, bar));
        const std::string words(core::utf8::trimmed(bar < inside.size() ? inside.substr(bar + 1) : page));
        const std::string_view name = page.substr(0, page.find('#'));
        const std::string folded = core::utf8::folded(name);
        const auto named = std::find_if(collection_.articles.begin(), collection_.articles.end(), [&](const Article& each) {
            return each.language == article.language && (core::utf8::folded(each.title) == folded || slug_of(each) == slug_from(name));
        });
        if (named == collection_.articles.end()) {
            tell(article, line_number, fmt::format("there is no page '{}' to link to; its words stay", core::utf8::shortened(name, 60)), "Link to an article, or take the link out.");
            return words;
        }
        return fmt::format("[{}]({})", words, address_of(article, *named));
    }

    // Copies it, once, and answers how an article names it.
    std::string picture_at(const Article& article, std::string_view written, int line_number) {
        if (written.starts_with("//") || !scheme_of(written).empty()) return std::string(written);
        const std::string name = std::filesystem::path(std::string(written.substr(0, written.find_first_of("?#")))).filename().string();
        const auto source = picture_source(article, written);
        if (!source) {
            tell(article, line_number, fmt::format("there is no picture {}", core::utf8::shortened(written, 80)), "Put it into `pictures/`.");
            return "../../pictures/" + name;
        }
        if (const auto known = pictures_.find(*source); known != pictures_.end()) return "../../pictures/" + known->second;
        const auto bytes = core::read_file(order_.from / *source, core::largest_picture_bytes);
        std::string free = name;
        for (int n = 2; picture_names_.contains(free); ++n) free = fmt::format("{}-{}", n, name);
        const bool copied = bytes && core::make_folder(order_.to / "pictures") && core::write_file(order_.to / "pictures" / free, *bytes);
        if (!copied) {
            tell(article, line_number, fmt::format("the picture {} could not be copied", core::utf8::shortened(written, 80)), "Put it into `pictures/`.");
            return "../../pictures/" + name;
        }
        picture_names_.insert(free);
        pictures_[*source] = free;
        return "../../pictures/" + free;
    }

    std::optional<std::string> picture_source(const Article& article, std::string_view written) const {
        if (auto path = path_from(article.path, written); path && is_inside(order_.from, *path)) return path;
        // Of a site whose root is a folder in here.
        for (auto folder = std::filesystem::path(article.path).parent_path(); !folder.empty(); folder = folder.parent_path()) {
            if (auto path = path_from("", (folder / written.substr(written.starts_with('/') ? 1 : 0)).generic_string()); path && is_inside(order_.from, *path)) return path;
        }
        return std::nullopt;
    }

    void tell(const Article& article, int line, std::string what, std::string remedy) {
        result_.problems.push_back({core::Severity::warning, article.path, line, 1, std::move(what), std::move(remedy)});
    }

    const ImportOrder& order_;
    Collection collection_;
    Imported result_;
    std::map<std::string, std::string> slugs_;     // shared id → new slug
    std::map<std::string, std::string> pictures_;  // path → new name
    std::set<std::string> picture_names_;
};

}  // namespace

core::Result<Imported> import_collection(const ImportOrder& order, const Progress& progress) { return Importer(order).run(progress); }

}  // namespace kb
