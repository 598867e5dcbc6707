#include "kiosk/shell/release_fetcher.hpp"

#include <fmt/format.h>

#include "kiosk/shell/desk_client.hpp"

namespace kiosk {
namespace {

constexpr std::chrono::minutes longest_download{15};

}  // namespace

core::Result<kb::Fetched> fetch_release(const DataFolder& folder, const Identity& identity, const core::Clock& clock,
                                        std::int64_t clock_offset, const std::atomic<bool>* stop) {
    auto client = DeskClient::make(identity.desk, clock);
    if (!client) return core::fail(client.error());
    (*client)->sign_as(identity.kiosk, identity.signing.secret_key);
    (*client)->set_clock_offset(clock_offset);

    const auto get = [&](Call call) -> core::Result<std::string> {
        call.target = "/api/v1/releases/" + call.target;
        call.deadline = longest_download;
        const std::string target = call.target;
        auto answer = (*client)->fetch(std::move(call), stop);
        if (!answer) return core::fail(answer.error());
        if (answer->status != 200) {
            const auto kind = answer->status == 404 ? core::ErrorKind::not_found : core::ErrorKind::unavailable;
            return core::fail(kind, fmt::format("the desk answered {} for {}", answer->status, target));
        }
        return std::move(answer->body);
    };
    const auto head = get({.target = "head", .largest_answer = kb::largest_head});
    if (!head) {
        if (head.error().kind == core::ErrorKind::not_found) {
            return core::fail(core::ErrorKind::not_found, "the desk has published no content yet");
        }
        return core::fail(head.error());
    }
    // The store's paths are the API's.
    return kb::fetch_release(
        *head, identity.release_key,
        [&](const std::string& path) {
            const bool is_manifest = path.starts_with("manifests/");
            return get({.target = path,
                        .accept = is_manifest ? "application/json" : "application/octet-stream",
                        .largest_answer = is_manifest ? kb::largest_manifest : kb::largest_release_file});
        },
        folder.releases(), clock.now());
}

ReleaseFetcher::ReleaseFetcher(DataFolder folder, Identity identity, const core::Clock& clock, std::function<void()> ended)
    : folder_(std::move(folder)), identity_(std::move(identity)), clock_(clock), ended_(std::move(ended)) {}

ReleaseFetcher::~ReleaseFetcher() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
}

void ReleaseFetcher::start(std::int64_t clock_offset) {
    if (thread_.joinable()) return;
    thread_ = std::thread([this, clock_offset] {
        auto fetched = fetch_release(folder_, identity_, clock_, clock_offset, &stop_);
        {
            const std::lock_guard lock(mutex_);
            result_ = std::move(fetched);
        }
        ended_();
    });
}

std::optional<core::Result<kb::Fetched>> ReleaseFetcher::take() {
    std::optional<core::Result<kb::Fetched>> taken;
    {
        const std::lock_guard lock(mutex_);
        taken = std::exchange(result_, std::nullopt);
    }
    if (taken) {
        thread_.join();
        thread_ = {};
    }
    return taken;
}

}  // namespace kiosk
