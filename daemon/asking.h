#pragma once
// How a source is asked, as configured: who asks, and by which way. Pure.

#include "config/config.h"
#include "fetcher/request.h"

namespace tributary::daemon {

/// What `wishes` and `poll` say, put into the request. Secrets are for the origin that the operator
/// has named: `is_at_home` tells whether the request goes there. Where one could not be read, the
/// request gets an obstacle instead.
void ask_as_configured(fetcher::Request& request, const config::Subscription& wishes,
                       const config::Poll& poll, bool is_at_home);

/// Why the source cannot be asked at all, in words; empty: it can.
std::string obstacle_of(const config::Subscription& wishes, const config::Poll& poll);

}  // namespace tributary::daemon
