#include "schedule/cadence_plan.h"

#include "base/text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace tributary::schedule {
namespace {

using std::chrono::minutes;

constexpr double minutes_a_day = 1440;
constexpr double full_window = 0.8;      // the share of a window that may fill up between two polls
constexpr double price_tolerance = 1.5;  // polls go with the root of it: a fifth more or less
constexpr Duration first_gap = std::chrono::hours(2);  // of a source that has shown no entry yet
// Entries a day by which a source is taken to be busier than it is, if it is likely to publish
// anything within the span (days): who reads a quiet source waits, too. It costs the readers of
// busy ones a hundredth, and spares those of quiet ones a third.
constexpr double attention = 0.13, attention_span = 28;
constexpr Duration longest_wait = std::chrono::days(30);  // fits into an itinerary
constexpr std::size_t most_reach = 96;                    // steps between two polls
constexpr double steps_a_gap = 3;

double in_minutes(Duration duration) {
    return static_cast<double>(duration.count()) / 60'000.0;
}

/// Running sums over an outlook: with them the waiting in any gap is one line of arithmetic.
struct Sums {
    std::vector<double> entries;  // up to the start of step i
    std::vector<double> waiting;  // of those, entry-minutes up to there

    explicit Sums(const Outlook& outlook) {
        entries.reserve(outlook.entries.size() + 1);
        waiting.reserve(outlook.entries.size() + 1);
        entries.push_back(0);
        waiting.push_back(0);
        for (const double expected : outlook.entries) {
            waiting.push_back(waiting.back() + (entries.back() + expected / 2) * outlook.step);
            entries.push_back(entries.back() + expected);
        }
    }
};

/// Dynamic programming, from the end backwards. What is yet to pay after a poll at step i is the
/// least over the next poll j of: price + waiting between i and j + what is yet to pay after j. The
/// waiting is waiting[j] - waiting[i] - entries[i] * (j - i) * step, so that all that depends on j
/// alone stands in one number.
class Planner {
  public:
    Planner(const Outlook& outlook, double price, std::size_t shortest, std::size_t longest,
            double most_entries)
        : sums_(outlook),
          step_(outlook.step),
          price_(price),
          shortest_(shortest),
          longest_(longest),
          most_entries_(most_entries),
          after_(sums_.waiting) {
        const std::size_t last = outlook.entries.size();
        std::size_t furthest = last;
        for (std::size_t i = last; i-- > 0;) {
            furthest = guarded(i, furthest);
            const std::size_t next = best(i, furthest);
            after_[i] =
                price_ + after_[next] - sums_.entries[i] * step_ * static_cast<double>(next - i);
        }
    }

    std::size_t next(std::size_t i) const { return best(i, guarded(i, sums_.entries.size() - 1)); }

  private:
    /// The last step before which no more than `most_entries` are to be expected after step i; at
    /// most `furthest`.
    std::size_t guarded(std::size_t i, std::size_t furthest) const {
        while (furthest > i + 1 && sums_.entries[furthest] - sums_.entries[i] > most_entries_)
            --furthest;
        return furthest;
    }

    std::size_t best(std::size_t i, std::size_t furthest) const {
        const std::size_t last = sums_.entries.size() - 1;
        const std::size_t begin = std::min(i + shortest_, last);
        const std::size_t end = std::max(std::min({i + longest_, furthest, last}), begin);
        const double fall = sums_.entries[i] * step_;
        std::size_t best = begin;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t j = begin; j <= end; ++j) {
            const double cost = after_[j] - fall * static_cast<double>(j - i);
            if (cost < least) {
                least = cost;
                best = j;
            }
        }
        return best;
    }

    Sums sums_;
    double step_, price_;
    std::size_t shortest_, longest_;
    double most_entries_;
    std::vector<double> after_;  // yet to pay after a poll at step i, plus waiting[i]
};

