// The desk's half of release.hpp, and the folder for a kiosk without a desk.
#include <unistd.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/indexer.hpp"
#include "kb/manifest.hpp"
#include "kb/pack.hpp"
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

// Of a head that lies in the store; who signed it does not matter for a number that must only grow.
core::Result<std::int64_t> version_in(const std::filesystem::path& store, const std::string& head_file) {
    const auto text = core::read_file(store / head_file, largest_head);
    if (!text) return text.error().kind == core::ErrorKind::not_found ? core::Result<std::int64_t>(0) : core::fail(text.error());
    const auto envelope = core::parse_json(*text);
    const auto inside = envelope ? core::text_at(*envelope, "signed") : std::nullopt;
    const auto head = inside ? core::parse_json(*inside) : core::Result<core::Json>(core::Json());
    const auto version = head ? core::integer_at(*head, "version") : std::nullopt;
    if (!version) return core::fail(core::ErrorKind::corrupt, fmt::format("{} cannot be read", (store / head_file).string()));
    return *version;
}

class Store {
public:
    explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}

    core::Result<ManifestFile> add(const std::filesystem::path& file, const std::string& path) {
        const auto bytes = core::read_file(file, largest_release_file);
        if (!bytes) return core::fail(bytes.error());
        ManifestFile entry{path, core::sha256_hex(*bytes), bytes->size()};
        const std::filesystem::path object = folder_ / object_path(entry.sha256);
        const std::filesystem::path packed_object = object.string() + ".zst";
        std::error_code missing;
        if (std::filesystem::file_size(object, missing) == entry.size && !missing) {
            const std::uintmax_t packed = std::filesystem::file_size(packed_object, missing);
            if (!missing) entry.packed = packed;
            return entry;
        }
        if (auto made = core::make_folder(object.parent_path()); !made) return core::fail(made.error());
        if (bytes->size() <= largest_packed_file) {
            const auto packed = pack(*bytes);
            if (!packed) return core::fail(packed.error());
            if (packed->size() < bytes->size() / 10 * 9) {
                if (auto written = core::write_file(packed_object, *packed); !written) return core::fail(written.error());
                entry.packed = packed->size();
            }
        }
        // Last: an object that is there has its pack.
        if (auto written = core::write_file(object, *bytes); !written) return core::fail(written.error());
        ++new_objects_;
        return entry;
    }
    [[nodiscard]] std::size_t new_objects() const { return new_objects_; }

private:
    std::filesystem::path folder_;
    std::size_t new_objects_ = 0;
};

// The manifest that a store's head names, for the differences to it; nothing when there is none yet.
std::optional<std::pair<std::string, Manifest>> shown_manifest(const std::filesystem::path& store, const std::string& head_file) {
    const auto text = core::read_file(store / head_file, largest_head);
    const auto envelope = text ? core::parse_json(*text) : core::Result<core::Json>(core::Json());
    const auto inside = envelope ? core::text_at(*envelope, "signed") : std::nullopt;
    const auto head = inside ? core::parse_json(*inside) : core::Result<core::Json>(core::Json());
    const auto hash = head ? core::text_at(*head, "manifest") : std::nullopt;
    if (!hash || !is_sha256(*hash)) return std::nullopt;
    const auto bytes = core::read_file(store / manifest_path(*hash), largest_manifest);
    auto manifest = bytes ? manifest_from(*bytes) : core::Result<Manifest>(core::fail(bytes.error()));
    if (!manifest) return std::nullopt;
    return std::pair{*hash, std::move(*manifest)};
}

core::Result<void> add_delta(const std::filesystem::path& store, const std::string& path, std::string_view from, std::string_view to, std::uintmax_t otherwise) {
    std::error_code ignored;
    if (std::filesystem::exists(store / path, ignored)) return {};
    const auto delta = make_delta(from, to);
    if (!delta) return core::fail(delta.error());
    if (delta->size() >= otherwise / 2) return {};
    return core::write_file(store / path, *delta);
}

// From what is shown now: the list of files itself, and the few large files at the same path.
core::Result<void> add_deltas(const std::filesystem::path& store, const std::string& head_file, const Manifest& manifest, const std::string& hash, const std::string& bytes) {
    const auto old = shown_manifest(store, head_file);
    if (!old || old->first == hash) return {};
    if (auto made = core::make_folder(store / "deltas"); !made) return made;
    const auto old_bytes = core::read_file(store / manifest_path(old->first), largest_manifest);
    if (!old_bytes) return core::fail(old_bytes.error());
    if (auto done = add_delta(store, delta_path(old->first, hash), *old_bytes, bytes, bytes.size()); !done) return done;
    for (const ManifestFile& file : manifest.files) {
        const ManifestFile* before = old->second.file(file.path);
        if (!before || before->sha256 == file.sha256 || file.size < least_delta_file || file.size > largest_packed_file || before->size > largest_packed_file) continue;
        const auto from = core::read_file(store / object_path(before->sha256), largest_packed_file);
        const auto to = core::read_file(store / object_path(file.sha256), largest_packed_file);
        if (!from || !to) continue;
        if (auto done = add_delta(store, delta_path(before->sha256, file.sha256), *from, *to, file.packed > 0 ? file.packed : file.size); !done) return done;
    }
    return {};
}

