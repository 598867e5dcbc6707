// The kiosk's half of release.hpp.
//
// The order is the point: nothing of a release counts before all of it was checked, and the version is remembered last.
// Killed anywhere, the kiosk has the old release or the new one; objects that came already are not fetched again.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/searcher.hpp"

namespace kb {
namespace {

constexpr std::size_t short_hash = 8;

struct Accepted {
    std::int64_t version = 0;
    std::string manifest;
};

std::string release_name(std::int64_t version, std::string_view manifest) { return fmt::format("{}-{}", version, manifest.substr(0, short_hash)); }

// "12-0123abcd" → 12
std::optional<std::int64_t> version_of(const std::string& name) {
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), version);
    if (error != std::errc{} || version < 1 || *end != '-') return std::nullopt;
    return version;
}

core::Result<std::optional<Accepted>> read_accepted(const std::filesystem::path& store) {
    const auto text = core::read_file(store / "accepted.json", largest_head);
    if (!text && text.error().kind == core::ErrorKind::not_found) return std::nullopt;
    if (!text) return core::fail(text.error());
    const auto json = core::parse_json(*text);
    const auto version = json ? core::integer_at(*json, "version") : std::nullopt;
    const auto manifest = json ? core::text_at(*json, "manifest") : std::nullopt;
    if (!version || !manifest) return std::nullopt;  // the link's name still knows the version
    return Accepted{*version, *manifest};
}

// Everything written so far in this file system, in one go: thousands of small files would take minutes one by one.
core::Result<void> sync_all(const std::filesystem::path& folder) {
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return core::fail(core::system_error(fmt::format("cannot open {}", folder.string()), errno));
    const int done = ::syncfs(directory);
    const int why = errno;
    ::close(directory);
    if (done != 0) return core::fail(core::system_error(fmt::format("cannot write {}", folder.string()), why));
    return {};
}

core::Result<void> write_object(const std::filesystem::path& path, std::string_view bytes) {
    if (auto made = core::make_folder(path.parent_path()); !made) return made;
    const std::string half_written = path.string() + ".new";
    const int file = ::open(half_written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
    if (file < 0) return core::fail(core::system_error(fmt::format("cannot write {}", path.string()), errno));
    int why = 0;
    while (!bytes.empty() && why == 0) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            why = errno;
        }
    }
    if (::close(file) != 0 && why == 0) why = errno;
    if (why == 0 && ::rename(half_written.c_str(), path.c_str()) != 0) why = errno;
    if (why == 0) return {};
    ::unlink(half_written.c_str());
    return core::fail(core::system_error(fmt::format("cannot write {}", path.string()), why));
}

// Objects are not synced one by one, so after a power cut one may be there and empty: only its hash tells.
bool has_object(const std::filesystem::path& path, const ManifestFile& file) {
    std::error_code missing;
    if (std::filesystem::file_size(path, missing) != file.size || missing) return false;
    const auto bytes = core::read_file(path, largest_release_file);
    return bytes && core::sha256_hex(*bytes) == file.sha256;
}

core::Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return {};
    // File systems of sticks and some containers know no hard links.
    std::error_code error;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (error) return core::fail(core::system_error(fmt::format("cannot write {}", to.string()), error.value()));
    return {};
}

// Opens what people would see, before they could.
core::Result<void> probe(const std::filesystem::path& folder) {
    const auto searcher = Searcher::open(index_of(folder));
    if (!searcher) return core::fail(searcher.error().in("the new release"));
    Question question;
    question.words = "a";
    question.limit = 1;
    if (const auto found = searcher->search(question); !found) return core::fail(found.error().in("the new release"));
    core::Problems problems;
    const auto catalog = catalog::load_catalog(folder, problems);
    for (const core::Problem& problem : problems) {
        if (problem.severity == core::Severity::error) return core::fail(core::ErrorKind::corrupt, fmt::format("the new release: {}", problem.line_of_text()));
    }
    return {};
}

