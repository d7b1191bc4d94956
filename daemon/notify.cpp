#include "daemon/notify.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace tributary::daemon {

void notify(const std::string& state) {
    sd_notify(0, state.c_str());
}

std::optional<Duration> watchdog_interval() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::duration_cast<Duration>(std::chrono::microseconds(microseconds / 2));
}

}  // namespace tributary::daemon
