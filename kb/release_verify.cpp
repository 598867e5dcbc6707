// What `kb release verify` looks at: the store of a desk, or the folder of a kiosk.
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "kb/pack.hpp"
#include "kb/release_desk.hpp"
#include "kb/release_store.hpp"

namespace kb {
namespace {

class Verifying {
public:
    Verifying(const std::filesystem::path& store, const Progress& progress) : store_(store), progress_(progress) {}

    core::Result<Verified> desk(std::string_view trusted, core::Time now) {
        auto root = first_root(trusted);
        if (!root) return core::fail(root.error().in("the root that was given"));
        follow(*root);
        verified_.root = root->number;
        heads(*root, now);
        std::map<std::string, ManifestFile> files;  // by hash: most releases share most files
        manifests(files);
        objects(files);
        deltas(files);
        return std::move(verified_);
    }

    core::Result<Verified> kiosk(std::string_view trusted) {
        auto root = first_root(trusted);
        if (!root) return core::fail(root.error().in("the root that was given"));
        if (const auto kept = core::read_file(store_ / "root.json", largest_root)) {
            const auto newer = first_root(*kept);
            if (!newer) wrong("root.json", newer.error().message, "Remove it; the kiosk follows the chain anew.");
            else if (newer->number > root->number) root = *newer;
        }
        verified_.root = root->number;
        const auto accepted = read_accepted(store_);
        if (!accepted) return core::fail(accepted.error());
        const auto current = current_release(store_);
        if (!current) return core::fail(current.error());
        if (!*current) return core::fail(core::ErrorKind::not_found, fmt::format("{} shows no release", store_.string()));
        const auto hash = manifest_of((*current)->folder.filename().string());
        if (!hash) {
            wrong("manifests", fmt::format("the list of files of release {} is not here", (*current)->version), "Let the kiosk fetch again.");
            return std::move(verified_);
        }
        verified_.heads.push_back({"", (*current)->version, *hash, 100, {}, {}});
        if (*accepted && (*accepted)->version > (*current)->version) {
            note("current", fmt::format("release {} was accepted and is not shown", (*accepted)->version), "See the kiosk's log; it waits for a newer one.");
        }
        verified_.releases = 1;
        const Manifest manifest = stored_manifest(store_, *hash).value();
        for (const ManifestFile& file : manifest.files) {
            if (progress_) progress_(verified_.objects, manifest.files.size());
            const std::filesystem::path path = std::filesystem::relative((*current)->folder / file.path, store_);
            count(file);
            if (has_object(store_ / path, file)) continue;
            // A kiosk makes its own when this program reads another form of index.
            if (file.path.starts_with("index/")) note(path.string(), "is not the desk's", "Nothing, if this kiosk's program is of another version.");
            else wrong(path.string(), "is not what was published", "Let the kiosk fetch again.");
        }
        if (progress_) progress_(manifest.files.size(), manifest.files.size());
        return std::move(verified_);
    }

private:
    void wrong(std::string file, std::string what, std::string remedy) { verified_.problems.push_back({core::Severity::error, std::move(file), 0, 0, std::move(what), std::move(remedy)}); }
    void note(std::string file, std::string what, std::string remedy) { verified_.problems.push_back({core::Severity::warning, std::move(file), 0, 0, std::move(what), std::move(remedy)}); }

    void count(const ManifestFile& file) {
        ++verified_.objects;
        verified_.bytes += file.size;
    }

    void follow(Root& root) {
        for (;;) {
            const std::string path = root_path(root.number + 1);
            const auto bytes = core::read_file(store_ / path, largest_root);
            if (!bytes && bytes.error().kind == core::ErrorKind::not_found) return;
            auto next = bytes ? next_root(*bytes, root) : core::Result<Root>(core::fail(bytes.error()));
            if (!next) return wrong(path, next.error().message, "Kiosks stop here; let the holders sign it, or take it away.");
            root = std::move(*next);
        }
    }

    void heads(const Root& root, core::Time now) {
        auto found = heads_in(store_);
        if (!found) return wrong("head.json", found.error().message, "Sign the release again.");
        if (found->empty()) note("head.json", "nothing is published yet", "kb release sign");
        for (const StoreHead& each : *found) {
            const std::string path = head_path(each.channel);
            const auto bytes = core::read_file(store_ / path, largest_head);
            const auto head = bytes ? verify_head(*bytes, root, now) : core::Result<Head>(core::fail(bytes.error()));
            if (!head) {
                wrong(path, head.error().message, "Sign the release again, with a key that the root names.");
            } else if (head->channel != each.channel) {
                wrong(path, fmt::format("is the head of '{}'", head->channel), "Sign the release for this channel.");
            } else if (head->expires < now) {
                note(path, fmt::format("has expired on {}", core::to_text(head->expires)), "Publish, or sign the same release for longer.");
            }
        }
        verified_.heads = std::move(*found);
    }

    void manifests(std::map<std::string, ManifestFile>& files) {
        std::set<std::string> wanted;
        for (const StoreHead& head : verified_.heads) wanted.insert(head.manifest);
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(store_ / "manifests", ignored)) {
            if (entry.path().extension() == ".json") wanted.insert(entry.path().stem().string());
        }
        for (const std::string& hash : wanted) {
            const auto manifest = stored_manifest(store_, hash);
            if (!manifest) {
                wrong(manifest_path(hash), manifest.error().message, "Publish again.");
                continue;
            }
            ++verified_.releases;
            for (const ManifestFile& file : manifest->files) files.emplace(file.sha256, file);
            const auto packed = core::read_file(store_ / (manifest_path(hash) + ".zst"), largest_manifest);
            const auto bytes = packed ? unpack(*packed, largest_manifest) : packed;
            if (!bytes || core::sha256_hex(*bytes) != hash) note(manifest_path(hash) + ".zst", "is missing or wrong", "Kiosks take the longer way; publish again.");
        }
    }

