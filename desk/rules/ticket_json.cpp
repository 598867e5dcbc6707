// How what happened is kept: small JSON objects that a later program must still read.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/rules/ticket.hpp"

namespace desk {
namespace {

using core::Json;

// Reads members; the first one that is missing or wrong spoils the whole.
class Reader {
public:
    Reader(std::string_view kind, const Json& data) : kind_(kind), data_(data) {}

    std::string text(std::string_view key) {
        auto value = core::text_at(data_, key);
        if (!value) note(key);
        return value.value_or("");
    }
    std::int64_t integer(std::string_view key) {
        auto value = core::integer_at(data_, key);
        if (!value) note(key);
        return value.value_or(0);
    }
    core::Time time(std::string_view key) {
        auto value = core::parse_time(text(key));
        if (!value) note(key);
        return value.value_or(core::Time{});
    }
    template <class Parse>
    auto named(std::string_view key, Parse parse) {
        auto value = parse(text(key));
        if (!value) note(key);
        return value.value_or(typename decltype(value)::value_type{});
    }
    std::vector<std::string> texts(std::string_view key) {
        std::vector<std::string> all;
        const Json* list = core::member(data_, key);
        if (!list || !list->is_array()) {
            note(key);
            return all;
        }
        for (const Json& item : *list) {
            if (!item.is_string()) note(key);
            else all.push_back(item.get<std::string>());
        }
        return all;
    }
    catalog::Answers answers(std::string_view key) {
        const Json* json = core::member(data_, key);
        auto value = json ? catalog::answers_from(*json) : core::fail(core::ErrorKind::corrupt, "absent");
        if (!value) note(key);
        return value.value_or(catalog::Answers{});
    }

    core::Result<Happening> done(Happening what) {
        if (wrong_.empty()) return what;
        return core::fail(core::ErrorKind::corrupt, fmt::format("event {}: `{}` is missing or wrong", kind_, wrong_));
    }

private:
    void note(std::string_view key) {
        if (wrong_.empty()) wrong_ = key;
    }
    std::string kind_;
    const Json& data_;
    std::string wrong_;
};

}  // namespace

std::string_view kind_of(const Happening& what) {
    return std::visit(core::overloaded{
                          [](const Received&) { return "received"; },
                          [](const ApprovalRequested&) { return "approval_requested"; },
                          [](const Approved&) { return "approved"; },
                          [](const Rejected&) { return "rejected"; },
                          [](const Assigned&) { return "assigned"; },
                          [](const Started&) { return "started"; },
                          [](const Held&) { return "held"; },
                          [](const Resumed&) { return "resumed"; },
                          [](const Resolved&) { return "resolved"; },
                          [](const Closed&) { return "closed"; },
                          [](const Cancelled&) { return "cancelled"; },
                          [](const Reopened&) { return "reopened"; },
                          [](const PublicNote&) { return "public_note"; },
                          [](const InternalNote&) { return "internal_note"; },
                          [](const Transferred&) { return "transferred"; },
                          [](const PriorityChanged&) { return "priority_changed"; },
                      },
                      what);
}

Json to_json(const Happening& what) {
    return std::visit(
        core::overloaded{
            [](const Received& it) {
                return Json{{"number", it.number},
                            {"request", it.request},
                            {"claim_code", it.claim_code},
                            {"service", it.service},
                            {"service_version", it.service_version},
                            {"kind", it.kind},
                            {"title", it.title},
                            {"language", it.language},
                            {"department", it.department},
                            {"site", it.site},
                            {"kiosk", it.kiosk},
                            {"captured_at", core::to_text(it.captured_at)},
                            {"clock_offset", it.clock_offset},
                            {"team", it.team},
                            {"priority", catalog::name_of(it.priority)},
                            {"confidential", it.confidential},
                            {"answers", catalog::to_json(it.answers)},
                            {"article", it.article},
                            {"search_words", it.search_words}};
            },
            [](const ApprovalRequested& it) { return Json{{"approvers", it.approvers}}; },
            [](const Approved& it) { return Json{{"note", it.note}}; },
            [](const Rejected& it) { return Json{{"reason", it.reason}}; },
            [](const Assigned& it) { return Json{{"assignee", it.assignee}}; },
            [](const Started&) { return Json::object(); },
            [](const Held& it) { return Json{{"reason", name_of(it.reason)}, {"note", it.note}}; },
            [](const Resumed&) { return Json::object(); },
            [](const Resolved& it) { return Json{{"code", name_of(it.code)}, {"note", it.note}}; },
            [](const Closed&) { return Json::object(); },
            [](const Cancelled& it) { return Json{{"reason", it.reason}}; },
            [](const Reopened& it) { return Json{{"reason", it.reason}}; },
            [](const PublicNote& it) { return Json{{"text", it.text}}; },
            [](const InternalNote& it) { return Json{{"text", it.text}}; },
            [](const Transferred& it) { return Json{{"team", it.team}, {"reason", it.reason}}; },
            [](const PriorityChanged& it) {
                return Json{{"priority", catalog::name_of(it.priority)}, {"reason", it.reason}};
            },
        },
        what);
}

core::Result<Happening> happening_from(std::string_view kind, const Json& data) {
    Reader read(kind, data);
    if (kind == "received") {
        Received it;
        it.number = read.text("number");
        it.request = read.text("request");
        it.claim_code = read.text("claim_code");
        it.service = read.text("service");
        it.service_version = read.text("service_version");
        it.kind = read.text("kind");
        it.title = read.text("title");
        it.language = read.text("language");
        it.department = read.text("department");
        it.site = read.text("site");
        it.kiosk = read.text("kiosk");
        it.captured_at = read.time("captured_at");
        it.clock_offset = read.integer("clock_offset");
        it.team = read.text("team");
        it.priority = read.named("priority", catalog::priority_from);
        it.confidential = read.text("confidential");
        it.answers = read.answers("answers");
        it.article = read.text("article");
        it.search_words = read.text("search_words");
        return read.done(std::move(it));
    }
    if (kind == "approval_requested") return read.done(ApprovalRequested{read.texts("approvers")});
    if (kind == "approved") return read.done(Approved{read.text("note")});
    if (kind == "rejected") return read.done(Rejected{read.text("reason")});
    if (kind == "assigned") return read.done(Assigned{read.text("assignee")});
    if (kind == "started") return read.done(Started{});
    if (kind == "held") return read.done(Held{read.named("reason", hold_reason_from), read.text("note")});
    if (kind == "resumed") return read.done(Resumed{});
    if (kind == "resolved") return read.done(Resolved{read.named("code", resolution_from), read.text("note")});
    if (kind == "closed") return read.done(Closed{});
    if (kind == "cancelled") return read.done(Cancelled{read.text("reason")});
    if (kind == "reopened") return read.done(Reopened{read.text("reason")});
    if (kind == "public_note") return read.done(PublicNote{read.text("text")});
    if (kind == "internal_note") return read.done(InternalNote{read.text("text")});
    if (kind == "transferred") return read.done(Transferred{read.text("team"), read.text("reason")});
    if (kind == "priority_changed") {
        return read.done(PriorityChanged{read.named("priority", catalog::priority_from), read.text("reason")});
    }
    return core::fail(core::ErrorKind::corrupt, fmt::format("an event of the unknown kind `{}`", kind));
}

}  // namespace desk
