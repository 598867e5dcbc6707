// How a kiosk gets a release.
//
// The order is the point: nothing of a release counts before all of it was checked, and the version is remembered last.
// Killed anywhere, the kiosk has the old release or the new one; what came already is not fetched again.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/manifest.hpp"
#include "kb/pack.hpp"
#include "kb/release.hpp"
#include "kb/release_store.hpp"

namespace kb {
namespace {

constexpr std::size_t piece_size = 1u << 20;  // lost at most when a transfer breaks off

// Gets whole things of a store. What is longer than a piece is kept as it comes, so that the next try goes on there.
class Download {
public:
    Download(const Get& get, std::filesystem::path staging) : get_(get), staging_(std::move(staging)) {}

    // Into a file of the staging folder, whose path it answers.
    core::Result<std::filesystem::path> to_file(const std::string& path, std::uintmax_t limit) {
        std::string name = path;
        std::replace(name.begin(), name.end(), '/', '_');
        const std::filesystem::path part = staging_ / name;
        std::error_code missing;
        std::uintmax_t size = std::filesystem::file_size(part, missing);
        if (missing) size = 0;
        resumed_ = size > 0;
        for (;;) {
            const auto piece = get_(path, size, piece_size);
            if (!piece) return core::fail(piece.error());
            if (piece->size() > piece_size || size + piece->size() > limit) {
                std::filesystem::remove(part, missing);
                return core::fail(core::ErrorKind::denied, fmt::format("{} is larger than was signed", path));
            }
            if (auto made = core::make_folder(staging_); !made) return core::fail(made.error());
            if (auto written = write_bytes(part, *piece, O_APPEND, 0644); !written) return core::fail(written.error());
            size += piece->size();
            bytes_ += piece->size();
            if (piece->size() < piece_size) return part;
        }
    }

    core::Result<std::string> whole(const std::string& path, std::uintmax_t limit) {
        const auto part = to_file(path, limit);
        if (!part) return core::fail(part.error());
        auto bytes = core::read_file(*part, limit);
        std::error_code ignored;
        std::filesystem::remove(*part, ignored);
        return bytes;
    }

    // True after a download that began where an earlier one had ended: if it is wrong, the earlier part may be.
    [[nodiscard]] bool resumed() const { return resumed_; }
    [[nodiscard]] std::uintmax_t bytes() const { return bytes_; }

private:
    const Get& get_;
    std::filesystem::path staging_;
    bool resumed_ = false;
    std::uintmax_t bytes_ = 0;
};

class Fetch {
public:
    Fetch(const FetchOrder& order, const Head& head, const Get& get, const Progress& progress)
        : order_(order), head_(head), store_(order.store), progress_(progress), download_(get, order.store / "staging") {}

    core::Result<Fetched> run() {
        for (const char* folder : {"objects", "releases", "manifests"}) {
            if (auto made = core::make_folder(store_ / folder); !made) return core::fail(made.error());
        }
        const std::string name = release_name(head_.version, head_.manifest);
        const std::filesystem::path folder = store_ / "releases" / name;
        std::error_code ignored;
        // There already when the power went between the switch and the note of the version.
        if (!std::filesystem::is_directory(folder, ignored)) {
            if (auto made = make_release(folder); !made) return core::fail(made.error());
        } else if (auto good = probe(folder, order_.now); !good) {
            return core::fail(good.error().in("the new release"));
        }
        const auto current = linked(store_, "current");
        if (current && *current != name) {
            if (auto kept = link_to(store_, "previous", *current); !kept) return core::fail(kept.error());
        }
        if (auto switched = link_to(store_, "current", name); !switched) return core::fail(switched.error());
        const std::string accepted = core::canonical({{"version", head_.version}, {"manifest", head_.manifest}});
        if (auto written = core::write_file(store_ / "accepted.json", accepted); !written) return core::fail(written.error());
        remove_old();
        fetched_.version = head_.version;
        fetched_.folder = folder;
        fetched_.is_new = true;
        fetched_.bytes_fetched = download_.bytes();
        return fetched_;
    }

private:
    // The manifest of a release that is here, by the first digits of its hash in the folder's name.
    std::optional<std::pair<std::string, std::string>> kept_manifest(const std::optional<std::string>& release) const {
        if (!release) return std::nullopt;
        const std::string start = release->substr(release->find('-') + 1);
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(store_ / "manifests", ignored)) {
            const std::string hash = entry.path().stem().string();
            if (!is_sha256(hash) || !hash.starts_with(start)) continue;
            auto bytes = core::read_file(entry.path(), largest_manifest);
            if (bytes && core::sha256_hex(*bytes) == hash) return std::pair{hash, std::move(*bytes)};
        }
        return std::nullopt;
    }