core::Result<ReleaseBuilt> put_manifest(const std::filesystem::path& store, const Manifest& manifest) {
    const std::string bytes = to_bytes(manifest);
    // What a kiosk would refuse is not published.
    if (auto accepted = manifest_from(bytes); !accepted) return core::fail(accepted.error());
    const auto packed = pack(bytes);
    if (!packed) return core::fail(packed.error());
    ReleaseBuilt built;
    built.version = manifest.version;
    built.manifest = core::sha256_hex(bytes);
    built.files = manifest.files.size();
    built.bytes = bytes.size();
    built.packed_bytes = packed->size();
    for (const ManifestFile& file : manifest.files) {
        built.bytes += file.size;
        built.packed_bytes += file.packed > 0 ? file.packed : file.size;
    }
    if (auto made = core::make_folder(store / "manifests"); !made) return core::fail(made.error());
    const std::filesystem::path path = store / manifest_path(built.manifest);
    if (auto written = core::write_file(path.string() + ".zst", *packed); !written) return core::fail(written.error());
    if (auto written = core::write_file(path, bytes); !written) return core::fail(written.error());
    if (auto done = add_deltas(store, head_path(stable_channel), manifest, built.manifest, bytes); !done) return core::fail(done.error());
    return built;
}

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

    const auto next = next_version(order.store);
    if (!next) return core::fail(next.error());
    if (order.version < *next) return core::fail(core::ErrorKind::conflict, fmt::format("version {} is there already; the next is {}", order.version, *next));

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

    auto done = put_manifest(order.store, manifest);
    if (!done) return done;
    ReleaseBuilt& built = *done;
    built.new_objects = store.new_objects();
    built.articles = files->articles;
    built.services = files->catalog.services.size();
    return done;
}

core::Result<ReleaseBuilt> build_again(const std::filesystem::path& store, std::string_view manifest, std::int64_t version, core::Time now) {
    const auto bytes = core::read_file(store / manifest_path(manifest), largest_manifest);
    if (!bytes) return core::fail(bytes.error().in("the older release"));
    auto again = manifest_from(*bytes);
    if (!again) return core::fail(again.error());
    again->version = version;
    again->created = now;
    return put_manifest(store, *again);
}

core::Result<std::int64_t> next_version(const std::filesystem::path& store) {
    const auto root = root_of_store(store);
    if (!root) return core::fail(root.error());
    std::int64_t last = *root ? (*root)->epoch * versions_of_an_epoch : 0;
    std::vector<std::string> heads{head_path(stable_channel)};
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(store / "channels", ignored)) heads.push_back("channels/" + entry.path().filename().string());
    for (const std::string& head : heads) {
        const auto version = version_in(store, head);
        if (!version) return core::fail(version.error());
        last = std::max(last, *version);
    }
    return last + 1;
}

core::Result<std::optional<Root>> root_of_store(const std::filesystem::path& store) {
    std::optional<Root> newest;
    for (std::int64_t number = 1; number < most_roots; ++number) {
        const auto bytes = core::read_file(store / root_path(number), largest_root);
        if (!bytes && bytes.error().kind == core::ErrorKind::not_found) break;
        if (!bytes) return core::fail(bytes.error());
        auto root = newest ? next_root(*bytes, *newest) : first_root(*bytes);
        if (!root) return core::fail(root.error().in((store / root_path(number)).string()));
        newest = std::move(*root);
    }
    return newest;
}

core::Result<std::string> sign_release(const SignOrder& order) {
    if (!is_channel(order.channel)) return core::fail(core::ErrorKind::invalid, fmt::format("'{}' is no name of a channel", order.channel));
    const auto bytes = core::read_file(order.store / manifest_path(order.manifest), largest_manifest);
    if (!bytes) return core::fail(bytes.error());
    const auto manifest = manifest_from(*bytes);
    if (!manifest) return core::fail(manifest.error());
    auto root = root_of_store(order.store);
    if (!root) return core::fail(root.error());
    const Root trusted = *root ? std::move(**root) : root_of_key(order.key.public_key);

    const auto last = version_in(order.store, head_path(order.channel));
    if (!last) return core::fail(last.error());
    const auto shown = shown_manifest(order.store, head_path(order.channel));
    const bool is_same = shown && shown->first == order.manifest;  // for more kiosks, or for longer
    if (manifest->version < *last || (manifest->version == *last && !is_same)) {
        return core::fail(core::ErrorKind::conflict, fmt::format("the channel '{}' shows release {} already", order.channel, *last));
    }
    const Head head{order.channel, order.percent, manifest->version, order.manifest, order.now, order.now + order.lifetime};
    auto signed_bytes = signed_head(head, order.key.secret_key);
    if (!signed_bytes) return signed_bytes;
    // What a kiosk would refuse is not published.
    if (auto accepted = verify_head(*signed_bytes, trusted, order.now); !accepted) return core::fail(accepted.error());
    const std::filesystem::path file = order.store / head_path(order.channel);
    if (auto made = core::make_folder(file.parent_path()); !made) return core::fail(made.error());
    if (auto written = core::write_file(file, *signed_bytes); !written) return core::fail(written.error());
    return signed_bytes;
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
