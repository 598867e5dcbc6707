#include "desk/cli/ask.hpp"

#include <iostream>
#include <thread>

#include <nlohmann/json.hpp>

#include "desk/cli/order_socket.hpp"
#include "desk/cli/orders.hpp"

namespace desk::cli {
namespace {

constexpr std::chrono::milliseconds pause{100};
constexpr int most_tries = patience / pause;

bool is_taken(const core::Result<std::unique_ptr<Desk>>& desk) {
    return !desk && desk.error().kind == core::ErrorKind::unavailable;
}

}  // namespace

core::Result<core::Json> ask(const std::filesystem::path& data, const core::Json& order) {
    const core::SystemClock clock;
    core::SystemRandom random;
    const auto log = core::Log::to_stderr(core::Log::Level::warning);
    for (int tries = 1;; ++tries) {
        auto answer = send_order(data, order);
        if (!answer) return core::fail(answer.error());
        if (*answer) return std::move(**answer);

        auto desk = Desk::open(data, clock, random, log);
        if (desk) return carry_out(**desk, order);
        if (!is_taken(desk) || tries >= most_tries) return core::fail(desk.error());
        std::this_thread::sleep_for(pause);  // it is starting, or a command has it
    }
}

core::Result<std::unique_ptr<Desk>> open_patiently(const std::filesystem::path& data, const core::Clock& clock,
                                                   core::Random& random, const core::Log& log) {
    for (int tries = 1;; ++tries) {
        auto desk = Desk::open(data, clock, random, log);
        const bool is_served = is_taken(desk) && std::filesystem::exists(Desk::socket_of(data));
        if (!is_taken(desk) || is_served || tries >= most_tries) return desk;
        std::this_thread::sleep_for(pause);
    }
}

int complain(const core::Error& error) {
    std::cerr << "desk: " << error.message << '\n';
    return exit_failed;
}

}  // namespace desk::cli
