#include "desk/store/counter.hpp"

namespace desk {

core::Result<std::int64_t> next_of(core::Database& db, std::string_view series) {
    auto next = db.row<std::int64_t>(
        R"(INSERT INTO counter (name, value) VALUES ($1, 1)
           ON CONFLICT (name) DO UPDATE SET value = counter.value + 1
        RETURNING value)",
        {series}, [](const core::Row& row) { return row.integer(0); });
    if (!next) return core::fail(next.error());
    return next->value_or(0);
}

core::Result<std::int64_t> last_of(core::Database& db, std::string_view series) {
    auto last = db.row<std::int64_t>("SELECT value FROM counter WHERE name = $1", {series},
                                     [](const core::Row& row) { return row.integer(0); });
    if (!last) return core::fail(last.error());
    return last->value_or(0);
}

}  // namespace desk