class Fetch {
public:
    Fetch(const Head& head, const Get& get, const std::filesystem::path& store, const Progress& progress) : head_(head), get_(get), store_(store), progress_(progress) {}

    core::Result<Fetched> run() {
        for (const char* folder : {"objects", "releases", "manifests"}) {
            if (auto made = core::make_folder(store_ / folder); !made) return core::fail(made.error());
        }
        const std::filesystem::path folder = store_ / "releases" / release_name(head_.version, head_.manifest);
        std::error_code ignored;
        // There already when the power went between the switch and the note of the version.
        if (!std::filesystem::is_directory(folder, ignored)) {
            if (auto made = make_release(folder); !made) return core::fail(made.error());
        } else if (auto good = probe(folder); !good) {
            return core::fail(good.error());
        }
        if (auto switched = switch_to(folder); !switched) return core::fail(switched.error());
        const std::string accepted = core::canonical({{"version", head_.version}, {"manifest", head_.manifest}});
        if (auto written = core::write_file(store_ / "accepted.json", accepted); !written) return core::fail(written.error());
        remove_old(folder);
        fetched_.version = head_.version;
        fetched_.folder = folder;
        fetched_.is_new = true;
        return fetched_;
    }

private:
    core::Result<Manifest> get_manifest() {
        const std::filesystem::path kept = store_ / manifest_path(head_.manifest);
        auto bytes = core::read_file(kept, largest_manifest);
        if (!bytes || core::sha256_hex(*bytes) != head_.manifest) {
            bytes = get_(manifest_path(head_.manifest));
            if (!bytes) return core::fail(bytes.error().in("the release's list of files"));
            if (bytes->size() > largest_manifest || core::sha256_hex(*bytes) != head_.manifest) {
                return core::fail(core::ErrorKind::denied, "the release's list of files is not the one that was signed");
            }
            if (auto written = write_object(kept, *bytes); !written) return core::fail(written.error());
        }
        auto manifest = manifest_from(*bytes);
        if (!manifest) return manifest;
        if (manifest->version != head_.version) return core::fail(core::ErrorKind::denied, "the release's list of files is of another version");
        return manifest;
    }

    core::Result<void> get_object(const ManifestFile& file) {
        const std::filesystem::path path = store_ / object_path(file.sha256);
        if (has_object(path, file)) return {};
        const auto bytes = get_(object_path(file.sha256));
        if (!bytes) return core::fail(bytes.error().in(file.path));
        if (bytes->size() != file.size) {
            return core::fail(core::ErrorKind::unavailable, fmt::format("{} came with {} of {} bytes", file.path, bytes->size(), file.size));
        }
        if (core::sha256_hex(*bytes) != file.sha256) return core::fail(core::ErrorKind::denied, fmt::format("{} is not what was signed", file.path));
        if (auto written = write_object(path, *bytes); !written) return written;
        ++fetched_.objects_fetched;
        fetched_.bytes_fetched += bytes->size();
        return {};
    }

    core::Result<void> make_release(const std::filesystem::path& folder) {
        const auto manifest = get_manifest();
        if (!manifest) return core::fail(manifest.error());
        for (std::size_t i = 0; i < manifest->files.size(); ++i) {
            if (progress_) progress_(i, manifest->files.size());
            if (auto got = get_object(manifest->files[i]); !got) return got;
        }
        if (progress_) progress_(manifest->files.size(), manifest->files.size());

        const std::filesystem::path fresh = folder.string() + ".new";
        std::error_code ignored;
        std::filesystem::remove_all(fresh, ignored);
        auto done = fill(fresh, *manifest);
        if (done) done = probe(fresh);
        if (done) done = sync_all(store_);
        if (done && ::rename(fresh.c_str(), folder.c_str()) != 0) done = core::fail(core::system_error(fmt::format("cannot make {}", folder.string()), errno));
        if (!done) std::filesystem::remove_all(fresh, ignored);
        return done;
    }

