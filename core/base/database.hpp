// One SQL text for each statement, with $1, $2 … as parameters; drivers carry it to an engine.
//
// Values are always bound, never pasted in. A Database is one connection and belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace core {

struct Blob {
    std::string bytes;
};

// What a parameter can be. Times are kept as whole UTC seconds.
class Value {
public:
    using Variant = std::variant<std::monostate, std::int64_t, std::string, Blob>;
    Value() = default;
    Value(std::nullptr_t) {}
    Value(int number) : value_(std::int64_t{number}) {}
    Value(std::int64_t number) : value_(number) {}
    Value(bool truth) : value_(std::int64_t{truth ? 1 : 0}) {}
    Value(std::string text) : value_(std::move(text)) {}
    Value(std::string_view text) : value_(std::string(text)) {}
    Value(const char* text) : value_(std::string(text)) {}
    Value(Blob blob) : value_(std::move(blob)) {}
    Value(Time time) : value_(to_seconds(time)) {}
    template <class T>
    Value(const std::optional<T>& maybe) {
        if (maybe) value_ = Value(*maybe).value_;
    }
    [[nodiscard]] const Variant& get() const { return value_; }

private:
    Variant value_;
};

// One row of an answer, valid only while it is handed over. Columns count from 0.
class Row {
public:
    virtual ~Row() = default;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual std::string text(int column) const = 0;  // also the bytes of a blob
    [[nodiscard]] Time time(int column) const { return from_seconds(integer(column)); }
    [[nodiscard]] bool truth(int column) const { return integer(column) != 0; }
    [[nodiscard]] std::optional<std::string> maybe_text(int column) const {
        return is_null(column) ? std::nullopt : std::optional(text(column));
    }
    [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const {
        return is_null(column) ? std::nullopt : std::optional(integer(column));
    }
    [[nodiscard]] std::optional<Time> maybe_time(int column) const {
        return is_null(column) ? std::nullopt : std::optional(time(column));
    }
};

class Database {
public:
    using Values = std::span<const Value>;
    virtual ~Database() = default;

    // How many rows the statement changed. A broken UNIQUE or foreign key is an error of kind `conflict`, a full
    // disk `full`, a database that cannot be read `corrupt`.
    Result<std::int64_t> run(std::string_view sql, std::initializer_list<Value> values = {}) {
        return execute(sql, {values.begin(), values.size()}, {});
    }

    template <class T, class Make>
    Result<std::vector<T>> rows(std::string_view sql, std::initializer_list<Value> values, Make make) {
        return rows_of<T>(sql, Values{values.begin(), values.size()}, make);
    }
    template <class T, class Make>
    Result<std::vector<T>> rows_of(std::string_view sql, Values values, Make make) {
        std::vector<T> all;
        auto done = execute(sql, values, [&](const Row& row) { all.push_back(make(row)); });
        if (!done) return fail(done.error());
        return all;
    }

    // The first row, or nothing.
    template <class T, class Make>
    Result<std::optional<T>> row(std::string_view sql, std::initializer_list<Value> values, Make make) {
        std::optional<T> first;
        auto done = execute(sql, {values.begin(), values.size()}, [&](const Row& r) {
            if (!first) first = make(r);
        });
        if (!done) return fail(done.error());
        return first;
    }

    // All or nothing; nested calls are savepoints. What `work` fails with is passed on after the rollback.
    Result<void> transaction(const std::function<Result<void>()>& work);

    // All that `work` reads is of one moment, whatever others write meanwhile. For connections that only read.
    Result<void> snapshot(const std::function<Result<void>()>& work);

protected:
    // `each` may be empty. Drivers keep prepared statements by their text.
    virtual Result<std::int64_t> execute(std::string_view sql, Values values,
                                         const std::function<void(const Row&)>& each) = 0;

private:
    int depth_ = 0;
};

// The schema: numbered steps, each once. A released one is never edited, a new one is added.
struct Migration {
    int number;
    std::string_view sql;  // one or more statements, separated by ";\n"
};
// Brings the schema up to the last step; a database newer than this program is an error.
Result<void> migrate(Database& db, std::span<const Migration> steps);

}  // namespace core
