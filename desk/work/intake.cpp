#include "desk/work/intake.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/catalog/claim_code.hpp"
#include "core/catalog/receipt.hpp"
#include "desk/rules/routing.hpp"
#include "desk/store/kiosks.hpp"
#include "desk/store/published.hpp"
#include "desk/store/tickets.hpp"
#include "desk/work/desk.hpp"

namespace desk {
namespace {

constexpr std::int64_t largest_clock_offset = 50LL * 366 * 24 * 3600;  // what is more is no clock
constexpr int most_retried = 10'000;

// What the desk makes of a payload: a ticket's beginning, or the reason why not (yet).
struct Verdict {
    std::optional<Received> received;
    std::vector<std::string> approvers;  // of the first level; empty when nobody is to be asked
    std::string reason;
    std::string details;
    std::optional<catalog::Request> request;  // when it could be read at all
};

Verdict refused(std::string reason, std::string details) {
    Verdict verdict;
    verdict.reason = std::move(reason);
    verdict.details = std::move(details);
    return verdict;
}

// Never later than now: a request cannot come from the future.
core::Time corrected(core::Time captured_at, std::int64_t offset, core::Time now) {
    const auto sane = std::clamp(offset, -largest_clock_offset, largest_clock_offset);
    return std::min(captured_at + std::chrono::seconds{sane}, now);
}

// The answers as the form's own version judges them, or the name of a field that is wrong. What a hidden field holds
// is left out. Fields are named, what a person typed is not.
struct Judged {
    std::optional<catalog::Answers> answers;
    core::Date today;
    std::string wrong;
};

Judged judge_on(const catalog::Form& form, const catalog::Answers& answers, catalog::Surroundings world) {
    const auto state = catalog::judge(form, answers, world);
    for (const catalog::FieldState& field : state.fields) {
        if (field.fault) {
            return {{}, world.today, fmt::format("field '{}' is {}", field.field->id, catalog::name_of(*field.fault))};
        }
    }
    for (const auto& [field, answer] : answers) {
        if (!form.find(field)) return {{}, world.today, fmt::format("the form has no field '{}'", field)};
    }
    return {catalog::finalised(form, answers, world), world.today, {}};
}

core::Result<Judged> judge_answers(core::Database& db, const catalog::Form& form, const catalog::Request& request,
                                   core::Time captured_at) {
    auto zone = Published(db).zone_of(request.site);
    if (!zone) return core::fail(zone.error());
    const auto local = core::local_date(captured_at, zone->empty() ? "UTC" : *zone);
    const core::Date today = local.value_or(core::Date{std::chrono::floor<std::chrono::days>(captured_at)});

    catalog::Surroundings world;
    world.own_site = request.site;
    world.knows_places = false;  // the site may have been closed since
    std::optional<Judged> first;
    // Around midnight, or with a clock that is a little off, the kiosk meant the day beside.
    for (const int beside : {0, -1, 1}) {
        world.today = core::Date{std::chrono::sys_days{today} + std::chrono::days{beside}};
        Judged judged = judge_on(form, request.answers, world);
        if (judged.answers) return judged;
        if (!first) first = std::move(judged);
    }
    return std::move(*first);
}

Received beginning_of(const catalog::Request& request, const catalog::Envelope& envelope, core::Time now) {
    Received it;
    it.request = request.id;
    it.claim_code = request.claim_code;
    it.service = request.service;
    it.service_version = request.service_version;
    it.title = request.title;
    it.language = request.language;
    it.site = request.site;
    it.kiosk = envelope.kiosk;
    it.captured_at = corrected(envelope.captured_at, envelope.clock_offset, now);
    it.clock_offset = envelope.clock_offset;
    it.article = request.article;
    it.search_words = request.search_words;
    return it;
}

// The payload as a request, whatever its form.
core::Result<catalog::Request> read_request(const Proved& proved) {
    if (!proved.unreadable.empty()) return core::fail(core::ErrorKind::corrupt, proved.unreadable);
    auto request = catalog::Request::parse(proved.payload);
    if (!request) return core::fail(core::ErrorKind::invalid, request.error().message);
    if (request->id != proved.envelope.id) {
        return core::fail(core::ErrorKind::invalid, "the payload has another id than its envelope");
    }
    auto code = catalog::read_claim_code(request->claim_code);
    if (!code) return core::fail(core::ErrorKind::invalid, "the claim code is not one");
    request->claim_code = std::move(*code);
    return request;
}

core::Result<Verdict> verdict_on(core::Database& db, Forms& forms, const Proved& proved, core::Time now) {
    auto request = read_request(proved);
    if (!request) {
        const bool sealed = request.error().kind == core::ErrorKind::corrupt;
        return refused(sealed ? "unreadable" : "malformed", request.error().message);
    }
    Verdict verdict;
    auto service = forms.find(db, request->service, request->service_version);
    if (!service && service.error().kind != core::ErrorKind::invalid) return core::fail(service.error());
    if (!service || !*service) {
        verdict = refused("unknown_form", service ? fmt::format("version {} of form '{}' was never published here",
                                                                request->service_version.substr(0, 12), request->service)
                                                  : service.error().message);
        verdict.request = std::move(*request);
        return verdict;
    }
    Received it = beginning_of(*request, proved.envelope, now);
    auto judged = judge_answers(db, (*service)->form, *request, it.captured_at);
    if (!judged) return core::fail(judged.error());
    if (!judged->answers) {
        verdict = refused("wrong_answers", judged->wrong);
        verdict.request = std::move(*request);
        return verdict;
    }
    const catalog::Service& form = **service;
    const Placement placement = place(form, *judged->answers, request->site, judged->today);
    it.kind = catalog::name_of(form.kind);
    it.department = form.department;
    it.team = placement.team;
    it.priority = placement.priority;
    it.confidential = form.confidential;
    it.answers = std::move(*judged->answers);
    verdict.received = std::move(it);
    if (!form.approval.empty()) verdict.approvers = form.approval.front().approvers;
    verdict.request = std::move(*request);
    return verdict;
}

// The ticket's number. Part of a transaction.
core::Result<std::string> open_ticket(core::Database& db, Verdict verdict, const Doer& by, core::Time now) {
    Tickets tickets(db);
    auto number = tickets.next_number();
    if (!number) return core::fail(number.error());
    verdict.received->number = *number;
    Ticket ticket;
    if (auto added = tickets.append(ticket, {std::move(*verdict.received)}, by, now); !added) {
        return core::fail(added.error());
    }
    if (!verdict.approvers.empty()) {
        const Doer desk{"desk", "Foyer", ""};
        auto asked = tickets.append(ticket, {ApprovalRequested{std::move(verdict.approvers)}}, desk, now);
        if (!asked) return core::fail(asked.error());
    }
    return number;
}

core::Result<std::string> sign_receipt(const Keys& keys, const KeptRequest& request) {
    catalog::Receipt receipt{request.id, request.hash, request.ticket, request.received_at, request.sequence, {}};
    if (auto done = receipt.sign(keys.receipt.secret_key); !done) return core::fail(done.error());
    return core::canonical(receipt.to_json());
}

core::Result<Doer> sender_of(core::Database& db, const std::string& kiosk) {
    auto known = Kiosks(db).find(kiosk);
    if (!known) return core::fail(known.error());
    return Doer{"kiosk:" + kiosk, *known ? (*known)->short_name : kiosk, ""};
}

core::Result<TakenIn> answer_again(core::Database& db, const KeptRequest& known, const catalog::Envelope& envelope,
                                   core::Time now) {
    if (known.hash == envelope.hash) {
        return TakenIn{Outcome::seen, known.receipt, known.ticket, {}};
    }
    const Conflict conflict{envelope.id, envelope.hash, envelope.kiosk, now, core::canonical(envelope.to_json())};
    if (auto kept = Requests(db).keep_conflict(conflict); !kept) return core::fail(kept.error());
    return TakenIn{Outcome::conflict, {}, {}, "This id came before with other content; both copies are kept."};
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::stored: return "stored";
        case Outcome::seen: return "seen";
        case Outcome::quarantined: return "quarantined";
        case Outcome::conflict: return "conflict";
    }
    return {};
}

core::Result<Proved> prove(core::Database& reader, const Keys& keys, std::string_view envelope, std::string_view carrier) {
    if (envelope.size() > catalog::largest_request_bytes) {
        return core::fail(core::ErrorKind::invalid, "The request is too large.");
    }
    const auto json = core::parse_json(envelope);
    if (!json) return core::fail(core::ErrorKind::invalid, "The request is not JSON.");
    auto read = catalog::Envelope::from_json(*json);
    if (!read) return core::fail(core::ErrorKind::invalid, read.error().message);
    if (!carrier.empty() && read->kiosk != carrier) {
        return core::fail(core::ErrorKind::denied, "The request is of another kiosk.");
    }
    auto kiosk = Kiosks(reader).find(read->kiosk);
    if (!kiosk) return core::fail(kiosk.error());
    if (!*kiosk || !(*kiosk)->active) return core::fail(core::ErrorKind::denied, "The kiosk is not enrolled here.");
    if (!read->is_signed_by((*kiosk)->public_key)) {
        return core::fail(core::ErrorKind::denied, "The signature is not that of the kiosk.");
    }

    Proved proved{std::move(*read), {}, {}};
    auto payload = catalog::open_envelope(proved.envelope, keys.seal);
    if (payload) proved.payload = std::move(*payload);
    else proved.unreadable = payload.error().message;
    return proved;
}

core::Result<TakenIn> take_in(core::Database& db, Forms& forms, const Keys& keys, const Proved& proved, core::Time now) {
    const catalog::Envelope& envelope = proved.envelope;
    Requests requests(db);
    auto arrived = Kiosks(db).note_arrival(envelope.kiosk, envelope.sequence, envelope.clock_offset, now);
    if (!arrived) return core::fail(arrived.error());

    auto known = requests.find(envelope.id);
    if (!known) return core::fail(known.error());
    if (*known) return answer_again(db, **known, envelope, now);

    auto verdict = verdict_on(db, forms, proved, now);
    if (!verdict) return core::fail(verdict.error());

    KeptRequest kept;
    kept.id = envelope.id;
    kept.hash = envelope.hash;
    kept.kiosk = envelope.kiosk;
    kept.kiosk_sequence = envelope.sequence;
    kept.received_at = now;
    if (verdict->request) {
        kept.claim_code = verdict->request->claim_code;
        kept.title = verdict->request->title;
        kept.language = verdict->request->language;
    }
    const bool is_ticket = verdict->received.has_value();
    const std::string reason = verdict->reason;
    const std::string details = verdict->details;
    if (is_ticket) {
        auto by = sender_of(db, envelope.kiosk);
        if (!by) return core::fail(by.error());
        auto number = open_ticket(db, std::move(*verdict), *by, now);
        if (!number) return core::fail(number.error());
        kept.ticket = std::move(*number);
    }
    auto sequence = requests.next_sequence();
    if (!sequence) return core::fail(sequence.error());
    kept.sequence = *sequence;
    auto receipt = sign_receipt(keys, kept);
    if (!receipt) return core::fail(receipt.error());
    kept.receipt = std::move(*receipt);
    if (auto done = requests.keep(kept); !done) return core::fail(done.error());

    if (is_ticket) return TakenIn{Outcome::stored, kept.receipt, kept.ticket, {}};
    auto held = requests.quarantine(
        {kept.id, reason, details, kept.kiosk, now, core::canonical(envelope.to_json())});
    if (!held) return core::fail(held.error());
    return TakenIn{Outcome::quarantined, kept.receipt, {}, details};
}

core::Result<TakenIn> deliver(Desk& desk, std::string_view envelope, std::string_view carrier) {
    core::Result<Proved> proved = [&]() -> core::Result<Proved> {
        auto reader = desk.readers().lend();
        if (!reader) return core::fail(reader.error());
        return prove(**reader, desk.keys(), envelope, carrier);
    }();
    if (!proved) return core::fail(proved.error());
    const core::Time now = desk.clock().now();
    return desk.writer().run_for<TakenIn>(
        [&](core::Database& db) { return take_in(db, desk.forms(), desk.keys(), *proved, now); });
}

core::Result<std::vector<catalog::Delivery>> deliver_batch(Desk& desk, const std::vector<std::string>& envelopes,
                                                           std::string_view carrier) {
    if (envelopes.size() > catalog::largest_batch) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("A batch holds at most {} requests.", catalog::largest_batch));
    }
    std::vector<catalog::Delivery> deliveries(envelopes.size());
    std::vector<std::optional<Proved>> proved(envelopes.size());
    {
        auto reader = desk.readers().lend();
        if (!reader) return core::fail(reader.error());
        for (std::size_t i = 0; i < envelopes.size(); ++i) {
            auto one = prove(**reader, desk.keys(), envelopes[i], carrier);
            if (one) {
                deliveries[i].id = one->envelope.id;
                proved[i] = std::move(*one);
                continue;
            }
            // Told by its id where it has one, so that the kiosk knows which it was.
            if (const auto json = core::parse_json(envelopes[i])) {
                deliveries[i].id = core::text_at(*json, "id").value_or("");
            }
            const bool is_final = one.error().kind == core::ErrorKind::invalid || one.error().kind == core::ErrorKind::denied;
            deliveries[i].outcome = is_final ? "refused" : "retry";
            deliveries[i].problem = one.error().message;
        }
    }
    const core::Time now = desk.clock().now();
    auto done = desk.writer().run([&](core::Database& db) -> core::Result<void> {
        for (std::size_t i = 0; i < proved.size(); ++i) {
            if (!proved[i]) continue;
            std::optional<TakenIn> taken;
            auto kept = db.transaction([&]() -> core::Result<void> {
                auto one = take_in(db, desk.forms(), desk.keys(), *proved[i], now);
                if (!one) return core::fail(one.error());
                taken = std::move(*one);
                return {};
            });
            if (!kept && kept.error().kind != core::ErrorKind::invalid && kept.error().kind != core::ErrorKind::conflict) {
                return kept;  // the disk: nothing of this batch can be kept now
            }
            deliveries[i].outcome = taken ? name_of(taken->outcome) : "retry";
            deliveries[i].receipt = taken ? taken->receipt : "";
            deliveries[i].problem = taken ? taken->problem : kept.error().message;
        }
        return {};
    });
    if (done) return deliveries;
    for (std::size_t i = 0; i < proved.size(); ++i) {
        if (!proved[i]) continue;
        deliveries[i].outcome = "retry";
        deliveries[i].receipt.clear();
        deliveries[i].problem = done.error().message;
    }
    return deliveries;
}

