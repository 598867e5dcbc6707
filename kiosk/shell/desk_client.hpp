// HTTP to the desk: signed, bounded, suspicious.
//
// Whatever answers without speaking as a desk does (a captive portal's page, a proxy's error, a redirect) is no answer:
// it counts as offline. Transfers run while `run` is waiting, all on the thread that calls it; only `wake` may come from
// another one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace kiosk {

struct Call {
    std::string method = "GET";
    std::string target{};  // "/api/v1/kiosks/self/changes?after=7"
    std::string body{};    // JSON
    std::string etag{};    // sent as If-None-Match
    std::string range{};   // "bytes=0-1023", of what is fetched in pieces
    std::string accept = "application/json";
    std::size_t largest_answer = 4u << 20;
    std::chrono::milliseconds deadline = std::chrono::seconds{20};
};

struct Answer {
    int status = 0;  // 2xx, 304, 4xx or 5xx
    std::string content_type;
    std::string body;
    std::string etag;
    std::optional<std::chrono::seconds> retry_after;
};

class DeskClient {
public:
    // `desk` is scheme, host and port. Plain HTTP is taken only to this machine itself: keys and receipts come this way.
    [[nodiscard]] static core::Result<std::unique_ptr<DeskClient>> make(std::string_view desk, const core::Clock& clock);
    ~DeskClient();
    DeskClient(const DeskClient&) = delete;
    DeskClient& operator=(const DeskClient&) = delete;

    // From now on calls are signed.
    void sign_as(std::string key_id, std::string secret_key);
    // Seconds to add to our clock, so that signatures are taken in time.
    void set_clock_offset(std::int64_t seconds);

    using Done = std::function<void(core::Result<Answer>)>;
    // `done` is called from `run`, never from here.
    void start(Call call, Done done);
    [[nodiscard]] std::size_t under_way() const;

    // Moves transfers on for up to that long. Comes back early when one ended, `wake` was called, or `also` (a file
    // descriptor, or -1) can be read.
    void run(std::chrono::milliseconds at_most, int also = -1);
    void wake();  // from any thread

    // Starts one call and waits for it: for threads that have nothing else to do. `stop` ends the waiting.
    [[nodiscard]] core::Result<Answer> fetch(Call call, const std::atomic<bool>* stop = nullptr);

private:
    struct Self;
    explicit DeskClient(std::unique_ptr<Self> self);
    std::unique_ptr<Self> self_;
};

// "https://Desk.example:8443/" → "https://desk.example:8443"; `invalid` with a sentence for anything that is no address
// of a desk.
[[nodiscard]] core::Result<std::string> normal_desk_url(std::string_view typed);

}  // namespace kiosk
