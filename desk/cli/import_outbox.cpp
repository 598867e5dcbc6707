#include "desk/work/import_outbox.hpp"

#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"

namespace desk::cli {

int import_outbox(const Common& common, const std::filesystem::path& file) {
    std::error_code failed;
    const auto path = std::filesystem::absolute(file, failed);
    auto answer = ask(common.data, {{"order", "import_outbox"}, {"file", path.lexically_normal().string()}});
    if (!answer) return complain(answer.error());
    const core::Json& it = *answer;
    const bool has_refused = !it["refused"].empty();
    if (common.json) {
        std::cout << it.dump() << '\n';
        return has_refused ? exit_failed : exit_ok;
    }
    const auto number = [&](const char* key) { return core::integer_at(it, key).value_or(0); };
    std::cout << fmt::format("{} new, {} already here, {} quarantined, {} in conflict.\n", number("stored"), number("seen"),
                             number("quarantined"), number("conflicts"));
    for (const core::Json& refused : it["refused"]) {
        std::cerr << fmt::format("{}:{}: refused: {}\n", file.string(), refused["line"].get<std::int64_t>(),
                                 refused["why"].get<std::string>());
    }
    return has_refused ? exit_failed : exit_ok;
}

core::Result<core::Json> order_import_outbox(Desk& desk, const core::Json& order) {
    auto done = desk::import_outbox(desk, core::text_at(order, "file").value_or(""));
    if (!done) return core::fail(done.error());
    core::Json refused = core::Json::array();
    for (const Imported::Refused& it : done->refused) refused.push_back({{"line", it.line}, {"why", it.why}});
    core::Json receipts = core::Json::array();
    for (const std::string& receipt : done->receipts) {
        if (auto json = core::parse_json(receipt)) receipts.push_back(std::move(*json));
    }
    return core::Json{{"stored", done->stored},       {"seen", done->seen},
                      {"quarantined", done->quarantined}, {"conflicts", done->conflicts},
                      {"refused", std::move(refused)}, {"receipts", std::move(receipts)}};
}

}  // namespace desk::cli
