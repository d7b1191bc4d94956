#include "schedule/policy.h"

#include <algorithm>
#include <cmath>

namespace tributary::schedule {
namespace {

using std::chrono::days;
using std::chrono::hours;
using Result = Observation::Result;

constexpr Duration raise_decay = days(7);
constexpr double raise_after_recovery = 1.5;
constexpr double pushed_factor = 4;  // on the interval, while a hub is trusted
constexpr Duration long_failure = days(14);
constexpr int long_failure_factor = 3;  // on the longest interval: 3 d with the default of 24 h
constexpr Duration retired_interval = days(30);
constexpr int last_gone = 4;  // three requests after the first 410, then none
constexpr Duration never = days(36'525);
constexpr Duration opening_spread = std::chrono::minutes(30);  // after skipped hours
constexpr std::int64_t large_body = 512 << 10;

/// How long to wait, and which directive says so.
struct Gap {
    Duration length{0};
    std::string_view directive;

    void at_least(Duration floor, std::string_view reason) {
        if (floor > length) *this = {floor, reason};
    }
};

Duration scaled(Duration duration, double factor, Duration limit) {
    const double length = static_cast<double>(duration.count()) * factor;
    if (length >= static_cast<double>(limit.count())) return limit;
    return Duration(static_cast<Duration::rep>(length));
}

bool is_success(Result result) {
    return result == Result::fresh_feed || result == Result::same_feed ||
           result == Result::not_modified;
}

Duration ttl_of(const DocumentRules& rules, const Policy& policy) {
    const std::int64_t minutes = rules.ttl_minutes.value_or(0);
    if (minutes <= 0) return Duration(0);
    const std::int64_t limit =
        std::chrono::floor<std::chrono::minutes>(policy.max_interval).count() + 1;
    return std::min<Duration>(std::chrono::minutes(std::min(minutes, limit)), policy.max_interval);
}

/// R10: the interval that is configured, else an hour, or less where the publisher allows it.
Duration interval_of(const Policy& policy, const Observation& seen, const DocumentRules& rules) {
    Duration interval = policy.default_interval;
    if (policy.interval) {
        interval = *policy.interval;
    } else if (policy.hurry) {
        interval = policy.min_interval;
    } else {
        if (seen.freshness && *seen.freshness > Duration(0))
            interval = std::min(interval, *seen.freshness);
        if (const Duration ttl = ttl_of(rules, policy); ttl > Duration(0))
            interval = std::min(interval, ttl);
    }
    return std::max(interval, policy.min_interval);
}

Policy without_hurry(Policy policy) {
    policy.hurry = false;
    return policy;
}

/// R13: what is left of a raised interval; it decays over a week.
double raise_left(const Pace& pace, Timestamp now) {
    if (pace.raised <= 1 || !pace.raised_at) return 1;
    const double elapsed = static_cast<double>((now - *pace.raised_at).count()) /
                           static_cast<double>(raise_decay.count());
    return 1 + (pace.raised - 1) * std::clamp(1 - elapsed, 0.0, 1.0);
}

/// R17: a source that cannot be asked "anything new?" is asked less often, the more so if it is
/// large.
double factor_without_validators(const Observation& seen) {
    if (seen.had_validators || seen.result == Result::not_modified) return 1;
    return seen.body_bytes >= large_body ? 8 : 4;
}

Gap after_success(const Policy& policy, const Observation& seen, const DocumentRules& rules,
                  Pace& pace, Timestamp now) {
    // Twice and more is the doubling of R13 itself: it ends here, half of it stays for a week.
    if (pace.raised >= 2) {
        pace.raised = raise_after_recovery;
        pace.raised_at = now;
    }
    const double raise = raise_left(pace, now);
    if (raise <= 1) {
        pace.raised = 1;
        pace.raised_at.reset();
    }
    pace.failures = 0;
    pace.gone = 0;
    pace.failing_since.reset();

    // Missed entries are no reason to ask for whole documents more often.
    const double factor = factor_without_validators(seen);
    const bool hurry = policy.hurry && factor <= 1;
    const Duration interval = interval_of(hurry ? policy : without_hurry(policy), seen, rules);
    const bool is_learned = policy.learned && !policy.interval && !hurry;
    Gap gap{interval, "interval"};
    if (is_learned) gap = {policy.min_interval, "learned"};
    const Duration raised = scaled(interval, raise, std::max(interval, policy.max_interval));
    if (raise > 1) gap.at_least(raised, "slowed down");
    const Duration unconditional = scaled(raised, factor, policy.max_interval);
    const bool allowed_earlier =
        seen.freshness && *seen.freshness > Duration(0) && *seen.freshness < unconditional;
    if (factor > 1 && !allowed_earlier) gap.at_least(unconditional, "no validators");
    // R11, R18: a year of freshness is a day.
    if (seen.freshness) gap.at_least(std::min(*seen.freshness, policy.max_interval), "max-age");
    gap.at_least(ttl_of(rules, policy), "ttl");
    if (is_learned) gap.at_least(*policy.learned, "learned");
    if (policy.pushed && !policy.hurry)
        gap.at_least(scaled(interval, pushed_factor, policy.max_interval), "pushed");
    return gap;
}

/// R13: twice the interval, then twice that, up to the longest; never less than was waited before.
Gap after_rate_limit(const Policy& policy, Duration interval, const Observation& seen, Pace& pace,
                     Timestamp now) {
    if (seen.retry_after) return {interval, "interval"};
    const double most =
        std::max(2.0, static_cast<double>(policy.max_interval.count()) /
                          static_cast<double>(std::max(interval, Duration(1)).count()));
    pace.raised = pace.raised >= 2 ? std::min(pace.raised * 2, most) : 2;
    pace.raised_at = now;
    Gap gap{scaled(interval, pace.raised, std::max(interval, policy.max_interval)), "rate limit"};
    gap.at_least(std::min(2 * policy.before, policy.max_interval), gap.directive);
    return gap;
}

/// R14: 2I, 4I, 8I ... up to the longest interval; longer only after two weeks. It never ends.
Gap after_failure(const Policy& policy, Duration interval, Pace& pace, Timestamp now) {
    if (!pace.failing_since) pace.failing_since = now;
    pace.failures = std::min(pace.failures + 1, 1'000'000);
    const bool is_long = now - *pace.failing_since > long_failure;
    const Duration limit = is_long ? policy.max_interval * long_failure_factor
                                   : std::max(policy.max_interval, interval);
    return {scaled(interval, std::exp2(std::min(pace.failures, 60)), limit), "back-off"};
}

/// R15: asked once more to be sure, then hardly ever, then no more.
Gap after_gone(const Policy& policy, Pace& pace, Timestamp now) {
    if (!pace.failing_since) pace.failing_since = now;
    pace.gone = std::min(pace.gone + 1, last_gone);
    if (pace.gone == 1) return {policy.gone_confirm, "gone, to be confirmed"};
    return {pace.gone < last_gone ? retired_interval : never, "gone"};
}

Gap gap_after(const Policy& policy, const Observation& seen, const DocumentRules& rules, Pace& pace,
              Timestamp now) {
    if (is_success(seen.result)) return after_success(policy, seen, rules, pace, now);
    const Duration interval = interval_of(without_hurry(policy), {}, {});
    // R14: nobody is charged for what is not his fault.
    if (seen.result == Result::offline) return {interval, "no network"};
    if (seen.result == Result::not_sent) return {interval, "obstacle"};
    if (seen.result != Result::gone) pace.gone = 0;
    if (seen.result == Result::rate_limited)
        return after_rate_limit(policy, interval, seen, pace, now);
    if (seen.result == Result::gone) return after_gone(policy, pace, now);
    Gap gap = after_failure(policy, interval, pace, now);
    if (seen.result == Result::page) gap.at_least(policy.max_interval, "page");  // R34
    return gap;
}

std::uint32_t bits_of(const std::vector<int>& numbers, int count) {
    std::uint32_t bits = 0;
    for (const int number : numbers)
        if (number >= 0 && number < count) bits |= 1u << number;
    return bits;
}

/// R16: the hours (GMT) and days on which a publisher wants no polls. All of them are none (R18).
class Closed {
  public:
    explicit Closed(const DocumentRules& rules)
        : hours_(bits_of(rules.skip_hours, 24)), days_(bits_of(rules.skip_days, 7)) {
        // Some count the hours from 1 to 24.
        if (std::ranges::find(rules.skip_hours, 24) != rules.skip_hours.end()) hours_ |= 1u;
        if (hours_ == (1u << 24) - 1) hours_ = 0;
        if (days_ == (1u << 7) - 1) days_ = 0;
    }

    /// Why `time` is closed; empty if it is open.
    std::string_view reason(Timestamp time) const {
        const auto day = std::chrono::floor<days>(time);
        const unsigned weekday = std::chrono::weekday(day).c_encoding();
        const auto hour = static_cast<unsigned>(std::chrono::floor<hours>(time - day).count());
        if (days_ >> weekday & 1) return "skipDays";
        return hours_ >> hour & 1 ? "skipHours" : "";
    }

  private:
    std::uint32_t hours_, days_;
};

}  // namespace

Plan plan(const Policy& policy, const Observation& seen, const DocumentRules& rules,
          const Pace& pace, Timestamp now, double jitter) {
    Plan plan{.next = now, .directive = "", .pace = pace};
    Gap gap = gap_after(policy, seen, rules, plan.pace, now);
    const Duration ceiling = std::max(gap.length, policy.max_interval);
    const Duration unspread = std::min(gap.length, policy.max_interval);
    // R12: whatever the status, and longer than any other rule may ask.
    if (seen.retry_after)
        gap.at_least(std::min(*seen.retry_after, policy.retry_after_cap), "Retry-After");

    // Only upward (R10): an hour is never 59 minutes; and not past the longest interval (R18).
    const Duration spread = scaled(unspread / 10, std::clamp(jitter, 0.0, 1.0), unspread / 10);
    plan.next = now + std::max(gap.length, std::min(gap.length + spread, ceiling));
    if (gap.directive == "Retry-After") plan.next = now + gap.length + spread;
    plan.directive = gap.directive;

    const Closed closed(rules);
    if (const std::string_view reason = closed.reason(plan.next); !reason.empty()) {
        plan.next = open_time(rules, plan.next, jitter);
        plan.directive = reason;
    }
    return plan;
}

Duration least_wait(const Policy& policy, const Observation& seen, const DocumentRules& rules,
                    Pace pace, Timestamp now) {
    Policy plain = without_hurry(policy);
    plain.learned.reset();
    return after_success(plain, seen, rules, pace, now).length;
}

Timestamp earliest(Policy policy, const Observation& seen, const DocumentRules& rules,
                   const Pace& pace, Timestamp now) {
    policy.interval.reset();
    policy.learned.reset();
    policy.hurry = true;
    return plan(policy, seen, rules, pace, now, 0).next;
}

Timestamp open_time(const DocumentRules& rules, Timestamp time, double jitter) {
    if (rules.skip_hours.empty() && rules.skip_days.empty()) return time;
    const Closed closed(rules);
    for (int step = 0; step <= 8 * 24 && !closed.reason(time).empty(); ++step) {
        // Within the first open hour, so that not everybody comes on its stroke.
        time = std::chrono::floor<hours>(time) + hours(1) +
               scaled(opening_spread, std::clamp(jitter, 0.0, 1.0), opening_spread);
    }
    return time;
}

}  // namespace tributary::schedule
