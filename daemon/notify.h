#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace tributary::daemon {

/// Tells the service manager (sd_notify(3)); nothing happens when there is none.
/// "READY=1", "STATUS=412 sources", "WATCHDOG=1", "STOPPING=1", "RELOADING=1".
void notify(const std::string& state);

/// How often WATCHDOG=1 has to be sent: half of WatchdogSec; nothing if no watchdog is set.
std::optional<Duration> watchdog_interval();

}  // namespace tributary::daemon
