// The desk's people: accounts, and sessions of which only the hash is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "desk/rules/access.hpp"

namespace desk {

struct Account {
    Actor actor;
    std::string password_hash;
    bool active = true;
};

struct SessionRow {
    Account account;
    core::Time ends_at;
};

class Accounts {
public:
    explicit Accounts(core::Database& db) : db_(db) {}

    // A login that is taken is a `conflict`.
    [[nodiscard]] core::Result<void> add(const Account& account, core::Time now);
    [[nodiscard]] core::Result<std::optional<Account>> find(std::string_view login);
    [[nodiscard]] core::Result<std::vector<Account>> all();
    [[nodiscard]] core::Result<std::vector<Account>> members(std::string_view team);

    [[nodiscard]] core::Result<void> add_session(std::string_view token_hash, std::string_view login, core::Time now,
                                                 core::Time ends_at);
    // Nothing once it has ended or the account is closed.
    [[nodiscard]] core::Result<std::optional<SessionRow>> by_session(std::string_view token_hash, core::Time now);
    [[nodiscard]] core::Result<void> end_session(std::string_view token_hash);
    [[nodiscard]] core::Result<void> drop_ended_sessions(core::Time now);

private:
    core::Database& db_;
};

}  // namespace desk
