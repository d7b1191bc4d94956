#pragma once

#include <string>

#include "config/config.h"
#include "daemon/visit.h"

namespace tributary::daemon {

/// Fetches one URL as the daemon would, redirects followed, nothing stored. visit.outcome holds the
/// last response; read(visit) tells what it is.
Visit fetch_once(const config::Config& config, const std::string& url);

}  // namespace tributary::daemon
