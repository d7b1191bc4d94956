#include "daemon/fetch_options.h"

namespace tributary::daemon {

fetcher::FetcherOptions fetch_options(const config::Poll& poll) {
    fetcher::FetcherOptions options;
    options.addresses.allow_all_private = poll.allow_private_all;
    for (const auto& text : poll.allow_private_networks) {
        if (const auto range = fetcher::AddressRange::parse(text))
            options.addresses.allowed.push_back(*range);
    }
    options.allow_files = poll.allow_files;
    options.allow_exec = poll.allow_exec;
    return options;
}

}  // namespace tributary::daemon
