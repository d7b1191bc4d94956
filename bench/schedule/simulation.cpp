#include "bench/schedule/simulation.h"

#include "schedule/cadence_plan.h"
#include "schedule/policy.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <numeric>

namespace tributary::bench {
namespace {

constexpr double give_up = measure_to + 2 * longest_wait;
constexpr double tolerance = .001;  // on the number of polls

Duration from_minutes(double minutes) {
    return Duration(static_cast<Duration::rep>(minutes * 60'000));
}

double unit(std::uint64_t& state) {
    state = state * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    return static_cast<double>(state >> 11) * 0x1p-53;
}

/// The next poll, within the limits that the daemon keeps.
double within_limits(double now, double wait, double jitter) {
    const schedule::Policy policy{
        .interval = from_minutes(std::clamp(wait, shortest_wait, longest_wait)),
        .min_interval = from_minutes(shortest_wait),
        .max_interval = from_minutes(longest_wait)};
    const schedule::Observation seen{.result = schedule::Observation::Result::not_modified,
                                     .had_validators = true};
    const Timestamp at{from_minutes(now)};
    const auto plan =
        schedule::plan(policy, seen, {}, {}, at, schedule::stop_jitter(*policy.interval, jitter));
    return now + static_cast<double>((plan.next - at).count()) / 60'000;
}

}  // namespace

FeedRun::FeedRun(const SyntheticFeed& feed, Strategy strategy, std::uint64_t seed)
    : feed_(&feed), strategy_(std::move(strategy)), chance_(seed) {
    next_ = 60 * unit(chance_);
    const auto end = std::ranges::lower_bound(feed.entries, measure_to);
    measured_end_ = static_cast<std::size_t>(end - feed.entries.begin());
    const auto window = static_cast<std::size_t>(feed.window);
    const auto first = std::ranges::upper_bound(feed.entries, next_);
    const auto before = static_cast<std::size_t>(first - feed.entries.begin());
    published_ = before - std::min(before, window);  // what is older is never seen
}

bool FeedRun::is_finished() const {
    return next_ >= give_up || (next_ >= measure_to && published_ >= measured_end_);
}

int FeedRun::run_until(double end) {
    int count = 0;
    for (; next_ < end && !is_finished(); ++count) poll();
    return count;
}

void FeedRun::poll() {
    const double now = next_;
    const auto& entries = feed_->entries;
    const std::size_t known = published_;
    while (published_ < entries.size() && entries[published_] <= now) ++published_;
    const auto window = static_cast<std::size_t>(feed_->window);
    const std::size_t shown_from = std::max(known, published_ - std::min(published_, window));

    for (std::size_t i = known; i < published_; ++i) {
        const bool is_measured = entries[i] >= measure_from && entries[i] < measure_to;
        if (i >= shown_from) seen_.push_back(entries[i]);
        if (is_measured && i < shown_from) ++lost;
        if (is_measured && i >= shown_from) delays.push_back(static_cast<float>(now - entries[i]));
    }
    if (now >= measure_from && now < measure_to) ++polls;

    const std::span<const double> seen(seen_);
    const View view{.now = now,
                    .previous_poll = previous_,
                    .seen = seen,
                    .document = seen.last(std::min(seen.size(), window)),
                    .found = published_ - shown_from,
                    .window = feed_->window};
    previous_ = now;
    next_ = within_limits(now, strategy_(view), unit(chance_));
}

Score score(std::span<const SyntheticFeed> feeds, std::span<const FeedRun> runs) {
    Score score;
    std::vector<float> delays;
    std::vector<double> kind_sum(std::size(kind_names)), kind_count(std::size(kind_names));
    double feed_sum = 0, feed_count = 0, lost = 0, polls = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const FeedRun& run = runs[i];
        polls += run.polls;
        lost += run.lost;
        if (run.delays.empty()) continue;
        const double sum = std::accumulate(run.delays.begin(), run.delays.end(), 0.0);
        const auto count = static_cast<double>(run.delays.size());
        const auto kind = static_cast<std::size_t>(feeds[i].kind);
        kind_sum[kind] += sum;
        kind_count[kind] += count;
        feed_sum += sum / count;
        ++feed_count;
        delays.insert(delays.end(), run.delays.begin(), run.delays.end());
    }
    const auto count = static_cast<double>(delays.size());
    score.polls_a_day = polls / static_cast<double>(runs.size()) / measured_days;
    score.mean_delay = std::accumulate(delays.begin(), delays.end(), 0.0) / count;
    score.mean_of_feeds = feed_sum / feed_count;
    const auto p95 = delays.begin() + static_cast<std::ptrdiff_t>(count * .95);
    std::ranges::nth_element(delays, p95);
    score.p95_delay = static_cast<double>(*p95);
    score.lost_share = lost / (count + lost);
    for (std::size_t kind = 0; kind < kind_sum.size(); ++kind)
        score.by_kind.push_back(kind_sum[kind] / std::max(kind_count[kind], 1.0));
    return score;
}

Score simulate(std::span<const SyntheticFeed> feeds, const MakeStrategy& make, double parameter) {
    std::vector<FeedRun> runs;
    runs.reserve(feeds.size());
    for (std::size_t i = 0; i < feeds.size(); ++i)
        runs.emplace_back(feeds[i], make(feeds[i], parameter), i);
    const auto run_some = [&](std::size_t begin) {
        for (std::size_t i = begin; i < runs.size(); i += 2) runs[i].run_until(give_up);
    };
    auto half = std::async(std::launch::async, run_some, std::size_t{1});
    run_some(0);
    half.get();
    Score result = score(feeds, runs);
    result.parameter = parameter;
    return result;
}

Score simulate_at(std::span<const SyntheticFeed> feeds, const MakeStrategy& make,
                  double polls_a_day, double parameter) {
    // In logarithms, where the number of polls is nearly a straight line.
    double low = std::log(1e-9), high = std::log(1e9);  // too many, too few polls
    double at = std::log(parameter), slope = -.7;
    double previous = 0, previous_excess = 0;
    Score best;
    for (int round = 0; round < 40; ++round) {
        const Score result = simulate(feeds, make, std::exp(at));
        const double excess = std::log(result.polls_a_day / polls_a_day);
        if (round == 0 || std::abs(excess) < std::abs(std::log(best.polls_a_day / polls_a_day)))
            best = result;
        if (std::abs(excess) < tolerance) break;
        (excess > 0 ? low : high) = at;
        if (round > 0 && std::abs(at - previous) > 1e-12)
            slope = std::clamp((excess - previous_excess) / (at - previous), -5.0, -.05);
        previous = at;
        previous_excess = excess;
        at -= excess / slope;
        if (at <= low || at >= high) at = (low + high) / 2;
    }
    return best;
}

}  // namespace tributary::bench