    void objects(const std::map<std::string, ManifestFile>& files) {
        std::size_t done = 0;
        for (const auto& [hash, file] : files) {
            if (progress_) progress_(done++, files.size());
            count(file);
            const std::string path = object_path(hash);
            // A copy to carry has only the pack of what has one.
            std::error_code ignored;
            const bool is_here = std::filesystem::exists(store_ / path, ignored);
            if (!has_object(store_ / path, file) && (is_here || file.packed == 0)) wrong(path, fmt::format("is missing or not what its name says ({})", file.path), "Publish again after you removed it.");
            if (file.packed == 0) continue;
            const auto packed = core::read_file(store_ / (path + ".zst"), largest_packed_file);
            const auto bytes = packed ? unpack(*packed, file.size) : packed;
            if (!bytes || core::sha256_hex(*bytes) != hash) wrong(path + ".zst", fmt::format("is missing or not what its name says ({})", file.path), "Publish again after you removed it and the file beside it.");
        }
        if (progress_) progress_(files.size(), files.size());
    }

    void deltas(const std::map<std::string, ManifestFile>& files) {
        const auto bytes_of = [&](const std::string& hash) -> std::optional<std::string> {
            const bool is_object = files.contains(hash);
            auto bytes = core::read_file(store_ / (is_object ? object_path(hash) : manifest_path(hash)), largest_packed_file);
            if (!bytes) return std::nullopt;
            return std::move(*bytes);
        };
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(store_ / "deltas", ignored)) {
            const std::string name = entry.path().stem().string();
            const std::size_t middle = name.find('-');
            if (entry.path().extension() != ".zst" || middle == std::string::npos) continue;
            const std::string to = name.substr(middle + 1);
            const auto from = bytes_of(name.substr(0, middle));
            if (!from) continue;  // whoever had that is served no more
            const auto delta = core::read_file(entry.path(), largest_packed_file);
            const auto file = files.find(to);
            const auto bytes = delta ? apply_delta(*from, *delta, file == files.end() ? largest_manifest : file->second.size) : delta;
            if (!bytes || core::sha256_hex(*bytes) != to) note("deltas/" + entry.path().filename().string(), "does not lead to what its name says", "Kiosks take the longer way; remove it and publish again.");
        }
    }

    std::optional<std::string> manifest_of(const std::string& release) const {
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(store_ / "manifests", ignored)) {
            const std::string hash = entry.path().stem().string();
            const auto manifest = is_sha256(hash) ? stored_manifest(store_, hash) : core::Result<Manifest>(core::fail(core::ErrorKind::not_found, ""));
            if (manifest && release_name(manifest->version, hash) == release) return hash;
        }
        return std::nullopt;
    }

    const std::filesystem::path& store_;
    const Progress& progress_;
    Verified verified_;
};

}  // namespace

core::Result<Verified> verify_store(const std::filesystem::path& store, std::string_view trusted, core::Time now, const Progress& progress) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(store, ignored)) return core::fail(core::ErrorKind::not_found, fmt::format("there is no folder {}", store.string()));
    return Verifying(store, progress).desk(trusted, now);
}

core::Result<Verified> verify_kiosk(const std::filesystem::path& store, std::string_view trusted, const Progress& progress) {
    return Verifying(store, progress).kiosk(trusted);
}

core::Result<ReleaseDifference> diff_releases(const std::filesystem::path& store, std::string_view from, std::string_view to) {
    const auto before = stored_manifest(store, from);
    if (!before) return core::fail(before.error());
    const auto after = stored_manifest(store, to);
    if (!after) return core::fail(after.error());
    const auto size_of = [&store](const std::string& path) -> std::optional<std::uintmax_t> {
        std::error_code missing;
        const std::uintmax_t size = std::filesystem::file_size(store / path, missing);
        if (missing) return std::nullopt;
        return size;
    };
    std::set<std::string_view> known;  // a kiosk has an object once, whatever its path
    for (const ManifestFile& file : before->files) known.insert(file.sha256);
    ReleaseDifference difference;
    for (const ManifestFile& file : after->files) {
        const ManifestFile* old = before->file(file.path);
        if (old && old->sha256 == file.sha256) continue;
        FileChange change{old ? FileChange::Kind::changed : FileChange::Kind::added, file.path, file.size, 0};
        if (known.insert(file.sha256).second) {
            const std::uintmax_t whole = file.packed > 0 ? file.packed : file.size;
            change.travels = old ? size_of(delta_path(old->sha256, file.sha256)).value_or(whole) : whole;
        }
        difference.travels += change.travels;
        difference.files.push_back(std::move(change));
    }
    for (const ManifestFile& file : before->files) {
        if (!after->file(file.path)) difference.files.push_back({FileChange::Kind::removed, file.path, 0, 0});
    }
    std::sort(difference.files.begin(), difference.files.end(), [](const FileChange& a, const FileChange& b) { return a.path < b.path; });
    if (from != to) difference.travels += size_of(delta_path(from, to)).value_or(size_of(manifest_path(to) + ".zst").value_or(0));
    return difference;
}

}  // namespace kb
