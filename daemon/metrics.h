#pragma once

#include <string>

#include "daemon/engine.h"
#include "daemon/hubs.h"

namespace tributary::daemon {

/// What /metrics answers: the state of the daemon in Prometheus' text format 0.0.4. No label names
/// a source or a hub.
std::string metrics(const Engine& engine, const Hubs& hubs, Timestamp now);

}  // namespace tributary::daemon
