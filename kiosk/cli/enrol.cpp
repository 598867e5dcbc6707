#include "kiosk/shell/enrol.hpp"

#include <fmt/format.h>

#include "kiosk/cli/commands.hpp"
#include "kiosk/shell/release_fetcher.hpp"

namespace kiosk::cli {

int enrol(const EnrolOptions& options) {
    const DataFolder folder{options.data};
    const auto lock = FolderLock::take(folder);
    if (!lock) return complain(lock.error());
    auto db = open_outbox(folder.outbox(), core::SqliteMode::read_write);
    if (!db) return complain(db.error());
    core::SystemRandom random;
    const core::SystemClock clock;
    Outbox outbox(**db, random);
    const auto identity = kiosk::enrol(folder, outbox, options.desk, options.code, clock, options.audience);
    if (!identity) return complain(identity.error());
    fmt::print("Enrolled as {} for {} at {}\n", identity->short_name, identity->site, identity->desk);
    if (const auto fetched = fetch_release(folder, *identity, {}, clock); !fetched) {
        fmt::print("The content will be fetched when the kiosk is started: {}\n", fetched.error().message);
    }
    return 0;
}

}  // namespace kiosk::cli
