// How a release is built at the desk, and the folder for a kiosk without a desk.
#include <unistd.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "kb/indexer.hpp"
#include "kb/manifest.hpp"
#include "kb/pack.hpp"
#include "kb/release.hpp"
#include "kb/release_desk.hpp"
#include "kb/release_files.hpp"
#include "kb/release_store.hpp"
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

// The objects of a release that is being built. They are written apart, and stand in the store only when all of them are
// safe on disk: what stands there is whole, also after a power cut.
class NewObjects {
public:
    NewObjects(const std::filesystem::path& store, std::filesystem::path work) : store_(store), work_(std::move(work)) {}

    core::Result<ManifestFile> add(const std::filesystem::path& file, const std::string& path) {
        const auto bytes = core::read_file(file, largest_release_file);
        if (!bytes) return core::fail(bytes.error());
        ManifestFile entry{path, core::sha256_hex(*bytes), bytes->size()};
        const std::string object = object_path(entry.sha256);
        const std::string packed_object = object + ".zst";
        for (const std::filesystem::path& folder : {store_, work_}) {
            std::error_code missing;
            if (!std::filesystem::exists(folder / object, missing)) continue;
            const std::uintmax_t packed = std::filesystem::file_size(folder / packed_object, missing);
            if (!missing) entry.packed = packed;
            return entry;
        }
        if (bytes->size() <= largest_packed_file) {
            const auto packed = pack(*bytes);
            if (!packed) return core::fail(packed.error());
            if (packed->size() < bytes->size() / 10 * 9) {
                if (auto written = write_object(work_ / packed_object, *packed); !written) return core::fail(written.error());
                entry.packed = packed->size();
                written_.push_back(packed_object);
            }
        }
        if (auto written = write_object(work_ / object, *bytes); !written) return core::fail(written.error());
        written_.push_back(object);  // behind its pack, so that an object in the store has it
        ++count_;
        return entry;
    }

    core::Result<void> put_into_store() const {
        if (written_.empty()) return {};
        if (auto synced = sync_all(work_); !synced) return synced;
        for (const std::string& path : written_) {
            if (auto put = put_to(work_ / path, store_ / path); !put) return put;
        }
        return sync_all(store_);
    }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    const std::filesystem::path& store_;
    std::filesystem::path work_;
    std::vector<std::string> written_;
    std::size_t count_ = 0;
};

core::Result<void> add_delta(const std::filesystem::path& store, const std::string& path, std::string_view from, std::string_view to, std::uintmax_t otherwise) {
    std::error_code ignored;
    if (std::filesystem::exists(store / path, ignored)) return {};
    const auto delta = make_delta(from, to);
    if (!delta) return core::fail(delta.error());
    if (delta->size() >= otherwise / 2) return {};
    return core::write_file(store / path, *delta);
}

// From an older release: the list of files itself, and the few large files at the same path.
core::Result<void> add_deltas_from(const std::filesystem::path& store, const std::string& old_hash, const Manifest& manifest, const std::string& hash, const std::string& bytes) {
    const auto old = stored_manifest(store, old_hash);
    if (!old) return {};  // it was cleaned away
    if (auto done = add_delta(store, delta_path(old_hash, hash), to_bytes(*old), bytes, bytes.size()); !done) return done;
    for (const ManifestFile& file : manifest.files) {
        const ManifestFile* before = old->file(file.path);
        if (!before || before->sha256 == file.sha256 || file.size < least_delta_file || file.size > largest_packed_file || before->size > largest_packed_file) continue;
        const auto from = core::read_file(store / object_path(before->sha256), largest_packed_file);
        const auto to = core::read_file(store / object_path(file.sha256), largest_packed_file);
        if (!from || !to) continue;
        if (auto done = add_delta(store, delta_path(before->sha256, file.sha256), *from, *to, file.packed > 0 ? file.packed : file.size); !done) return done;
    }
    return {};
}

