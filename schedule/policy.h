#pragma once
// When a publisher may be asked again, and why. Pure: facts and `now` in, the next time out. The
// rules have the numbers (R10-R18) under which tests/schedule/policy_test.cpp holds them.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace tributary::schedule {

struct Policy {
    std::optional<Duration> interval;       // as configured; nothing: automatic
    Duration min_interval{900'000};         // 15 min
    Duration default_interval{3'600'000};   // 60 min where nothing says otherwise
    Duration max_interval{86'400'000};      // CAP, 24 h
    Duration retry_after_cap{604'800'000};  // 7 d
    Duration gone_confirm{43'200'000};      // 12 h, between a 410 and the one that confirms it
    bool hurry = false;                     // entries were missed: as often as is allowed
    std::optional<Duration> learned{};      // how long until a poll pays (cadence_plan)
    Duration before{0};                     // what was waited for this poll, if that was learned
    bool pushed = false;                    // a hub sends what is new: polls only make sure (R37)
};

/// What the last exchange said.
struct Observation {
    enum class Result {
        fresh_feed,
        same_feed,
        not_modified,
        rate_limited,
        unavailable,
        gone,
        failed,
        page,     // HTML, where no feed has ever been
        offline,  // our own network is down (schedule/outage.h)
        not_sent  // there was an obstacle of our own: nobody was asked
    };
    Result result = Result::failed;
    std::optional<Duration> freshness;  // Cache-Control, Expires
    std::optional<Duration> retry_after;
    bool had_validators = false;
    std::int64_t body_bytes = 0;
};

/// What the document asks for (R16).
struct DocumentRules {
    std::optional<std::int64_t> ttl_minutes;
    std::vector<int> skip_hours;  // 0-23 GMT
    std::vector<int> skip_days;   // 0 = Sunday
    bool operator==(const DocumentRules&) const = default;
};

/// What is remembered of a source between polls.
struct Pace {
    int failures = 0;  // in a row
    std::optional<Timestamp> failing_since;
    int gone = 0;       // 410 answers in a row (R15)
    double raised = 1;  // factor on the interval after 429 (R13)
    std::optional<Timestamp> raised_at;
    bool operator==(const Pace&) const = default;
};

struct Plan {
    Timestamp next;
    std::string_view directive;  // what set it: "interval", "learned", "max-age", "Retry-After",
                                 // "ttl", "skipHours", "back-off", ...
    Pace pace;
};

/// The next poll after `seen`. `jitter` in [0, 1) spreads upward only: at most a tenth of the
/// interval.
Plan plan(const Policy& policy, const Observation& seen, const DocumentRules& rules,
          const Pace& pace, Timestamp now, double jitter);

/// The wait after a good answer by all rules that know no time of day (R10, R11, R13, ttl, R17):
/// what is learned is planned with gaps no shorter than that.
Duration least_wait(const Policy& policy, const Observation& seen, const DocumentRules& rules,
                    Pace pace, Timestamp now);

/// The first moment at which the source may be asked again, whatever our own wishes are: the next
/// poll of plan(), were the source in a hurry.
Timestamp earliest(Policy policy, const Observation& seen, const DocumentRules& rules,
                   const Pace& pace, Timestamp now);

/// The first moment from `time` on at which a poll is allowed by the hours and days that `rules`
/// skip (R16); spread over the first open hour by `jitter`.
Timestamp open_time(const DocumentRules& rules, Timestamp time, double jitter);

}  // namespace tributary::schedule
