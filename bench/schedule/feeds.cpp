#include "bench/schedule/feeds.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace tributary::bench {
namespace {

constexpr double day = 1440, week = 7 * day;

/// Chance from a seed, the same with every standard library.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}
    /// In [0, 1) (splitmix64).
    double unit() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return static_cast<double>((z ^ z >> 31) >> 11) * 0x1p-53;
    }
    double between(double low, double high) { return low + (high - low) * unit(); }
    /// Each order of magnitude as likely as the next.
    double magnitude(double low, double high) { return low * std::pow(high / low, unit()); }
    int whole(int low, int high) {
        return low + static_cast<int>(unit() * static_cast<double>(high - low + 1));
    }
    double exponential(double mean) { return -mean * std::log1p(-unit()); }
    /// About normal: the sum of twelve.
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += unit();
        return sum;
    }

  private:
    std::uint64_t state_;
};

std::size_t step_of(double minute) {
    const double in_week = minute - std::floor(minute / week) * week;
    return std::min(static_cast<std::size_t>(in_week / five_minutes), week_steps - 1);
}

void set_flat(SyntheticFeed& feed) {
    feed.week.assign(week_steps, feed.rate / 288);
}

/// Entries at random as the true week has it, by thinning.
void publish_at_random(SyntheticFeed& feed, Chance& chance, double begin, double end) {
    const double most = *std::ranges::max_element(feed.week) / five_minutes;
    if (most <= 0) return;
    for (double at = begin + chance.exponential(1 / most); at < end;
         at += chance.exponential(1 / most)) {
        if (chance.unit() * most < feed.week[step_of(at)] / five_minutes)
            feed.entries.push_back(at);
    }
}

/// A peak at some hour, steep or gentle, and weaker weekends.
void make_shaped(SyntheticFeed& feed, Chance& chance, double begin, double end) {
    const double peak = chance.between(0, day), steepness = chance.between(1, 3);
    const double weekend = chance.between(.1, 1);
    feed.week.resize(week_steps);
    for (std::size_t step = 0; step < week_steps; ++step) {
        const double minute = (static_cast<double>(step) + .5) * five_minutes;
        const bool is_weekend = minute >= 5 * day;
        feed.week[step] =
            (is_weekend ? weekend : 1) *
            std::exp(steepness * std::cos(2 * std::numbers::pi * (minute - peak) / day));
    }
    const double sum = std::accumulate(feed.week.begin(), feed.week.end(), 0.0);
    for (double& entries : feed.week) entries *= feed.rate * 7 / sum;
    publish_at_random(feed, chance, begin, end);
}

/// At some minutes of the day, each time late by a few minutes; or on some days of the week only.
void make_fixed_time(SyntheticFeed& feed, Chance& chance, double begin, double end) {
    const int times = std::max(1, static_cast<int>(std::lround(feed.rate)));
    const int on_days =
        feed.rate >= 1 ? 7 : std::max(1, static_cast<int>(std::lround(7 * feed.rate)));
    const double spread = chance.between(1, 10);
    std::vector<double> plan;
    const int first_day = chance.whole(0, 6);
    for (int i = 0; i < times; ++i) {
        const double minute = chance.between(0, day);
        for (int d = 0; d < on_days; ++d)
            plan.push_back(((first_day + d * 7 / on_days) % 7) * day + minute);
    }
    std::ranges::sort(plan);
    feed.rate = static_cast<double>(plan.size()) / 7;
    feed.week.assign(week_steps, 0);
    for (const double minute : plan) {
        for (int k = 0; k < 20; ++k)
            feed.week[step_of(minute + spread * (k + .5) / 10)] += 1.0 / 20;
    }
    for (double monday = std::floor(begin / week) * week; monday < end; monday += week) {
        for (const double minute : plan) {
            const double at = monday + minute + chance.between(0, 2 * spread);
            if (at >= begin && at < end) feed.entries.push_back(at);
        }
    }
    std::ranges::sort(feed.entries);
}

/// Nothing for long, then several within an hour or two.
void make_bursts(SyntheticFeed& feed, Chance& chance, double begin, double end) {
    const double size = chance.between(3, 10), length = chance.between(30, 180);
    const double between = size / feed.rate * day;
    for (double at = begin + chance.exponential(between); at < end;
         at += chance.exponential(between)) {
        // As many as it takes for the mean: at least one.
        int count = 1;
        while (chance.unit() < 1 - 1 / size) ++count;
        for (int i = 0; i < count; ++i) {
            const double entry = at + chance.between(0, length);
            if (entry < end) feed.entries.push_back(entry);
        }
    }
    std::ranges::sort(feed.entries);
    set_flat(feed);
}

SyntheticFeed make_feed(Kind kind, Chance& chance, double begin, double end) {
    SyntheticFeed feed{.kind = kind};
    feed.window = chance.whole(5, 50);
    feed.rate = kind == Kind::nearly_dead ? chance.magnitude(.002, .05) : chance.magnitude(.05, 20);
    switch (kind) {
        case Kind::poisson:
        case Kind::nearly_dead:
            set_flat(feed);
            publish_at_random(feed, chance, begin, end);
            break;
        case Kind::shaped:
            make_shaped(feed, chance, begin, end);
            break;
        case Kind::fixed_time:
            make_fixed_time(feed, chance, begin, end);
            break;
        case Kind::bursts:
            make_bursts(feed, chance, begin, end);
            break;
    }
    return feed;
}

/// 30% Poisson, 40% shaped, 10% each of the others.
Kind kind_of(std::size_t index) {
    constexpr Kind kinds[] = {Kind::poisson, Kind::shaped,     Kind::shaped,     Kind::poisson,
                              Kind::shaped,  Kind::poisson,    Kind::fixed_time, Kind::shaped,
                              Kind::bursts,  Kind::nearly_dead};
    return kinds[index % 10];
}

}  // namespace

std::vector<SyntheticFeed> make_feeds(std::size_t count, std::uint64_t seed, double begin,
                                      double end) {
    std::vector<SyntheticFeed> feeds;
    feeds.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Chance chance(seed * 1'000'003 + i);
        feeds.push_back(make_feed(kind_of(i), chance, begin, end));
    }
    return feeds;
}

}  // namespace tributary::bench
