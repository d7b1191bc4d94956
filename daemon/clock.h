#pragma once
// The clock. Only the daemon and its commands ask it; everywhere else `now` is a parameter.

#include <chrono>

#include "base/time.h"

namespace tributary::daemon {

inline Timestamp now() {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

}  // namespace tributary::daemon
