#include "schedule/cadence.h"

#include <algorithm>
#include <cmath>

namespace tributary::schedule {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr double in_days(Duration duration) {
    return static_cast<double>(duration.count()) / 86'400'000.0;
}

constexpr double burst_days = in_days(burst_length);
constexpr double half_life = 21;                   // days, after which an entry counts half
constexpr double longest_memory = 120;             // days; by then an entry counts for 2%
constexpr double prior_entries = 0.5;              // as if half an entry had been seen ...
constexpr double prior_days = 5;                   // ... in five days,
constexpr double prior_clock = 4;                  // so many entries spread over all hours,
constexpr double prior_week = 8;                   // and so many over all days,
constexpr double prior_pairs = 2;                  // and so many that brought about none
constexpr double week_noise = 7;                   // variance of one entry's day,
constexpr double clock_noise = 0.26 * half_hours;  // and of its half-hour, when smoothed
constexpr double least_burst = 0.15;               // less may be chance
constexpr Duration half_hour = minutes(30);

Duration from_days(double length) {
    return Duration(static_cast<Duration::rep>(length * 86'400'000.0));
}

double weight_of(Duration age) {
    return std::exp2(-in_days(age) / half_life);
}

std::size_t day_of(Timestamp time) {
    return std::chrono::weekday(std::chrono::floor<days>(time)).c_encoding();
}

std::size_t half_hour_of(Timestamp time) {
    return static_cast<std::size_t>((time - std::chrono::floor<days>(time)) / half_hour);
}

/// Weights by day of the week and half-hour of the day.
struct Counts {
    double total = 0;
    double squares = 0;  // of the weights: total * total / squares entries of equal weight
    std::array<double, 7> days{};
    std::array<double, half_hours> clock{};

    void add(Timestamp time, double weight) {
        total += weight;
        squares += weight * weight;
        days[day_of(time)] += weight;
        clock[half_hour_of(time)] += weight;
    }
};

/// How much of each day and half-hour has been watched: three days say nothing of the other four.
Counts watched(Timestamp from, Timestamp now) {
    static const double newer = weight_of(-half_hour);
    Counts counts;
    double weight = weight_of(now - from);
    for (Timestamp time = from; time < now; time += half_hour, weight *= newer)
        counts.add(time, weight);
    return counts;
}

/// Spreads each half-hour's entries over the hour before and after it: they may as well have come a
/// little sooner or later.
std::array<double, half_hours> smoothed(const std::array<double, half_hours>& clock) {
    constexpr std::array<double, 5> kernel{.1, .2, .4, .2, .1};
    std::array<double, half_hours> result{};
    for (std::size_t slot = 0; slot < half_hours; ++slot)
        for (std::size_t k = 0; k < kernel.size(); ++k)
            result[(slot + k + half_hours - 2) % half_hours] += kernel[k] * clock[slot];
    return result;
}

/// Entries in each slot over those to be expected there if all times were alike, drawn towards 1 by
/// `prior` entries; mean 1.
/// What is left is believed by how far it goes beyond chance (empirical Bayes): `noise` is the
/// variance of the entries in a slot if all times were alike.
template <std::size_t size>
std::array<float, size> factors(const std::array<double, size>& entries, double total,
                                const std::array<double, size>& watched, double watched_total,
                                double prior, double noise) {
    std::array<double, size> raw;
    double sum = 0;
    for (std::size_t slot = 0; slot < size; ++slot) {
        const double share = watched_total > 0 ? watched[slot] / watched_total : 1.0 / size;
        raw[slot] = (entries[slot] + prior / size) / (total * share + prior / size);
        sum += raw[slot];
    }
    double variance = 0;
    for (double& factor : raw) {
        factor *= size / sum;
        variance += (factor - 1) * (factor - 1) / (size - 1);
    }
    const double chance = noise / ((total + prior) * (total + prior));
    const double trust = variance > chance ? 1 - chance / variance : 0;
    std::array<float, size> result;
    for (std::size_t slot = 0; slot < size; ++slot)
        result[slot] = static_cast<float>(1 + trust * (raw[slot] - 1));
    return result;
}

double profile(const Cadence& cadence, Timestamp at) {
    return static_cast<double>(cadence.days[day_of(at)]) *
           static_cast<double>(cadence.clock[half_hour_of(at)]);
}

void learn_profile(Cadence& cadence, const Counts& counts, const Counts& seen) {
    const double noise = counts.squares / std::max(1 - cadence.burst, 0.1);
    cadence.days =
        factors(counts.days, counts.total, seen.days, seen.total, prior_week, week_noise * noise);
    cadence.clock = factors(smoothed(counts.clock), counts.total, smoothed(seen.clock), seen.total,
                            prior_clock, clock_noise * noise);
}

/// The share of entries that are followed by another within a burst's length beyond what their rate
/// and hour would make of it.
double burst_share(const Cadence& cadence, std::span<const Timestamp> times, Timestamp now) {
    double followed = 0, expected = 0, total = 0;
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        const double weight = weight_of(now - times[i]);
        total += weight;
        expected +=
            weight * (1 - std::exp(-cadence.rate * profile(cadence, times[i]) * burst_days));
        if (in_days(times[i + 1] - times[i]) <= burst_days) followed += weight;
    }
    const double share = (followed - expected) / (total - expected + prior_pairs);
    return share < least_burst ? 0 : std::min(share, 1.0);
}

