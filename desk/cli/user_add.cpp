#include <termios.h>
#include <unistd.h>

#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/work/accounts.hpp"

namespace desk::cli {
namespace {

// Nobody behind them reads along.
class WithoutEcho {
public:
    WithoutEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_set_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~WithoutEcho() {
        if (is_set_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

private:
    termios before_{};
    bool is_set_ = false;
};

core::Result<std::string> read_password(bool from_stdin) {
    std::string password;
    if (from_stdin) {
        std::getline(std::cin, password);
        return password;
    }
    if (!::isatty(STDIN_FILENO)) {
        return core::fail(core::ErrorKind::invalid, "there is no terminal to ask for a password; use --password-stdin");
    }
    std::cerr << "Password: " << std::flush;
    {
        const WithoutEcho quiet;
        std::getline(std::cin, password);
    }
    std::cerr << '\n';
    return password;
}

}  // namespace

int user_add(const Common& common, const UserAddOptions& options) {
    auto password = read_password(options.password_stdin);
    if (!password) return complain(password.error());
    auto hash = hash_new_password(*password);
    core::wipe(*password);
    if (!hash) return complain(hash.error());
    auto answer = ask(common.data, {{"order", "user_add"},
                                    {"login", options.login},
                                    {"name", options.name},
                                    {"teams", options.teams},
                                    {"roles", options.roles},
                                    {"password_hash", *hash}});
    if (!answer) return complain(answer.error());
    if (common.json) std::cout << answer->dump() << '\n';
    else std::cout << fmt::format("{} can log in now.\n", options.login);
    return exit_ok;
}

core::Result<core::Json> order_user_add(Desk& desk, const core::Json& order) {
    Account account;
    account.actor.login = core::text_at(order, "login").value_or("");
    account.actor.name = core::text_at(order, "name").value_or("");
    account.password_hash = core::text_at(order, "password_hash").value_or("");
    for (const core::Json& team : order.value("teams", core::Json::array())) {
        if (team.is_string()) account.actor.teams.push_back(team.get<std::string>());
    }
    for (const core::Json& name : order.value("roles", core::Json::array())) {
        const auto role = name.is_string() ? role_from(name.get<std::string>()) : std::nullopt;
        if (!role) {
            return core::fail(core::ErrorKind::invalid,
                              fmt::format("There is no role {}: take fulfiller, approver, manager, editor or operator.",
                                          name.dump()));
        }
        account.actor.roles.push_back(*role);
    }
    const core::Time now = desk.clock().now();
    auto added = desk.writer().run([&](core::Database& db) { return add_account(db, account, now); });
    if (!added) return core::fail(added.error());
    return core::Json{{"login", account.actor.login}};
}

}  // namespace desk::cli
