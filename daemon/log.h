#pragma once
// The door to spdlog. One line an event, to stderr; under journald with its "<N>" priorities.
// Only daemon/ logs. Everything that came from outside goes through printable() first.

#include <string>
#include <string_view>

namespace tributary::daemon {

enum class Level { trace, debug, info, warning, error };

/// Called once before the first line. `level`: "error" ... "trace"; `format`: "auto", "text",
/// "json". Times are UTC.
void start_log(const std::string& level, const std::string& format);

void log(Level level, std::string_view line);

}  // namespace tributary::daemon