namespace {

// The envelope of a quarantined request, proved when it came, opened once more.
core::Result<Proved> reopened(const Quarantined& item, const Keys& keys) {
    const auto json = core::parse_json(item.envelope);
    if (!json) return core::fail(core::ErrorKind::corrupt, json.error().message);
    auto envelope = catalog::Envelope::from_json(*json);
    if (!envelope) return core::fail(core::ErrorKind::corrupt, envelope.error().message);
    Proved proved{std::move(*envelope), {}, {}};
    auto payload = catalog::open_envelope(proved.envelope, keys.seal);
    if (payload) proved.payload = std::move(*payload);
    else proved.unreadable = payload.error().message;
    return proved;
}

core::Result<void> becomes_ticket(core::Database& db, const std::string& id, const std::string& number) {
    Requests requests(db);
    if (auto set = requests.set_ticket(id, number); !set) return set;
    return requests.leave_quarantine(id);
}

}  // namespace

core::Result<std::size_t> retry_quarantine(core::Database& db, Forms& forms, const Keys& keys, core::Time now) {
    auto waiting = Requests(db).quarantine_list(most_retried);
    if (!waiting) return core::fail(waiting.error());
    std::size_t made = 0;
    for (const Quarantined& item : *waiting) {
        if (item.reason != "unknown_form") continue;
        auto proved = reopened(item, keys);
        if (!proved) return core::fail(proved.error());
        auto verdict = verdict_on(db, forms, *proved, now);
        if (!verdict) return core::fail(verdict.error());
        if (!verdict->received) continue;
        auto by = sender_of(db, item.kiosk);
        if (!by) return core::fail(by.error());
        auto number = open_ticket(db, std::move(*verdict), *by, now);
        if (!number) return core::fail(number.error());
        if (auto done = becomes_ticket(db, item.id, *number); !done) return core::fail(done.error());
        ++made;
    }
    return made;
}

