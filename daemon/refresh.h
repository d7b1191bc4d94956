#pragma once
// The path of one datum, top to bottom: a response is read (on a worker), settled (on the writer)
// and, where something changed, published (daemon/site.h). Pure but for the Store that is handed
// in.

#include <cstdint>

#include "daemon/visit.h"
#include "store/store.h"

namespace tributary::daemon {

/// Steps 1-3, CPU only: what the visit's last response holds. Encoded bytes that are those of last
/// time are neither decoded nor parsed.
Reading read(Visit& visit);

/// Steps 4-6, inside the caller's transaction: entries are matched and stored, the next poll is
/// planned, the source's state and the ledger are saved with them. Throws StoreError.
void settle(store::Store& store, Visit& visit, const store::IngestOptions& options, Timestamp now);

/// "HTTP 404 (not found)".
std::string status_in_words(int status);

}  // namespace tributary::daemon
