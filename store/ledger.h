#pragma once
// The ledger of requests: what Store promises of it. One table for all sources, appended to at its
// end and pruned from its front; the rows of a source are a chain, newest first.

#include <cstdint>
#include <span>
#include <vector>

#include "store/store.h"

namespace tributary::store {

class Database;

/// Adds the rows, in this order, to those of the source. Answers the number of the last one, which
/// link_request() or save_poll() is to make the start of the chain; 0 if there are no rows.
std::int64_t add_requests(Database& database, SourceId source, std::span<const LedgerRow> rows);
void link_request(Database& database, SourceId source, std::int64_t number);

std::vector<LedgerRow> ledger(Database& database, SourceId source, int limit);

}  // namespace tributary::store
