#include "desk/work/blobs.hpp"

#include <algorithm>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "desk/store/published.hpp"
#include "desk/work/desk.hpp"

namespace desk {
namespace {

// Two levels, so that no folder grows without bound. Only a name of 64 hex digits ever reaches this.
std::filesystem::path path_of(const Desk& desk, std::string_view sha256) {
    return desk.blobs() / std::string(sha256.substr(0, 2)) / std::string(sha256);
}

bool is_hash(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

}  // namespace

core::Result<bool> keep_blob(Desk& desk, std::string_view sha256, std::string_view bytes) {
    if (!is_hash(sha256)) return core::fail(core::ErrorKind::invalid, "That is not a SHA-256.");
    if (bytes.size() > largest_blob) return core::fail(core::ErrorKind::invalid, "The attachment is too large.");
    if (core::sha256_hex(bytes) != sha256) {
        return core::fail(core::ErrorKind::invalid, "The attachment is not what its hash says.");
    }
    auto there = has_blob(desk, sha256);
    if (!there) return there;
    if (*there) return false;

    const auto path = path_of(desk, sha256);
    if (auto made = core::make_folder(path.parent_path()); !made) return core::fail(made.error());
    if (auto written = core::write_file(path, bytes); !written) return core::fail(written.error());
    // The row comes last: what it names is on disk.
    const BlobInfo blob{std::string(sha256), static_cast<std::int64_t>(bytes.size()), desk.clock().now()};
    auto kept = desk.writer().run([&](core::Database& db) { return Published(db).add_blob(blob); });
    if (!kept) return core::fail(kept.error());
    return true;
}

core::Result<bool> has_blob(Desk& desk, std::string_view sha256) {
    auto reader = desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    auto found = Published(**reader).blob(sha256);
    if (!found) return core::fail(found.error());
    return found->has_value();
}

core::Result<std::string> read_blob(Desk& desk, std::string_view sha256) {
    auto there = is_hash(sha256) ? has_blob(desk, sha256) : core::Result<bool>(false);
    if (!there) return core::fail(there.error());
    if (!*there) return core::fail(core::ErrorKind::not_found, "There is no such attachment.");
    auto bytes = core::read_file(path_of(desk, sha256), largest_blob);
    if (bytes && core::sha256_hex(*bytes) != sha256) {
        return core::fail(core::ErrorKind::corrupt, "an attachment is damaged");
    }
    return bytes;
}

}  // namespace desk
