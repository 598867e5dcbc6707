// For whoever runs the desk: is it alive, can it take requests, how much has it done; and what describes the API.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/web/embedded.hpp"
#include "desk/web/front.hpp"

namespace desk::web {
namespace {

HttpResponse text_response(std::string text, std::string content_type = "text/plain; charset=utf-8") {
    HttpResponse response;
    response.headers = {{"content-type", std::move(content_type)}, {"cache-control", "no-store"}};
    response.body = std::move(text);
    return response;
}

HttpResponse asset(std::string_view name, std::string content_type) {
    HttpResponse response;
    response.headers = {{"content-type", std::move(content_type)},
                        {"cache-control", "public, max-age=31536000, immutable"}};
    response.body = std::string(embedded(name));
    return response;
}

// Ready when a write reaches the disk and a reader can be had.
void get_ready(Front& front, const Reply& reply) {
    const auto reader = front.desk.readers().lend();
    if (!reader) return reply(problem_of(reader.error()).response());
    const auto queued = front.desk.writer().submit(
        [](core::Database& db) -> core::Result<void> {
            const auto answer = db.row<std::int64_t>("SELECT 1", {}, [](const core::Row& row) { return row.integer(0); });
            if (!answer) return core::fail(answer.error());
            return {};
        },
        [reply](const core::Result<void>& done) {
            reply(done ? text_response("ready\n") : problem_of(done.error()).response());
        });
    if (!queued) reply(problem_of(queued.error()).response());
}

std::string metrics(const Front& front) {
    const Counters& counters = front.counters;
    std::string text =
        "# HELP foyer_http_answers_total Answers by class of status.\n"
        "# TYPE foyer_http_answers_total counter\n";
    for (std::size_t i = 0; i < counters.answers.size(); ++i) {
        text += fmt::format("foyer_http_answers_total{{class=\"{}xx\"}} {}\n", i + 1, counters.answers[i].load());
    }
    text +=
        "# HELP foyer_requests_total Requests that kiosks handed in, by what became of them.\n"
        "# TYPE foyer_requests_total counter\n";
    const std::pair<std::string_view, std::int64_t> outcomes[] = {
        {"stored", counters.stored},       {"seen", counters.seen},       {"quarantined", counters.quarantined},
        {"conflict", counters.conflicts}, {"refused", counters.refused},
    };
    for (const auto& [outcome, number] : outcomes) {
        text += fmt::format("foyer_requests_total{{outcome=\"{}\"}} {}\n", outcome, number);
    }
    text += fmt::format(
        "# HELP foyer_writer_waiting Jobs that wait for the writer.\n"
        "# TYPE foyer_writer_waiting gauge\n"
        "foyer_writer_waiting {}\n",
        front.desk.writer().waiting());
    return text;
}

}  // namespace

void add_operation_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"GET", "/livez", Anyone{}, 0, [](const Visit&, const Reply& reply) { reply(text_response("alive\n")); }});
    routes.push_back({"GET", "/readyz", Anyone{}, 0, [&front](const Visit&, const Reply& reply) { get_ready(front, reply); }});
    routes.push_back({"GET", "/metrics", Anyone{}, 0, [&front](const Visit&, const Reply& reply) {
                          reply(text_response(metrics(front), "text/plain; version=0.0.4; charset=utf-8"));
                      }});
    routes.push_back({"GET", "/openapi.yaml", Anyone{}, 0, [](const Visit&, const Reply& reply) {
                          reply(text_response(std::string(embedded("openapi.yaml")), "application/yaml"));
                      }});
    routes.push_back({"GET", stylesheet_path(), Anyone{}, 0, [](const Visit&, const Reply& reply) {
                          reply(asset("desk.css", "text/css; charset=utf-8"));
                      }});
    routes.push_back({"GET", icon_path(), Anyone{}, 0, [](const Visit&, const Reply& reply) {
                          reply(asset("mark.svg", "image/svg+xml"));
                      }});
}

}  // namespace desk::web