core::Result<std::string> accept_quarantined(core::Database& db, const Keys& keys, const Actor& actor,
                                             std::string_view id, std::string_view team, core::Time now) {
    if (auto may = authorize(actor, Duty::mend_quarantine); !may) return core::fail(may.error());
    auto item = Requests(db).quarantined(id);
    if (!item) return core::fail(item.error());
    if (!*item) return core::fail(core::ErrorKind::not_found, "Nothing of that id waits in quarantine.");
    auto listed = Published(db).has_team(team);
    if (!listed) return core::fail(listed.error());
    if (!*listed) return core::fail(core::ErrorKind::invalid, fmt::format("There is no team '{}'.", team));

    auto proved = reopened(**item, keys);
    if (!proved) return core::fail(proved.error());
    auto request = read_request(*proved);
    if (!request) {
        return core::fail(core::ErrorKind::conflict,
                          "It cannot be read, so no ticket can be made of it; the kiosk's people must send it again.");
    }
    Verdict verdict;
    Received it = beginning_of(*request, proved->envelope, now);
    it.kind = catalog::name_of(catalog::Kind::request);
    it.team = team;
    it.confidential = unjudged_class;
    it.answers = request->answers;
    verdict.received = std::move(it);
    auto number = open_ticket(db, std::move(verdict), Doer{actor.login, actor.name, ""}, now);
    if (!number) return core::fail(number.error());
    if (auto done = becomes_ticket(db, (*item)->id, *number); !done) return core::fail(done.error());
    return number;
}

}  // namespace desk
