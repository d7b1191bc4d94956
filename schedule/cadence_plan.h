#pragma once
// The next polls of a source, chosen so that what they cost and what its readers wait together are
// least. A poll without news just takes the next stop; a new plan is made when there is something
// new to know.

#include "schedule/cadence.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::schedule {

/// Between two polls; the shortest is the longest that anybody asks for (options, max-age, ttl).
struct Limits {
    Duration shortest{900'000};    // 15 min
    Duration longest{86'400'000};  // 24 h
};

/// When to poll a source in the coming day, if no poll finds anything new.
struct Itinerary {
    Timestamp start{};                     // the poll after which it was planned
    double price = 0;                      // at which it was planned
    std::vector<std::uint16_t> minutes{};  // after the start; growing
    bool operator==(const Itinerary&) const = default;
};

/// Plans the polls after the one at `from`. `price` is what a request may cost: as much as one
/// entry that is found so many minutes late. At least one stop and at most `most_stops`, each gap
/// within the limits; a gap is shorter than the longest where the document's window might overflow.
/// About a day, less for busy sources. Costs some 50 µs.
Itinerary plan_polls(const Cadence& cadence, double price, const Limits& limits, Timestamp from);

constexpr std::size_t most_stops = 48;

/// The first stop after `now`; nothing if the itinerary is used up, or if the clock was set back
/// behind its start.
std::optional<Timestamp> next_stop(const Itinerary& itinerary, Timestamp now);

/// How long to wait for that stop: no less than the shortest gap that was planned, for the last
/// poll may have come late.
std::optional<Duration> wait_for_stop(const Itinerary& itinerary, Timestamp now);

/// The `jitter` that schedule::plan is to be given for a stop `wait` away, from `chance` in [0, 1):
/// it spreads by at most a tenth of the wait, and by no more than `most_jitter`, so that what was
/// planned for the hour of publishing does not come hours late.
double stop_jitter(Duration wait, double chance);

constexpr Duration most_jitter{180'000};

/// Whether the price has moved so much that the itinerary is no longer a good one.
bool is_outdated(const Itinerary& itinerary, double price);

/// "1795165200000 4830000 30 95 150": start in Unix milliseconds, price in millionths, minutes; for
/// the store.
std::string write_itinerary(const Itinerary& itinerary);
/// Nothing if the text is not one that write_itinerary() makes.
std::optional<Itinerary> read_itinerary(std::string_view text);

/// What is to be expected: entries in each step of time after the start.
struct Outlook {
    double step = 0;  // minutes
    std::vector<double> entries{};
};

/// The best polls for what is to be expected, as numbers of steps after the start, in the coming
/// `horizon` steps; gaps of at least `shortest` and at most `longest` steps (1 <= shortest <=
/// longest), shorter than the longest where more than `most_entries` are to be expected in between.
/// The outlook must reach further than the horizon, so that the last gaps are chosen well, too.
std::vector<std::size_t> best_polls(const Outlook& outlook, double price, std::size_t shortest,
                                    std::size_t longest, double most_entries, std::size_t horizon);

}  // namespace tributary::schedule
