#pragma once
// Where a source has moved to (R22-R24). A permanent redirect is believed only after it was seen
// often enough, over long enough, and each time led to a feed that holds entries known already.
// From then on polls start at the new address. What the operator configured is never rewritten: it
// is kept beside, and tried again when the new address fails. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "schedule/memory.h"

namespace tributary::schedule {

struct MoveRules {
    int sightings = 5;                         // identical ones, before a redirect is believed ...
    Duration span = std::chrono::days(7);      // ... over at least this time
    Duration patience = std::chrono::days(7);  // with a new address that fails
};

/// What is known of a source's moves. `address` empty: none is believed.
struct Moves {
    std::string address;  // where polls start now
    std::optional<Timestamp> since;
    std::optional<Timestamp> failing_since;  // the new address, without a break
    bool try_old = false;                    // the next poll starts at the configured address

    std::string seen;  // where a permanent redirect led to; not believed yet
    int sightings = 0;
    std::optional<Timestamp> first_seen;

    bool operator==(const Moves&) const = default;
};

/// One answer of a poll: what was asked, and with which status it answered (0: none came).
struct Hop {
    std::string url;
    int status = 0;
};

/// What the last answer of a poll was.
enum class Arrival {
    known_feed,    // a feed with at least one entry known before, or the document of last time
    unknown_feed,  // a feed, but nothing in it is known
    failure,
};

/// Where the next poll starts.
std::string start_of(const Moves& moves, std::string_view configured);

/// An old address that says 404 or 410, while the one that it used to lead to was seen to work:
/// where to go on at once, in the same poll.
std::optional<std::string> way_out(const Moves& moves, std::span<const Hop> hops);

/// What a poll has taught: `hops` in order, the first from start_of().
Moves learn(const MoveRules& rules, Moves moves, std::string_view configured,
            std::span<const Hop> hops, Arrival arrival, Timestamp now);

/// As it is kept in a source's memory; what is `for_url` no longer configured is forgotten.
Notes to_notes(const Moves& moves, std::string_view for_url);
Moves moves_of(const Notes& notes, std::string_view for_url);

}  // namespace tributary::schedule
