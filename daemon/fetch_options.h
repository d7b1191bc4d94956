#pragma once

#include "config/config.h"
#include "fetcher/fetcher.h"

namespace tributary::daemon {

/// What [poll] says of the network, in the fetcher's words.
fetcher::FetcherOptions fetch_options(const config::Poll& poll);

}  // namespace tributary::daemon