// From what kiosks have: what each channel shows, and the releases before, since a kiosk may have been away or held back.
core::Result<void> add_deltas(const std::filesystem::path& store, const Manifest& manifest, const std::string& hash, const std::string& bytes) {
    constexpr std::size_t releases_before = 2;
    std::set<std::string> from;
    const auto heads = heads_in(store);
    if (!heads) return core::fail(heads.error());
    for (const StoreHead& head : *heads) from.insert(head.manifest);
    std::size_t before = 0;
    for (const StoredRelease& release : releases_in(store)) {
        if (release.version < manifest.version && before++ < releases_before) from.insert(release.manifest);
    }
    from.erase(hash);
    if (auto made = core::make_folder(store / "deltas"); !made) return made;
    for (const std::string& old : from) {
        if (auto done = add_deltas_from(store, old, manifest, hash, bytes); !done) return done;
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
    if (auto done = add_deltas(store, manifest, built.manifest, bytes); !done) return core::fail(done.error());
    const std::filesystem::path path = store / manifest_path(built.manifest);
    if (auto written = core::write_file(path.string() + ".zst", *packed); !written) return core::fail(written.error());
    if (auto written = core::write_file(path, bytes); !written) return core::fail(written.error());
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
    return all.hex();
}

bool is_prepared_name(std::string_view name, std::size_t length) {
    return name.size() >= length && std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

core::Result<ReleaseBuilt> build_release(const ReleaseOrder& order, core::Problems& problems, const Progress& progress) {
    const core::Date today{std::chrono::floor<std::chrono::days>(order.now)};
    auto files = gather_release(order.content, order.viewers, today, problems, {});
    if (!files) return core::fail(files.error());
    check_collection(files->collection, files->catalog, today, problems);

    const auto next = next_version(order.store);
    if (!next) return core::fail(next.error());
    if (order.version < *next) return core::fail(core::ErrorKind::conflict, fmt::format("version {} is there already; the next is {}", order.version, *next));

    if (auto made = core::make_folder(order.store); !made) return core::fail(made.error());
    const StoreLock lock(order.store);  // what is there already must not be cleaned away meanwhile
    if (!lock.has_it()) return core::fail(lock.has_it().error());
    const WorkFolder work(order.store / fmt::format(".building-{}", ::getpid()));
    if (auto made = core::make_folder(work.path()); !made) return core::fail(made.error());
    const std::filesystem::path index = work.path() / index_folder;
    const auto indexed = build_index(files->collection, files->catalog, index, today, progress, order.viewers);
    if (!indexed) return core::fail(indexed.error());

    NewObjects objects(order.store, work.path());
    Manifest manifest{order.version, order.now, in_order(order.viewers.audience), {}};
    for (const std::string& path : files->paths) {
        auto entry = objects.add(order.content / path, path);
        if (!entry) return core::fail(entry.error());
        manifest.files.push_back(std::move(*entry));
    }
    const auto index_files = core::files_below(index);
    if (!index_files) return core::fail(index_files.error());
    for (const auto& file : *index_files) {
        auto entry = objects.add(index / file, fmt::format("{}/{}", index_folder, file.generic_string()));
        if (!entry) return core::fail(entry.error());
        manifest.files.push_back(std::move(*entry));
    }
    std::sort(manifest.files.begin(), manifest.files.end(), [](const ManifestFile& a, const ManifestFile& b) { return a.path < b.path; });
    if (auto put = objects.put_into_store(); !put) return core::fail(put.error());

    auto done = put_manifest(order.store, manifest);
    if (!done) return done;
    ReleaseBuilt& built = *done;
    built.new_objects = objects.count();
    built.articles = files->articles;
    built.services = indexed->services;
    return done;
}

core::Result<ReleaseBuilt> build_again(const std::filesystem::path& store, std::string_view manifest, std::int64_t version, core::Time now) {
    const StoreLock lock(store);
    if (!lock.has_it()) return core::fail(lock.has_it().error());
    auto again = stored_manifest(store, manifest);
    if (!again) return core::fail(again.error().in("the older release"));
    again->version = version;
    again->created = now;
    return put_manifest(store, *again);
}

core::Result<Prepared> prepare_folder(const std::filesystem::path& content, const std::filesystem::path& out, core::Date today, core::Problems& problems,
                                      const Progress& progress) {
    auto files = gather_release(content, {}, today, problems, {});
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
