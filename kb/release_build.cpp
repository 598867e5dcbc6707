// The desk's half of release.hpp, and the folder for a kiosk without a desk.
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/indexer.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/release_files.hpp"
#include "kb/schema.hpp"

namespace kb {
namespace {

constexpr std::string_view index_folder = "index";

// Removed with all that is in it, however the function ends.
class WorkFolder {
public:
    explicit WorkFolder(std::filesystem::path path) : path_(std::move(path)) { remove(); }
    ~WorkFolder() { remove(); }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    void remove() const {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path path_;
};

// Of the head that lies in the store; who signed it does not matter for a number that must only grow.
core::Result<std::int64_t> version_in(const std::filesystem::path& store) {
    const auto text = core::read_file(store / "head.json", largest_head);
    if (!text) return text.error().kind == core::ErrorKind::not_found ? core::Result<std::int64_t>(0) : core::fail(text.error());
    const auto envelope = core::parse_json(*text);
    const auto inside = envelope ? core::text_at(*envelope, "signed") : std::nullopt;
    const auto head = inside ? core::parse_json(*inside) : core::Result<core::Json>(core::Json());
    const auto version = head ? core::integer_at(*head, "version") : std::nullopt;
    if (!version) return core::fail(core::ErrorKind::corrupt, fmt::format("{} cannot be read", (store / "head.json").string()));
    return *version;
}

class Store {
public:
    explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}

