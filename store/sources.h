#pragma once
// Sources and their state between polls: what Store promises of them.

#include "store/store.h"

namespace tributary::store {

class Database;

std::vector<SourceState> sync_sources(Database& database, std::span<const SourceSpec> specs,
                                      Timestamp now);
/// All but what save_poll() saves.
void save_state(Database& database, const SourceState& state);
/// `last_request`: the number of the source's newest row in the ledger, or 0 if it is as it was.
void save_poll(Database& database, const SourceState& state, std::int64_t last_request);
void save_head(Database& database, SourceId source, const feed::Feed& head);
std::vector<SourceRecord> sources(Database& database, bool active_only);
std::optional<SourceRecord> source(Database& database, SourceId id);

}  // namespace tributary::store
