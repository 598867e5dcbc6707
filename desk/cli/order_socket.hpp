// The socket through which commands reach a running desk: `desk.sock` in its data directory, for its owner only.
//
// One connection carries one order: JSON until the client stops writing, then JSON back.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "desk/work/desk.hpp"

namespace desk::cli {

inline constexpr std::size_t largest_order = 1u << 20;

class OrderSocket {
public:
    // The caller has the directory's lock, so a socket that lies there is a dead one and is replaced.
    [[nodiscard]] static core::Result<std::unique_ptr<OrderSocket>> open(Desk& desk);
    ~OrderSocket();  // lets the order under way finish, then removes the socket
    OrderSocket(const OrderSocket&) = delete;
    OrderSocket& operator=(const OrderSocket&) = delete;

private:
    OrderSocket(Desk& desk, int listening, int wake);
    void serve();
    void answer(int connection);

    Desk& desk_;
    int listening_;
    int wake_;  // an eventfd that ends `serve`
    std::thread thread_;
};

// The running desk's answer; nothing when none listens there.
[[nodiscard]] core::Result<std::optional<core::Json>> send_order(const std::filesystem::path& data,
                                                                 const core::Json& order);

}  // namespace desk::cli
