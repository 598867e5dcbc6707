#include "kiosk/shell/outbox.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kiosk/cli/commands.hpp"
#include "kiosk/shell/control.hpp"
#include "kiosk/shell/data_folder.hpp"

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

    std::int64_t count = 0;
    // One connection alone may write: a running kiosk is asked to do it.
    const auto lock = FolderLock::take(folder);
    if (lock) {
        auto db = open_outbox(folder.outbox(), core::SqliteMode::read_write);
        if (!db) return complain(db.error());
        core::SystemRandom random;
        const auto marked = Outbox(**db, random).retry(id, core::SystemClock().now_precise());
        if (!marked) return complain(marked.error());
        count = *marked;
    } else if (lock.error().kind == core::ErrorKind::conflict) {
        const auto answer = ask_running_kiosk(folder.control(), {{"do", "retry"}, {"id", id}});
        if (!answer) return complain(answer.error().in("the running kiosk cannot be asked"));
        if (const auto error = core::text_at(*answer, "error")) return complain(*error);
        count = core::integer_at(*answer, "count").value_or(0);
    } else {
        return complain(lock.error());
    }
    if (!id.empty() && count == 0) return complain(fmt::format("nothing with the id {} waits in the outbox", id));
    fmt::print("{} {}\n", count == 1 ? "1 request goes again" : fmt::format("{} requests go again", count),
               lock ? "when the kiosk is started" : "now");
    return 0;
}

}  // namespace kiosk::cli
