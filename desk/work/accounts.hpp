// The desk's people log in and out.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/id.hpp"
#include "core/base/result.hpp"
#include "desk/rules/access.hpp"
#include "desk/store/accounts.hpp"

namespace desk {

class Desk;

inline constexpr std::chrono::hours session_lifetime{10};  // a working day
inline constexpr std::size_t shortest_password = 10;       // characters
inline constexpr std::size_t longest_password = 256;       // bytes

struct Session {
    std::string token;  // for the cookie; known to nobody else
    std::string csrf;   // to be shown by every form of this session
    Actor actor;
    core::Time ends_at;
};

// Checks passwords, two at once at most: each takes 19 MiB and 30 ms, and a flood of logins must not stop the desk.
class Logins {
public:
    static constexpr int most_at_once = 2;
    static constexpr int most_waiting = 16;

    // `denied` for an unknown login, a wrong password or a closed account, after the same time; `unavailable` when too
    // many wait. Blocks; not to be called on the writer's thread.
    [[nodiscard]] core::Result<Session> log_in(Desk& desk, std::string_view login, std::string_view password);

private:
    std::counting_semaphore<most_at_once> free_{most_at_once};
    std::atomic<int> waiting_{0};
};

// Nothing when the token is unknown or over.
[[nodiscard]] core::Result<std::optional<Session>> find_session(core::Database& db, std::string_view token, core::Time now);
[[nodiscard]] core::Result<void> log_out(core::Database& db, std::string_view token);

// `invalid` when too short or too long. Costs 30 ms: before the writer, not in it.
[[nodiscard]] core::Result<std::string> hash_new_password(std::string_view password);

// Checks login, name, teams and roles; a login is 2 to 40 of a–z, 0–9, dot, hyphen, underscore. Teams must be
// published. To be run by the writer.
[[nodiscard]] core::Result<void> add_account(core::Database& db, const Account& account, core::Time now);

}  // namespace desk