/// The newest entries up to `now`, oldest first.
std::vector<Timestamp> newest(std::span<const Timestamp> times, Timestamp now) {
    std::vector<Timestamp> result;
    std::ranges::copy_if(times, std::back_inserter(result), [&](Timestamp time) {
        return time <= now && time >= now - from_days(longest_memory);
    });
    if (result.size() > learned_entries) {
        const auto excess = static_cast<std::ptrdiff_t>(result.size() - learned_entries);
        std::ranges::nth_element(result, result.begin() + excess);
        result.erase(result.begin(), result.begin() + excess);
    }
    std::ranges::sort(result);
    return result;
}

}  // namespace

Cadence learn(std::span<const Timestamp> all_times, const Watch& watch, Timestamp now) {
    const std::vector<Timestamp> times = newest(all_times, now);
    Cadence cadence{.window = std::max(watch.window, 0), .since = watch.since, .learned = now};

    Timestamp from = times.empty() ? watch.since : std::min(times.front(), watch.since);
    // Where older entries were left out, nothing is known of the time before those that are in.
    if (times.size() == learned_entries) from = times.front();
    from = std::clamp(from, now - from_days(longest_memory), now);

    Counts counts;
    for (const Timestamp time : times) counts.add(time, weight_of(now - time));
    const double effective_days = half_life / std::log(2.0) * (1 - weight_of(now - from));
    cadence.evidence = counts.total;
    cadence.rate = (prior_entries + counts.total) / (prior_days + effective_days);

    const Counts seen = watched(from, now);
    learn_profile(cadence, counts, seen);
    cadence.burst = burst_share(cadence, times, now);
    // Entries of one burst are one witness of its hour, not many.
    if (cadence.burst > 0) learn_profile(cadence, counts, seen);
    if (!times.empty()) cadence.stir = std::exp(-in_days(now - times.back()) / burst_days);
    return cadence;
}

double intensity(const Cadence& cadence, Timestamp at) {
    const double after = std::max(in_days(at - cadence.learned), 0.0);
    return cadence.rate * profile(cadence, at) +
           cadence.burst / burst_days * cadence.stir * std::exp(-after / burst_days);
}

bool is_busy(const Cadence& cadence) {
    return cadence.rate * static_cast<double>(std::ranges::max(cadence.days)) >= 24;
}

}  // namespace tributary::schedule
