// Takes out of a desk's store what no kiosk asks for any more.
#include <set>

#include <fmt/format.h>

#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/release_desk.hpp"
#include "kb/release_store.hpp"

namespace kb {
namespace {

// Files of a folder whose name `is_kept` does not keep.
template <class IsKept>
void remove_from(const std::filesystem::path& folder, const IsKept& is_kept, Cleaned& cleaned) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) {
        if (!entry.is_regular_file(ignored) || is_kept(entry.path().filename().string())) continue;
        const std::uintmax_t size = entry.file_size(ignored);
        if (!std::filesystem::remove(entry.path(), ignored)) continue;
        ++cleaned.files;
        cleaned.bytes += size;
    }
}

}  // namespace

core::Result<Cleaned> clean_store(const std::filesystem::path& store, core::Time now) {
    const StoreLock lock(store);
    if (!lock.has_it()) return core::fail(lock.has_it().error());
    const auto heads = heads_in(store);
    if (!heads) return core::fail(heads.error());
    std::set<std::string> kept;  // manifests, then what they name
    for (const StoreHead& head : *heads) kept.insert(head.manifest);
    std::vector<std::string> old;
    std::size_t newer = 0;
    for (const StoredRelease& release : releases_in(store)) {
        const bool is_recent = newer++ < kept_releases || now < release.created + kept_for;
        if (is_recent || kept.contains(release.manifest)) {
            kept.insert(release.manifest);
        } else {
            old.push_back(release.manifest);
        }
    }
    Cleaned cleaned;
    if (old.empty()) return cleaned;

    for (const std::string& hash : std::set<std::string>(kept)) {
        const auto manifest = stored_manifest(store, hash);
        // Without it nobody knows which objects are needed.
        if (!manifest) return core::fail(manifest.error().in("a release that must stay"));
        for (const ManifestFile& file : manifest->files) kept.insert(file.sha256);
    }
    // The manifests first: a release that is only half there when the power goes is one that no list names.
    cleaned.releases = old.size();
    const auto is_kept = [&kept](const std::string& name) { return kept.contains(name.substr(0, name.find('.'))); };
    remove_from(store / "manifests", is_kept, cleaned);
    remove_from(store / "objects", is_kept, cleaned);
    // A difference is good for whoever still has what it starts from, as long as it leads somewhere.
    remove_from(store / "deltas", [&is_kept](const std::string& name) { return is_kept(name.substr(name.find('-') + 1)); }, cleaned);
    return cleaned;
}

}  // namespace kb
