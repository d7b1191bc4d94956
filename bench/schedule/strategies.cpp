#include "bench/schedule/strategies.h"

#include "schedule/cadence.h"
#include "schedule/cadence_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace tributary::bench {
namespace {

constexpr double day = 1440;

Strategy fixed(const SyntheticFeed&, double minutes) {
    return [minutes](const View&) { return minutes; };
}

/// Halved by news, else longer by a factor.
Strategy double_halve(const SyntheticFeed&, double growth) {
    return [growth, wait = 60.0](const View& view) mutable {
        wait = std::clamp(view.found > 0 ? wait / 2 : wait * (1 + growth), shortest_wait,
                          longest_wait);
        return wait;
    };
}

/// A part of the newest entry's age (adaptive TTL).
Strategy by_age(const SyntheticFeed&, double part) {
    return [part](const View& view) {
        return view.seen.empty() ? longest_wait : part * (view.now - view.seen.back());
    };
}

/// Miniflux's entry_frequency: a week by the entries of the last week.
Strategy entry_frequency(const SyntheticFeed&, double scale) {
    return [scale](const View& view) {
        const auto since = std::ranges::lower_bound(view.seen, view.now - 7 * day);
        const auto count = static_cast<double>(view.seen.end() - since);
        return count == 0 ? longest_wait : scale * 7 * day / count;
    };
}

/// Urbansky's moving average: the mean gap of the document, whose newest gap is the present one
/// while nothing is new.
Strategy moving_average(const SyntheticFeed&, double scale) {
    return [scale](const View& view) {
        const auto& document = view.document;
        if (document.size() < 2) return longest_wait;
        double sum = document.back() - document.front();
        if (view.found == 0)
            sum += (view.now - document.back()) - (document.back() - document[document.size() - 2]);
        return scale * sum / static_cast<double>(document.size() - 1);
    };
}

/// Urbansky's PostRate: how often each minute of the day, between the oldest and the newest entry,
/// has brought an entry; until so many are to be expected.
Strategy post_rate(const SyntheticFeed&, double expected) {
    struct Minute {
        int entries = 0, chances = 0;
    };
    return [expected, minutes = std::array<Minute, 1440>{}, known = false,
            counted = 0.0](const View& view) mutable {
        const auto minute_of = [](double time) {
            const double in_day = time - std::floor(time / day) * day;
            return std::min(static_cast<std::size_t>(in_day), std::size_t{1439});
        };
        for (const double entry : view.seen.last(view.found)) ++minutes[minute_of(entry)].entries;
        if (view.found > 0) {
            if (!known) counted = view.seen.front();
            for (; counted <= view.seen.back(); ++counted) ++minutes[minute_of(counted)].chances;
            known = true;
        }
        double sum = 0;
        std::size_t next = minute_of(view.now);
        for (int wait = 1; wait < 1440; ++wait) {
            next = next + 1 == minutes.size() ? 0 : next + 1;
            const Minute& minute = minutes[next];
            if (minute.chances > 0)
                sum += static_cast<double>(minute.entries) / static_cast<double>(minute.chances);
            if (sum >= expected) return static_cast<double>(wait);
        }
        return longest_wait;
    };
}

/// With f polls a day, entries wait for rate / 2f days in all: least if f goes with the root of the
/// rate (Sia, Cho and Cho 2007).
Strategy root_of_true_rate(const SyntheticFeed& feed, double scale) {
    return [wait = scale * day / std::sqrt(feed.rate)](const View&) { return wait; };
}

/// The best polls for the true week, in steps of five minutes; knows nothing of bursts.
Strategy true_optimum(const SyntheticFeed& feed, double price) {
    return [&feed, price, stops = std::vector<double>()](const View& view) mutable {
        std::erase_if(stops, [&](double stop) { return stop <= view.now; });
        if (stops.empty()) {
            schedule::Outlook outlook{.step = five_minutes};
            auto step = static_cast<std::size_t>(view.now / five_minutes);
            const double part = view.now / five_minutes - static_cast<double>(step);
            for (std::size_t i = 0; i < 576; ++i, ++step)
                outlook.entries.push_back((1 - part) * feed.week[step % week_steps] +
                                          part * feed.week[(step + 1) % week_steps]);
            for (const std::size_t poll : schedule::best_polls(outlook, price, 3, 288, 1e9, 288))
                stops.push_back(view.now + static_cast<double>(poll) * five_minutes);
        }
        return stops.front() - view.now;
    };
}

/// What the daemon remembers of a source.
struct Learner {
    std::vector<schedule::Sighting> sightings;
    schedule::Itinerary itinerary;
    Timestamp since;

    void take_in(const View& view) {
        const Timestamp now = to_timestamp(view.now);
        if (view.previous_poll < 0) since = now;
        for (const double entry : view.seen.last(view.found)) {
            schedule::Sighting sighting{.published = to_timestamp(entry), .first_seen = now};
            if (view.previous_poll >= 0) sighting.polled_before = to_timestamp(view.previous_poll);
            sightings.push_back(sighting);
        }
    }
};

}  // namespace

Timestamp to_timestamp(double minute) {
    // 2026-11-16 was a Monday.
    constexpr Timestamp start{std::chrono::days(20'773)};
    return start + Duration(static_cast<Duration::rep>(minute * 60'000));
}

double NamedStrategy::parameter_for(double polls_a_day) const {
    return at_twelve * std::pow(12 / polls_a_day, exponent);
}

Strategy cadence_strategy(const double& price) {
    return [&price, learner = Learner{}](const View& view) mutable {
        learner.take_in(view);
        const Timestamp now = to_timestamp(view.now);
        const schedule::Limits limits;
        auto stop = schedule::next_stop(learner.itinerary, now);
        if (!stop || view.found > 0 || schedule::is_outdated(learner.itinerary, price)) {
            const auto& all = learner.sightings;
            const std::span<const schedule::Sighting> latest(
                all.end() -
                    static_cast<std::ptrdiff_t>(std::min(all.size(), schedule::learned_entries)),
                all.end());
            const auto cadence =
                schedule::learn(schedule::appearances(latest),
                                {.since = learner.since, .window = view.window}, now);
            learner.itinerary = schedule::plan_polls(cadence, price, limits, now);
            stop = schedule::next_stop(learner.itinerary, now);
        }
        return static_cast<double>((*stop - now).count()) / 60'000;
    };
}

std::vector<NamedStrategy> all_strategies() {
    return {
        {"fixed interval", fixed, 116, 1},
        {"double/halve", double_halve, 0.12, 1.6},
        {"age (adaptive TTL)", by_age, 0.3, 1.2},
        {"entry_frequency (Miniflux)", entry_frequency, 0.24, 1.2},
        {"moving average (MAV)", moving_average, 0.25, 1.2},
        {"PostRate", post_rate, 0.17, 1.7},
        {"root of rates, known", root_of_true_rate, 0.1, 1},
        {"Tributary",
         [](const SyntheticFeed&, double price) {
             return [held = std::make_shared<double>(price),
                     strategy = Strategy()](const View& view) mutable {
                 if (!strategy) strategy = cadence_strategy(*held);
                 return strategy(view);
             };
         },
         4.7, 2},
        {"optimum, week known", true_optimum, 4.9, 2},
    };
}

}  // namespace tributary::bench
