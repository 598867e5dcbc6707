#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "kb/release_store.hpp"
#include "kiosk/cli/commands.hpp"
#include "kiosk/shell/outbox.hpp"
#include "kiosk/shell/release_fetcher.hpp"

namespace kiosk::cli {
namespace {

// As the sync left it in the outbox.
core::Result<FromDesk> told_by_desk(const DataFolder& folder) {
    auto db = open_outbox(folder.outbox(), core::SqliteMode::read_only);
    if (!db) return core::fail(db.error());
    core::SystemRandom random;
    const Outbox outbox(**db, random);
    FromDesk told;
    if (const auto channel = outbox.fact("channel"); channel && kb::is_channel(*channel)) told.channel = *channel;
    if (const auto offset = outbox.fact("clock_offset")) std::from_chars(offset->data(), offset->data() + offset->size(), told.clock_offset);
    return told;
}

std::string how_it_went(const kb::Fetched& fetched) {
    if (fetched.is_held_back) return fmt::format("a newer release is for other kiosks first; this one shows {}", fetched.version);
    if (!fetched.is_new) return fmt::format("release {} is the newest, and here already", fetched.version);
    return fmt::format("release {} is here: {} files and {} bytes fetched", fetched.version, fetched.objects_fetched, fetched.bytes_fetched);
}

}  // namespace

int release_show(const std::filesystem::path& data, bool json) {
    const std::filesystem::path store = DataFolder{data}.releases();
    const auto current = kb::current_release(store);
    if (!current) return complain(current.error());
    if (!*current) return complain("there is no content in this data folder yet");
    const std::vector<std::string> bad = kb::read_bad(store);
    const std::string name = (*current)->folder.filename().string();
    if (json) {
        fmt::print("{}\n", core::Json{{"release", name}, {"version", (*current)->version}, {"folder", (*current)->folder.string()}, {"bad", bad}}.dump());
        return 0;
    }
    fmt::print("{}  {}\n", name, (*current)->folder.string());
    for (const std::string& each : bad) fmt::print("{}  could not be shown here\n", each);
    return 0;
}

int release_fetch(const ReleaseFetchOptions& options) {
    const DataFolder folder{options.data};
    const auto identity = read_identity(folder);
    if (!identity) return complain(identity.error());
    if (!identity->is_enrolled()) return complain("this kiosk is not enrolled; use `kiosk enrol`");
    const auto lock = FolderLock::take(folder);
    if (!lock) return complain(lock.error());
    const auto told = told_by_desk(folder);
    if (!told) return complain(told.error());

    const core::SystemClock clock;
    const auto fetched = options.from.empty() ? fetch_release(folder, *identity, *told, clock) : fetch_release_from(options.from, folder, *identity, *told, clock);
    if (!fetched) return complain(fetched.error());
    if (options.json) {
        fmt::print("{}\n", core::Json{{"version", fetched->version},
                                      {"new", fetched->is_new},
                                      {"held_back", fetched->is_held_back},
                                      {"expired", fetched->is_expired},
                                      {"files", fetched->objects_fetched},
                                      {"bytes", fetched->bytes_fetched}}
                               .dump());
        return 0;
    }
    fmt::print("{}{}\n", how_it_went(*fetched), fetched->is_expired ? "; it has expired, so somebody should look at the desk" : "");
    return 0;
}

}  // namespace kiosk::cli
