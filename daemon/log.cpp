#include "daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace tributary::daemon {

namespace {

/// systemd reads "<6>text" from a service's stderr as priority 6 (sd-daemon(3)).
class PriorityFlag : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& out) override {
        const char digit = message.level >= spdlog::level::err    ? '3'
                           : message.level == spdlog::level::warn ? '4'
                           : message.level == spdlog::level::info ? '6'
                                                                  : '7';
        out.push_back('<');
        out.push_back(digit);
        out.push_back('>');
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<PriorityFlag>();
    }
};

/// The message inside a JSON string: what it quotes may come from a publisher. printable() has left
/// only these two characters that need an escape (RFC 8259 7).
class JsonMessageFlag : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& out) override {
        for (const char c : message.payload) {
            if (c == '"' || c == '\\') out.push_back('\\');
            out.push_back(c);
        }
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<JsonMessageFlag>();
    }
};

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::trace:
            return spdlog::level::trace;
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

}  // namespace

void start_log(const std::string& level, const std::string& format) {
    auto logger = std::make_shared<spdlog::logger>(
        "tributary", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_level(level == "warning" ? spdlog::level::warn : spdlog::level::from_str(level));
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<PriorityFlag>('*').add_flag<JsonMessageFlag>('J');
    const bool under_journald = std::getenv("JOURNAL_STREAM") != nullptr;
    formatter->set_pattern(format == "json"
                               ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","text":"%J"})"
                           : under_journald ? "%*%v"
                                            : "%Y-%m-%dT%H:%M:%SZ %l: %v");
    logger->set_formatter(std::move(formatter));
    spdlog::set_default_logger(std::move(logger));
}

void log(Level level, std::string_view line) {
    spdlog::log(to_spdlog(level), "{}", printable(line));
}

}  // namespace tributary::daemon
