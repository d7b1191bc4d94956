#pragma once
// Feeds polled on a virtual clock by one way of choosing the next poll: two weeks to learn, four
// weeks that are measured. All ways go through schedule::plan, which holds floor and longest
// interval and adds its jitter, as in the daemon.

#include "bench/schedule/feeds.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tributary::bench {

constexpr double learning_days = 14, measured_days = 28;
constexpr double measure_from = learning_days * 1440;
constexpr double measure_to = measure_from + measured_days * 1440;
constexpr double shortest_wait = 15, longest_wait = 1440;  // minutes

/// What a way of polling knows after a poll: times in minutes, entries as dated by the publisher.
struct View {
    double now = 0;
    double previous_poll = -1;         // -1: there was none
    std::span<const double> seen;      // all entries seen so far; growing
    std::span<const double> document;  // the last ones of these: as this poll showed them
    std::size_t found = 0;             // how many of them are new
    int window = 0;                    // the most that a document of this feed holds
};

/// Minutes to wait after a poll. Made anew for each feed, so it may remember.
using Strategy = std::function<double(const View&)>;
/// The dearer the parameter, the fewer polls.
using MakeStrategy = std::function<Strategy(const SyntheticFeed&, double parameter)>;

/// What came of polling.
struct Score {
    double polls_a_day = 0;    // and feed
    double mean_delay = 0;     // of an entry, minutes
    double mean_of_feeds = 0;  // of the feeds' mean delays
    double p95_delay = 0;
    double lost_share = 0;        // of the entries
    std::vector<double> by_kind;  // mean delay
    double parameter = 0;
};

/// One feed under one strategy, as far as it has been simulated.
class FeedRun {
  public:
    FeedRun(const SyntheticFeed& feed, Strategy strategy, std::uint64_t seed);

    /// Makes all polls due before `end`; answers how many.
    int run_until(double end);
    bool is_finished() const;

    std::vector<float> delays;  // of the entries published while it is measured
    int lost = 0, polls = 0;    // while it is measured

  private:
    void poll();

    const SyntheticFeed* feed_;
    Strategy strategy_;
    std::uint64_t chance_;
    double next_ = 0, previous_ = -1;
    std::size_t published_ = 0;  // entries published by now
    std::size_t measured_end_ = 0;
    std::vector<double> seen_;
};

Score score(std::span<const SyntheticFeed> feeds, std::span<const FeedRun> runs);

/// Polls all feeds with one parameter.
Score simulate(std::span<const SyntheticFeed> feeds, const MakeStrategy& make, double parameter);

/// Finds the parameter at which each feed is polled `polls_a_day` times a day, all in all.
/// `parameter` is where the search starts.
Score simulate_at(std::span<const SyntheticFeed> feeds, const MakeStrategy& make,
                  double polls_a_day, double parameter);

}  // namespace tributary::bench
