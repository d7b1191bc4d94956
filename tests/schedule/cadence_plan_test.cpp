#include "schedule/cadence_plan.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tributary;
using schedule::Cadence;
using schedule::Itinerary;
using schedule::learn;
using schedule::Limits;
using schedule::next_stop;
using schedule::Outlook;
using schedule::plan_polls;
using schedule::Watch;

namespace {

constexpr Duration minute{60'000}, hour{3'600'000}, day{86'400'000};
// Monday, 2026-11-16 00:00 UTC.
constexpr Timestamp monday = Timestamp(std::chrono::days(20'773));

std::vector<Timestamp> evenly(int a_day, int days) {
    std::vector<Timestamp> times;
    const double length = static_cast<double>((days * day).count());
    for (int i = 0; i < a_day * days; ++i) {
        const double part = std::fmod(i * 0.6180339887498949, 1);  // the golden ratio: no two meet
        times.push_back(monday - Duration(static_cast<Duration::rep>(part * length)));
    }
    return times;
}

std::vector<Timestamp> daily(Duration at, int days) {
    std::vector<Timestamp> times;
    for (int i = days; i > 0; --i) times.push_back(monday - i * day + at);
    return times;
}

Cadence learned(const std::vector<Timestamp>& times, int window = 50) {
    return learn(times, Watch{.since = monday - 60 * day, .window = window}, monday);
}

/// The gaps of an itinerary, in minutes.
std::vector<int> gaps(const Itinerary& itinerary) {
    std::vector<int> result;
    int before = 0;
    for (const int at : itinerary.minutes) {
        result.push_back(at - before);
        before = at;
    }
    return result;
}

double polls_a_day(const Itinerary& itinerary) {
    return static_cast<double>(itinerary.minutes.size()) * 1440 / itinerary.minutes.back();
}

}  // namespace

TEST_CASE("where nothing is known of the hour, gaps are those of the square root") {
    // sqrt(2 c / rate): 10 minutes at 20 entries a day, 10 minutes price.
    const Outlook outlook{.step = 5, .entries = std::vector<double>(576, 20.0 * 5 / 1440)};
    const auto polls = schedule::best_polls(outlook, 25, 1, 96, 1e9, 288);
    const double mean = 1440.0 / static_cast<double>(polls.size());
    CHECK(mean == doctest::Approx(std::sqrt(2 * 25 / (20.0 / 1440))).epsilon(0.1));
}

TEST_CASE("the best polls are the best of all ways to poll") {
    // Small enough to try them all: 12 steps, the last one a poll.
    Outlook outlook{.step = 10, .entries = {0, 3, 0, 0, 1, .5, 0, 0, 2, .2, 0, 4}};
    const double price = 25;
    const auto cost = [&](const std::vector<std::size_t>& polls) {
        double sum = 0;
        std::size_t from = 0;
        for (const std::size_t poll : polls) {
            sum += price;
            for (std::size_t i = from; i < poll; ++i)
                sum += outlook.entries[i] * outlook.step * (static_cast<double>(poll - i) - .5);
            from = poll;
        }
        return sum;
    };
    double least = 1e9;
    for (unsigned chosen = 0; chosen < 1u << 11; ++chosen) {
        std::vector<std::size_t> polls;
        for (std::size_t i = 0; i < 11; ++i)
            if (chosen >> i & 1) polls.push_back(i + 1);
        polls.push_back(12);
        least = std::min(least, cost(polls));
    }
    CHECK(cost(schedule::best_polls(outlook, price, 1, 12, 1e9, 12)) == doctest::Approx(least));
}

TEST_CASE("a lower price polls more, a busier source is polled more") {
    const Cadence slow = learned(evenly(1, 60)), busy = learned(evenly(8, 60));
    std::size_t before = 0;
    for (const double price : {400.0, 60.0, 10.0, 2.0}) {
        const std::size_t polls = plan_polls(slow, price, {}, monday).minutes.size();
        CHECK(polls > before);
        before = polls;
    }
    CHECK(polls_a_day(plan_polls(busy, 15, {}, monday)) >
          2 * polls_a_day(plan_polls(slow, 15, {}, monday)));
}

TEST_CASE("a source that publishes at nine is polled soon after nine") {
    const Cadence cadence = learned(daily(9 * hour + 2 * minute, 60));
    const auto itinerary = plan_polls(cadence, 30, {}, monday);
    int soon = 0, at_night = 0;
    for (const int at : itinerary.minutes) {
        if (at > 9 * 60 && at <= 11 * 60) ++soon;
        if (at > 14 * 60 && at <= 24 * 60) ++at_night;
    }
    CHECK(soon >= 1);
    CHECK(at_night <= 2);
}

TEST_CASE("gaps keep within the limits at any price") {
    const Limits limits{.shortest = 40 * minute, .longest = 10 * hour};
    for (const auto& times : {evenly(1, 10), evenly(20, 40), evenly(200, 4), daily(hour, 50)}) {
        for (const double price : {1e-9, 1.0, 30.0, 1e12}) {
            const auto itinerary =
                plan_polls(learned(times), price, limits, monday + 123'456 * Duration(1));
            REQUIRE_FALSE(itinerary.minutes.empty());
            CHECK(itinerary.minutes.size() <= schedule::most_stops);
            for (const int gap : gaps(itinerary)) {
                CHECK(gap >= 40);
                CHECK(gap <= 600);
            }
        }
    }
}

TEST_CASE("limits that contradict each other do no harm") {
    const auto itinerary =
        plan_polls(learned(evenly(3, 20)), 15, {.shortest = 7 * day, .longest = hour}, monday);
    REQUIRE_FALSE(itinerary.minutes.empty());
    const auto none = plan_polls(learned(evenly(3, 20)), 15, {Duration(0), Duration(0)}, monday);
    CHECK_FALSE(none.minutes.empty());
}

TEST_CASE("a small window is polled before it may overflow, however dear a poll is") {
    const auto wide = plan_polls(learned(evenly(10, 40), 0), 1e6, {}, monday);
    const auto small = plan_polls(learned(evenly(10, 40), 10), 1e6, {}, monday);
    CHECK(gaps(wide).front() > 12 * 60);
    // E + 3 sqrt(E) = 8 at E = 3.7: nine hours at ten a day.
    for (const int gap : gaps(small)) CHECK(gap <= 10 * 60);
}

TEST_CASE("a source that has shown nothing is looked at in two hours, then ever less often") {
    const auto first_gaps = [](Timestamp now, double price, const Limits& limits = {}) {
        return gaps(
            plan_polls(learn({}, Watch{.since = monday, .window = 0}, now), price, limits, now));
    };
    const auto first = first_gaps(monday, 1000);
    CHECK(first.front() == 120);
    CHECK(first.at(1) == 180);
    CHECK(first.at(2) == 270);
    CHECK(first_gaps(monday + 90 * day, 1000) == std::vector{1440});
    // At a low price it is not left for a whole day.
    CHECK(first_gaps(monday + 90 * day, 5).front() < 12 * 60);
    CHECK(first_gaps(monday + 90 * day, 1e-12).front() == 15);
    CHECK(first_gaps(monday + 90 * day, 1e-12, {Duration(0), Duration(0)}).size() <=
          schedule::most_stops);
    CHECK(first_gaps(monday, 15, {Duration(0), 400 * day}).back() <= 30 * 1440);
    CHECK(first_gaps(monday, 15, {400 * day, 400 * day}) == std::vector{30 * 1440});
}

TEST_CASE("an itinerary is followed stop by stop, then used up") {
    const Itinerary itinerary{.start = monday, .price = 15, .minutes = {30, 90, 200}};
    CHECK(next_stop(itinerary, monday) == monday + 30 * minute);
    CHECK(next_stop(itinerary, monday + 30 * minute) == monday + 90 * minute);
    CHECK(next_stop(itinerary, monday + 199 * minute) == monday + 200 * minute);
    CHECK_FALSE(next_stop(itinerary, monday + 200 * minute));
}

TEST_CASE("a clock that was set back makes an itinerary void") {
    const Itinerary itinerary{.start = monday + 365 * day, .price = 15, .minutes = {30}};
    CHECK_FALSE(next_stop(itinerary, monday));
}

TEST_CASE("an itinerary is outdated when its price is far from the present one") {
    const Itinerary itinerary{.start = monday, .price = 15, .minutes = {30}};
    CHECK_FALSE(is_outdated(itinerary, 16));
    CHECK(is_outdated(itinerary, 30));
    CHECK(is_outdated(itinerary, 7));
}

TEST_CASE("an itinerary is written and read again") {
    const Itinerary planned = plan_polls(learned(evenly(8, 60)), 12.5, {}, monday + Duration(789));
    CHECK(schedule::read_itinerary(schedule::write_itinerary(planned)) == planned);
    const Itinerary empty{.start = monday, .price = 1};
    CHECK(schedule::read_itinerary(schedule::write_itinerary(empty)) == empty);
}

TEST_CASE("what is no itinerary is not read") {
    for (const char* text : {"", "1", "a b c", "1 2 x", "1 2 30 20", "1 2 30 30", "1 2 0",
                             "1 2 65536", "1 2 -5", "-1 2 3"})
        CHECK_FALSE(schedule::read_itinerary(text));
    std::string endless = "1 2";
    for (int i = 1; i < 1000; ++i) endless += " " + std::to_string(i);
    CHECK_FALSE(schedule::read_itinerary(endless));
}

TEST_CASE("the jitter of a stop is small, however long the wait") {
    const auto spread = [](Duration wait) {
        return schedule::stop_jitter(wait, 0.999) * static_cast<double>(wait.count()) / 10;
    };
    CHECK(spread(20 * minute) == doctest::Approx(2.0 * 60'000).epsilon(0.01));
    CHECK(spread(20 * hour) == doctest::Approx(3.0 * 60'000).epsilon(0.01));
    CHECK(schedule::stop_jitter(Duration(0), 0.5) <= 1);
}
