#include "core/base/log.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/base/clock.hpp"

namespace core {

struct Log::Sink {
    explicit Sink(spdlog::sink_ptr to) : logger("", std::move(to)) { logger.set_pattern("%v"); }
    spdlog::logger logger;
};

Log Log::to_stderr(Level least) {
    auto sink = std::make_shared<Sink>(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
    sink->logger.set_level(levels[static_cast<int>(least)]);
    return Log(std::move(sink));
}

Log Log::to_nowhere() { return Log(std::make_shared<Sink>(std::make_shared<spdlog::sinks::null_sink_mt>())); }

void Log::write(Level level, std::string_view event, Fields fields) const {
    constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
    constexpr const char* names[] = {"debug", "info", "warning", "error"};
    const auto at = static_cast<std::size_t>(level);
    if (!sink_->logger.should_log(levels[at])) return;
    nlohmann::ordered_json line;
    line["time"] = to_text(SystemClock().now());
    line["level"] = names[at];
    line["event"] = event;
    for (const auto& [key, value] : fields) line[std::string(key)] = value;
    sink_->logger.log(levels[at], line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace core
