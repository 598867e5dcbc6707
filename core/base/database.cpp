#include "core/base/database.hpp"

#include <fmt/format.h>

namespace core {

Result<void> Database::transaction(const std::function<Result<void>()>& work) {
    const std::string savepoint = fmt::format("nested_{}", depth_);
    const bool outermost = depth_ == 0;
    auto begun = run(outermost ? "BEGIN IMMEDIATE" : "SAVEPOINT " + savepoint);
    if (!begun) return fail(begun.error());

    ++depth_;
    Result<void> done = work();
    --depth_;

    if (done) {
        auto committed = run(outermost ? "COMMIT" : "RELEASE " + savepoint);
        if (committed) return {};
        done = fail(committed.error());
    }
    if (outermost) {
        // A full disk may have rolled back already; then there is nothing to undo and this fails harmlessly.
        (void)run("ROLLBACK");
    } else {
        (void)run("ROLLBACK TO " + savepoint);
        (void)run("RELEASE " + savepoint);
    }
    return done;
}

Result<void> Database::snapshot(const std::function<Result<void>()>& work) {
    if (depth_ > 0) return work();
    if (auto begun = run("BEGIN"); !begun) return fail(begun.error());
    ++depth_;
    Result<void> done = work();
    --depth_;
    (void)run("ROLLBACK");  // nothing was written
    return done;
}

Result<void> migrate(Database& db, std::span<const Migration> steps) {
    auto made = db.run("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER NOT NULL PRIMARY KEY)");
    if (!made) return fail(made.error());

    return db.transaction([&]() -> Result<void> {
        auto last = db.row<std::int64_t>("SELECT coalesce(max(number), 0) FROM schema_version", {},
                                         [](const Row& row) { return row.integer(0); });
        if (!last) return fail(last.error());
        const std::int64_t have = last->value_or(0);
        if (!steps.empty() && have > steps.back().number) {
            return fail(ErrorKind::conflict,
                        fmt::format("the database is of a newer version ({}) than this program knows ({})", have,
                                    steps.back().number));
        }
        for (const Migration& step : steps) {
            if (step.number <= have) continue;
            std::string_view rest = step.sql;
            while (!rest.empty()) {
                const auto end = rest.find(";\n");
                const auto statement = rest.substr(0, end);
                rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
                if (statement.find_first_not_of(" \n\t;") == std::string_view::npos) continue;
                if (auto ran = db.run(statement); !ran) {
                    return fail(ran.error().in(fmt::format("schema step {}", step.number)));
                }
            }
            if (auto noted = db.run("INSERT INTO schema_version (number) VALUES ($1)", {step.number}); !noted) {
                return fail(noted.error());
            }
        }
        return {};
    });
}

}  // namespace core
