#pragma once

#include "store/store.h"

namespace tributary::store {

class Database;

/// Store::ingest.
Changes ingest(Database& database, SourceId source, const feed::Feed& feed,
               std::span<const match::Candidate> candidates, const IngestOptions& options,
               Timestamp now);

}  // namespace tributary::store
