#include "desk/work/accounts.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "tests/desk/company.hpp"

using company::actor;
using company::Company;
using namespace desk;

namespace {

constexpr const char* password = "correct horse battery";

core::Result<void> add(Company& firm, Account account) {
    return firm.desk().writer().run([&](core::Database& db) { return add_account(db, account, firm.clock.now()); });
}

void add_ines(Company& firm) {
    const auto hash = hash_new_password(password);
    REQUIRE(hash);
    REQUIRE(add(firm, {actor("ines", {"it-stores", "it-office"}, {Role::fulfiller, Role::manager}), *hash, true}));
}

std::optional<Session> session(Company& firm, const std::string& token) {
    return firm.read<std::optional<Session>>([&](core::Database& db) { return find_session(db, token, firm.clock.now()); });
}

}  // namespace

TEST_CASE("accounts: with the right password a session begins, and ends with the day or by its owner") {
    Company firm;
    add_ines(firm);
    Logins logins;
    const auto begun = logins.log_in(firm.desk(), "ines", password);
    REQUIRE(begun);
    CHECK(begun->actor.teams == std::vector<std::string>{"it-stores", "it-office"});
    CHECK(begun->actor.has(Role::manager));

    const auto found = session(firm, begun->token);
    REQUIRE(found);
    CHECK(found->actor.login == "ines");
    CHECK(found->csrf == begun->csrf);
    CHECK(found->csrf != begun->token);
    CHECK_FALSE(session(firm, begun->token + "x"));
    CHECK_FALSE(session(firm, ""));

    firm.clock.advance(session_lifetime);
    CHECK_FALSE(session(firm, begun->token));

    const auto second = logins.log_in(firm.desk(), "ines", password);
    REQUIRE(second);
    CHECK(second->token != begun->token);
    REQUIRE(firm.desk().writer().run([&](core::Database& db) { return log_out(db, second->token); }));
    CHECK_FALSE(session(firm, second->token));
}

TEST_CASE("accounts: neither password nor token is in the database") {
    Company firm;
    add_ines(firm);
    Logins logins;
    const auto begun = logins.log_in(firm.desk(), "ines", password);
    const auto kept = firm.read<std::optional<std::string>>([](core::Database& db) {
        return db.row<std::string>("SELECT password_hash || (SELECT hash FROM session) FROM account", {},
                                   [](const core::Row& row) { return row.text(0); });
    });
    CHECK(kept.value().find(password) == std::string::npos);
    CHECK(kept.value().find(begun->token) == std::string::npos);
}

TEST_CASE("accounts: wrong password, unknown login and closed account look the same") {
    Company firm;
    add_ines(firm);
    REQUIRE(add(firm, {actor("gone", {"it-stores"}), *hash_new_password(password), false}));
    Logins logins;
    const std::pair<std::string, std::string> rows[] = {
        {"ines", "wrong horse"}, {"nobody", password}, {"gone", password}, {"ines", ""}, {"ines", std::string(1'000'000, 'x')}, {"' OR 1=1 --", "x"}};
    std::string first;
    for (const auto& [login, tried] : rows) {
        CAPTURE(std::string(login));
        const auto refused = logins.log_in(firm.desk(), login, tried);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == core::ErrorKind::denied);
        if (first.empty()) first = refused.error().message;
        CHECK(refused.error().message == first);
    }
}

TEST_CASE("accounts: a flood of logins is bounded, and those who get a turn get their answer") {
    Company firm;
    add_ines(firm);
    Logins logins;
    std::atomic<int> in{0}, busy{0}, other{0};
    {
        std::vector<std::jthread> crowd;
        for (int i = 0; i < 3 * Logins::most_waiting; ++i) {
            crowd.emplace_back([&] {
                const auto done = logins.log_in(firm.desk(), "ines", password);
                if (done) ++in;
                else if (done.error().kind == core::ErrorKind::unavailable) ++busy;
                else ++other;
            });
        }
    }
    CHECK(in >= 1);
    CHECK(in + busy == 3 * Logins::most_waiting);
    CHECK(other == 0);
    CHECK(logins.log_in(firm.desk(), "ines", password));
}

TEST_CASE("accounts: what an account must be") {
    Company firm;
    add_ines(firm);
    const auto many = [] {
        std::vector<std::string> teams;
        for (std::size_t i = 0; i <= most_teams; ++i) teams.push_back("t" + std::to_string(i));
        return teams;
    };
    const struct {
        const char* name;
        Account account;
        core::ErrorKind kind;
    } rows[] = {
        {"a login that is taken", {actor("ines", {"it-stores"}), "h", true}, core::ErrorKind::conflict},
        {"a login with capitals", {actor("Ines", {"it-stores"}), "h", true}, core::ErrorKind::invalid},
        {"a login of one letter", {actor("i", {"it-stores"}), "h", true}, core::ErrorKind::invalid},
        {"a team that is not published", {actor("omar", {"nowhere"}), "h", true}, core::ErrorKind::invalid},
        {"a fulfiller without a team", {actor("omar", {}), "h", true}, core::ErrorKind::invalid},
        {"too many teams", {actor("omar", many()), "h", true}, core::ErrorKind::invalid},
        {"a team twice", {actor("omar", {"it-stores", "it-stores"}), "h", true}, core::ErrorKind::invalid},
        {"no role", {actor("omar", {"it-stores"}, {}), "h", true}, core::ErrorKind::invalid},
        {"no password", {actor("omar", {"it-stores"}), "", true}, core::ErrorKind::invalid},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        const auto added = add(firm, row.account);
        REQUIRE_FALSE(added);
        CHECK(added.error().kind == row.kind);
    }
    CHECK(add(firm, {actor("omar", {"it-stores"}), "h", true}));
    CHECK_FALSE(hash_new_password("too short"));
    CHECK_FALSE(hash_new_password(std::string(longest_password + 1, 'x')));
    CHECK(hash_new_password("zehn Stück"));
}
