#pragma once
// The patience of one host (a registrable domain, schedule/host.h), shared by all its sources: how
// far apart requests start, and until when there are none at all (R12, R13, R19). A host that says
// 429 is left alone, and from then on asked at the rate at which it has answered; that eases over a
// week. Pure.

#include <optional>

#include "base/time.h"

namespace tributary::schedule {

struct HostManners {
    std::optional<Timestamp> paused_until;
    Duration spacing{0};  // learned, between two starts; 0: none
    std::optional<Timestamp> raised_at;

    // Since the last pause: when the first request started, and how many there were.
    std::optional<Timestamp> counted_from;
    int started = 0;

    bool operator==(const HostManners&) const = default;
};

/// How far apart two requests to the host start: `base`, or what it was learned to bear.
Duration spacing(const HostManners& host, Duration base, Timestamp now);

/// A request to the host starts.
void note_start(HostManners& host, Timestamp now);

/// The host has said 429, or that its allowance is spent: no request before `until`, and from then
/// on no more of them in that time than it has borne this time.
void pause(HostManners& host, Timestamp until, Timestamp now);

/// When the next request may start, if the last one started at `last`.
Timestamp next_start(const HostManners& host, std::optional<Timestamp> last, Duration base,
                     Timestamp now);

}  // namespace tributary::schedule
