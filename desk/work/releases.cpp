#include "desk/work/releases.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "kb/manifest.hpp"

namespace desk {
namespace {

constexpr std::size_t tag_length = 16;

}  // namespace

core::Result<std::optional<kb::StoreHead>> on_channel(const std::filesystem::path& store, std::string_view channel) {
    auto head = kb::stored_head(store, channel);
    if (!head && head.error().kind == core::ErrorKind::not_found) return std::nullopt;
    if (!head) return core::fail(head.error());
    return std::move(*head);
}

ForKiosk for_kiosk(const std::filesystem::path& store, std::string_view channel) {
    ForKiosk found;
    core::Sha256 all;
    for (const std::string& each : std::set<std::string>{std::string(kb::stable_channel), std::string(channel)}) {
        const auto head = on_channel(store, each);
        all.add(each + "\n");
        if (!head || !*head) continue;  // one that cannot be read is nothing to fetch, and holds up no other news
        found.version = std::max(found.version, (*head)->version);
        all.add(fmt::format("{} {} {}\n", (*head)->manifest, (*head)->percent, core::to_seconds((*head)->issued)));
    }
    std::error_code none;
    std::set<std::string> roots;
    for (const auto& entry : std::filesystem::directory_iterator(store / "root", none)) roots.insert(entry.path().filename().string());
    for (const std::string& root : roots) all.add(root + "\n");
    found.tag = all.hex().substr(0, tag_length);
    return found;
}

core::Result<std::string> newest_root(const std::filesystem::path& store) {
    const auto root = kb::root_of_store(store);
    // Whoever asks has done nothing wrong.
    if (!root) return core::fail(core::ErrorKind::corrupt, root.error().message);
    if (!*root) return std::string();
    return core::read_file(store / kb::root_path((*root)->number), kb::largest_root);
}

}  // namespace desk