    core::Result<std::string> manifest_bytes(const std::optional<std::pair<std::string, std::string>>& old) {
        const auto is_it = [this](const core::Result<std::string>& bytes) { return bytes && core::sha256_hex(*bytes) == head_.manifest; };
        if (auto kept = core::read_file(store_ / manifest_path(head_.manifest), largest_manifest); is_it(kept)) return kept;
        if (old) {
            const auto delta = download_.whole(delta_path(old->first, head_.manifest), largest_manifest);
            if (auto bytes = delta ? apply_delta(old->second, *delta, largest_manifest) : delta; is_it(bytes)) return bytes;
        }
        const auto packed = download_.whole(manifest_path(head_.manifest) + ".zst", largest_manifest);
        if (auto bytes = packed ? unpack(*packed, largest_manifest) : packed; is_it(bytes)) return bytes;
        auto bytes = download_.whole(manifest_path(head_.manifest), largest_manifest);
        if (!bytes) return core::fail(bytes.error().in("the release's list of files"));
        if (!is_it(bytes)) return core::fail(core::ErrorKind::denied, "the release's list of files is not the one that was signed");
        return bytes;
    }

    core::Result<Manifest> get_manifest() {
        auto old = kept_manifest(linked(store_, "current"));
        auto bytes = manifest_bytes(old);
        if (!bytes) return core::fail(bytes.error());
        if (auto written = write_object(store_ / manifest_path(head_.manifest), *bytes); !written) return core::fail(written.error());
        auto manifest = manifest_from(*bytes);
        if (!manifest) return manifest;
        if (manifest->version != head_.version) return core::fail(core::ErrorKind::denied, "the release's list of files is of another version");
        if (old) {
            if (auto parsed = manifest_from(old->second)) old_ = std::move(*parsed);
        }
        return manifest;
    }

    // What we have at the same path, and the little that differs. Nothing when that does not work out.
    std::optional<std::string> by_delta(const ManifestFile& file) {
        const ManifestFile* before = old_.file(file.path);
        if (!before || file.size < least_delta_file || file.size > largest_packed_file || before->size > largest_packed_file) return std::nullopt;
        const auto from = core::read_file(store_ / object_path(before->sha256), largest_packed_file);
        if (!from) return std::nullopt;
        const auto delta = download_.whole(delta_path(before->sha256, file.sha256), file.size);
        if (!delta) return std::nullopt;
        auto bytes = apply_delta(*from, *delta, file.size);
        if (!bytes || core::sha256_hex(*bytes) != file.sha256) return std::nullopt;
        return std::move(*bytes);
    }

    core::Result<void> get_whole(const ManifestFile& file, const std::filesystem::path& path) {
        if (file.packed > 0) {
            const auto packed = download_.whole(object_path(file.sha256) + ".zst", file.packed);
            if (!packed) return core::fail(packed.error());
            const auto bytes = unpack(*packed, file.size);
            if (!bytes || core::sha256_hex(*bytes) != file.sha256) return core::fail(core::ErrorKind::denied, "is not what was signed");
            return write_object(path, *bytes);
        }
        const auto part = download_.to_file(object_path(file.sha256), file.size);
        if (!part) return core::fail(part.error());
        std::error_code ignored;
        const std::uintmax_t size = std::filesystem::file_size(*part, ignored);
        if (size < file.size) return core::fail(core::ErrorKind::unavailable, fmt::format("came with {} of {} bytes", size, file.size));
        const auto hash = hash_of_file(*part);
        if (!hash || *hash != file.sha256) {
            std::filesystem::remove(*part, ignored);
            return core::fail(core::ErrorKind::denied, "is not what was signed");
        }
        ::chmod(part->c_str(), 0444);
        return put_to(*part, path);
    }

    core::Result<void> get_object(const ManifestFile& file) {
        const std::filesystem::path path = store_ / object_path(file.sha256);
        if (has_object(path, file)) return {};
        if (const auto bytes = by_delta(file)) {
            if (auto written = write_object(path, *bytes); !written) return written;
        } else {
            auto got = get_whole(file, path);
            if (!got && got.error().kind == core::ErrorKind::denied && download_.resumed()) got = get_whole(file, path);
            if (!got) return core::fail(got.error().in(file.path));
        }
        ++fetched_.objects_fetched;
        return {};
    }

    static bool is_of_index(const ManifestFile& file) { return file.path.starts_with("index/"); }

