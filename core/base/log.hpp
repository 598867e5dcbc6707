// The log: one JSON object a line, on standard error. It never holds what a person typed.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace core {

class Log {
public:
    using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;
    enum class Level { debug, info, warning, error };

    static Log to_stderr(Level least = Level::info);
    static Log to_nowhere();

    // `event` is a stable name in snake_case: "request_received".
    void debug(std::string_view event, Fields fields = {}) const { write(Level::debug, event, fields); }
    void info(std::string_view event, Fields fields = {}) const { write(Level::info, event, fields); }
    void warning(std::string_view event, Fields fields = {}) const { write(Level::warning, event, fields); }
    void error(std::string_view event, Fields fields = {}) const { write(Level::error, event, fields); }

private:
    struct Sink;
    explicit Log(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
    void write(Level level, std::string_view event, Fields fields) const;
    std::shared_ptr<Sink> sink_;  // shared: all copies of a log write to one place
};

}  // namespace core
