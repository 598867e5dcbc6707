#include "kb/release_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/indexer.hpp"
#include "kb/release.hpp"
#include "kb/searcher.hpp"

namespace kb {
namespace {

constexpr std::size_t short_hash = 8;
constexpr std::size_t most_bad_releases = 16;

// "12-0123abcd" → 12
std::optional<std::int64_t> version_of(const std::string& name) {
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), version);
    if (error != std::errc{} || version < 1 || *end != '-') return std::nullopt;
    return version;
}

// Opens what people would see, before they could.
core::Result<void> open_all(const std::filesystem::path& folder) {
    const auto searcher = Searcher::open(index_of(folder));
    if (!searcher) return core::fail(searcher.error());
    Question question;
    question.words = "a";
    question.limit = 1;
    if (const auto found = searcher->search(question); !found) return core::fail(found.error());
    core::Problems problems;
    const auto catalog = catalog::load_catalog(folder, problems);
    for (const core::Problem& problem : problems) {
        if (problem.severity == core::Severity::error) return core::fail(core::ErrorKind::denied, problem.line_of_text());
    }
    return {};
}

// To the release before, for good: this one is not taken again.
core::Result<CurrentRelease> go_back(const std::filesystem::path& store, const CurrentRelease& from, core::Time now) {
    const auto previous = linked(store, "previous");
    const std::string name = from.folder.filename().string();
    if (!previous || *previous == name) return core::fail(core::ErrorKind::not_found, "there is no release before it");
    if (auto other = probe(store / "releases" / *previous, now); !other) return core::fail(other.error().in("the release before it"));
    std::vector<std::string> bad = read_bad(store);
    bad.push_back(name);
    if (bad.size() > most_bad_releases) bad.erase(bad.begin());
    if (auto written = core::write_file(store / "bad.json", core::canonical(core::Json(bad))); !written) return core::fail(written.error());
    if (auto switched = link_to(store, "current", *previous); !switched) return core::fail(switched.error());
    auto current = current_release(store);
    if (!current) return core::fail(current.error());
    return std::move(**current);
}

}  // namespace

StoreLock::StoreLock(const std::filesystem::path& store) : file_(::open((store / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ < 0) has_it_ = core::fail(core::system_error(fmt::format("cannot write in {}", store.string()), errno));
    else if (::flock(file_, LOCK_EX | LOCK_NB) != 0) has_it_ = core::fail(core::ErrorKind::unavailable, "another process works on the store of releases");
}

StoreLock::~StoreLock() {
    if (file_ >= 0) ::close(file_);
}

std::string release_name(std::int64_t version, std::string_view manifest) { return fmt::format("{}-{}", version, manifest.substr(0, short_hash)); }

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

std::vector<std::string> read_bad(const std::filesystem::path& store) {
    const auto text = core::read_file(store / "bad.json", largest_head);
    const auto json = text ? core::parse_json(*text) : core::Result<core::Json>(core::Json());
    std::vector<std::string> bad;
    if (!json || !json->is_array()) return bad;
    for (const core::Json& each : *json) {
        if (each.is_string()) bad.push_back(each.get<std::string>());
    }
    return bad;
}

core::Result<void> sync_all(const std::filesystem::path& folder) {
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return core::fail(core::system_error(fmt::format("cannot open {}", folder.string()), errno));
    const int done = ::syncfs(directory);
    const int why = errno;
    ::close(directory);
    if (done != 0) return core::fail(core::system_error(fmt::format("cannot write {}", folder.string()), why));
    return {};
}

core::Result<void> write_bytes(const std::filesystem::path& path, std::string_view bytes, int flags, mode_t mode) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
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
    if (why == 0) return {};
    return core::fail(core::system_error(fmt::format("cannot write {}", path.string()), why));
}

core::Result<void> put_to(const std::filesystem::path& half_written, const std::filesystem::path& path) {
    if (auto made = core::make_folder(path.parent_path()); !made) return made;
    if (::rename(half_written.c_str(), path.c_str()) != 0) return core::fail(core::system_error(fmt::format("cannot write {}", path.string()), errno));
    return {};
}

