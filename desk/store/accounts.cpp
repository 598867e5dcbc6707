#include "desk/store/accounts.hpp"

namespace desk {
namespace {

core::Result<void> done(const core::Result<std::int64_t>& result) {
    if (!result) return core::fail(result.error());
    return {};
}

Account account_of(const core::Row& row) {
    Account account;
    account.actor.login = row.text(0);
    account.actor.name = row.text(1);
    account.password_hash = row.text(2);
    account.active = row.truth(3);
    return account;
}

core::Result<void> add_teams_and_roles(core::Database& db, Account& account) {
    auto teams = db.rows<std::string>("SELECT team FROM account_team WHERE login = $1 ORDER BY position",
                                      {account.actor.login}, [](const core::Row& row) { return row.text(0); });
    if (!teams) return core::fail(teams.error());
    auto roles = db.rows<std::optional<Role>>("SELECT role FROM account_role WHERE login = $1 ORDER BY role",
                                              {account.actor.login},
                                              [](const core::Row& row) { return role_from(row.text(0)); });
    if (!roles) return core::fail(roles.error());
    account.actor.teams = std::move(*teams);
    for (const auto& role : *roles) {
        if (role) account.actor.roles.push_back(*role);
    }
    return {};
}

core::Result<std::optional<Account>> completed(core::Database& db, core::Result<std::optional<Account>> found) {
    if (found && *found) {
        if (auto added = add_teams_and_roles(db, **found); !added) return core::fail(added.error());
    }
    return found;
}

core::Result<std::vector<Account>> completed(core::Database& db, core::Result<std::vector<Account>> found) {
    if (!found) return found;
    for (Account& account : *found) {
        if (auto added = add_teams_and_roles(db, account); !added) return core::fail(added.error());
    }
    return found;
}

}  // namespace

core::Result<void> Accounts::add(const Account& account, core::Time now) {
    const Actor& actor = account.actor;
    auto added = db_.run(
        "INSERT INTO account (login, name, password_hash, active, created_at) VALUES ($1, $2, $3, $4, $5)",
        {actor.login, actor.name, account.password_hash, account.active, now});
    if (!added) return core::fail(added.error());
    for (std::size_t i = 0; i < actor.teams.size(); ++i) {
        added = db_.run("INSERT INTO account_team (login, team, position) VALUES ($1, $2, $3)",
                        {actor.login, actor.teams[i], static_cast<std::int64_t>(i)});
        if (!added) return core::fail(added.error());
    }
    for (const Role role : actor.roles) {
        added = db_.run("INSERT INTO account_role (login, role) VALUES ($1, $2)", {actor.login, name_of(role)});
        if (!added) return core::fail(added.error());
    }
    return {};
}

core::Result<std::optional<Account>> Accounts::find(std::string_view login) {
    return completed(db_, db_.row<Account>("SELECT login, name, password_hash, active FROM account WHERE login = $1",
                                           {login}, account_of));
}

core::Result<std::vector<Account>> Accounts::all() {
    return completed(db_, db_.rows<Account>("SELECT login, name, password_hash, active FROM account ORDER BY login", {},
                                            account_of));
}

core::Result<std::vector<Account>> Accounts::members(std::string_view team) {
    return completed(db_, db_.rows<Account>(
                              R"(SELECT login, name, password_hash, active FROM account
                                  WHERE active = 1 AND login IN (SELECT login FROM account_team WHERE team = $1)
                                  ORDER BY name, login)",
                              {team}, account_of));
}

core::Result<void> Accounts::add_session(std::string_view token_hash, std::string_view login, core::Time now,
                                         core::Time ends_at) {
    return done(db_.run("INSERT INTO session (hash, login, created_at, ends_at) VALUES ($1, $2, $3, $4)",
                        {token_hash, login, now, ends_at}));
}

core::Result<std::optional<SessionRow>> Accounts::by_session(std::string_view token_hash, core::Time now) {
    struct Found {
        std::string login;
        core::Time ends_at;
    };
    auto found = db_.row<Found>("SELECT login, ends_at FROM session WHERE hash = $1 AND ends_at > $2", {token_hash, now},
                                [](const core::Row& row) { return Found{row.text(0), row.time(1)}; });
    if (!found) return core::fail(found.error());
    if (!*found) return std::nullopt;
    auto account = find((*found)->login);
    if (!account) return core::fail(account.error());
    if (!*account || !(*account)->active) return std::nullopt;
    return SessionRow{std::move(**account), (*found)->ends_at};
}

core::Result<void> Accounts::end_session(std::string_view token_hash) {
    return done(db_.run("DELETE FROM session WHERE hash = $1", {token_hash}));
}

core::Result<void> Accounts::drop_ended_sessions(core::Time now) {
    return done(db_.run("DELETE FROM session WHERE ends_at <= $1", {now}));
}

}  // namespace desk
