#pragma once
// One hop of a visit: what is asked of which host, how it is written down, whether the chain of
// redirects goes on and where to (R5, R22, R25, R26). Pure.

#include <string>
#include <string_view>

#include "daemon/visit.h"

namespace tributary::daemon {

/// Whose patience a fetch of `url` spends (schedule/host.h); empty: a file's, which has none.
std::string host_of(const std::string& url);

bool is_same_origin(const std::string& one, const std::string& other);

/// The validators to be sent to `url`: those it gave itself, else none (they belong to the URL that
/// answered, not to the subscription).
fetcher::Validators validators_for(const store::SourceState& state, std::string_view url);

/// The row of the ledger for the present hop, which has ended in `outcome`.
store::LedgerRow row_of(const Visit& visit, const fetcher::Outcome& outcome, Timestamp now);

/// Whether there was an obstacle of our own, so that nobody was asked.
bool is_unsent(const fetcher::Outcome& outcome);

/// Whether nobody was there who could have answered: then it may be our own network that is down.
bool is_unreached(const Visit& visit);

/// Whether the outcome of the last hop leads on: then visit.request is the next one. Where it
/// should but must not, visit.refused says why.
bool next_hop(Visit& visit, int max_redirects, Timestamp now);

}  // namespace tributary::daemon
