#include "desk/web/ticket_words.hpp"

#include "core/catalog/service.hpp"
#include "desk/store/accounts.hpp"

namespace desk::web {

std::string state_key(State state) { return "desk.state." + std::string(name_of(state)); }
std::string priority_key(catalog::Priority priority) { return "desk.priority." + std::string(catalog::name_of(priority)); }

std::string chip_of(const Ticket& ticket) {
    if (ticket.state == State::cancelled || ticket.state == State::rejected) return "ended";
    return std::string(name_of(ticket.category()));
}

core::Result<PeopleNames> names_of_people(core::Database& db) {
    const auto accounts = Accounts(db).all();
    if (!accounts) return core::fail(accounts.error());
    PeopleNames names;
    for (const Account& account : *accounts) names.emplace(account.actor.login, account.actor.name);
    return names;
}

std::string name_of_person(const PeopleNames& names, std::string_view login) {
    const auto found = names.find(login);
    return found == names.end() ? std::string(login) : found->second;
}

std::string sentence_of(const Event& event, const Lists& lists, const PeopleNames& names, const Speech& say) {
    const std::string& name = event.by.name;
    const std::string key = "desk.event." + std::string(kind_of(event.what));
    return std::visit(
        core::overloaded{
            [&](const Received& it) { return say(key, {{"site", lists.site(it.site, say.language())}}); },
            [&](const Assigned& it) {
                if (it.assignee == event.by.id) return say("desk.event.taken", {{"name", name}});
                return say(key, {{"name", name}, {"to", name_of_person(names, it.assignee)}});
            },
            [&](const Held& it) {
                return say(key, {{"name", name}, {"reason", say("desk.hold." + std::string(name_of(it.reason)))}});
            },
            [&](const Resolved& it) {
                return say(key, {{"name", name}, {"code", say("desk.resolution." + std::string(name_of(it.code)))}});
            },
            [&](const Transferred& it) {
                return say(key, {{"name", name}, {"team", lists.team(it.team, say.language())}});
            },
            [&](const PriorityChanged& it) {
                return say(key, {{"name", name}, {"priority", say(priority_key(it.priority))}});
            },
            [&](const auto&) { return say(key, {{"name", name}}); },
        },
        event.what);
}

Written written_in(const Event& event) {
    if (auto text = public_text(event)) return {std::move(*text), true};
    std::string text = std::visit(core::overloaded{
                                      [](const InternalNote& it) { return it.text; },
                                      [](const Transferred& it) { return it.reason; },
                                      [](const Held& it) { return it.note; },
                                      [](const Reopened& it) { return it.reason; },
                                      [](const Approved& it) { return it.note; },
                                      [](const PriorityChanged& it) { return it.reason; },
                                      [](const auto&) { return std::string(); },
                                  },
                                  event.what);
    return {std::move(text), false};
}

}  // namespace desk::web
