#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/orders.hpp"
#include "desk/store/tickets.hpp"

namespace desk::cli {

int rebuild(const Common& common) {
    auto answer = ask(common.data, {{"order", "rebuild"}});
    if (!answer) return complain(answer.error());
    if (common.json) {
        std::cout << answer->dump() << '\n';
        return exit_ok;
    }
    const core::Json& differed = (*answer)["differed"];
    std::cout << fmt::format("{} tickets made anew from their events; {} differed from what was there.\n",
                             core::integer_at(*answer, "tickets").value_or(0), differed.size());
    for (const core::Json& number : differed) std::cout << number.get<std::string>() << '\n';
    return exit_ok;
}

core::Result<core::Json> order_rebuild(Desk& desk, const core::Json&) {
    auto done = desk.writer().run_for<Tickets::Rebuilt>([](core::Database& db) { return Tickets(db).rebuild(); });
    if (!done) return core::fail(done.error());
    return core::Json{{"tickets", done->tickets}, {"differed", done->differed}};
}

}  // namespace desk::cli