    core::Result<void> make_release(const std::filesystem::path& folder) {
        const auto manifest = get_manifest();
        if (!manifest) return core::fail(manifest.error());
        bool lacks_index = false;
        for (std::size_t i = 0; i < manifest->files.size(); ++i) {
            if (progress_) progress_(i, manifest->files.size());
            auto got = get_object(manifest->files[i]);
            // The index can be had without the desk, if slowly.
            const bool is_spare = !got && got.error().kind == core::ErrorKind::not_found && is_of_index(manifest->files[i]);
            lacks_index = lacks_index || is_spare;
            if (!got && !is_spare) return got;
        }
        if (progress_) progress_(manifest->files.size(), manifest->files.size());

        const std::filesystem::path fresh = folder.string() + ".new";
        std::error_code ignored;
        std::filesystem::remove_all(fresh, ignored);
        auto done = fill(fresh, *manifest, lacks_index);
        if (done) done = probe(fresh, order_.now);
        if (done) done = sync_all(store_);
        if (done && ::rename(fresh.c_str(), folder.c_str()) != 0) done = core::fail(core::system_error(fmt::format("cannot make {}", folder.string()), errno));
        if (done) return sync_all(store_);
        std::filesystem::remove_all(fresh, ignored);
        return core::fail(done.error().in("the new release"));
    }

    core::Result<void> fill(const std::filesystem::path& fresh, const Manifest& manifest, bool lacks_index) {
        for (const ManifestFile& file : manifest.files) {
            if (lacks_index && is_of_index(file)) continue;
            const std::filesystem::path path = fresh / file.path;
            if (auto made = core::make_folder(path.parent_path()); !made) return made;
            if (auto done = link_or_copy(store_ / object_path(file.sha256), path); !done) return done;
        }
        return {};
    }

    // This release and the one before stay. What neither of them names is garbage.
    void remove_old() const {
        std::error_code ignored;
        std::set<std::string> releases;
        std::set<std::string> kept;  // manifests and objects
        for (const char* link : {"current", "previous"}) {
            const auto release = linked(store_, link);
            if (release) releases.insert(*release);
            const auto manifest = kept_manifest(release);
            if (!manifest) continue;
            kept.insert(manifest->first);
            const auto parsed = manifest_from(manifest->second);
            for (const ManifestFile& file : parsed ? parsed->files : std::vector<ManifestFile>()) kept.insert(file.sha256);
        }
        for (const auto& entry : std::filesystem::directory_iterator(store_ / "releases", ignored)) {
            if (!releases.contains(entry.path().filename().string())) std::filesystem::remove_all(entry.path(), ignored);
        }
        for (const char* folder : {"manifests", "objects"}) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(store_ / folder, ignored)) {
                const std::string name = entry.path().filename().string();
                const bool is_kept = kept.contains(name.substr(0, name.find('.'))) && !name.ends_with(".new");
                if (entry.is_regular_file(ignored) && !is_kept) std::filesystem::remove(entry.path(), ignored);
            }
        }
        std::filesystem::remove_all(store_ / "staging", ignored);
    }

    const FetchOrder& order_;
    const Head& head_;
    const std::filesystem::path& store_;
    const Progress& progress_;
    Download download_;
    Manifest old_;  // of the release that is current; empty when there is none
    Fetched fetched_;
};

// The kiosk's root, and whatever followed it: each step is kept as soon as it was checked.
core::Result<Root> follow_roots(const FetchOrder& order, const Get& get) {
    auto root = first_root(order.trusted);
    if (!root) return core::fail(root.error().in("the root that this kiosk was given"));
    const std::filesystem::path file = order.store / "root.json";
    if (const auto kept = core::read_file(file, largest_root)) {
        if (auto newer = first_root(*kept); newer && newer->number > root->number) root = std::move(newer);
    }
    while (root->number < most_roots) {
        const auto bytes = get(root_path(root->number + 1), 0, largest_root);
        if (!bytes && bytes.error().kind == core::ErrorKind::not_found) break;
        if (!bytes) return core::fail(bytes.error());
        auto next = next_root(*bytes, *root);
        if (!next) return core::fail(next.error());
        if (auto written = core::write_file(file, *bytes); !written) return core::fail(written.error());
        root = std::move(next);
    }
    return root;
}

