#include "desk/work/changes.hpp"

#include <algorithm>
#include <charconv>

#include "core/catalog/claim_code.hpp"
#include "desk/store/published.hpp"
#include "desk/store/requests.hpp"
#include "desk/store/tickets.hpp"
#include "desk/work/releases.hpp"

namespace desk {
namespace {

constexpr int most_changes = 200;
constexpr std::size_t most_missing = 100;

catalog::Progress progress_of(const Ticket& ticket) {
    return {ticket.request, ticket.claim_code, ticket.number, ticket.title, std::string(name_of(ticket.state)),
            ticket.shown_at, {}};
}

std::optional<std::int64_t> read_cursor(std::string_view text) {
    if (text.empty()) return 0;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

}  // namespace

core::Result<catalog::Changes> changes_for(core::Database& db, const std::filesystem::path& store, const Kiosk& kiosk,
                                           std::string_view cursor, core::Time now) {
    const auto after = read_cursor(cursor);
    if (!after) return core::fail(core::ErrorKind::invalid, "That is no cursor of this desk.");

    auto changed = Tickets(db).changed_since(kiosk.id, *after, most_changes + 1);
    if (!changed) return core::fail(changed.error());
    ForKiosk releases = for_kiosk(store, kiosk.channel);
    auto missing = Kiosks(db).missing(kiosk.id, most_missing);
    if (!missing) return core::fail(missing.error());

    const bool has_more = changed->size() > most_changes;
    if (has_more) changed->resize(most_changes);
    const bool is_keen = kiosk.last_request_at && now < *kiosk.last_request_at + keenness;

    catalog::Changes changes;
    changes.cursor = std::to_string(changed->empty() ? *after : changed->back().change);
    changes.now = now;
    changes.poll_after_seconds = has_more ? 0 : (is_keen ? poll_after_submission : poll_at_rest).count();
    for (const Tickets::Changed& it : *changed) changes.requests.push_back(progress_of(it.ticket));
    changes.release_version = releases.version;
    changes.missing = std::move(*missing);
    changes.channel = kiosk.channel;
    changes.release_tag = std::move(releases.tag);
    return changes;
}

core::Result<catalog::Progress> find_by_claim_code(core::Database& db, std::string_view typed) {
    auto code = catalog::read_claim_code(typed);
    if (!code) return core::fail(core::ErrorKind::invalid, "The code has a mistake in it.");
    auto request = Requests(db).find_by_claim_code(*code);
    if (!request) return core::fail(request.error());
    if (!*request) return core::fail(core::ErrorKind::not_found, "There is no request with that code here.");

    const KeptRequest& kept = **request;
    if (kept.ticket.empty()) {
        // In quarantine: the desk has it, and that is all a requester needs to know.
        return catalog::Progress{kept.id, kept.claim_code, "", kept.title, std::string(name_of(State::received)),
                                 kept.received_at, {}};
    }
    Tickets tickets(db);
    auto ticket = tickets.find(kept.ticket);
    if (!ticket) return core::fail(ticket.error());
    if (!*ticket) return core::fail(core::ErrorKind::corrupt, "a request names a ticket that is not there");
    auto events = tickets.events(kept.ticket);
    if (!events) return core::fail(events.error());
    auto lists = Published(db).lists();
    if (!lists) return core::fail(lists.error());

    catalog::Progress progress = progress_of(**ticket);
    for (const Event& event : *events) {
        if (auto text = public_text(event)) {
            progress.notes.push_back({event.at, lists->team(event.by.team, kept.language), std::move(*text)});
        }
    }
    return progress;
}

bool should_note_seen(const Kiosk& kiosk, const catalog::Shows& shows, core::Time now) {
    return !kiosk.last_seen_at || now >= *kiosk.last_seen_at + seen_is_noted_every || kiosk.shows != shows;
}

}  // namespace desk
