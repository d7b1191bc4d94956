#pragma once
// How a source publishes, learned from the times at which its entries appeared: how many a day, on
// which days of the week, at which hours, singly or in bursts. Old entries count half as much every
// three weeks. Nothing is known for sure from a handful of entries, so everything learned is drawn
// towards the plain case (few entries, at any time) as if a few such entries had been seen as well.
// Pure: the clock and the store stay outside. docs/notes/scheduling.md says why it is done this
// way.

#include "base/time.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tributary::schedule {

/// An entry as a source showed it.
struct Sighting {
    std::optional<Timestamp> published;  // as the publisher dates it
    Timestamp first_seen{};
    std::optional<Timestamp> polled_before{};  // the poll that did not show it yet; none: the first
};

/// How many entries are worth learning from: older ones change nothing that matters.
constexpr std::size_t learned_entries = 512;

/// When the newest `learned_entries` of these entries appeared, oldest first. A publisher's date is
/// believed where it can be true: after the poll that did not show the entry, not after the one
/// that did, and not the same for all that came together. Otherwise the entry appeared some time
/// between those polls: several are spread evenly over it. Entries of the very first document whose
/// dates are not to be believed are left out: they may be of any age.
std::vector<Timestamp> appearances(std::span<const Sighting> sightings);

constexpr std::size_t half_hours = 48;

/// In which a burst falls to a third.
constexpr Duration burst_length{84 * 60'000};

/// What is known of a source's habits. All clock times are UTC.
struct Cadence {
    double rate = 0;                        // entries a day, on the average of a week
    std::array<float, 7> days{};            // factors on the rate, mean 1; 0 = Sunday
    std::array<float, half_hours> clock{};  // the same by half-hour of the day
    double burst = 0;                       // share of entries that another one brings about, 0-1
    double evidence = 0;  // how many entries this rests on, old ones less; 0: none
    int window = 0;       // entries in a document; 0: unknown
    Timestamp since{};    // the first poll
    Timestamp learned{};  // `now` of the learning
    double stir = 0;      // how much of a burst is under way at `learned`
    bool operator==(const Cadence&) const = default;
};

/// What is known of the source beside its entries' times.
struct Watch {
    Timestamp since{};  // the first poll
    int window = 0;     // entries in its document; 0: unknown
};

/// The habits of a source whose entries appeared at `times` (any order; those after `now` are
/// ignored, as are all but the newest `learned_entries`).
Cadence learn(std::span<const Timestamp> times, const Watch& watch, Timestamp now);

/// Entries a day that are to be expected at `at`, if none appears between the learning and then.
double intensity(const Cadence& cadence, Timestamp at);

/// Whether a day may bring 24 entries: then it may be asked more often than once an hour (R10).
bool is_busy(const Cadence& cadence);

/// "about 3 entries a day, mostly weekdays 09-17 UTC", for people.
std::string describe(const Cadence& cadence);

}  // namespace tributary::schedule