/// What entries are worth, a minute, by half-hour of the week, from Sunday on. A burst comes on
/// top: before one is seen, all its entries are still to be expected.
std::array<double, 7 * half_hours> week_of(const Cadence& cadence) {
    const double is_alive = 1 - std::exp(-attention_span * cadence.rate);
    const double base = (cadence.rate + attention * is_alive) / minutes_a_day;
    std::array<double, 7 * half_hours> week;
    for (std::size_t slot = 0; slot < week.size(); ++slot)
        week[slot] = base * static_cast<double>(cadence.days[slot / half_hours]) *
                     static_cast<double>(cadence.clock[slot % half_hours]);
    return week;
}

/// How finely to look ahead: fine enough for the shortest gap that may pay.
std::size_t step_for(const Cadence& cadence, double price, double most_entries, Timestamp from) {
    const auto week = week_of(cadence);
    const double peak =
        std::max(*std::ranges::max_element(week), intensity(cadence, from) / minutes_a_day);
    const double gap = std::min(std::sqrt(2 * price / peak), most_entries / peak);
    for (const std::size_t step : {30u, 15u, 10u})
        if (gap >= steps_a_gap * static_cast<double>(step)) return step;
    return 5;
}

/// Two days in short steps, six in long ones: busy sources forget sooner what comes later.
std::size_t steps_ahead(std::size_t step) {
    return step == 5 ? 576 : step == 10 ? 432 : step == 15 ? 384 : 288;
}

Outlook look_ahead(const Cadence& cadence, std::size_t step, Timestamp from) {
    constexpr double half_hour = 30, week_length = 7 * minutes_a_day;
    constexpr double burst_minutes = static_cast<double>(burst_length / minutes(1));
    const auto week = week_of(cadence);
    Outlook outlook{.step = static_cast<double>(step)};
    outlook.entries.reserve(steps_ahead(step));
    // The epoch was a Thursday.
    double minute = std::fmod(in_minutes(from.time_since_epoch()) + 4 * minutes_a_day, week_length);
    if (minute < 0) minute += week_length;
    double stir =
        cadence.burst * cadence.stir *
        std::exp(-in_minutes(std::max(from - cadence.learned, Duration(0))) / burst_minutes);
    const double decay = std::exp(-outlook.step / burst_minutes);
    for (std::size_t i = 0; i < steps_ahead(step); ++i) {
        const auto slot = std::min(static_cast<std::size_t>(minute / half_hour), week.size() - 1);
        const double here =
            std::min(outlook.step, half_hour * static_cast<double>(slot + 1) - minute);
        outlook.entries.push_back(here * week[slot] +
                                  (outlook.step - here) * week[(slot + 1) % week.size()] +
                                  stir * (1 - decay));
        stir *= decay;
        minute += outlook.step;
        if (minute >= week_length) minute -= week_length;
    }
    return outlook;
}

/// How many entries may be expected before the window may overflow: E + 3 sqrt(E) <= 0.8 W.
double most_entries_for(int window) {
    if (window <= 0) return std::numeric_limits<double>::infinity();
    const double root = (std::sqrt(9 + 4 * full_window * window) - 3) / 2;
    return root * root;
}

/// A source that has shown nothing of late: soon at first, then ever less often, down to what one
/// entry in a long time is worth.
std::vector<std::uint16_t> first_polls(const Cadence& cadence, double price, const Limits& limits,
                                       Timestamp from) {
    const double worth = std::sqrt(2 * price / week_of(cadence).front());
    const Duration longest =
        std::max(limits.shortest, worth < in_minutes(limits.longest)
                                      ? minutes(static_cast<minutes::rep>(worth))
                                      : limits.longest);
    std::vector<std::uint16_t> stops;
    Timestamp at = from;
    while (at - from < std::chrono::days(1) && stops.size() < most_stops) {
        const Duration known = std::max(at - cadence.since, Duration(0));
        const Duration gap = std::min(first_gap + known / 2, longest);
        at += std::clamp<Duration>(std::max(gap, limits.shortest), minutes(1), longest_wait);
        stops.push_back(static_cast<std::uint16_t>(in_minutes(at - from)));
    }
    return stops;
}