core::Result<void> write_object(const std::filesystem::path& path, std::string_view bytes) {
    if (auto made = core::make_folder(path.parent_path()); !made) return made;
    const std::filesystem::path half_written = path.string() + ".new";
    std::error_code ignored;
    std::filesystem::remove(half_written, ignored);
    auto done = write_bytes(half_written, bytes, O_EXCL, 0444);
    if (done) done = put_to(half_written, path);
    if (!done) std::filesystem::remove(half_written, ignored);
    return done;
}

core::Result<std::string> hash_of_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return core::fail(core::ErrorKind::not_found, fmt::format("cannot read {}", path.string()));
    core::Sha256 hash;
    std::string piece(1u << 16, '\0');
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hash.add(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    }
    return hash.hex();
}

bool has_object(const std::filesystem::path& path, const ManifestFile& file) {
    std::error_code missing;
    if (std::filesystem::file_size(path, missing) != file.size || missing) return false;
    const auto hash = hash_of_file(path);
    return hash && *hash == file.sha256;
}

core::Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return {};
    // File systems of sticks and some containers know no hard links.
    std::error_code error;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (error) return core::fail(core::system_error(fmt::format("cannot write {}", to.string()), error.value()));
    return {};
}

std::optional<std::string> linked(const std::filesystem::path& store, const char* link) {
    std::error_code error;
    const std::filesystem::path target = std::filesystem::read_symlink(store / link, error);
    if (error || !std::filesystem::is_directory(store / "releases" / target.filename(), error)) return std::nullopt;
    return target.filename().string();
}

core::Result<void> link_to(const std::filesystem::path& store, const char* link, const std::string& release) {
    const std::filesystem::path fresh = store / fmt::format("{}.new", link);
    std::error_code ignored;
    std::filesystem::remove(fresh, ignored);
    const std::filesystem::path target = std::filesystem::path("releases") / release;
    if (::symlink(target.c_str(), fresh.c_str()) != 0 || ::rename(fresh.c_str(), (store / link).c_str()) != 0) {
        return core::fail(core::system_error(fmt::format("cannot switch to {}", target.string()), errno));
    }
    return sync_all(store);
}

core::Result<void> probe(const std::filesystem::path& folder, core::Time now) {
    auto opened = open_all(folder);
    if (opened || opened.error().kind == core::ErrorKind::denied) return opened;
    core::Problems problems;
    const auto collection = load_collection(folder, problems);
    if (!collection) return core::fail(collection.error());
    const auto catalog = catalog::load_catalog(folder, problems);
    std::error_code ignored;
    std::filesystem::remove_all(index_of(folder), ignored);  // what lies there may be no index at all
    const core::Date today{std::chrono::floor<std::chrono::days>(now)};
    if (const auto built = build_index(*collection, catalog, index_of(folder), today); !built) return core::fail(built.error());
    return open_all(folder);
}

core::Result<std::optional<CurrentRelease>> current_release(const std::filesystem::path& store) {
    const auto release = linked(store, "current");
    if (!release) return std::nullopt;
    CurrentRelease current;
    current.folder = store / "releases" / *release;
    const auto version = version_of(*release);
    if (!version) return core::fail(core::ErrorKind::corrupt, fmt::format("{} names no release", (store / "current").string()));
    current.version = *version;
    const auto accepted = read_accepted(store);
    if (!accepted) return core::fail(accepted.error());
    if (*accepted && (*accepted)->version == current.version) current.manifest = (*accepted)->manifest;
    return current;
}

core::Result<CurrentRelease> mend_release(const std::filesystem::path& store, core::Time now) {
    const StoreLock lock(store);
    if (!lock.has_it()) return core::fail(lock.has_it().error());
    auto current = current_release(store);
    if (!current) return core::fail(current.error());
    if (!*current) return core::fail(core::ErrorKind::not_found, "there is no release yet");
    const auto good = probe((*current)->folder, now);
    if (good) return std::move(**current);
    if (good.error().kind == core::ErrorKind::full) return core::fail(good.error());  // a full disk says nothing about the release
    auto before = go_back(store, **current, now);
    return before ? std::move(before) : core::fail(good.error());
}

core::Result<CurrentRelease> give_up_release(const std::filesystem::path& store, core::Time now) {
    const StoreLock lock(store);
    if (!lock.has_it()) return core::fail(lock.has_it().error());
    const auto current = current_release(store);
    if (!current) return core::fail(current.error());
    if (!*current) return core::fail(core::ErrorKind::not_found, "there is no release yet");
    return go_back(store, **current, now);
}

}  // namespace kb
