#include "schedule/policy.h"

#include <doctest/doctest.h>

#include <limits>

using namespace tributary;
using schedule::DocumentRules;
using schedule::Observation;
using schedule::Pace;
using schedule::Plan;
using schedule::Policy;
using Result = Observation::Result;

namespace {

constexpr Duration minute{60'000}, hour{3'600'000}, day{86'400'000};
// Wednesday, 2026-11-18 12:00 GMT.
constexpr Timestamp noon = Timestamp(std::chrono::days(20'775)) + 12 * hour;

Observation success(std::optional<Duration> freshness = {}) {
    return {.result = Result::not_modified, .freshness = freshness, .had_validators = true};
}

Observation answer(Result result, std::optional<Duration> retry_after = {}) {
    return {.result = result, .retry_after = retry_after, .had_validators = true};
}

Duration wait(const Policy& policy, const Observation& seen, const DocumentRules& rules = {},
              const Pace& pace = {}, double jitter = 0) {
    return plan(policy, seen, rules, pace, noon, jitter).next - noon;
}

/// The waits after the same answer, time and again, each poll made when it is due.
std::vector<Duration> waits(const Policy& policy, const Observation& seen, int count,
                            Pace pace = {}) {
    std::vector<Duration> waits;
    Timestamp now = noon;
    for (int i = 0; i < count; ++i) {
        const Plan next = plan(policy, seen, {}, pace, now, 0);
        waits.push_back(next.next - now);
        now = next.next;
        pace = next.pace;
    }
    return waits;
}

const Policy automatic;
const Policy every_two_hours{.interval = 2 * hour};

}  // namespace

TEST_CASE("R10: an hour where nothing says otherwise, less only where the publisher allows it") {
    CHECK(wait(automatic, success()) == hour);
    CHECK(wait(every_two_hours, success()) == 2 * hour);
    CHECK(wait(automatic, success(20 * minute)) == 20 * minute);
    CHECK(wait(automatic, success(minute)) == 15 * minute);
    CHECK(wait(automatic, success(), {.ttl_minutes = 30}) == 30 * minute);
    CHECK(wait({.interval = minute}, success()) == 15 * minute);
    CHECK(wait(every_two_hours, success(20 * minute)) == 2 * hour);
    CHECK(plan(automatic, success(), {}, {}, noon, 0).directive == "interval");
}

TEST_CASE("R10: what is learned sets the next poll, and every rule is a floor above it") {
    const auto learned = [](Duration wait) { return Policy{.learned = wait}; };
    CHECK(wait(learned(5 * hour), success()) == 5 * hour);
    CHECK(plan(learned(5 * hour), success(), {}, {}, noon, 0).directive == "learned");
    CHECK(wait(learned(20 * minute), success()) == 20 * minute);
    CHECK(wait(learned(minute), success()) == 15 * minute);
    CHECK(wait(learned(hour), success(3 * hour)) == 3 * hour);
    CHECK(wait(learned(hour), success(), {.ttl_minutes = 200}) == 200 * minute);
    CHECK(wait(learned(hour), answer(Result::fresh_feed, 4 * hour)) == 4 * hour);
    CHECK(wait(learned(5 * hour), answer(Result::failed)) == 2 * hour);
    Observation bare = success();
    bare.result = Result::fresh_feed;
    bare.had_validators = false;
    CHECK(wait(learned(hour), bare) == 4 * hour);
    CHECK(wait(learned(9 * hour), bare) == 9 * hour);
    const Pace raised{.raised = 1.5, .raised_at = noon};
    CHECK(wait(learned(hour), success(), {}, raised) == 90 * minute);
    CHECK(wait(learned(9 * hour), success(), {}, raised) == 9 * hour);
    Policy other = learned(9 * hour);
    other.interval = 2 * hour;
    CHECK(wait(other, success()) == 2 * hour);
    other = learned(9 * hour);
    other.hurry = true;
    CHECK(wait(other, success()) == 15 * minute);
}

TEST_CASE("polls are planned with gaps as long as the rules ask for at least") {
    const auto least = [](const Observation& seen, const DocumentRules& rules = {}) {
        return least_wait({.learned = minute}, seen, rules, {}, noon);
    };
    CHECK(least(success()) == hour);
    CHECK(least(success(20 * minute)) == 20 * minute);
    CHECK(least(success(5 * hour)) == 5 * hour);
    CHECK(least(success(), {.ttl_minutes = 200}) == 200 * minute);
}

TEST_CASE("R10: jitter spreads upward only, by at most a tenth") {
    for (const double jitter : {0.0, 0.3, 0.999, 1.0, 7.0, -1.0}) {
        CAPTURE(jitter);
        for (const Result result : {Result::fresh_feed, Result::same_feed, Result::not_modified,
                                    Result::rate_limited, Result::unavailable, Result::failed}) {
            const Duration plain = wait(every_two_hours, answer(result));
            const Duration spread = wait(every_two_hours, answer(result), {}, {}, jitter);
            CHECK(spread >= plain);
            CHECK(spread <= plain + plain / 10);
        }
    }
    CHECK(wait(every_two_hours, success(), {}, {}, 0.5) == 2 * hour + 6 * minute);
}

TEST_CASE("R10: intervals of a fraction of a second work alike") {
    const Policy fast{.interval = Duration(100),
                      .min_interval = Duration(100),
                      .default_interval = Duration(100),
                      .max_interval = Duration(2'000)};
    CHECK(wait(fast, success()) == Duration(100));
    CHECK(wait(fast, success(hour)) == Duration(2'000));
    CHECK(waits(fast, answer(Result::failed), 6) == std::vector{Duration(200), Duration(400),
                                                                Duration(800), Duration(1'600),
                                                                Duration(2'000), Duration(2'000)});
    CHECK(wait(fast, answer(Result::rate_limited, Duration(5'000))) == Duration(5'000));
}

TEST_CASE("R11: freshness is a not-before, from 200 and 304 alike") {
    for (const Result result : {Result::fresh_feed, Result::same_feed, Result::not_modified}) {
        Observation seen = success(5 * hour);
        seen.result = result;
        const Plan next = plan(automatic, seen, {}, {}, noon, 0);
        CHECK(next.next - noon == 5 * hour);
        CHECK(next.directive == "max-age");
    }
}

TEST_CASE("R12: Retry-After is obeyed whatever the status, past the longest interval, to a week") {
    for (const Result result : {Result::fresh_feed, Result::not_modified, Result::rate_limited,
                                Result::unavailable, Result::failed}) {
        const Plan next = plan(automatic, answer(result, 40 * hour), {}, {}, noon, 0);
        CHECK(next.next - noon == 40 * hour);
        CHECK(next.directive == "Retry-After");
    }
    CHECK(wait(automatic, answer(Result::rate_limited, 300 * day)) == 7 * day);
    CHECK(wait(automatic, answer(Result::rate_limited, Duration(0))) == hour);
    CHECK(wait(automatic, answer(Result::rate_limited, 10 * minute)) == hour);
    // Spread by a tenth of the interval at most, not of the wait.
    const Duration spread = wait({.interval = hour, .max_interval = 2 * hour},
                                 answer(Result::rate_limited, 40 * hour), {}, {}, 0.999);
    CHECK(spread >= 40 * hour);
    CHECK(spread <= 40 * hour + 12 * minute);
}

TEST_CASE("R13: 429 without Retry-After doubles the interval, up to the longest") {
    CHECK(waits(every_two_hours, answer(Result::rate_limited), 5) ==
          std::vector{4 * hour, 8 * hour, 16 * hour, 24 * hour, 24 * hour});
    CHECK(plan(automatic, answer(Result::rate_limited), {}, {}, noon, 0).directive == "rate limit");
}

TEST_CASE("R13: after 429 a learned wait is doubled, not shortened") {
    const Policy slow{.before = 7 * hour};
    CHECK(wait(slow, answer(Result::rate_limited)) == 14 * hour);
    CHECK(wait({.before = 20 * hour}, answer(Result::rate_limited)) == 24 * hour);
    CHECK(wait({.before = hour / 2}, answer(Result::rate_limited)) == 2 * hour);
}

TEST_CASE("R13: after 429 the interval stays raised by half, and comes down within a week") {
    Pace pace = plan(every_two_hours, answer(Result::rate_limited), {}, {}, noon, 0).pace;
    pace = plan(every_two_hours, answer(Result::rate_limited), {}, pace, noon, 0).pace;
    const Plan recovered = plan(every_two_hours, success(), {}, pace, noon, 0);
    CHECK(recovered.next - noon == 3 * hour);
    CHECK(recovered.directive == "slowed down");
    const auto after = [&](Duration time) {
        return plan(every_two_hours, success(), {}, recovered.pace, noon + time, 0);
    };
    CHECK(after(Duration(7 * day) / 2).next - noon - Duration(7 * day) / 2 == 150 * minute);
    CHECK(after(7 * day).next - noon - 7 * day == 2 * hour);
    CHECK(after(7 * day).pace == Pace{});
}

TEST_CASE("R14: failures back off twofold each time, to a day, and after two weeks to three") {
    const auto gaps = waits(automatic, answer(Result::failed), 40);
    CHECK(gaps[0] == 2 * hour);
    CHECK(gaps[1] == 4 * hour);
    CHECK(gaps[2] == 8 * hour);
    CHECK(gaps[3] == 16 * hour);
    CHECK(gaps[4] == day);
    CHECK(gaps[15] == day);
    CHECK(gaps.back() == 3 * day);
    CHECK(waits(automatic, answer(Result::unavailable), 3)[2] == 8 * hour);
}

TEST_CASE("R34: a page where no feed has ever been is asked once a day") {
    CHECK(waits(automatic, answer(Result::page), 3) ==
          std::vector{24 * hour, 24 * hour, 24 * hour});
    CHECK(plan(automatic, answer(Result::page), {}, {}, noon, 0).directive == "page");
    CHECK(wait(automatic, answer(Result::page, 40 * hour)) == 40 * hour);
}

TEST_CASE("R14: the first success ends the back-off") {
    Pace pace;
    for (int i = 0; i < 5; ++i)
        pace = plan(automatic, answer(Result::failed), {}, pace, noon, 0).pace;
    CHECK(pace.failures == 5);
    CHECK(pace.failing_since == noon);
    const Plan next = plan(automatic, success(), {}, pace, noon + day, 0);
    CHECK(next.pace == Pace{});
    CHECK(next.next - noon - day == hour);
}

TEST_CASE("R15: 410 is confirmed once, then asked for twice in months, then no more") {
    const auto gaps = waits(automatic, answer(Result::gone), 6);
    CHECK(gaps[0] == 12 * hour);
    CHECK(gaps[1] == 30 * day);
    CHECK(gaps[2] == 30 * day);
    CHECK(gaps[3] > 10'000 * day);
    CHECK(gaps[5] > 10'000 * day);
    // Another answer between two of them starts anew.
    Pace pace = plan(automatic, answer(Result::gone), {}, {}, noon, 0).pace;
    pace = plan(automatic, answer(Result::failed), {}, pace, noon, 0).pace;
    CHECK(plan(automatic, answer(Result::gone), {}, pace, noon, 0).next - noon == 12 * hour);
}

TEST_CASE("R15: the time to the confirmation is the operator's") {
    const Policy quick{.gone_confirm = 3 * hour};
    CHECK(wait(quick, answer(Result::gone)) == 3 * hour);
    CHECK(wait(quick, answer(Result::gone), {}, {.gone = 1}) == 30 * day);
}

TEST_CASE("R14: while our own network is down no back-off grows") {
    const Pace worn{.failures = 3, .failing_since = noon - day, .gone = 1};
    const Plan next = plan(automatic, answer(Result::offline), {}, worn, noon, 0);
    CHECK(next.next - noon == hour);
    CHECK(next.pace == worn);
    CHECK(next.directive == "no network");
}

TEST_CASE("a source that entries were missed of is polled as often as is allowed") {
    const Policy hurried{.hurry = true};
    CHECK(wait(hurried, success()) == 15 * minute);
    CHECK(wait(hurried, success(5 * hour)) == 5 * hour);
    CHECK(wait(hurried, success(), {.ttl_minutes = 180}) == 3 * hour);
    CHECK(wait({.interval = 2 * hour, .hurry = true}, success()) == 2 * hour);
    Observation unconditional = success();
    unconditional.result = Result::fresh_feed;
    unconditional.had_validators = false;
    CHECK(wait(hurried, unconditional) == 4 * hour);
    CHECK(wait(hurried, answer(Result::failed)) == 2 * hour);
    CHECK(wait(hurried, answer(Result::rate_limited)) == 2 * hour);
}

TEST_CASE("R16: ttl is a floor, the longer of it and freshness counts") {
    const DocumentRules rules{.ttl_minutes = 180};
    CHECK(wait(automatic, success(), rules) == 3 * hour);
    CHECK(plan(automatic, success(), rules, {}, noon, 0).directive == "ttl");
    CHECK(wait(automatic, success(5 * hour), rules) == 5 * hour);
    CHECK(wait(automatic, success(2 * hour), rules) == 3 * hour);
    CHECK(wait(automatic, success(), {.ttl_minutes = 0}) == hour);
    CHECK(wait(automatic, success(), {.ttl_minutes = -5}) == hour);
}

TEST_CASE("R16: no poll in skipped hours and on skipped days") {
    // The next poll would be at 13:00 on a Wednesday.
    const Plan hours = plan(automatic, success(), {.skip_hours = {13, 14}}, {}, noon, 0);
    CHECK(hours.next == noon + 3 * hour);
    CHECK(hours.directive == "skipHours");
    const Plan days = plan(automatic, success(), {.skip_days = {3, 4}}, {}, noon, 0);
    CHECK(days.next == noon + 36 * hour);
    CHECK(days.directive == "skipDays");
    // Hour 24 is hour 0.
    const DocumentRules midnight{.skip_hours = {24}};
    CHECK(plan({.interval = 12 * hour}, success(), midnight, {}, noon, 0).next == noon + 13 * hour);
    // Those who waited for the same hour do not all come on its stroke, but within it.
    const Plan spread = plan(automatic, success(), {.skip_hours = {13}}, {}, noon, 0.9);
    CHECK(spread.next > noon + 2 * hour);
    CHECK(spread.next < noon + 3 * hour);
    CHECK(plan(automatic, answer(Result::failed), {.skip_hours = {14}}, {}, noon, 0).next ==
          noon + 3 * hour);
}

TEST_CASE("R17: a source without validators is polled less, one of many bytes still less") {
    Observation seen = success();
    seen.result = Result::same_feed;
    seen.had_validators = false;
    CHECK(wait(automatic, seen) == 4 * hour);
    CHECK(plan(automatic, seen, {}, {}, noon, 0).directive == "no validators");
    seen.body_bytes = 512 << 10;
    CHECK(wait(automatic, seen) == 8 * hour);
    CHECK(wait({.interval = 5 * hour}, seen) == day);
    seen.freshness = 15 * minute;
    CHECK(wait(automatic, seen) == 15 * minute);
    seen.freshness = 20 * hour;
    CHECK(wait(automatic, seen) == 20 * hour);
    seen = answer(Result::failed);
    seen.had_validators = false;
    CHECK(wait(automatic, seen) == 2 * hour);
}

TEST_CASE("R18: absurd values never silence a source") {
    constexpr Duration longest = Duration::max();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    CHECK(wait(automatic, success(longest)) == day);
    CHECK(wait(automatic, success(longest), {}, {}, 0.999) == day);
    CHECK(wait(automatic, success(Duration::min())) == hour);
    CHECK(wait(automatic, answer(Result::rate_limited, longest)) == 7 * day);
    CHECK(wait(automatic, answer(Result::rate_limited, Duration::min())) == hour);
    CHECK(wait(automatic, success(), {.ttl_minutes = most}) == day);
    CHECK(wait(automatic, success(), {.ttl_minutes = 1441}) == day);
    Pace worn{.failures = std::numeric_limits<int>::max() - 1, .raised = 1e300, .raised_at = noon};
    CHECK(wait(automatic, answer(Result::failed), {}, worn) == day);
    CHECK(wait(automatic, answer(Result::rate_limited), {}, worn) == day);

    DocumentRules always;
    for (int hour_of_day = 0; hour_of_day < 24; ++hour_of_day)
        always.skip_hours.push_back(hour_of_day);
    for (int weekday = 0; weekday < 7; ++weekday) always.skip_days.push_back(weekday);
    CHECK(wait(automatic, success(), always) == hour);
    CHECK(wait(automatic, success(), {.skip_hours = {-1, 99}, .skip_days = {7, -3}}) == hour);
}
