#pragma once
// How sources and hosts were treated, told from the ledger of requests alone: what went out
// conditionally, what came back as "not modified", how close together polls were, and whether any
// came before the time that the answer before it had set. Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/store.h"

namespace tributary::daemon {

/// A poll before its time.
struct Violation {
    Timestamp at{}, allowed{};
    std::string url;
    std::string directive;  // what had set the time
    bool operator==(const Violation&) const = default;
};

struct Etiquette {
    std::int64_t polls = 0, requests = 0;  // a poll is one or more requests: redirects
    std::int64_t conditional = 0;          // requests that carried a validator
    std::int64_t not_modified = 0;         // answers 304
    std::int64_t wire_bytes = 0;
    std::optional<Timestamp> since;         // the first request
    std::optional<Duration> shortest_gap;   // between two polls of one source
    std::optional<Duration> shortest_step;  // between two requests, whichever source they were for
    std::vector<Violation> violations;
};

/// The ledgers of some sources, each newest first as Store::ledger() gives them.
Etiquette etiquette_of(std::span<const std::vector<store::LedgerRow>> ledgers);

}  // namespace tributary::daemon
