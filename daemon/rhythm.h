#pragma once
// When a source's next poll pays: learned from when its entries appeared (schedule/cadence),
// planned at the price of the day (schedule/cadence_plan). Kept in the store and not in memory, for
// there are very many sources: a poll without news reads a line there, and only one with news, or
// the last one of a plan, learns and plans anew.

#include <string>

#include "daemon/visit.h"
#include "store/store.h"

namespace tributary::daemon {

/// After a good answer, whose entries are stored: how long to wait for the next stop, as the rules
/// of `seen` allow. Learns what the poll has brought. Throws StoreError.
Duration learn_rhythm(store::Store& store, const Visit& visit, const schedule::Observation& seen,
                      Timestamp now);

/// "about 3 entries a day, mostly weekdays 09-17 UTC"; empty if nothing is known.
std::string rhythm_in_words(store::Store& store, store::SourceId source, Timestamp now);

}  // namespace tributary::daemon
