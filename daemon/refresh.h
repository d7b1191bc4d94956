#pragma once
// Steps 4-6 of the path of one datum: what was read (daemon/reading.h) is judged and recorded, on
// the writer. Pure but for the Store that is handed in.

#include <cstdint>

#include "daemon/visit.h"
#include "store/store.h"

namespace tributary::daemon {

/// Step 4, pure: what the reading means for the source; its next poll is planned.
void judge(Visit& visit, Timestamp now);

/// Steps 5-6, inside the caller's transaction: entries are matched and stored, the source's state
/// and the ledger are saved with them. Throws StoreError.
void record(store::Store& store, Visit& visit, const store::IngestOptions& options, Timestamp now);

/// judge() and record().
void settle(store::Store& store, Visit& visit, const store::IngestOptions& options, Timestamp now);

/// After a record() that was rolled back: nothing that the response brought counts, but when its
/// publisher may be asked again does.
void forget_result(Visit& visit, const store::SourceState& before, std::string why);

}  // namespace tributary::daemon