// What the stable channel and the kiosk's own show to those who stand before it, newest first. One that cannot be followed
// holds up no other; when there is no other, it is the answer.
core::Result<std::vector<Head>> heads_for(const FetchOrder& order, const Root& root, const Get& get) {
    std::vector<Head> heads;
    std::optional<core::Error> refused;
    for (const std::string& channel : std::set<std::string>{std::string(stable_channel), order.channel}) {
        const auto bytes = get(head_path(channel), 0, largest_head);
        if (!bytes && bytes.error().kind == core::ErrorKind::not_found) continue;
        if (!bytes) return core::fail(bytes.error());
        auto head = verify_head(*bytes, root, order.now);
        if (head && head->channel != channel) head = core::fail(core::ErrorKind::denied, fmt::format("the head of '{}' came for '{}'", head->channel, channel));
        const bool is_for_them = head && std::all_of(head->audience.begin(), head->audience.end(), [&](const std::string& each) {
            return std::find(order.audience.begin(), order.audience.end(), each) != order.audience.end();
        });
        if (is_for_them) {
            heads.push_back(std::move(*head));
        } else if (!head) {
            refused = head.error();
        } else if (!refused) {
            refused = core::Error{core::ErrorKind::not_found, fmt::format("the desk has published no content for {} yet", fmt::join(order.audience, ", "))};
        }
    }
    if (heads.empty() && refused) return core::fail(*refused);
    if (heads.empty()) return core::fail(core::ErrorKind::not_found, "the desk has published no content yet");
    std::sort(heads.begin(), heads.end(), [](const Head& a, const Head& b) { return a.version > b.version; });
    return heads;
}

// The same kiosks for all percents of a release, others for the next release.
bool is_among_the_first(const Head& head, std::string_view device) {
    if (head.percent >= 100) return true;
    const std::string hash = core::sha256(fmt::format("{} {}", head.manifest, device));
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | static_cast<unsigned char>(hash[i]);
    return number % 100 < static_cast<std::uint32_t>(head.percent);
}

}  // namespace

Get get_from(std::filesystem::path store) {
    return [store = std::move(store)](const std::string& path, std::uint64_t from, std::size_t size) -> core::Result<std::string> {
        const int file = ::open((store / path).c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) return core::fail(core::system_error(fmt::format("cannot read {}", (store / path).string()), errno));
        std::string bytes(size, '\0');
        std::size_t got = 0;
        int why = 0;
        while (got < size) {
            const ssize_t more = ::pread(file, bytes.data() + got, size - got, static_cast<off_t>(from + got));
            if (more < 0 && errno == EINTR) continue;
            if (more < 0) why = errno;
            if (more <= 0) break;
            got += static_cast<std::size_t>(more);
        }
        ::close(file);
        if (why != 0) return core::fail(core::system_error(fmt::format("cannot read {}", (store / path).string()), why));
        bytes.resize(got);
        return bytes;
    };
}

core::Result<Fetched> fetch_release(const FetchOrder& order, const Get& get, const Progress& progress) {
    if (auto made = core::make_folder(order.store); !made) return core::fail(made.error());
    const StoreLock lock(order.store);
    if (!lock.has_it()) return core::fail(lock.has_it().error());
    const auto root = follow_roots(order, get);
    if (!root) return core::fail(root.error());
    const auto heads = heads_for(order, *root, get);
    if (!heads) return core::fail(heads.error());
    const auto accepted = read_accepted(order.store);
    if (!accepted) return core::fail(accepted.error());
    const auto current = current_release(order.store);
    if (!current) return core::fail(current.error());

    const std::int64_t last = std::max(*accepted ? (*accepted)->version : 0, *current ? (*current)->version : 0);
    if (heads->front().version < last) {
        return core::fail(core::ErrorKind::denied, fmt::format("release {} is older than {}, which was accepted already", heads->front().version, last));
    }
    // The newest that is not for other kiosks first; whoever has nothing takes that, too.
    const auto head = std::find_if(heads->begin(), heads->end(), [&](const Head& each) {
        return each.version >= last && (!*current || each.version == (*current)->version || is_among_the_first(each, order.device));
    });
    const auto as_before = [&](bool is_held_back, bool is_expired) {
        Fetched same;
        same.version = (*current)->version;
        same.folder = (*current)->folder;
        same.is_held_back = is_held_back;
        same.is_expired = is_expired;
        return same;
    };
    if (head == heads->end()) return as_before(true, heads->front().expires < order.now);
    if (*accepted && head->version == (*accepted)->version && head->manifest != (*accepted)->manifest) {
        return core::fail(core::ErrorKind::denied, fmt::format("release {} came with two different contents", head->version));
    }
    const std::vector<std::string> bad = read_bad(order.store);
    if (std::find(bad.begin(), bad.end(), release_name(head->version, head->manifest)) != bad.end()) {
        return core::fail(core::ErrorKind::conflict, fmt::format("release {} could not be shown here; a newer one is waited for", head->version));
    }
    if (*current && (*current)->version == head->version && (*current)->manifest == head->manifest) return as_before(heads->front().version > head->version, head->expires < order.now);
    auto fetched = Fetch(order, *head, get, progress).run();
    if (fetched) fetched->is_expired = head->expires < order.now;
    return fetched;
}

}  // namespace kb
