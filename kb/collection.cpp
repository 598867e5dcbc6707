#include "kb/collection.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"

namespace kb {
namespace {

constexpr std::size_t largest_article_file = 16u << 20;

bool is_markdown(const std::filesystem::path& path) {
    const std::string ending = core::utf8::folded(path.extension().string());
    return ending == ".md" || ending == ".mdx" || ending == ".markdown";
}

bool is_hidden(const std::filesystem::path& path) {
    return std::any_of(path.begin(), path.end(), [](const std::filesystem::path& part) {
        return part.string().starts_with('.') || part == "node_modules";
    });
}

// What a link in the file system leads to may be anything on this machine, so it is not followed.
void tell_links(const std::filesystem::path& folder, bool is_content, core::Problems& problems) {
    std::error_code error;
    std::filesystem::recursive_directory_iterator it(is_content ? folder / "articles" : folder, error);
    for (const auto end = std::filesystem::recursive_directory_iterator(); !error && it != end; it.increment(error)) {
        if (!it->is_symlink(error)) continue;
        const std::filesystem::path path = it->path().lexically_relative(folder);
        if (is_hidden(path) || (!is_markdown(path) && !std::filesystem::is_directory(it->path(), error))) continue;
        problems.push_back({core::Severity::warning, core::utf8::repaired(path.generic_string()), 0, 0, "is a link, and is left out", "Put the file itself here."});
    }
}

// Folder names like "it" that mean a language here, since at least two certain ones stand beside them.
std::vector<std::string> doubtful_languages(const std::vector<std::filesystem::path>& files) {
    std::map<std::filesystem::path, std::set<std::string>> siblings;
    for (const auto& file : files) {
        for (auto folder = file.parent_path(); !folder.empty(); folder = folder.parent_path()) {
            siblings[folder.parent_path()].insert(folder.filename().string());
        }
    }
    std::vector<std::string> found;
    for (const auto& [parent, names] : siblings) {
        std::size_t certain = 0;
        std::vector<std::string> doubtful;
        for (const std::string& name : names) {
            if (!place_of(name + "/x.md").language.empty()) {
                ++certain;
            } else if (name.size() == 2 && language_tag(name)) {
                doubtful.push_back(name);
            }
        }
        if (certain >= 2) found.insert(found.end(), doubtful.begin(), doubtful.end());
    }
    return found;
}

std::string without_slashes(std::string_view address) {
    while (address.starts_with('/')) address.remove_prefix(1);
    while (address.ends_with('/')) address.remove_suffix(1);
    return std::string(address);
}

void note_places(Collection& collection) {
    for (std::size_t i = 0; i < collection.articles.size(); ++i) {
        const Article& article = collection.articles[i];
        std::set<std::string> keys{article.path, fmt::format("shared:{}", shared_id(article.id)), fmt::format("slug:{}", article.slug)};
        for (const std::string& address : article.addresses) keys.insert("/" + without_slashes(address));
        for (const std::string& key : keys) collection.places[key].push_back(i);
    }
}

const std::vector<std::size_t>* at_place(const Collection& collection, std::string_view key) {
    const auto found = collection.places.find(key);
    return found == collection.places.end() ? nullptr : &found->second;
}

// Of several, that in the reader's language.
const Article* best_of(const Collection& collection, const std::vector<std::size_t>& places, std::string_view language) {
    for (const std::size_t place : places) {
        if (collection.articles[place].language == language) return &collection.articles[place];
    }
    return &collection.articles[places.front()];
}

const Article* linked_article(const Collection& collection, const Article& from, const std::string& written) {
    if (const auto path = path_from(from.path, written)) {
        std::string stem = *path;
        if (stem.ends_with(".html")) stem.resize(stem.size() - 5);
        for (const char* ending : {"", ".md", ".mdx", ".markdown", "/index.md", "/index.mdx", "/_index.md", "/README.md"}) {
            if (const auto* places = at_place(collection, stem + ending)) return best_of(collection, *places, from.language);
        }
    }
    // Site addresses: "/travel/meals" may be a permalink, or the end of a path.
    const std::string address = without_slashes(written);
    if (const auto* places = at_place(collection, "/" + address)) return best_of(collection, *places, from.language);
    if (const auto* places = at_place(collection, "shared:" + address)) return best_of(collection, *places, from.language);
    std::string slug = address.substr(address.rfind('/') + 1);
    for (const std::string_view ending : {".md", ".mdx"}) {
        if (slug.ends_with(ending)) slug.resize(slug.size() - ending.size());
    }
    const bool plain = written.starts_with('/') || written.find('/') == std::string::npos;
    if (const auto* places = plain ? at_place(collection, "slug:" + slug) : nullptr) return best_of(collection, *places, from.language);
    return nullptr;
}

}  // namespace

std::string_view shared_id(std::string_view article_id) { return article_id.substr(article_id.find('/') + 1); }

const Article* Collection::article(std::string_view id) const {
    const auto found = std::lower_bound(articles.begin(), articles.end(), id, [](const Article& each, std::string_view wanted) { return each.id < wanted; });
    return found != articles.end() && found->id == id ? &*found : nullptr;
}

const Article* Collection::in_language(std::string_view id_or_slug, std::string_view language,
                                       const std::vector<core::Language>& fallback) const {
    const std::vector<std::size_t>* found = nullptr;
    if (const Article* exact = article(id_or_slug)) {
        found = at_place(*this, fmt::format("shared:{}", shared_id(exact->id)));
    }
    if (!found) found = at_place(*this, fmt::format("shared:{}", id_or_slug));
    if (!found) found = at_place(*this, fmt::format("slug:{}", id_or_slug));
    if (!found) return nullptr;
    std::vector<core::Language> wanted{core::Language(language)};
    wanted.insert(wanted.end(), fallback.begin(), fallback.end());
    for (const core::Language& each : wanted) {
        const Article* candidate = best_of(*this, *found, each);
        if (candidate->language == each) return candidate;
    }
    return &articles[found->front()];
}

core::Result<Collection> load_collection(const std::filesystem::path& folder, core::Problems& problems, const Progress& progress, const core::Language& otherwise) {
    auto files = core::files_below(folder);
    if (!files) return core::fail(files.error());
    const bool is_content = std::filesystem::is_directory(folder / "articles");
    std::erase_if(*files, [&](const std::filesystem::path& file) {
        return !is_markdown(file) || is_hidden(file) || (is_content && *file.begin() != "articles");
    });

    Collection collection;
    collection.folder = folder;
    tell_links(folder, is_content, problems);
    const std::vector<std::string> also_languages = doubtful_languages(*files);
    for (std::size_t i = 0; i < files->size(); ++i) {
        const std::string path = (*files)[i].generic_string();
        if (progress) progress(i, files->size());
        if (!core::utf8::is_valid(path)) {
            problems.push_back({core::Severity::error, core::utf8::repaired(path), 0, 0, "the file's name is not valid UTF-8", "Rename the file."});
            continue;
        }
        const auto text = core::read_file(folder / (*files)[i], largest_article_file);
        if (!text) {
            problems.push_back({core::Severity::error, path, 0, 0, text.error().message, "Make the file readable, or shorter."});
            continue;
        }
        ArticlePlace place = place_of(path, also_languages);
        place.otherwise = otherwise;
        collection.articles.push_back(parse_article(*text, path, place, problems));
    }
    if (progress) progress(files->size(), files->size());

    auto& articles = collection.articles;
    std::stable_sort(articles.begin(), articles.end(), [](const Article& a, const Article& b) { return a.id < b.id; });
    for (std::size_t i = 1; i < articles.size();) {
        if (articles[i].id != articles[i - 1].id) {
            ++i;
            continue;
        }
        problems.push_back({core::Severity::error, articles[i].path, 0, 0,
                            fmt::format("has the same id {} as {}, and is left out", articles[i].id, articles[i - 1].path), "Rename one of them."});
        articles.erase(articles.begin() + static_cast<std::ptrdiff_t>(i));
    }
    note_places(collection);
    SearchWords words = read_search_words(folder, problems);
    collection.synonyms = std::move(words.synonyms);
    collection.stop_words = std::move(words.stop_words);
    return collection;
}

core::Result<Article> load_article(const std::filesystem::path& folder, const std::string& path, core::Problems& problems) {
    const auto inside = path_from("", path);
    if (!inside) return core::fail(core::ErrorKind::denied, fmt::format("{} is outside of the content folder", path));
    std::error_code ignored;
    if (std::filesystem::exists(folder / *inside, ignored) && !is_inside(folder, *inside)) {
        return core::fail(core::ErrorKind::denied, fmt::format("{} is a link, which may lead out of the content folder", path));
    }
    const auto text = core::read_file(folder / *inside, largest_article_file);
    if (!text) return core::fail(text.error());
    return parse_article(*text, *inside, problems);
}

bool is_shown(const Article& article, core::Date today, const Viewers& viewers) {
    if (article.published && *article.published > today) return false;
    return will_be_shown(article, today, viewers);
}

bool will_be_shown(const Article& article, core::Date today, const Viewers& viewers) {
    if (article.draft) return false;
    if (article.expires && (*article.expires <= today || (article.published && *article.expires <= *article.published))) return false;
    return may_see(article.audience, article.sites, viewers);
}

std::optional<std::string> path_from(std::string_view article_path, std::string_view written) {
    std::vector<std::string_view> parts;
    const auto walk = [&parts](std::string_view path) {
        while (!path.empty()) {
            const std::size_t end = std::min(path.find('/'), path.size());
            const std::string_view part = path.substr(0, end);
            path.remove_prefix(std::min(end + 1, path.size()));
            if (part.empty() || part == ".") continue;
            if (part != "..") {
                parts.push_back(part);
            } else if (parts.empty()) {
                return false;
            } else {
                parts.pop_back();
            }
        }
        return true;
    };
    if (written.find('\0') != std::string_view::npos || written.find('\\') != std::string_view::npos) return std::nullopt;
    const std::size_t folder_end = article_path.rfind('/');
    const bool from_root = written.starts_with('/');
    if (!from_root && folder_end != std::string_view::npos && !walk(article_path.substr(0, folder_end))) return std::nullopt;
    if (!walk(written)) return std::nullopt;
    std::string path;
    for (const std::string_view part : parts) {
        if (!path.empty()) path += '/';
        path += part;
    }
    return path;
}

std::optional<std::string> picture_path(const Collection& collection, const Article& article, std::string_view written) {
    if (auto path = path_from(article.path, written); path && is_inside(collection.folder, *path)) return path;
    if (!written.starts_with('/')) return std::nullopt;
    for (auto folder = std::filesystem::path(article.path).parent_path(); !folder.empty(); folder = folder.parent_path()) {
        if (auto path = path_from("", (folder / written.substr(1)).generic_string()); path && is_inside(collection.folder, *path)) return path;
    }
    return std::nullopt;
}

bool is_inside(const std::filesystem::path& folder, const std::string& path) {
    std::error_code error;
    std::filesystem::path here = folder;
    for (const std::filesystem::path& part : std::filesystem::path(path)) {
        here /= part;
        if (std::filesystem::is_symlink(std::filesystem::symlink_status(here, error))) return false;
    }
    return std::filesystem::is_regular_file(here, error);
}

std::string percent_decoded(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            decoded += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return core::utf8::repaired(decoded);
}

std::string scheme_of(std::string_view link) {
    const std::size_t colon = link.find(':');
    if (colon == std::string_view::npos || colon < 2) return {};  // "C:" is a drive
    std::string scheme;
    for (const char c : link.substr(0, colon)) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!letter && (!other || scheme.empty())) return {};
        scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return scheme;
}

LinkTarget follow_link(const Collection& collection, const Article& from, std::string_view link) {
    LinkTarget target;
    if (link.starts_with("//") || !scheme_of(link).empty()) {
        target.kind = LinkTarget::Kind::outside;
        return target;
    }
    const std::size_t hash = std::min(link.find('#'), link.size());
    target.anchor = percent_decoded(link.substr(std::min(hash + 1, link.size())));
    std::string_view path = link.substr(0, hash);
    path = path.substr(0, std::min(path.find('?'), path.size()));
    if (path.empty()) {
        target.kind = LinkTarget::Kind::anchor_here;
        target.article = from.id;
        return target;
    }
    if (const Article* article = linked_article(collection, from, percent_decoded(path))) {
        target.kind = LinkTarget::Kind::article;
        target.article = article->id;
    }
    return target;
}

}  // namespace kb
