// What is learned of when a source publishes, through engine, reader and store over virtual weeks.

#include "daemon/rhythm.h"

#include "schedule/cadence_plan.h"
#include "tests/daemon/village.h"

namespace tributary::daemon {

namespace {

using namespace testing;

// Monday, 2026-11-16 00:00 UTC.
constexpr Timestamp monday = Timestamp(std::chrono::days(20'773));
constexpr Duration week = 7 * day;

/// An entry at each of these times of the day, from `begin` on for so many days.
std::vector<Timestamp> daily(Timestamp begin, int days, const std::vector<Duration>& times) {
    std::vector<Timestamp> entries;
    for (int i = 0; i < days; ++i)
        for (const Duration time : times) entries.push_back(begin + i * day + time);
    return entries;
}

std::vector<Timestamp> weekdays_at_nine(int weeks) {
    std::vector<Timestamp> entries;
    for (int i = 0; i < weeks; ++i)
        for (const auto entry : daily(monday + i * week, 5, {9 * hour + 2 * minute}))
            entries.push_back(entry);
    return entries;
}

/// So many entries a day, evenly.
std::vector<Timestamp> steady(int days, int a_day) {
    std::vector<Timestamp> entries;
    for (int i = 0; i < days * a_day; ++i) entries.push_back(monday + i * day / a_day);
    return entries;
}

std::size_t polls_of_all(const Village& village, Timestamp from, Timestamp to) {
    std::size_t polls = 0;
    for (const auto& publisher : village.publishers) polls += publisher.polls_between(from, to);
    return polls;
}

/// Sources of different haste, all alive.
std::vector<Publisher> mixed(int count, int days) {
    std::vector<Publisher> publishers;
    for (int i = 0; i < count; ++i)
        publishers.push_back({.entries = steady(days, 1 + i % 8), .window = 30});
    return publishers;
}

}  // namespace

TEST_CASE("a source that publishes at nine each weekday is asked shortly after nine") {
    auto publishers = mixed(9, 42);
    publishers.push_back({.entries = weekdays_at_nine(6)});
    Village village(std::move(publishers), {}, monday);
    village.run_until(monday + 6 * week);
    const auto& punctual = village.publishers.back();
    int measured = 0;
    for (const auto& [entry, seen] : punctual.found) {
        if (entry < monday + 4 * week) continue;
        CHECK_MESSAGE(seen - entry < 35 * minute, write_rfc3339(entry));
        ++measured;
    }
    CHECK(measured == 10);
    CHECK(punctual.polls_between(monday + 4 * week, monday + 6 * week) < 14 * 8);
    CHECK(village.state(9).directive == "learned");
    const auto words = rhythm_in_words(village.store, village.state(9).id, village.now);
    CHECK_MESSAGE(words.starts_with("about 4 entries a week, mostly"), words);
}

TEST_CASE("a source that has fallen silent is asked seldom, but never not at all") {
    auto publishers = mixed(9, 60);
    publishers.push_back({.entries = daily(monday - 300 * day, 3, {noon - noon})});
    publishers.push_back({});  // has never shown an entry
    Village village(std::move(publishers), {}, monday);
    village.run_until(monday + 60 * day);
    for (const std::size_t i : {9u, 10u}) {
        CAPTURE(i);
        const auto& silent = village.publishers[i];
        CHECK(silent.longest_gap(monday) <= 24 * hour + 4 * minute);
        CHECK(silent.polls_between(monday + 30 * day, monday + 60 * day) < 30 * 5);
    }
}

TEST_CASE("half the budget is half the requests") {
    std::vector<std::size_t> requests;
    for (const int budget : {6, 3}) {
        Village village(mixed(16, 35), {.budget = budget}, monday);
        village.run_until(monday + 5 * week);
        requests.push_back(polls_of_all(village, monday + 4 * week, monday + 5 * week));
    }
    CHECK(static_cast<double>(requests[0]) == doctest::Approx(6 * 24 * 7).epsilon(.1));
    CHECK(static_cast<double>(requests[1]) == doctest::Approx(3 * 24 * 7).epsilon(.1));
}

TEST_CASE("without a budget sources are asked twelve times a day on average") {
    Village village(mixed(16, 35), {}, monday);
    village.run_until(monday + 5 * week);
    const auto polls = polls_of_all(village, monday + 4 * week, monday + 5 * week);
    CHECK(static_cast<double>(polls) / (16 * 7) == doctest::Approx(12).epsilon(.1));
}

TEST_CASE("a restart goes on with the same plan") {
    Village village(mixed(4, 21), {}, monday);
    village.run_until(monday + 20 * day + 3 * hour);
    const auto before = village.state(0);
    const auto itinerary = schedule::read_itinerary(village.store.itinerary(before.id));
    REQUIRE(itinerary);
    village.restart();
    CHECK(village.state(0) == before);
    village.run_until(before.next_poll + second);  // nothing new comes
    const auto after = village.state(0);
    REQUIRE(after.last_poll >= before.next_poll);
    CHECK(schedule::read_itinerary(village.store.itinerary(after.id)) == itinerary);
    const auto stop = schedule::next_stop(*itinerary, village.now);
    REQUIRE(stop);
    CHECK(after.next_poll >= *stop);
    CHECK(after.next_poll <= *stop + 2 * schedule::most_jitter);
}

TEST_CASE("what the publisher asks for wins over what is learned") {
    Publisher busy{.entries = steady(28, 48), .window = 200};
    const auto gap_of = [&](const Publisher& publisher, config::Poll poll = {}) {
        Village village({publisher}, std::move(poll), monday);
        village.run_until(monday + 3 * week);
        CHECK(village.publishers[0].polls.size() > 20);
        return village.publishers[0].shortest_gap();
    };
    SUBCASE("nobody is asked more often than min_interval, even who publishes all day") {
        CHECK(gap_of(busy, {.min_interval = 40 * minute, .budget = 100}) >= 40 * minute);
    }
    SUBCASE("who publishes less than once an hour is not asked more often than that") {
        Publisher usual{.entries = steady(28, 20), .window = 200};
        CHECK(gap_of(usual, {.budget = 100}) >= hour);
        usual.headers = {{"cache-control", "max-age=1200"}};
        CHECK(gap_of(usual, {.budget = 100}) < hour);
    }
    SUBCASE("max-age") {
        busy.headers = {{"cache-control", "max-age=36000"}};
        CHECK(gap_of(busy) >= 10 * hour);
    }
    SUBCASE("ttl") {
        busy.channel = "<ttl>300</ttl>";
        CHECK(gap_of(busy) >= 5 * hour);
    }
    SUBCASE("Retry-After") {
        busy.headers = {{"retry-after", "14400"}};
        CHECK(gap_of(busy) >= 4 * hour);
    }
    SUBCASE("skipHours") {
        busy.channel = "<skipHours><hour>9</hour><hour>10</hour></skipHours>";
        Village village({busy}, {}, monday);
        village.run_until(monday + 2 * week);
        for (const auto poll : village.publishers[0].polls) {
            const auto hours = (poll - std::chrono::floor<std::chrono::days>(poll)) / hour;
            CHECK_MESSAGE((hours != 9 && hours != 10), write_rfc3339(poll));
        }
    }
}

TEST_CASE("where the operator has set an interval nothing is learned") {
    Village village({{.entries = steady(14, 5)}}, {.interval = 3 * hour}, monday);
    village.run_until(monday + 2 * week);
    const auto state = village.state(0);
    CHECK(state.directive == "interval");
    CHECK(village.store.history(state.id).empty());
    CHECK(village.store.itinerary(state.id).empty());
    CHECK(village.publishers[0].shortest_gap() >= 3 * hour);
    CHECK(village.publishers[0].longest_gap(monday) <= 3 * hour + 18 * minute + second);
}

TEST_CASE("a short document is asked for before entries can leave it, whatever the budget") {
    Village village({{.entries = steady(42, 24), .window = 5}}, {.budget = 1}, monday);
    village.run_until(monday + 6 * week);
    const auto& publisher = village.publishers[0];
    std::size_t found = 0;
    for (const auto& [entry, seen] : publisher.found) found += entry >= monday + 2 * week;
    CHECK(found >= 4 * 7 * 24 - 1);
}

TEST_CASE("a clock that was set leads to a new plan, not to silence") {
    for (const Duration by : {-30 * day, 30 * day}) {
        Village village(mixed(2, 90), {}, monday + 30 * day);
        village.run_until(monday + 44 * day);
        village.engine->clock_was_set(by);
        village.now += by;
        for (auto& publisher : village.publishers) publisher.polls.clear();
        village.run_until(village.now + week);
        CHECK(village.publishers[0].polls.size() > 14);
        CHECK(village.publishers[0].longest_gap(monday - 365 * day) <= 25 * hour);
    }
}

}  // namespace tributary::daemon
