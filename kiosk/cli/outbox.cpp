#include "kiosk/shell/outbox.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "kiosk/cli/commands.hpp"

namespace kiosk::cli {
namespace {

core::Result<std::unique_ptr<core::Database>> open_to_read(const DataFolder& folder) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder.outbox(), ignored)) {
        return core::fail(core::ErrorKind::not_found, fmt::format("there is no kiosk's outbox in {}", folder.path.string()));
    }
    return open_outbox(folder.outbox(), core::SqliteMode::read_only);
}

}  // namespace

int outbox_list(const std::filesystem::path& data, bool json) {
    auto db = open_to_read({data});
    if (!db) return complain(db.error());
    core::SystemRandom random;
    const auto entries = Outbox(**db, random).list(core::SystemClock().now_precise());
    if (!entries) return complain(entries.error());
    if (json) {
        core::Json all = core::Json::array();
        for (const Outbox::Entry& e : *entries) {
            all.push_back({{"id", e.id}, {"sequence", e.sequence}, {"state", e.state}, {"captured_at", core::to_text(e.captured_at)},
                           {"attempts", e.attempts}, {"problem", e.problem}, {"ticket", e.ticket}, {"has_box", e.has_box}});
        }
        fmt::print("{}\n", all.dump(2));
        return 0;
    }
    for (const Outbox::Entry& e : *entries) {
        fmt::print("{:>6}  {:<11}  {}  {:>3} tries  {}  {}\n", e.sequence, e.state, core::to_text(e.captured_at), e.attempts, e.id, e.ticket.empty() ? e.problem : e.ticket);
    }
    fmt::print("{} in the outbox\n", entries->size());
    return 0;
}

int outbox_export(const std::filesystem::path& data, const std::filesystem::path& file) {
    const DataFolder folder{data};
    auto db = open_to_read(folder);
    if (!db) return complain(db.error());
    const auto identity = read_identity(folder);
    if (!identity) return complain(identity.error());
    core::SystemRandom random;
    std::string lines;
    const auto count = Outbox(**db, random).export_lines(*identity, [&](std::string line) -> core::Result<void> {
        lines += line + "\n";
        return {};
    });
    if (!count) return complain(count.error());
    if (const auto written = core::write_file(file, lines, true); !written) return complain(written.error());
    fmt::print("{} requests written to {}; they stay in the outbox until the desk has signed for them\n", *count, file.string());
    return 0;
}

int outbox_retry(const std::filesystem::path& data, const std::string& id) {
    const DataFolder folder{data};
    if (auto exists = open_to_read(folder); !exists) return complain(exists.error());
    // One connection alone may write, so a running kiosk keeps its outbox to itself; it tries again by itself, too.
    const auto lock = FolderLock::take(folder);
    if (!lock) return complain(lock.error());
    auto db = open_outbox(folder.outbox(), core::SqliteMode::read_write);
    if (!db) return complain(db.error());
    core::SystemRandom random;
    const auto count = Outbox(**db, random).retry(id, core::SystemClock().now_precise());
    if (!count) return complain(count.error());
    if (!id.empty() && *count == 0) return complain(fmt::format("nothing with the id {} waits in the outbox", id));
    fmt::print("{} requests go again at the next start\n", *count);
    return 0;
}

}  // namespace kiosk::cli
