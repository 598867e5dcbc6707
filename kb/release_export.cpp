// A store to carry.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "kb/release_desk.hpp"
#include "kb/release_store.hpp"

namespace kb {
namespace {

class Copying {
public:
    Copying(const std::filesystem::path& from, const std::filesystem::path& to) : from_(from), to_(to) {}

    // What is there with the same size is there: its name is its hash, and a kiosk checks all that it takes.
    core::Result<void> once(const std::string& path) {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(from_ / path, error);
        if (error) return core::fail(core::system_error(fmt::format("cannot read {}", (from_ / path).string()), error.value()));
        if (std::filesystem::file_size(to_ / path, error) == size && !error) return {};
        ++copied_;
        bytes_ += size;
        return always(path);
    }
    core::Result<void> always(const std::string& path) const {
        const std::filesystem::path half_written = (to_ / path).string() + ".new";
        if (auto made = core::make_folder(half_written.parent_path()); !made) return made;
        std::error_code error;
        std::filesystem::copy_file(from_ / path, half_written, std::filesystem::copy_options::overwrite_existing, error);
        if (error) return core::fail(core::system_error(fmt::format("cannot copy {}", (from_ / path).string()), error.value()));
        return put_to(half_written, to_ / path);
    }
    [[nodiscard]] std::size_t copied() const { return copied_; }
    [[nodiscard]] std::uintmax_t bytes() const { return bytes_; }

private:
    const std::filesystem::path& from_;
    const std::filesystem::path& to_;
    std::size_t copied_ = 0;
    std::uintmax_t bytes_ = 0;
};

}  // namespace

core::Result<Exported> export_release(const ExportOrder& order, const Progress& progress) {
    const auto heads = heads_in(order.store);
    if (!heads) return core::fail(heads.error());
    const auto head = std::find_if(heads->begin(), heads->end(), [&](const StoreHead& each) { return each.channel == order.channel; });
    if (head == heads->end()) return core::fail(core::ErrorKind::not_found, fmt::format("{} shows nothing on the channel '{}' yet", order.store.string(), order.channel));
    const auto manifest = stored_manifest(order.store, head->manifest);
    if (!manifest) return core::fail(manifest.error());
    std::set<std::string> known;
    if (!order.without.empty()) {
        const auto older = stored_manifest(order.store, order.without);
        if (!older) return core::fail(older.error());
        for (const ManifestFile& file : older->files) known.insert(file.sha256);
    }

    Copying copying(order.store, order.to);
    Exported exported;
    exported.version = head->version;
    for (std::size_t i = 0; i < manifest->files.size(); ++i) {
        if (progress) progress(i, manifest->files.size());
        const ManifestFile& file = manifest->files[i];
        if (known.contains(file.sha256)) continue;
        if (auto done = copying.once(object_path(file.sha256) + (file.packed > 0 ? ".zst" : "")); !done) return core::fail(done.error());
    }
    if (progress) progress(manifest->files.size(), manifest->files.size());
    for (const char* ending : {"", ".zst"}) {
        if (auto done = copying.once(manifest_path(head->manifest) + ending); !done) return core::fail(done.error());
    }
    for (std::int64_t number = 1; std::filesystem::exists(order.store / root_path(number)); ++number) {
        if (auto done = copying.always(root_path(number)); !done) return core::fail(done.error());
    }
    // The head names the rest, so it comes last.
    auto done = sync_all(order.to);
    if (done) done = copying.always(head_path(order.channel));
    if (done) done = sync_all(order.to);
    if (!done) return core::fail(done.error());
    exported.files = manifest->files.size() + 2;
    exported.copied = copying.copied();
    exported.bytes = copying.bytes();
    return exported;
}

}  // namespace kb
