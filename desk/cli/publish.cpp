#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/work/publishing.hpp"

namespace desk::cli {

int publish(const Common& common, const std::filesystem::path& content) {
    std::error_code failed;
    const auto folder = std::filesystem::absolute(content, failed);
    auto answer = ask(common.data, {{"order", "publish"}, {"content", folder.lexically_normal().string()}});
    if (!answer) return complain(answer.error());
    const core::Json& it = *answer;
    const auto error = core::text_at(it, "error");
    if (common.json) {
        std::cout << it.dump() << '\n';
        return error ? exit_failed : exit_ok;
    }
    for (const core::Json& problem : it["problems"]) std::cerr << problem.get<std::string>() << '\n';
    if (error) return complain({core::ErrorKind::invalid, *error});
    const auto number = [&](const char* key) { return core::integer_at(it, key).value_or(0); };
    if (!core::truth_at(it, "new").value_or(false)) {
        std::cout << fmt::format("Nothing has changed since release {}.\n", number("version"));
        return exit_ok;
    }
    std::cout << fmt::format("Release {}: {} articles, {} services ({} new versions), {} files.\n", number("version"),
                             number("articles"), number("services"), number("new_forms"), number("files"));
    if (number("from_quarantine") > 0) {
        std::cout << fmt::format("{} requests that waited for a form became tickets.\n", number("from_quarantine"));
    }
    return exit_ok;
}

// Mistakes in the content are an answer, too: they come with their lines.
core::Result<core::Json> order_publish(Desk& desk, const core::Json& order) {
    core::Problems problems;
    auto done = desk::publish(desk, core::text_at(order, "content").value_or(""), problems);
    core::Json lines = core::Json::array();
    for (const core::Problem& problem : problems) lines.push_back(problem.line_of_text());
    if (!done) {
        if (!core::has_error(problems)) return core::fail(done.error());
        return core::Json{{"error", done.error().message}, {"problems", std::move(lines)}};
    }
    return core::Json{{"version", done->version},     {"new", done->is_new},
                      {"services", done->services},   {"new_forms", done->new_forms},
                      {"articles", done->articles},   {"files", done->files},
                      {"from_quarantine", done->from_quarantine}, {"problems", std::move(lines)}};
}

}  // namespace desk::cli
