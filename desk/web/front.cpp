#include "desk/web/front.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "core/base/utf8.hpp"

namespace desk::web {
namespace {

// "Europe/London", from the TZ variable or the link that the system keeps.
std::string machine_zone() {
    if (const char* named = std::getenv("TZ"); named && *named && core::local_date(core::Time{}, named)) return named;
    char target[512];
    const auto length = readlink("/etc/localtime", target, sizeof target);
    if (length > 0) {
        const std::string_view path(target, static_cast<std::size_t>(length));
        const std::string_view folder = "zoneinfo/";
        if (const auto at = path.find(folder); at != std::string_view::npos) {
            std::string zone(path.substr(at + folder.size()));
            if (core::local_date(core::Time{}, zone)) return zone;
        }
    }
    return "UTC";
}

std::string base_of(std::string_view language) { return std::string(language.substr(0, language.find('-'))); }

}  // namespace

Front::Front(Desk& served, const WebSettings& settings)
    : desk(served), behind_tls(settings.behind_tls), zone(settings.zone.empty() ? machine_zone() : settings.zone) {}

std::string Front::language_of(const HttpRequest& request) const {
    const std::string wanted = request.header("accept-language");
    const auto known = shelf.words()->languages();
    // People list their languages best first; the q values repeat that order.
    std::string_view rest = wanted;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        std::string_view tag = rest.substr(0, comma);
        tag = core::utf8::trimmed(tag.substr(0, tag.find(';')));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        if (tag.empty()) continue;
        if (std::find(known.begin(), known.end(), tag) != known.end()) return std::string(tag);
        const std::string base = base_of(tag);
        for (const auto& language : known) {
            if (base_of(language) == base) return language;
        }
    }
    return "en";
}

HttpResponse Front::problem_page(int status, std::string_view language, const Session* session,
                                 std::string_view detail) const {
    const auto words = shelf.words();
    const Speech say(*words, std::string(language));
    const std::string number = std::to_string(status);
    const std::string title = say("desk.problem." + number);
    const std::string key = detail.empty() ? number : std::string(detail);
    return page_response(status, render({"problem.html", title, {}, session},
                                        {{"title", title}, {"detail", say("desk.problem.detail." + key)}}, say));
}

std::string age_of(core::Time then, core::Time now, const Speech& say) {
    using namespace std::chrono;
    const auto passed = std::max(now - then, seconds{0});
    if (passed < hours{1}) return say("desk.age.minutes", {{"n", std::to_string(floor<minutes>(passed).count())}});
    if (passed < days{2}) return say("desk.age.hours", {{"n", std::to_string(floor<hours>(passed).count())}});
    return say.count("desk.age.days", floor<days>(passed).count());
}

std::vector<Route> all_routes(Front& front) {
    std::vector<Route> routes;
    add_request_routes(routes, front);
    add_kiosk_routes(routes, front);
    add_feedback_routes(routes, front);
    add_blob_routes(routes, front);
    add_release_routes(routes, front);
    add_session_routes(routes, front);
    add_ticket_routes(routes, front);
    add_operation_routes(routes, front);
    add_login_pages(routes, front);
    add_queue_pages(routes, front);
    add_ticket_pages(routes, front);
    add_attention_pages(routes, front);
    return routes;
}

}  // namespace desk::web
