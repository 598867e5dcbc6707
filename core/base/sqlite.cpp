#include "core/base/sqlite.hpp"

#include <sys/stat.h>

#include <cassert>
#include <map>

#include <fmt/format.h>
#include <sqlite3.h>

namespace core {
namespace {

constexpr int busy_timeout_ms = 5'000;
constexpr std::size_t most_statements_kept = 256;

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

Error error_of(sqlite3* connection, int code, std::string_view doing) {
    ErrorKind kind = ErrorKind::unavailable;
    switch (code & 0xFF) {
        case SQLITE_CONSTRAINT: kind = ErrorKind::conflict; break;
        case SQLITE_FULL: kind = ErrorKind::full; break;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: kind = ErrorKind::corrupt; break;
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH: kind = ErrorKind::denied; break;
        case SQLITE_CANTOPEN: kind = ErrorKind::not_found; break;
        case SQLITE_ERROR:
        case SQLITE_MISMATCH:
        case SQLITE_RANGE: kind = ErrorKind::invalid; break;
        default: break;
    }
    return {kind, fmt::format("database: {}: {}", doing, connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code))};
}

class SqliteRow final : public Row {
public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    [[nodiscard]] bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
    [[nodiscard]] std::string text(int column) const override {
        const void* bytes = sqlite3_column_blob(statement_, column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
    }

private:
    sqlite3_stmt* statement_;
};

class Sqlite final : public Database {
public:
    explicit Sqlite(Connection connection) : connection_(std::move(connection)) {}

protected:
    Result<std::int64_t> execute(std::string_view sql, Values values,
                                 const std::function<void(const Row&)>& each) override {
        auto prepared = prepare(sql);
        if (!prepared) return fail(prepared.error());
        sqlite3_stmt* statement = *prepared;
        // Reset at the end whatever happens, so that no read lock is kept.
        struct Reset {
            sqlite3_stmt* statement;
            ~Reset() {
                sqlite3_reset(statement);
                sqlite3_clear_bindings(statement);
            }
        } reset{statement};

        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::string name = fmt::format("${}", i + 1);
            const int at = sqlite3_bind_parameter_index(statement, name.c_str());
            if (at == 0) continue;  // a value that this statement does not use
            if (const int code = bind(statement, at, values[i].get()); code != SQLITE_OK) {
                return fail(error_of(connection_.get(), code, "bind"));
            }
        }
        const SqliteRow row(statement);
        for (;;) {
            const int code = sqlite3_step(statement);
            if (code == SQLITE_ROW) {
                if (each) each(row);
                continue;
            }
            if (code != SQLITE_DONE) return fail(error_of(connection_.get(), code, "run"));
            return sqlite3_changes64(connection_.get());
        }
    }

private:
    static int bind(sqlite3_stmt* statement, int at, const Value::Variant& value) {
        return std::visit(
            overloaded{
                [&](std::monostate) { return sqlite3_bind_null(statement, at); },
                [&](std::int64_t number) { return sqlite3_bind_int64(statement, at, number); },
                [&](const std::string& text) {
                    return sqlite3_bind_text64(statement, at, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
                },
                [&](const Blob& blob) {
                    return sqlite3_bind_blob64(statement, at, blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
                },
            },
            value);
    }

    Result<sqlite3_stmt*> prepare(std::string_view sql) {
        if (const auto kept = statements_.find(sql); kept != statements_.end()) return kept->second.get();
        sqlite3_stmt* raw = nullptr;
        const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
        Statement statement(raw);
        if (code != SQLITE_OK) return fail(error_of(connection_.get(), code, "prepare"));
        if (!statement) return fail(ErrorKind::invalid, "database: an empty statement");
        if (statements_.size() >= most_statements_kept) statements_.clear();
        return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
    }

    Connection connection_;  // declared before the statements: they go first
    std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& path, SqliteMode mode) {
    const bool writes = mode == SqliteMode::read_write;
    sqlite3* raw = nullptr;
    const int flags = (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    Connection connection(raw);
    if (code != SQLITE_OK) return fail(error_of(connection.get(), code, "cannot open " + path.string()));
    sqlite3_extended_result_codes(connection.get(), 1);
    sqlite3_busy_timeout(connection.get(), busy_timeout_ms);

    auto db = std::make_unique<Sqlite>(std::move(connection));
    const auto set = [&](std::string_view pragma) -> Result<void> {
        auto done = db->run(pragma);
        if (!done) return fail(done.error().in(path.string()));
        return {};
    };
    if (writes) {
        for (std::string_view pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"}) {
            if (auto done = set(pragma); !done) return fail(done.error());
        }
    } else if (auto readable = set("SELECT count(*) FROM sqlite_schema"); !readable) {
        return fail(readable.error());
    }
    return db;
}

}  // namespace core
