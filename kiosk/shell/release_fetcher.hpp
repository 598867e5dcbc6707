// Fetches the desk's newest release on a thread of its own: a download must not hold up a search.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/release.hpp"
#include "kiosk/shell/data_folder.hpp"
#include "kiosk/shell/identity.hpp"

namespace kiosk {

// What the desk told with the last changes.
struct FromDesk {
    std::string channel{kb::stable_channel};  // whose releases are taken besides the stable ones
    std::int64_t clock_offset = 0;
};

// For a kiosk that has nothing to show yet, and so has not synced: which channel is its own. When the desk cannot say, the
// stable one.
[[nodiscard]] FromDesk ask_desk(const Identity& identity, const core::Clock& clock);

// The same on this thread. `stop` ends it between two files, or while one comes.
[[nodiscard]] core::Result<kb::Fetched> fetch_release(const DataFolder& folder, const Identity& identity,
                                                      const FromDesk& told, const core::Clock& clock,
                                                      const std::atomic<bool>* stop = nullptr);

// The same from a folder that is laid out like the desk's store: what comes on a stick is believed no more than the line.
[[nodiscard]] core::Result<kb::Fetched> fetch_release_from(const std::filesystem::path& from, const DataFolder& folder,
                                                           const Identity& identity, const FromDesk& told, const core::Clock& clock);

class ReleaseFetcher {
public:
    // `ended` is called from the fetcher's thread.
    ReleaseFetcher(DataFolder folder, Identity identity, const core::Clock& clock, std::function<void()> ended);
    ~ReleaseFetcher();  // gives up what is under way
    ReleaseFetcher(const ReleaseFetcher&) = delete;
    ReleaseFetcher& operator=(const ReleaseFetcher&) = delete;

    bool start(const FromDesk& told);  // false: one is under way
    // What came of it, once.
    [[nodiscard]] std::optional<core::Result<kb::Fetched>> take();

private:
    DataFolder folder_;
    Identity identity_;
    const core::Clock& clock_;
    std::function<void()> ended_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
    std::mutex mutex_;  // guards result_
    std::optional<core::Result<kb::Fetched>> result_;
};

}  // namespace kiosk
