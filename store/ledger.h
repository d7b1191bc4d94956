#pragma once
// The ledger of requests: what Store promises of it. One table for all sources, appended to at its
// end and pruned from its front; the rows of a source are a chain, newest first.

#include <vector>

#include "store/store.h"

namespace tributary::store {

class Database;

void append_ledger(Database& database, SourceId source, const LedgerRow& row);
std::vector<LedgerRow> ledger(Database& database, SourceId source, int limit);

}  // namespace tributary::store
