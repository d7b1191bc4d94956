#pragma once
// The clock. Only the daemon and its commands ask it; everywhere else `now` is a parameter.

#include <chrono>
#include <ctime>

#include "base/time.h"

namespace tributary::daemon {

inline Timestamp now() {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

/// Time as it passes, whatever the clock is set to; also while the machine sleeps.
inline Duration uptime() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::floor<Duration>(std::chrono::seconds(time.tv_sec) +
                                        std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace tributary::daemon
