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

    const kb::Get get = [&](const std::string& path, std::uint64_t from, std::size_t size) -> core::Result<std::string> {
        Call call;
        // The store's paths are the API's, but for the head.
        const bool is_head = path == "head.json";
        call.target = "/api/v1/releases/" + (is_head ? "head" : path);
        call.deadline = longest_download;
        if (!path.ends_with(".json")) call.accept = "application/octet-stream";
        if (!is_head) call.range = fmt::format("bytes={}-{}", from, from + size - 1);
        call.largest_answer = is_head ? kb::largest_head : kb::largest_release_file;
        auto answer = (*client)->fetch(std::move(call), stop);
        if (!answer) return core::fail(answer.error());
        if (answer->status == 416) return std::string();  // it ended where we are
        if (answer->status == 206) return std::move(answer->body);
        if (answer->status == 200) return answer->body.size() <= from ? std::string() : answer->body.substr(from, size);
        const auto kind = answer->status == 404 ? core::ErrorKind::not_found : core::ErrorKind::unavailable;
        return core::fail(kind, fmt::format("the desk answered {} for {}", answer->status, path));
    };
    kb::FetchOrder order;
    order.trusted = identity.release_key;
    order.store = folder.releases();
    order.now = clock.now() + std::chrono::seconds{clock_offset};
    order.device = identity.kiosk;
    return kb::fetch_release(order, get);
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
