// Fetches the desk's newest release on a thread of its own: a download must not hold up a search.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "kb/release.hpp"
#include "kiosk/shell/data_folder.hpp"
#include "kiosk/shell/identity.hpp"

namespace kiosk {

// The same on this thread. `stop` ends it between two files, or while one comes.
[[nodiscard]] core::Result<kb::Fetched> fetch_release(const DataFolder& folder, const Identity& identity,
                                                      const core::Clock& clock, std::int64_t clock_offset,
                                                      const std::atomic<bool>* stop = nullptr);

class ReleaseFetcher {
public:
    // `ended` is called from the fetcher's thread.
    ReleaseFetcher(DataFolder folder, Identity identity, const core::Clock& clock, std::function<void()> ended);
    ~ReleaseFetcher();  // gives up what is under way
    ReleaseFetcher(const ReleaseFetcher&) = delete;
    ReleaseFetcher& operator=(const ReleaseFetcher&) = delete;

    void start(std::int64_t clock_offset);  // nothing, if one is under way
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