    core::Result<ManifestFile> add(const std::filesystem::path& file, const std::string& path) {
        const auto bytes = core::read_file(file, largest_release_file);
        if (!bytes) return core::fail(bytes.error());
        const ManifestFile entry{path, core::sha256_hex(*bytes), bytes->size()};
        const std::filesystem::path object = folder_ / object_path(entry.sha256);
        std::error_code missing;
        if (std::filesystem::file_size(object, missing) == entry.size && !missing) return entry;
        if (auto made = core::make_folder(object.parent_path()); !made) return core::fail(made.error());
        if (auto written = core::write_file(object, *bytes); !written) return core::fail(written.error());
        ++new_objects_;
        return entry;
    }
    [[nodiscard]] std::size_t new_objects() const { return new_objects_; }

private:
    std::filesystem::path folder_;
    std::size_t new_objects_ = 0;
};

core::Result<void> copy_into(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (auto made = core::make_folder(to.parent_path()); !made) return made;
    std::error_code error;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (error) return core::fail(core::system_error(fmt::format("cannot copy {}", from.string()), error.value()));
    return {};
}

// Equal when the same files with the same bytes would be shown.
core::Result<std::string> hash_of(const ReleaseFiles& files, const std::filesystem::path& content) {
    core::Sha256 all;
    all.add(fmt::format("schema {}\n", schema::version));
    for (const std::string& path : files.paths) {
        const auto bytes = core::read_file(content / path, largest_release_file);
        if (!bytes) return core::fail(bytes.error());
        all.add(fmt::format("{} {}\n", core::sha256_hex(*bytes), path));
    }
    for (const auto& [language, groups] : files.collection.synonyms) {
        for (const auto& group : groups) all.add(fmt::format("{}: {}\n", language, fmt::join(group, ", ")));
    }
    for (const auto& [language, changes] : files.collection.stop_words) {
        all.add(fmt::format("{}: +{} -{}\n", language, fmt::join(changes.added, ", "), fmt::join(changes.removed, ", ")));
    }
    return all.hex();
}

bool is_prepared_name(std::string_view name, std::size_t length) {
    return name.size() >= length && std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

core::Result<ReleaseBuilt> build_release(const ReleaseOrder& order, core::Problems& problems, const Progress& progress) {
    const core::Date today{std::chrono::floor<std::chrono::days>(order.now)};
    auto files = gather_release(order.content, today, problems, {});
    if (!files) return core::fail(files.error());
    check_collection(files->collection, files->catalog, today, problems);

    const auto last = version_in(order.store);
    if (!last) return core::fail(last.error());
    if (order.version <= *last) {
        return core::fail(core::ErrorKind::conflict, fmt::format("version {} is there already; the next is {}", *last, *last + 1));
    }
    if (auto made = core::make_folder(order.store / "manifests"); !made) return core::fail(made.error());

    const WorkFolder work(order.store / fmt::format(".building-{}", ::getpid()));
    if (auto made = core::make_folder(work.path()); !made) return core::fail(made.error());
    const std::filesystem::path index = work.path() / index_folder;
    if (auto built = build_index(files->collection, files->catalog, index, today, progress); !built) return core::fail(built.error());

    Store store(order.store);
    Manifest manifest{order.version, order.now, {}};
    for (const std::string& path : files->paths) {
        auto entry = store.add(order.content / path, path);
        if (!entry) return core::fail(entry.error());
        manifest.files.push_back(std::move(*entry));
    }
    const auto index_files = core::files_below(index);
    if (!index_files) return core::fail(index_files.error());
    for (const auto& file : *index_files) {
        auto entry = store.add(index / file, fmt::format("{}/{}", index_folder, file.generic_string()));
        if (!entry) return core::fail(entry.error());
        manifest.files.push_back(std::move(*entry));
    }
    std::sort(manifest.files.begin(), manifest.files.end(), [](const ManifestFile& a, const ManifestFile& b) { return a.path < b.path; });

    const std::string bytes = to_bytes(manifest);
    // What a kiosk would refuse is not published.
    if (auto accepted = manifest_from(bytes); !accepted) return core::fail(accepted.error());
    const Head head{order.version, core::sha256_hex(bytes), order.now, order.now + order.lifetime};
    auto signed_bytes = signed_head(head, order.secret_key);
    if (!signed_bytes) return core::fail(signed_bytes.error());
    if (auto written = core::write_file(order.store / manifest_path(head.manifest), bytes); !written) return core::fail(written.error());
    if (auto written = core::write_file(order.store / "head.json", *signed_bytes); !written) return core::fail(written.error());

    ReleaseBuilt built;
    built.version = order.version;
    built.manifest = head.manifest;
    built.head = std::move(*signed_bytes);
    built.files = manifest.files.size();
    built.new_objects = store.new_objects();
    for (const ManifestFile& file : manifest.files) built.bytes += file.size;
    built.articles = files->articles;
    built.services = files->catalog.services.size();
    return built;
}

core::Result<Prepared> prepare_folder(const std::filesystem::path& content, const std::filesystem::path& out, core::Date today, core::Problems& problems,
                                      const Progress& progress) {
    auto files = gather_release(content, today, problems, {});
    if (!files) return core::fail(files.error());
    const auto hash = hash_of(*files, content);
    if (!hash) return core::fail(hash.error());

    constexpr std::size_t name_length = 16;
    const std::string name = hash->substr(0, name_length);
    Prepared prepared{out / name, false};
    std::error_code ignored;
    if (std::filesystem::exists(index_of(prepared.folder) / schema::about_file, ignored)) return prepared;

    prepared.is_new = true;
    if (auto made = core::make_folder(out); !made) return core::fail(made.error());
    const WorkFolder work(out / (name + ".new"));
    for (const std::string& path : files->paths) {
        if (auto copied = copy_into(content / path, work.path() / path); !copied) return core::fail(copied.error());
    }
    if (auto built = build_index(files->collection, files->catalog, index_of(work.path()), today, progress); !built) return core::fail(built.error());
    std::error_code error;
    std::filesystem::remove_all(prepared.folder, error);
    std::filesystem::rename(work.path(), prepared.folder, error);
    if (error) return core::fail(core::system_error(fmt::format("cannot make {}", prepared.folder.string()), error.value()));

    for (const auto& entry : std::filesystem::directory_iterator(out, ignored)) {
        const std::string other = entry.path().filename().string();
        if (other != name && is_prepared_name(other, name_length)) std::filesystem::remove_all(entry.path(), ignored);
    }
    return prepared;
}

}  // namespace kb
