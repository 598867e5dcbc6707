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
#include "kb/link_places.hpp"
#include "kb/mdx.hpp"
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

// Without what a link's target cannot hold: "my till (2).png" → "my-till-2.png"
std::string picture_name(const std::string& path) {
    std::string name;
    for (const char c : std::filesystem::path(path).filename().string()) {
        const bool kept = c != ' ' && c != '(' && c != ')' && c != '<' && c != '>' && c != '"' && c != '\'' && static_cast<unsigned char>(c) >= 0x20;
        if (kept && (c != '.' || !name.ends_with('-'))) {
            name += c;
        } else if (kept) {
            name.back() = c;
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
    }
    return name;
}

class Importer {
public:
    explicit Importer(const ImportOrder& order) : order_(order) {}

    core::Result<Imported> run(const Progress& progress) {
        std::error_code ignored;
        if (std::filesystem::exists(order_.to, ignored) && !std::filesystem::is_empty(order_.to, ignored)) {
            return core::fail(core::ErrorKind::conflict, fmt::format("{} is not empty; name a folder that is not there yet", order_.to.string()));
        }
        auto collection = load_collection(order_.from, result_.problems, progress, order_.language);
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
        const std::string markdown = article.path.ends_with(".mdx") ? without_jsx(parts.body, article.path, parts.body_line, told) : std::string(parts.body);
        const std::string plain = without_template_tags(markdown, article.path, parts.body_line, told);
        const std::string body = with_callouts(with_new_targets(article, plain, parts.body_line));
        const std::filesystem::path folder = order_.to / "articles" / article.language;
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
            for (const std::string& value : values) {
                std::string one = core::Json(value).dump();
                if (std::find(quoted.begin(), quoted.end(), one) == quoted.end()) quoted.push_back(std::move(one));
            }
            if (!quoted.empty()) yaml += fmt::format("{}: [{}]\n", key, fmt::join(quoted, ", "));
        };
        const auto date = [&yaml](std::string_view key, const std::optional<core::Date>& value) {
            if (value) yaml += fmt::format("{}: {}\n", key, core::to_text(*value));
        };
        text("title", article.title);
        text("description", article.description);
        text("excerpt", article.excerpt);
        text("category", topic_of(article));
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

    // By its category, its tags, or the folders that it stands in, the nearest first.
    std::string topic_of(const Article& article) {
        if (order_.topics.empty()) return article.category;
        std::vector<std::string> names{article.category};
        names.insert(names.end(), article.tags.begin(), article.tags.end());
        for (auto folder = std::filesystem::path(article.path).parent_path(); !folder.empty(); folder = folder.parent_path()) names.push_back(folder.filename().string());
        for (const std::string& name : names) {
            if (const auto topic = order_.topics.find(core::utf8::folded(core::utf8::trimmed(name))); topic != order_.topics.end()) return topic->second;
        }
        if (!article.category.empty() && untopical_.insert(article.category).second) {
            tell(article, 1, fmt::format("the category '{}' has no topic", core::utf8::shortened(article.category, 60)), "Name one: --topics 'category=topic'.");
        }
        return {};
    }

    // Line by line, so that code stays as it is.
    static std::string with_callouts(std::string_view body) {
        std::string out;
        std::optional<Box> box;
        std::string fence;
        for (std::size_t at = 0; at < body.size();) {
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
            out += before + std::string(line) + "\n";
        }
        return out;
    }

    std::string with_new_targets(const Article& article, std::string_view body, int first_line) {
        std::string out;
        std::size_t at = 0;
        for (const LinkPlace& place : link_places(body)) {
            const int line = first_line + place.line - 1;
            const std::string_view written = body.substr(place.begin, place.end - place.begin);
            if (place.kind == LinkPlace::Kind::wiki) {
                out.append(body.substr(at, place.begin - 2 - at)).append(wiki_link(article, written, line));
                at = place.end + 2;
            } else {
                out.append(body.substr(at, place.begin - at)).append(new_target(article, written, place.kind == LinkPlace::Kind::picture, line));
                at = place.end;
            }
        }
        return out.append(body.substr(at));
    }

    std::string new_target(const Article& article, std::string_view written, bool is_picture, int line_number) {
        if (written.empty() || written.starts_with('#') || written.starts_with("//") || !scheme_of(written).empty()) return std::string(written);
        if (is_picture) return picture_at(article, written, line_number);
        LinkTarget target = follow_link(collection_, article, written);
        // Some sites take "travel/meals/" from their root on every page.
        if (target.kind == LinkTarget::Kind::dead) target = follow_link(collection_, article, "/" + std::string(written));
        if (target.kind != LinkTarget::Kind::article) {
            tell(article, line_number, fmt::format("the link {} leads to nothing that was imported", core::utf8::shortened(written, 80)), "Link to an article, or take the link out.");
            return std::string(written);
        }
        return address_of(article, *collection_.article(target.article)) + (target.anchor.empty() ? "" : "#" + target.anchor);
    }

    std::string address_of(const Article& from, const Article& to) const {
        const std::string folder = from.language == to.language ? "" : fmt::format("../{}/", to.language);
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
        const std::string path = percent_decoded(written.substr(0, written.find_first_of("?#")));
        const std::string name = picture_name(path);
        const auto source = picture_source(article, path);
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
        // Of a site whose root is this folder or one in it; Hugo and Docusaurus serve what stands in `static` from there.
        const std::string_view from_root = written.substr(written.starts_with('/') ? 1 : 0);
        for (auto folder = std::filesystem::path(article.path).parent_path();; folder = folder.parent_path()) {
            for (const char* served : {"", "static", "public", "assets"}) {
                if (auto path = path_from("", (folder / served / from_root).generic_string()); path && is_inside(order_.from, *path)) return path;
            }
            if (folder.empty()) break;
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
    std::set<std::string> untopical_;  // categories that were told
};

}  // namespace

core::Result<Imported> import_collection(const ImportOrder& order, const Progress& progress) { return Importer(order).run(progress); }

}  // namespace kb
