#include "kiosk/shell/release_fetcher.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "core/catalog/wire.hpp"
#include "kiosk/shell/desk_client.hpp"

namespace kiosk {
namespace {

constexpr std::chrono::minutes longest_download{15};

kb::FetchOrder order_for(const DataFolder& folder, const Identity& identity, const FromDesk& told, const core::Clock& clock) {
    kb::FetchOrder order;
    order.trusted = identity.trusted();
    order.store = folder.releases();
    order.now = clock.now() + std::chrono::seconds{told.clock_offset};
    order.channel = told.channel;
    order.device = identity.kiosk;
    order.audience = identity.audience;
    return order;
}

}  // namespace

FromDesk ask_desk(const Identity& identity, const core::Clock& clock) {
    FromDesk told;
    auto client = DeskClient::make(identity.desk, clock);
    if (!client) return told;
    (*client)->sign_as(identity.kiosk, identity.signing.secret_key);
    const auto answer = (*client)->fetch({.method = "GET", .target = "/api/v1/kiosks/self/changes?after=0"});
    const auto json = answer && answer->status == 200 ? core::parse_json(answer->body) : core::Result<core::Json>(core::Json());
    const auto changes = json ? catalog::Changes::from_json(*json) : core::Result<catalog::Changes>(core::fail(json.error()));
    if (!changes) return told;
    if (kb::is_channel(changes->channel)) told.channel = changes->channel;
    told.clock_offset = core::to_seconds(changes->now) - core::to_seconds(clock.now());
    return told;
}

core::Result<kb::Fetched> fetch_release(const DataFolder& folder, const Identity& identity, const FromDesk& told,
                                        const core::Clock& clock, const std::atomic<bool>* stop) {
    auto client = DeskClient::make(identity.desk, clock);
    if (!client) return core::fail(client.error());
    (*client)->sign_as(identity.kiosk, identity.signing.secret_key);
    (*client)->set_clock_offset(told.clock_offset);

    const kb::Get get = [&](const std::string& path, std::uint64_t from, std::size_t size) -> core::Result<std::string> {
        Call call;
        // The store's paths are the API's, but for the stable head.
        const bool is_stable_head = path == "head.json";
        const bool is_head = is_stable_head || path.starts_with("channels/");
        call.target = "/api/v1/releases/" + (is_stable_head ? "head" : path);
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
    return kb::fetch_release(order_for(folder, identity, told, clock), get);
}

core::Result<kb::Fetched> fetch_release_from(const std::filesystem::path& from, const DataFolder& folder, const Identity& identity, const FromDesk& told,
                                             const core::Clock& clock) {
    return kb::fetch_release(order_for(folder, identity, told, clock), kb::get_from(from));
}

ReleaseFetcher::ReleaseFetcher(DataFolder folder, Identity identity, const core::Clock& clock, std::function<void()> ended)
    : folder_(std::move(folder)), identity_(std::move(identity)), clock_(clock), ended_(std::move(ended)) {}

ReleaseFetcher::~ReleaseFetcher() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
}

bool ReleaseFetcher::start(const FromDesk& told) {
    if (thread_.joinable()) return false;
    thread_ = std::thread([this, told] {
        auto fetched = fetch_release(folder_, identity_, told, clock_, &stop_);
        {
            const std::lock_guard lock(mutex_);
            result_ = std::move(fetched);
        }
        ended_();
    });
    return true;
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
