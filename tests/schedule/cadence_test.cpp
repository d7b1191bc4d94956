#include "schedule/cadence.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace tributary;
using schedule::appearances;
using schedule::Cadence;
using schedule::describe;
using schedule::intensity;
using schedule::learn;
using schedule::Sighting;
using schedule::Watch;

namespace {

constexpr Duration minute{60'000}, hour{3'600'000}, day{86'400'000};
// Monday, 2026-11-16 00:00 UTC.
constexpr Timestamp monday = Timestamp(std::chrono::days(20'773));

/// One entry a day at `at` for `days` days before `end`.
std::vector<Timestamp> daily(Duration at, int days, Timestamp end = monday) {
    std::vector<Timestamp> times;
    for (int i = days; i > 0; --i) times.push_back(end - i * day + at);
    return times;
}

/// Entries at any time of the day, `a_day` of them, for `days` days before Monday.
std::vector<Timestamp> evenly(int a_day, int days) {
    std::vector<Timestamp> times;
    const double length = static_cast<double>((days * day).count());
    for (int i = 0; i < a_day * days; ++i) {
        const double part = std::fmod(i * 0.6180339887498949, 1);  // the golden ratio: no two meet
        times.push_back(monday - Duration(static_cast<Duration::rep>(part * length)));
    }
    return times;
}

Cadence learned(const std::vector<Timestamp>& times, Timestamp now = monday) {
    return learn(times, Watch{.since = now - 14 * day, .window = 20}, now);
}

double mean_factor(const auto& factors) {
    return std::accumulate(factors.begin(), factors.end(), 0.0) /
           static_cast<double>(factors.size());
}

}  // namespace

TEST_CASE("the rate of a source is its entries a day") {
    CHECK(learned(evenly(3, 60)).rate == doctest::Approx(3).epsilon(0.2));
    CHECK(learned(daily(hour, 60)).rate == doctest::Approx(1).epsilon(0.2));
    CHECK(learned({}).rate < 0.05);
}

TEST_CASE("a month of silence weighs more than the entries before it") {
    const auto times = evenly(3, 60);
    const Cadence then = learned(times);
    const Cadence later = learned(times, monday + 30 * day);
    CHECK(later.rate < then.rate / 2);
}

TEST_CASE("a source seen for days only is not taken for one that rests on the others") {
    // Thursday to Sunday.
    const Cadence cadence =
        learn(evenly(6, 4), Watch{.since = monday - 4 * day, .window = 24}, monday);
    for (const float factor : cadence.days) CHECK(factor == doctest::Approx(1).epsilon(0.2));
}

TEST_CASE("weekdays and hours of publishing are learned, and the factors' mean is 1") {
    std::vector<Timestamp> times;
    for (int i = 1; i <= 42; ++i) {
        const Timestamp date = monday - i * day;
        if (i % 7 == 1 || i % 7 == 2) continue;  // Sunday, Saturday
        for (int h = 9; h < 17; ++h) times.push_back(date + h * hour + 7 * minute);
    }
    const Cadence cadence = learned(times);
    CHECK(mean_factor(cadence.days) == doctest::Approx(1));
    CHECK(mean_factor(cadence.clock) == doctest::Approx(1));
    CHECK(cadence.days[0] < 0.3);
    CHECK(cadence.days[3] > 1.2);
    CHECK(intensity(cadence, monday + 12 * hour) > 10 * intensity(cadence, monday + 3 * hour));
    CHECK(describe(cadence).find(", mostly weekdays 09-17 UTC") != std::string::npos);
}

TEST_CASE("a source that publishes at any time is said to do so") {
    CHECK(describe(learned(evenly(3, 60))) == "about 3 entries a day");
    CHECK(describe(learned({monday - 50 * day, monday - 30 * day})).starts_with("about one entry"));
    CHECK(describe(learned({})) == "no entries of late");
}

TEST_CASE("a source that publishes one entry a day at a fixed time is said to do so") {
    const std::string words = describe(learned(daily(9 * hour + 5 * minute, 60)));
    CHECK(words.starts_with("about one entry a day, mostly 0"));
    CHECK(words.ends_with(" UTC"));
}

TEST_CASE("a source is busy when a day may bring an entry an hour") {
    CHECK(is_busy(learned(evenly(48, 60))));
    CHECK_FALSE(is_busy(learned(evenly(20, 60))));
    CHECK_FALSE(is_busy(learned(daily(9 * hour + 5 * minute, 60))));
}

TEST_CASE("entries that come together are a burst, regular ones are none") {
    std::vector<Timestamp> times;
    for (int i = 60; i > 0; i -= 3)
        for (int k = 0; k < 6; ++k)
            times.push_back(monday - i * day + (i % 24) * hour + k * 10 * minute);
    CHECK(learned(times).burst > 0.5);
    CHECK(describe(learned(times)).find("several at once") != std::string::npos);
    CHECK(learned(evenly(3, 60)).burst == 0);
}

TEST_CASE("after an entry of a bursty source more are expected, for some hours") {
    std::vector<Timestamp> times;
    for (int i = 60; i > 0; i -= 3)
        for (int k = 0; k < 6; ++k)
            times.push_back(monday - i * day + (i * 5 % 24) * hour + k * 10 * minute);
    times.push_back(monday);
    const Cadence cadence = learned(times);
    CHECK(intensity(cadence, monday) > 5 * cadence.rate);
    CHECK(intensity(cadence, monday + 24 * hour) < 5 * cadence.rate);
}

TEST_CASE("what is learned does not depend on the order of the entries") {
    auto times = daily(9 * hour, 40);
    const Cadence forwards = learned(times);
    std::ranges::reverse(times);
    CHECK(learned(times) == forwards);
}

TEST_CASE("entries after now, before the epoch and ages ago do no harm") {
    const Cadence cadence = learned({monday + 400 * day, Timestamp(Duration(-86'400'000'000'000)),
                                     Timestamp::max(), Timestamp::min(), monday - 2 * day});
    CHECK(std::isfinite(cadence.rate));
    CHECK(cadence.rate < 0.2);
    CHECK(cadence.evidence < 1.1);
    CHECK(std::isfinite(intensity(cadence, Timestamp(Duration(-12'345)))));
}

TEST_CASE("of very many entries the newest count") {
    std::vector<Timestamp> times;
    for (int i = 0; i < 100'000; ++i) times.push_back(monday - i * minute);
    const Cadence cadence = learned(times);
    CHECK(cadence.evidence <= schedule::learned_entries);
    // 512 entries in 512 minutes; five days of doubt.
    CHECK(cadence.rate > 50);
}

TEST_CASE("a clock that was set back before the first poll does no harm") {
    const Cadence cadence =
        learn(daily(hour, 5), Watch{.since = monday + 100 * day, .window = 5}, monday);
    CHECK(std::isfinite(cadence.rate));
    CHECK(cadence.rate > 0.1);
}

TEST_CASE("a publisher's date is believed where it can be true") {
    const Timestamp before = monday, seen = monday + 2 * hour, published = monday + hour;
    CHECK(appearances(std::vector{Sighting{published, seen, before}}) == std::vector{published});
    // In the first document it may be of any age.
    CHECK(appearances(std::vector{Sighting{monday - 90 * day, seen, {}}}) ==
          std::vector{monday - 90 * day});
}

TEST_CASE(
    "an entry dated in the future, before the last poll or not at all came between the polls") {
    const Timestamp before = monday, seen = monday + 2 * hour;
    for (const auto& published :
         {std::optional(monday + 300 * day), std::optional(monday - 2 * day),
          std::optional(monday - minute), std::optional<Timestamp>()}) {
        CHECK(appearances(std::vector{Sighting{published, seen, before}}) ==
              std::vector{monday + hour});
    }
}

TEST_CASE("entries that all carry the same date are spread between the polls") {
    const Timestamp before = monday, seen = monday + 2 * hour, built = monday + hour + minute;
    const std::vector<Sighting> document(4, Sighting{built, seen, before});
    CHECK(appearances(document) == std::vector{monday + 15 * minute, monday + 45 * minute,
                                               monday + 75 * minute, monday + 105 * minute});
}

TEST_CASE("undated entries of the first document are of any age, and left out") {
    CHECK(appearances(std::vector{Sighting{{}, monday, {}}, Sighting{{}, monday, {}}}).empty());
    CHECK(appearances(std::vector(20, Sighting{monday - hour, monday, {}})).empty());
}

TEST_CASE("a clock set back between two polls puts an entry at the later one") {
    CHECK(appearances(std::vector{Sighting{{}, monday, monday + day}}) == std::vector{monday});
}

TEST_CASE("no more appearances are kept than are learned from") {
    std::vector<Sighting> sightings;
    for (int i = 0; i < 100'000; ++i)
        sightings.push_back({monday + i * minute, monday + i * minute, {}});
    const auto times = appearances(sightings);
    CHECK(times.size() == schedule::learned_entries);
    CHECK(times.back() == monday + 99'999 * minute);
}
