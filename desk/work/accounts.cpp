#include "desk/work/accounts.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "core/base/utf8.hpp"
#include "desk/store/published.hpp"
#include "desk/work/desk.hpp"

namespace desk {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t longest_name = 100;  // characters
constexpr std::size_t shortest_login = 2;
constexpr std::size_t longest_login = 40;

std::string hash_of_token(std::string_view token) { return core::blake2b_hex("session:" + std::string(token)); }
std::string csrf_of(std::string_view token) { return core::blake2b_hex("csrf:" + std::string(token)); }

// Takes one of few places to wait in, and gives it back.
class Turn {
public:
    Turn(std::atomic<int>& waiting, int most) : waiting_(waiting), granted_(waiting.fetch_add(1) < most) {}
    ~Turn() { waiting_.fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    [[nodiscard]] bool granted() const { return granted_; }

private:
    std::atomic<int>& waiting_;
    bool granted_;
};

bool is_login(std::string_view login) {
    return login.size() >= shortest_login && login.size() <= longest_login &&
           std::all_of(login.begin(), login.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
           });
}

tl::unexpected<core::Error> wrong(std::string what) { return core::fail(core::ErrorKind::invalid, std::move(what)); }

}  // namespace

core::Result<Session> Logins::log_in(Desk& desk, std::string_view login, std::string_view password) {
    const Turn turn(waiting_, most_waiting);
    if (!turn.granted()) {
        return core::fail(core::ErrorKind::unavailable, "Too many people are logging in; please try again in a moment.");
    }
    std::optional<Account> account;
    {
        auto reader = desk.readers().lend();
        if (!reader) return core::fail(reader.error());
        auto found = Accounts(**reader).find(login);
        if (!found) return core::fail(found.error());
        account = std::move(*found);
    }
    // An unknown login takes as long as a wrong password.
    static const std::string nobody = core::hash_password("nobody has this password").value_or("");
    bool is_right = false;
    if (password.size() <= longest_password) {
        free_.acquire();
        is_right = core::is_password(password, account ? account->password_hash : nobody);
        free_.release();
    }
    if (!is_right || !account || !account->active) {
        return core::fail(core::ErrorKind::denied, "Login or password is wrong.");
    }

    std::string bytes(token_bytes, '\0');
    desk.random().fill(std::as_writable_bytes(std::span(bytes)));
    Session session;
    session.token = core::to_base64url(bytes);
    core::wipe(bytes);
    session.csrf = csrf_of(session.token);
    session.actor = account->actor;
    const core::Time now = desk.clock().now();
    session.ends_at = now + session_lifetime;
    auto kept = desk.writer().run([&](core::Database& db) -> core::Result<void> {
        Accounts accounts(db);
        if (auto dropped = accounts.drop_ended_sessions(now); !dropped) return dropped;
        return accounts.add_session(hash_of_token(session.token), session.actor.login, now, session.ends_at);
    });
    if (!kept) return core::fail(kept.error());
    return session;
}

core::Result<std::optional<Session>> find_session(core::Database& db, std::string_view token, core::Time now) {
    auto found = Accounts(db).by_session(hash_of_token(token), now);
    if (!found) return core::fail(found.error());
    if (!*found) return std::nullopt;
    return Session{std::string(token), csrf_of(token), std::move((*found)->account.actor), (*found)->ends_at};
}

core::Result<void> log_out(core::Database& db, std::string_view token) {
    return Accounts(db).end_session(hash_of_token(token));
}

core::Result<std::string> hash_new_password(std::string_view password) {
    if (!core::utf8::is_valid(password)) return wrong("The password is not valid UTF-8.");
    if (core::utf8::length(password) < shortest_password) {
        return wrong(fmt::format("The password needs at least {} characters.", shortest_password));
    }
    if (password.size() > longest_password) {
        return wrong(fmt::format("The password is longer than {} bytes.", longest_password));
    }
    return core::hash_password(password);
}

core::Result<void> add_account(core::Database& db, const Account& account, core::Time now) {
    const Actor& actor = account.actor;
    if (!is_login(actor.login)) {
        return wrong(fmt::format("A login is {} to {} of a–z, 0–9, dot, hyphen and underscore.", shortest_login,
                                 longest_login));
    }
    if (!core::utf8::is_valid(actor.name) || core::utf8::trimmed(actor.name).empty() ||
        core::utf8::length(actor.name) > longest_name) {
        return wrong(fmt::format("A name has 1 to {} characters.", longest_name));
    }
    if (account.password_hash.empty()) return wrong("An account needs a password.");
    if (actor.roles.empty()) return wrong("An account needs a role.");
    if (std::set(actor.roles.begin(), actor.roles.end()).size() != actor.roles.size() ||
        std::set(actor.teams.begin(), actor.teams.end()).size() != actor.teams.size()) {
        return wrong("Name each team and role once.");
    }
    if (actor.teams.size() > most_teams) return wrong(fmt::format("An account is in at most {} teams.", most_teams));
    if (actor.has(Role::fulfiller) && actor.teams.empty()) return wrong("A fulfiller needs a team.");
    for (const std::string& team : actor.teams) {
        auto listed = Published(db).has_team(team);
        if (!listed) return core::fail(listed.error());
        if (!*listed) return wrong(fmt::format("There is no team '{}' in the published content.", team));
    }
    auto added = Accounts(db).add(account, now);
    if (!added && added.error().kind == core::ErrorKind::conflict) {
        return core::fail(core::ErrorKind::conflict, fmt::format("The login '{}' is taken.", actor.login));
    }
    return added;
}

}  // namespace desk
