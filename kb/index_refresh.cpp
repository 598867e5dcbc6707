#include "kb/index_refresh.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/index_update.hpp"
#include "kb/schema.hpp"

namespace kb {
namespace {

constexpr std::string_view record_file = "built-from.json";
constexpr std::int64_t record_version = 1;
constexpr std::int64_t clock_tick_ns = 2'000'000'000;  // of the coarsest file system that is in use

struct Seen {
    std::int64_t size = 0;
    std::int64_t changed_ns = 0;  // 0: too young to be sure of
    bool operator==(const Seen&) const = default;
};

struct Record {
    std::map<std::string, Seen> files;
    std::map<std::string, std::string> ids;  // of the files that are articles
};

// Files that say something; pictures are not in the index.
bool has_words(const std::filesystem::path& path) {
    constexpr std::array<std::string_view, 5> endings{".md", ".markdown", ".yaml", ".yml", ".csv"};
    return std::find(endings.begin(), endings.end(), path.extension().string()) != endings.end();
}

std::map<std::string, Seen> look(const std::filesystem::path& folder, const std::filesystem::path& index) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::int64_t young = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec - clock_tick_ns;
    std::map<std::string, Seen> files;
    std::error_code error;
    const std::string root = folder.generic_string() + "/";
    std::filesystem::recursive_directory_iterator it(folder, error);
    for (const auto end = std::filesystem::recursive_directory_iterator(); !error && it != end; it.increment(error)) {
        const std::string& path = it->path().native();
        if (it->path().filename().native().starts_with('.') || it->path() == index) {
            it.disable_recursion_pending();
            continue;
        }
        struct stat about {};
        if (!has_words(it->path()) || ::lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
        const std::int64_t changed = std::int64_t{about.st_mtim.tv_sec} * 1'000'000'000 + about.st_mtim.tv_nsec;
        files[path.substr(root.size())] = {about.st_size, changed < young ? changed : 0};
    }
    return files;
}

core::Json conditions(const std::filesystem::path& folder, const Viewers& viewers) {
    return {{"version", record_version}, {"schema", schema::version}, {"folder", std::filesystem::absolute(folder).generic_string()}, {"audience", viewers.audience}, {"sites", viewers.sites}};
}

core::Result<void> write_record(const std::filesystem::path& index, core::Json json, const Record& record) {
    core::Json& files = json["files"] = core::Json::object();
    for (const auto& [path, seen] : record.files) {
        files[path] = {seen.size, seen.changed_ns};
        if (const auto id = record.ids.find(path); id != record.ids.end()) files[path].push_back(id->second);
    }
    return core::write_file(index / record_file, json.dump());
}

std::optional<Record> read_record(const std::filesystem::path& index, const core::Json& wanted) {
    constexpr std::size_t largest = std::size_t{1} << 30;
    const auto text = core::read_file(index / record_file, largest);
    if (!text) return std::nullopt;
    const auto json = core::parse_json(*text);
    if (!json || !json->is_object()) return std::nullopt;
    for (const auto& [key, value] : wanted.items()) {
        const core::Json* own = core::member(*json, key);
        if (!own || *own != value) return std::nullopt;
    }
    const core::Json* files = core::member(*json, "files");
    if (!files || !files->is_object()) return std::nullopt;
    Record record;
    for (const auto& [path, seen] : files->items()) {
        if (!seen.is_array() || seen.size() < 2 || !seen[0].is_number_integer() || !seen[1].is_number_integer()) return std::nullopt;
        record.files[path] = {seen[0].get<std::int64_t>(), seen[1].get<std::int64_t>()};
        if (seen.size() > 2 && seen[2].is_string()) record.ids[path] = seen[2].get<std::string>();
    }
    return record;
}

// In a folder may stand what makes "it" a language; articles that are there already tell.
bool agrees_with_its_folder(const Article& article, const Record& record) {
    const std::string folder = article.path.substr(0, article.path.rfind('/') + 1);
    for (auto at = record.ids.lower_bound(folder); at != record.ids.end() && at->first.starts_with(folder); ++at) {
        if (at->first.find('/', folder.size()) == std::string::npos) return at->second.starts_with(article.language + "/") && article.id.starts_with(article.language + "/");
    }
    return false;
}

struct Changes {
    std::vector<Article> changed;
    std::vector<std::string> removed;
};

// Nothing when more has changed than some articles, or something that needs all the others to be understood.
std::optional<Changes> changes_since(const Record& record, const std::map<std::string, Seen>& files, const std::filesystem::path& folder, std::map<std::string, std::string>& ids, core::Problems& problems) {
    Changes changes;
    ids = record.ids;
    for (const auto& [path, seen] : record.files) {
        if (files.contains(path)) continue;
        const auto id = record.ids.find(path);
        if (id == record.ids.end()) return std::nullopt;
        changes.removed.push_back(id->second);
        ids.erase(path);
    }
    std::set<std::string_view> known_ids;
    for (const auto& [path, id] : record.ids) known_ids.insert(id);
    for (const auto& [path, seen] : files) {
        const auto before = record.files.find(path);
        if (before != record.files.end() && before->second == seen && seen.changed_ns != 0) continue;
        const bool is_new = before == record.files.end();
        if (is_new ? !path.ends_with(".md") : !record.ids.contains(path)) return std::nullopt;
        if (changes.changed.size() + changes.removed.size() >= most_changes) return std::nullopt;
        auto article = load_article(folder, path, problems);
        if (!article) return std::nullopt;
        if (is_new ? known_ids.contains(article->id) || !agrees_with_its_folder(*article, record) : article->id != record.ids.at(path)) return std::nullopt;
        ids[path] = article->id;
        changes.changed.push_back(std::move(*article));
    }
    return changes;
}

}  // namespace

core::Result<Refreshed> refresh_index(const std::filesystem::path& folder, const std::filesystem::path& index, core::Date today, const Viewers& viewers, core::Problems& problems,
                                      const Progress& reading, const Progress& indexing) {
    const core::Json wanted = conditions(folder, viewers);
    Record now{look(folder, index), {}};
    Refreshed refreshed;
    if (const auto record = read_record(index, wanted)) {
        core::Problems of_changed;
        if (const auto changes = changes_since(*record, now.files, folder, now.ids, of_changed)) {
            const auto changed = update_index(index, changes->changed, changes->removed, today, viewers);
            if (changed) {
                refreshed.changed = *changed;
                problems.insert(problems.end(), of_changed.begin(), of_changed.end());
                if (record->files == now.files) return refreshed;
                if (auto written = write_record(index, wanted, now); !written) return core::fail(written.error());
                return refreshed;
            }
        }
    }
    const auto collection = load_collection(folder, problems, reading);
    if (!collection) return core::fail(collection.error());
    const auto catalog = catalog::load_catalog(folder, problems);
    check_collection(*collection, catalog, today, problems);
    auto built = build_index(*collection, catalog, index, today, indexing, viewers);
    if (!built) return core::fail(built.error());
    now.ids.clear();
    for (const Article& article : collection->articles) now.ids[article.path] = article.id;
    if (auto written = write_record(index, wanted, now); !written) return core::fail(written.error());
    refreshed.built = *built;
    return refreshed;
}

}  // namespace kb
