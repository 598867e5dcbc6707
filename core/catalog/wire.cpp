#include "core/catalog/wire.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace catalog {
namespace {

constexpr std::size_t longest_word = 64;

bool is_plain(std::string_view text) {
    return text.size() <= longest_word &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

// Reads members and remembers the first that is missing or of the wrong type.
class Members {
public:
    Members(const core::Json& json, std::string_view what) : json_(json), what_(what) {}

    std::string text(std::string_view key) {
        auto value = core::text_at(json_, key);
        if (!value) note(key);
        return value.value_or("");
    }
    std::int64_t integer(std::string_view key) {
        const auto value = core::integer_at(json_, key);
        if (!value) note(key);
        return value.value_or(0);
    }
    core::Time time(std::string_view key) {
        const auto value = core::parse_time(text(key));
        if (!value) note(key);
        return value ? *value : core::Time{};
    }
    const core::Json& list(std::string_view key) {
        static const core::Json empty = core::Json::array();
        const core::Json* value = core::member(json_, key);
        if (value && value->is_array()) return *value;
        note(key);
        return empty;
    }
    // May be absent, but not of another type.
    std::string maybe_text(std::string_view key) { return core::member(json_, key) ? text(key) : std::string(); }
    template <class T>
    core::Result<T> finish(T value) {
        if (missing_.empty()) return value;
        return core::fail(core::ErrorKind::invalid, fmt::format("{}: '{}' is missing or wrong", what_, missing_));
    }
    void note(std::string_view key) {
        if (missing_.empty()) missing_ = key;
    }

private:
    const core::Json& json_;
    std::string_view what_;
    std::string missing_;
};

}  // namespace

core::Json EnrolRequest::to_json() const { return {{"code", code}, {"public_key", public_key}}; }

core::Result<EnrolRequest> EnrolRequest::from_json(const core::Json& json) {
    Members m(json, "enrolment");
    return m.finish(EnrolRequest{m.text("code"), m.text("public_key")});
}

core::Json Enrolment::to_json() const {
    core::Json json{{"kiosk", kiosk},
                    {"short_name", short_name},
                    {"site", site},
                    {"seal_key", seal_key},
                    {"receipt_key", receipt_key},
                    {"release_key", release_key},
                    {"now", core::to_text(now)}};
    if (!root.empty()) json["root"] = root;
    return json;
}

core::Result<Enrolment> Enrolment::from_json(const core::Json& json) {
    Members m(json, "enrolment");
    return m.finish(Enrolment{m.text("kiosk"), m.text("short_name"), m.text("site"), m.text("seal_key"), m.text("receipt_key"),
                              m.text("release_key"), m.time("now"), m.maybe_text("root")});
}

std::string Shows::to_query() const { return fmt::format("release={}&channel={}&state={}", release, channel, state); }

core::Result<Shows> Shows::from(std::string release, std::string channel, std::string state) {
    if (!is_plain(release) || !is_plain(channel) || !is_plain(state)) {
        return core::fail(core::ErrorKind::invalid, "what the kiosk shows cannot be read");
    }
    return Shows{std::move(release), std::move(channel), std::move(state)};
}

core::Json Progress::to_json() const {
    core::Json all = core::Json::array();
    for (const PublicNote& note : notes) all.push_back({{"at", core::to_text(note.at)}, {"by", note.by}, {"text", note.text}});
    return {{"request", request}, {"claim_code", claim_code}, {"ticket", ticket}, {"title", title}, {"state", state},
            {"updated_at", core::to_text(updated_at)}, {"notes", std::move(all)}};
}

core::Result<Progress> Progress::from_json(const core::Json& json) {
    Members m(json, "progress");
    Progress progress{m.text("request"), m.text("claim_code"), m.text("ticket"), m.text("title"), m.text("state"), m.time("updated_at"), {}};
    for (const core::Json& item : m.list("notes")) {
        Members n(item, "note");
        auto note = n.finish(PublicNote{n.time("at"), n.text("by"), n.text("text")});
        if (!note) return core::fail(note.error());
        progress.notes.push_back(std::move(*note));
    }
    return m.finish(std::move(progress));
}

core::Json Changes::to_json() const {
    core::Json all = core::Json::array();
    for (const Progress& request : requests) all.push_back(request.to_json());
    core::Json json{{"cursor", cursor},   {"now", core::to_text(now)},           {"poll_after_seconds", poll_after_seconds},
                    {"requests", std::move(all)}, {"release_version", release_version}, {"missing", missing}};
    if (!channel.empty()) json["channel"] = channel;
    if (!release_tag.empty()) json["release_tag"] = release_tag;
    return json;
}

core::Result<Changes> Changes::from_json(const core::Json& json) {
    Members m(json, "changes");
    Changes changes;
    changes.cursor = m.text("cursor");
    changes.now = m.time("now");
    changes.poll_after_seconds = m.integer("poll_after_seconds");
    changes.release_version = m.integer("release_version");
    changes.channel = m.maybe_text("channel");
    changes.release_tag = m.maybe_text("release_tag");
    for (const core::Json& item : m.list("requests")) {
        auto request = Progress::from_json(item);
        if (!request) return core::fail(request.error());
        changes.requests.push_back(std::move(*request));
    }
    for (const core::Json& item : m.list("missing")) {
        if (item.is_number_integer()) {
            changes.missing.push_back(item.get<std::int64_t>());
        } else {
            m.note("missing");
        }
    }
    return m.finish(std::move(changes));
}

core::Json Delivery::to_json() const {
    return {{"id", id}, {"outcome", outcome}, {"receipt", receipt}, {"problem", problem}};
}

core::Result<Delivery> Delivery::from_json(const core::Json& json) {
    Members m(json, "delivery");
    return m.finish(Delivery{m.text("id"), m.text("outcome"), m.text("receipt"), m.text("problem")});
}

}  // namespace catalog
