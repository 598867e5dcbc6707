#include "kb/release_files.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_path = 400;
constexpr std::array<std::string_view, 5> lists{"company.yaml", "departments.yaml", "sites.yaml", "teams.yaml", "topics.yaml"};
constexpr std::array<std::string_view, 6> picture_endings{".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"};

bool is_picture(std::string_view path) {
    const std::string name = core::utf8::folded(path);
    return std::any_of(picture_endings.begin(), picture_endings.end(), [&name](std::string_view ending) { return name.ends_with(ending); });
}

void add_folder(const std::filesystem::path& content, const std::string& folder, std::set<std::string>& paths) {
    const auto files = core::files_below(content / folder);
    if (!files) return;  // it has none
    for (const auto& file : *files) paths.insert(folder + "/" + file.generic_string());
}

void add_pictures(const std::filesystem::path& content, const Article& article, std::set<std::string>& paths) {
    const auto add = [&](const std::string& written) {
        const auto path = path_from(article.path, written);
        if (path && is_picture(*path) && is_inside(content, *path)) paths.insert(*path);
    };
    if (!article.featured_image.empty()) add(article.featured_image);
    for (const Block& block : article.blocks) {
        if (block.kind == Block::Kind::picture) add(block.picture);
    }
}

}  // namespace

core::Result<ReleaseFiles> gather_release(const std::filesystem::path& content, const Viewers& viewers, core::Date today, core::Problems& problems, const Progress& progress) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(content, ignored)) {
        return core::fail(core::ErrorKind::not_found, fmt::format("there is no folder {}", content.string()));
    }
    ReleaseFiles files;
    files.catalog = catalog::load_catalog(content, problems);
    auto collection = load_collection(content, problems, progress);
    if (!collection) return core::fail(collection.error());
    files.collection = std::move(*collection);
    const auto first = std::find_if(problems.begin(), problems.end(), [](const core::Problem& problem) { return problem.severity == core::Severity::error; });
    if (first != problems.end()) return core::fail(core::ErrorKind::invalid, fmt::format("the content has mistakes; the first is {}", first->line_of_text()));

    std::set<std::string> paths;
    for (const std::string_view list : lists) {
        if (std::filesystem::is_regular_file(content / list, ignored)) paths.insert(std::string(list));
    }
    for (const char* folder : {"translations", "search"}) add_folder(content, folder, paths);
    for (const catalog::Service& service : files.catalog.services) {
        if (may_see(service.audience, service.sites, viewers)) paths.insert(fmt::format("services/{}.yaml", service.id));
    }
    for (const catalog::KnownProblem& known : files.catalog.known_problems) {
        const bool is_over = known.until && *known.until <= today;
        if (!is_over && may_see(known.audience, known.sites, viewers)) paths.insert(fmt::format("known-problems/{}.yaml", known.id));
    }
    for (const Article& article : files.collection.articles) {
        if (!will_be_shown(article, today, viewers)) continue;
        ++files.articles;
        paths.insert(article.path);
        add_pictures(content, article, paths);
    }
    std::erase_if(paths, [](const std::string& path) { return !is_safe_path(path); });
    files.paths.assign(paths.begin(), paths.end());
    return files;
}

bool is_safe_path(std::string_view path) {
    if (path.empty() || path.size() > longest_path || !core::utf8::is_valid(path)) return false;
    for (const char c : path) {
        if (static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == ':' || c == 0x7F) return false;
    }
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, end);
        // Covers "", ".", ".." and every hidden file.
        if (part.empty() || part.front() == '.') return false;
        if (end + 1 == path.size()) return false;  // ends in a slash
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return true;
}

}  // namespace kb
