#pragma once

#include "store/store.h"

namespace tributary::store {

class Database;

/// Store::window.
std::vector<EntryFacts> window_of(Database& database, const Selection& selection,
                                  const Window& window);

/// Store::text.
feed::Entry text_of(Database& database, Seq seq);

/// Store::latest.
std::vector<StoredEntry> latest(Database& database, const Selection& selection,
                                const Window& window);

/// Store::entry.
std::optional<StoredEntry> entry(Database& database, Seq seq);

}  // namespace tributary::store
