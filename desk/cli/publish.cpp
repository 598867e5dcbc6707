#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/work/publishing.hpp"
#include "kb/release_trust.hpp"

namespace desk::cli {
namespace {

using Outcome = PublishDone::Outcome;

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::built: return "built";
        case Outcome::signed_on: return "signed_on";
        case Outcome::unchanged: return "unchanged";
        case Outcome::to_sign: return "to_sign";
    }
    return "";
}

// "10 % of the kiosks of 'canary'"
std::string who_gets_it(std::string_view channel, std::int64_t percent) {
    const bool is_stable = channel == kb::stable_channel;
    const std::string kiosks = is_stable ? "kiosks" : fmt::format("kiosks of '{}'", channel);
    if (percent == 0) return fmt::format("no {} yet", kiosks);
    if (percent == 100) return is_stable ? "all kiosks" : fmt::format("the {}", kiosks);
    return fmt::format("{} % of the {}", percent, kiosks);
}

std::string story(const core::Json& it) {
    const auto number = [&](const char* key) { return core::integer_at(it, key).value_or(0); };
    const std::string channel = core::text_at(it, "channel").value_or("");
    const std::string outcome = core::text_at(it, "outcome").value_or("");
    const std::string who = who_gets_it(channel, number("percent"));
    const std::string until = core::text_at(it, "expires").value_or("").substr(0, std::string_view("2026-11-24").size());
    if (outcome == name_of(Outcome::built)) {
        return fmt::format("Release {} goes to {}: {} articles, {} services ({} new versions), {} files.", number("version"), who,
                           number("articles"), number("services"), number("new_forms"), number("files"));
    }
    if (outcome == name_of(Outcome::unchanged)) return fmt::format("Nothing has changed since release {}, which goes to {}.", number("version"), who);
    if (number("version_before") != number("version")) return fmt::format("Release {} as it was built goes to {} now.", number("version"), who);
    if (number("percent_before") != number("percent")) {
        return fmt::format("Release {} goes to {} now; before, it went to {}. Kiosks that have it keep it.", number("version"), who,
                           who_gets_it(channel, number("percent_before")));
    }
    return fmt::format("Nothing has changed since release {}, which goes to {}; it is signed anew and good until {}.", number("version"), who, until);
}

}  // namespace

int publish(const Common& common, const PublishOptions& options) {
    std::error_code failed;
    const auto folder = std::filesystem::absolute(options.content, failed);
    auto answer = ask(common.data, {{"order", "publish"},
                                    {"content", folder.lexically_normal().string()},
                                    {"channel", options.channel},
                                    {"percent", options.percent},
                                    {"audience", options.audience}});
    if (!answer) return complain(answer.error());
    const core::Json& it = *answer;
    const auto error = core::text_at(it, "error");
    if (common.json) {
        std::cout << it.dump() << '\n';
        return error ? exit_failed : exit_ok;
    }
    for (const core::Json& problem : it["problems"]) std::cerr << problem.get<std::string>() << '\n';
    if (error) return complain({core::ErrorKind::denied, *error});
    std::cout << story(it) << '\n';
    if (const auto number = core::integer_at(it, "from_quarantine").value_or(0); number > 0) {
        std::cout << fmt::format("{} requests that waited for a form became tickets.\n", number);
    }
    return exit_ok;
}

// Mistakes in the content are an answer, too: they come with their lines. So is a release that another key must sign.
core::Result<core::Json> order_publish(Desk& desk, const core::Json& order) {
    core::Problems problems;
    PublishOrder wanted;
    wanted.content = core::text_at(order, "content").value_or("");
    wanted.channel = core::text_at(order, "channel").value_or(wanted.channel);
    wanted.percent = static_cast<int>(core::integer_at(order, "percent").value_or(wanted.percent));
    if (const core::Json* audience = core::member(order, "audience"); audience && audience->is_array() && !audience->empty()) {
        wanted.audience.clear();
        for (const core::Json& each : *audience) wanted.audience.push_back(each.is_string() ? each.get<std::string>() : "");
    }
    auto done = desk::publish(desk, wanted, problems);
    core::Json lines = core::Json::array();
    for (const core::Problem& problem : problems) lines.push_back(problem.line_of_text());
    if (!done) {
        if (!core::has_error(problems)) return core::fail(done.error());
        return core::Json{{"error", done.error().message}, {"problems", std::move(lines)}};
    }
    core::Json json{{"outcome", name_of(done->outcome)},
                    {"version", done->version},
                    {"manifest", done->manifest},
                    {"new", done->is_new},
                    {"channel", wanted.channel},
                    {"percent", wanted.percent},
                    {"version_before", done->before ? done->before->version : 0},
                    {"percent_before", done->before ? done->before->percent : 0},
                    {"services", done->services},
                    {"new_forms", done->new_forms},
                    {"articles", done->articles},
                    {"files", done->files},
                    {"from_quarantine", done->from_quarantine},
                    {"problems", std::move(lines)}};
    if (done->outcome == Outcome::to_sign) {
        json["error"] = fmt::format(
            "Release {} is built, but the root does not let this desk's key publish to '{}', so no kiosk gets it yet; sign it with the "
            "publish key: kb release sign {} {} --channel {} --percent {} --key FILE",
            done->version, wanted.channel, desk.releases().string(), done->version, wanted.channel, wanted.percent);
    } else {
        json["expires"] = core::to_text(done->expires);
    }
    return json;
}

}  // namespace desk::cli
