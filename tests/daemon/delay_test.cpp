// How late entries are found through the real engine, reader and store, against polling by the
// clock with as many requests. The same feeds as in bench/schedule, which compares more ways.

#include "bench/schedule/feeds.h"
#include "tests/daemon/village.h"

namespace tributary::daemon {

namespace {

using namespace testing;

// Monday, 2026-11-16 00:00 UTC.
constexpr Timestamp start = Timestamp(std::chrono::days(20'773));
constexpr Timestamp measured_from = start + 14 * day, measured_to = start + 28 * day;
constexpr Timestamp end = measured_to + day;
constexpr std::size_t feeds = 32;

std::vector<Publisher> publishers(const std::string& cache_control) {
    constexpr double minutes_a_day = 1440;
    std::vector<Publisher> publishers;
    for (const auto& feed : bench::make_feeds(feeds, 5, -60 * minutes_a_day, 29 * minutes_a_day)) {
        Publisher publisher{.window = static_cast<std::size_t>(feed.window)};
        if (!cache_control.empty()) publisher.headers = {{"cache-control", cache_control}};
        for (const double minute : feed.entries) {
            const auto at = static_cast<Duration::rep>(minute * 60'000);
            publisher.entries.push_back(start + Duration(at));
        }
        publishers.push_back(std::move(publisher));
    }
    return publishers;
}

struct Outcome {
    double requests = 0, mean_delay = 0;  // while it was measured; minutes
    std::size_t found = 0;                // of the entries that were published meanwhile
};

Outcome run(const config::Poll& poll, const std::string& cache_control) {
    Village village(publishers(cache_control), poll, start);
    village.run_until(end);
    Outcome outcome;
    double sum = 0;
    for (const auto& publisher : village.publishers) {
        outcome.requests +=
            static_cast<double>(publisher.polls_between(measured_from, measured_to));
        for (const auto& [entry, seen] : publisher.found) {
            if (entry < measured_from || entry >= measured_to) continue;
            sum += static_cast<double>((seen - entry).count()) / 60'000;
            ++outcome.found;
        }
    }
    outcome.mean_delay = sum / static_cast<double>(outcome.found);
    return outcome;
}

/// By the clock, with at least as many requests.
Outcome run_fixed(double requests, const std::string& cache_control) {
    constexpr double mean_spread = 1.055;  // an interval is spread by up to a tenth
    const double wait =
        static_cast<double>((measured_to - measured_from).count()) * feeds / requests / mean_spread;
    return run({.interval = Duration(static_cast<Duration::rep>(wait))}, cache_control);
}

}  // namespace

TEST_CASE("entries are found in 0.55 of the time that as many requests by the clock take") {
    struct Case {
        int budget;  // requests an hour: 32 of them are one for each source
        const char* cache_control;
        double most;  // of the delay by the clock
    };
    const Case cases[] = {
        {.budget = 4, .cache_control = "", .most = .55},
        {.budget = 8, .cache_control = "", .most = .55},
        {.budget = 16, .cache_control = "max-age=900", .most = .55},
        // Where nobody allows polls within the hour, twelve a day leave less to choose (R10).
        {.budget = 16, .cache_control = "", .most = .60},
    };
    for (const Case& one : cases) {
        CAPTURE(one.budget);
        CAPTURE(one.cache_control);
        const Outcome learned = run({.budget = one.budget}, one.cache_control);
        const Outcome fixed = run_fixed(learned.requests, one.cache_control);
        CAPTURE(learned.mean_delay);
        CAPTURE(fixed.mean_delay);
        CHECK(learned.requests == doctest::Approx(one.budget * 14 * 24).epsilon(.03));
        CHECK(fixed.requests >= learned.requests);
        CHECK(learned.mean_delay <= one.most * fixed.mean_delay);
        CHECK(learned.found >= fixed.found);
    }
}

}  // namespace tributary::daemon
