#include "bench/schedule/budget.h"

#include "bench/clock.h"
#include "bench/schedule/strategies.h"
#include "schedule/cadence_plan.h"
#include "schedule/price.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace tributary::bench {
namespace {

constexpr double goal = 0.2e-3;  // seconds
constexpr double hour = 60;

/// All entries of a feed up to the end of the learning, as if each had been seen at once.
std::vector<schedule::Sighting> sightings_of(const SyntheticFeed& feed) {
    std::vector<schedule::Sighting> sightings;
    for (const double entry : feed.entries) {
        if (entry > measure_from) break;
        const Timestamp at = to_timestamp(entry);
        sightings.push_back({.published = at, .first_seen = at + std::chrono::minutes(9)});
    }
    if (sightings.size() > schedule::learned_entries)
        sightings.erase(sightings.begin(), sightings.end() - schedule::learned_entries);
    return sightings;
}

}  // namespace

bool print_plan_cost(std::ostream& out, const std::vector<SyntheticFeed>& feeds) {
    std::vector<double> costs;
    double total = 0;
    const Timestamp now = to_timestamp(measure_from);
    for (const SyntheticFeed& feed : feeds) {
        const auto sightings = sightings_of(feed);
        for (const double price : {1.0, 5.0, 40.0}) {
            Cost cost;
            Stopwatch watch;
            watch.start();
            const auto times = schedule::appearances(sightings);
            const auto cadence = schedule::learn(
                times, {.since = now - std::chrono::days(14), .window = feed.window}, now);
            const auto itinerary = schedule::plan_polls(cadence, price, {}, now);
            watch.stop(cost);
            if (itinerary.minutes.empty()) return false;
            costs.push_back(cost.cpu);
            total += cost.cpu;
        }
    }
    std::ranges::sort(costs);
    const double p99 = costs[costs.size() * 99 / 100];
    out << "\nlearning and planning, CPU: mean " << std::setprecision(0)
        << total / static_cast<double>(costs.size()) * 1e6 << " us, median "
        << costs[costs.size() / 2] * 1e6 << " us, 99th percentile " << p99 * 1e6
        << " us: " << (p99 <= goal ? "reached" : "MISSED") << " 200 us\n";
    return p99 <= goal;
}

void print_budget(std::ostream& out, const std::vector<SyntheticFeed>& feeds) {
    schedule::Price price;
    std::vector<FeedRun> runs;
    runs.reserve(feeds.size());
    for (std::size_t i = 0; i < feeds.size(); ++i)
        runs.emplace_back(feeds[i], cadence_strategy(price.minutes), i);
    const double budget = schedule::default_budget(feeds.size());
    double least = 1e9, most = 0;
    for (double end = hour; end <= measure_to; end += hour) {
        int polls = 0;
        for (FeedRun& run : runs) polls += run.run_until(end);
        price = schedule::after_hour(price, polls, budget);
        if (end < measure_from) continue;
        least = std::min(least, price.minutes);
        most = std::max(most, price.minutes);
    }
    for (FeedRun& run : runs) run.run_until(measure_to + 2 * longest_wait);
    const Score result = score(feeds, runs);
    out << std::setprecision(2) << "one price that moves by the hour, budget "
        << budget * 24 / static_cast<double>(feeds.size())
        << " polls of a feed and day: " << result.polls_a_day << " polls, mean delay "
        << std::setprecision(1) << result.mean_delay << " min, price " << least << " to " << most
        << '\n';
}

}  // namespace tributary::bench
