#pragma once
// What a poll teaches of its source beside the time of the next one: addresses that have moved,
// validators that never match, entries that were missed, what answered in the feed's place, a host
// that wants to be left alone. Kept in the source's memory (schedule/memory.h), a topic each;
// engine, refresh and the commands ask here. Everything is learned from the memory before the poll,
// so that a poll whose commit failed can be recorded once more.

#include <optional>
#include <string>

#include "daemon/visit.h"
#include "schedule/gaps.h"
#include "schedule/moves.h"
#include "schedule/repair.h"

namespace tributary::daemon {

schedule::Moves moves_of(const store::SourceState& state);
schedule::Repair repair_of(const store::SourceState& state);
std::optional<schedule::Gap> gap_of(const store::SourceState& state);

/// What answered in the feed's place at the last poll.
schedule::Identified impostor_of(const store::SourceState& state);

/// A host that is to be left alone; nothing if not this source was told so.
struct HostPause {
    Timestamp until{};
    std::string host;  // schedule/host.h
};
std::optional<HostPause> host_pause_of(const store::SourceState& state);

/// Where the next poll starts: the address as configured, or as learned.
std::string start_url(const store::SourceState& state);

/// The older page that is to be asked for now, to close a gap; empty: none.
std::string older_page(const store::SourceState& state);

/// Whether entries were missed, and the windows do not overlap again yet.
bool is_in_a_hurry(const store::SourceState& state);

/// From the answer alone, once `visit.state` is what it is after the poll. `before`: what it was.
void learn_from_answer(Visit& visit, const store::SourceState& before, Timestamp now);

/// From what the entries were found to be (`visit.changes`). True if a gap was found.
bool learn_from_entries(Visit& visit, Timestamp now);

/// R12: how long the answer asks to be left alone, whatever its status; no longer than is obeyed.
std::optional<Duration> asked_to_wait(const Visit& visit, Timestamp now);

/// Whether the host that has answered wants to be left alone: `visit.host_pause`.
void learn_pause(Visit& visit, Timestamp now);

/// An older page came, or did not.
void learn_from_page(Visit& visit, Timestamp now);

}  // namespace tributary::daemon
