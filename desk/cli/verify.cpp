#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/tickets.hpp"

namespace desk::cli {

int verify(const Common& common) {
    auto answer = ask(common.data, {{"order", "verify"}});
    if (!answer) return complain(answer.error());
    const core::Json& faults = (*answer)["faults"];
    if (common.json) {
        std::cout << answer->dump() << '\n';
    } else if (faults.empty()) {
        std::cout << "Every event is as it was written.\n";
    }
    if (!common.json) {
        for (const core::Json& it : faults) {
            std::cerr << fmt::format("{}, event {}: {}\n", it["ticket"].get<std::string>(), it["event"].get<std::int64_t>(),
                                     it["what"].get<std::string>());
        }
    }
    return faults.empty() ? exit_ok : exit_failed;
}

core::Result<core::Json> order_verify(Desk& desk, const core::Json&) {
    auto reader = desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    // One snapshot for events and rows.
    std::vector<ChainFault> found;
    auto read = (*reader)->snapshot([&]() -> core::Result<void> {
        auto faults = Tickets(**reader).verify();
        if (!faults) return core::fail(faults.error());
        found = std::move(*faults);
        return {};
    });
    if (!read) return core::fail(read.error());
    core::Json faults = core::Json::array();
    for (const ChainFault& it : found) faults.push_back({{"ticket", it.ticket}, {"event", it.event}, {"what", it.what}});
    return core::Json{{"faults", std::move(faults)}};
}

}  // namespace desk::cli
