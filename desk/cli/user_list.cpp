#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/accounts.hpp"

namespace desk::cli {

int user_list(const Common& common) {
    auto answer = ask(common.data, {{"order", "user_list"}});
    if (!answer) return complain(answer.error());
    if (common.json) {
        std::cout << answer->dump() << '\n';
        return exit_ok;
    }
    for (const core::Json& it : (*answer)["users"]) {
        std::cout << fmt::format("{:<16} {:<24} {:<28} {}\n", it["login"].get<std::string>(), it["name"].get<std::string>(),
                                 fmt::join(it["roles"].get<std::vector<std::string>>(), ", "),
                                 fmt::join(it["teams"].get<std::vector<std::string>>(), ", "));
    }
    return exit_ok;
}

core::Result<core::Json> order_user_list(Desk& desk, const core::Json&) {
    auto reader = desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    auto accounts = Accounts(**reader).all();
    if (!accounts) return core::fail(accounts.error());
    core::Json users = core::Json::array();
    for (const Account& account : *accounts) {
        core::Json roles = core::Json::array();
        for (const Role role : account.actor.roles) roles.push_back(name_of(role));
        users.push_back({{"login", account.actor.login},
                         {"name", account.actor.name},
                         {"teams", account.actor.teams},
                         {"roles", std::move(roles)},
                         {"active", account.active}});
    }
    return core::Json{{"users", std::move(users)}};
}

}  // namespace desk::cli