constexpr double price_fraction = 1e6;  // prices are written in millionths

}  // namespace

std::vector<std::size_t> best_polls(const Outlook& outlook, double price, std::size_t shortest,
                                    std::size_t longest, double most_entries, std::size_t horizon) {
    const Planner planner(outlook, price, shortest, longest, most_entries);
    std::vector<std::size_t> polls;
    for (std::size_t i = 0; i < std::min(horizon, outlook.entries.size());) {
        i = planner.next(i);
        polls.push_back(i);
    }
    return polls;
}

Itinerary plan_polls(const Cadence& cadence, double price, const Limits& limits, Timestamp from) {
    Itinerary itinerary{.start = from, .price = price};
    if (cadence.evidence <= 0) {
        itinerary.minutes = first_polls(cadence, price, limits, from);
        return itinerary;
    }
    const double most_entries = most_entries_for(cadence.window);
    const std::size_t step = step_for(cadence, price, most_entries, from);
    const auto in_steps = [&](Duration length) {
        return static_cast<std::size_t>(std::ceil(in_minutes(length) / static_cast<double>(step)));
    };
    const std::size_t shortest = std::max<std::size_t>(in_steps(limits.shortest), 1);
    const std::size_t longest = std::max(shortest, std::min(in_steps(limits.longest), most_reach));
    for (const std::size_t stop : best_polls(look_ahead(cadence, step, from), price, shortest,
                                             longest, most_entries, 1440 / step)) {
        if (itinerary.minutes.size() == most_stops) break;
        itinerary.minutes.push_back(static_cast<std::uint16_t>(stop * step));
    }
    return itinerary;
}

std::optional<Timestamp> next_stop(const Itinerary& itinerary, Timestamp now) {
    if (now < itinerary.start) return {};
    for (const std::uint16_t minute : itinerary.minutes)
        if (const Timestamp stop = itinerary.start + minutes(minute); stop > now) return stop;
    return {};
}

std::optional<Duration> wait_for_stop(const Itinerary& itinerary, Timestamp now) {
    const auto stop = next_stop(itinerary, now);
    if (!stop) return {};
    int shortest = itinerary.minutes.front(), before = 0;
    for (const std::uint16_t minute : itinerary.minutes)
        shortest = std::min(shortest, minute - std::exchange(before, minute));
    return std::max<Duration>(*stop - now, minutes(shortest));
}

double stop_jitter(Duration wait, double chance) {
    const double spread = static_cast<double>(std::max(wait, Duration(1)).count()) / 10;
    return chance * std::min(1.0, static_cast<double>(most_jitter.count()) / spread);
}

bool is_outdated(const Itinerary& itinerary, double price) {
    return price > itinerary.price * price_tolerance || price * price_tolerance < itinerary.price;
}

std::string write_itinerary(const Itinerary& itinerary) {
    std::string text = std::to_string(itinerary.start.time_since_epoch().count()) + " " +
                       std::to_string(std::llround(itinerary.price * price_fraction));
    for (const std::uint16_t minute : itinerary.minutes) text += " " + std::to_string(minute);
    return text;
}

std::optional<Itinerary> read_itinerary(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.size() < 2 || words.size() > 2 + most_stops) return {};
    std::vector<std::int64_t> numbers;
    for (const std::string_view word : words) numbers.push_back(read_number(word));
    if (std::ranges::min(numbers) < 0) return {};
    Itinerary itinerary{.start = Timestamp(Duration(numbers[0])),
                        .price = static_cast<double>(numbers[1]) / price_fraction};
    for (std::size_t i = 2; i < numbers.size(); ++i) {
        const std::int64_t before = i > 2 ? numbers[i - 1] : 0;
        if (numbers[i] <= before || numbers[i] > std::numeric_limits<std::uint16_t>::max())
            return {};
        itinerary.minutes.push_back(static_cast<std::uint16_t>(numbers[i]));
    }
    return itinerary;
}

}  // namespace tributary::schedule