    core::Result<void> fill(const std::filesystem::path& fresh, const Manifest& manifest) {
        for (const ManifestFile& file : manifest.files) {
            const std::filesystem::path path = fresh / file.path;
            if (auto made = core::make_folder(path.parent_path()); !made) return made;
            if (auto linked = link_or_copy(store_ / object_path(file.sha256), path); !linked) return linked;
        }
        return {};
    }

    core::Result<void> switch_to(const std::filesystem::path& folder) {
        if (auto synced = sync_all(store_ / "releases"); !synced) return synced;
        std::error_code ignored;
        previous_ = std::filesystem::read_symlink(store_ / "current", ignored).filename();
        const std::filesystem::path link = store_ / "current.new";
        std::filesystem::remove(link, ignored);
        const std::filesystem::path target = std::filesystem::path("releases") / folder.filename();
        if (::symlink(target.c_str(), link.c_str()) != 0 || ::rename(link.c_str(), (store_ / "current").c_str()) != 0) {
            return core::fail(core::system_error(fmt::format("cannot switch to {}", target.string()), errno));
        }
        return sync_all(store_);
    }

    // This release and the one before stay, for who still shows it. An object that no release links is garbage.
    void remove_old(const std::filesystem::path& folder) const {
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(store_ / "releases", ignored)) {
            const auto name = entry.path().filename();
            if (name != folder.filename() && name != previous_) std::filesystem::remove_all(entry.path(), ignored);
        }
        for (const auto& entry : std::filesystem::directory_iterator(store_ / "manifests", ignored)) {
            if (entry.path().stem() != head_.manifest) std::filesystem::remove(entry.path(), ignored);
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(store_ / "objects", ignored)) {
            if (entry.is_regular_file(ignored) && entry.hard_link_count(ignored) == 1) std::filesystem::remove(entry.path(), ignored);
        }
    }

    const Head& head_;
    const Get& get_;
    const std::filesystem::path& store_;
    const Progress& progress_;
    std::filesystem::path previous_;
    Fetched fetched_;
};

}  // namespace

core::Result<std::optional<CurrentRelease>> current_release(const std::filesystem::path& store) {
    std::error_code error;
    const std::filesystem::path target = std::filesystem::read_symlink(store / "current", error);
    if (error) return std::nullopt;
    CurrentRelease current;
    current.folder = store / target;
    if (!std::filesystem::is_directory(current.folder, error)) return std::nullopt;
    const auto version = version_of(target.filename().string());
    if (!version) return core::fail(core::ErrorKind::corrupt, fmt::format("{} names no release", (store / "current").string()));
    current.version = *version;
    const auto accepted = read_accepted(store);
    if (!accepted) return core::fail(accepted.error());
    if (*accepted && (*accepted)->version == current.version) current.manifest = (*accepted)->manifest;
    return current;
}

core::Result<Fetched> fetch_release(std::string_view head_bytes, std::string_view trusted_key, const Get& get, const std::filesystem::path& store, core::Time now,
                                    const Progress& progress) {
    const auto head = verify_head(head_bytes, trusted_key);
    if (!head) return core::fail(head.error());
    const auto accepted = read_accepted(store);
    if (!accepted) return core::fail(accepted.error());
    const auto current = current_release(store);
    if (!current) return core::fail(current.error());

    const std::int64_t last = std::max(*accepted ? (*accepted)->version : 0, *current ? (*current)->version : 0);
    if (head->version < last) {
        return core::fail(core::ErrorKind::denied, fmt::format("release {} is older than {}, which was accepted already", head->version, last));
    }
    if (*accepted && head->version == (*accepted)->version) {
        if (head->manifest != (*accepted)->manifest) return core::fail(core::ErrorKind::denied, fmt::format("release {} came with two different contents", head->version));
        if (*current && (*current)->version == head->version) {
            Fetched same;
            same.version = head->version;
            same.folder = (*current)->folder;
            same.is_expired = head->expires < now;
            return same;
        }
    }
    auto fetched = Fetch(*head, get, store, progress).run();
    if (fetched) fetched->is_expired = head->expires < now;
    return fetched;
}

}  // namespace kb
