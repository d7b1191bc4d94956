#pragma once
// The life of one subscription to pushes (W3C WebSub, 2018-01; R37): it is asked for at a hub,
// which verifies that we meant it and lends it to us for a time; it is renewed before that ends,
// and given back when it is no longer wanted. A hub proves itself by pushes that come before a poll
// has found the same, and loses that trust when a poll finds what it has not sent. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tributary::websub {

/// How long things take.
struct Terms {
    Duration lease{std::chrono::days(10)};  // asked for; a longer one counts as this
    Duration distance{900'000};             // the least between two requests to the hub
    Duration patience{600'000};             // until the hub must have verified
    Duration retry{3'600'000};              // after the first failure; doubles
    Duration longest_retry{86'400'000};     // up to this
    Duration denied{std::chrono::days(7)};  // asked again after the hub said no
    Duration doubt{600'000};                // by then a hub has sent what a poll has found
};

struct Subscription {
    std::string hub, topic;  // absolute URLs
    std::string callback;    // ours; nobody can guess its last segment
    std::string secret;
    bool wanted = true;     // false: to be given back
    bool is_asked = false;  // the hub was asked: it must verify until `next`
    Timestamp next{};       // when the hub is to be asked
    std::optional<Timestamp> active_since, lease_until;
    int failures = 0;                        // in a row
    std::string trouble;                     // the last one, in words; empty: none
    bool proven = false;                     // a push has come before a poll found the same
    std::optional<Timestamp> doubted_until;  // by then it must have sent what a poll has found
    std::int64_t pushed = 0;                 // entries that have come by push since the last poll
    bool operator==(const Subscription&) const = default;
};

/// The last segment of the callback: what it is known by.
std::string_view key_of(const Subscription& subscription);

bool is_active(const Subscription& subscription, Timestamp now);
/// Whether the source may be polled less often.
bool is_trusted(const Subscription& subscription, Timestamp now);
/// Whether nothing is left to be done for it.
bool is_over(const Subscription& subscription);

/// When due() has something to say next.
Timestamp next_event(const Subscription& subscription);

struct Due {
    bool ask = false;   // the hub
    bool poll = false;  // the source, as soon as that is allowed: pushes can no longer be relied on
};
/// What is due at `now`: time has run out for what was awaited.
Due due(Subscription& subscription, const Terms& terms, Timestamp now);

/// The hub is being asked.
void asked(Subscription& subscription, const Terms& terms, Timestamp now);
/// The hub has taken the request; it will verify, or has done so already.
void accepted(Subscription& subscription);
/// The hub has refused, or was not there; `why` in words. It may be asked again after `pause`.
/// Nothing, if it has verified all the same.
void refused(Subscription& subscription, std::string why, std::optional<Duration> pause,
             const Terms& terms, Timestamp now);

/// What a hub says at our callback (WebSub 5.3, 5.2).
struct Intent {
    enum class Mode { subscribe, unsubscribe, denied };
    Mode mode = Mode::subscribe;
    std::string topic, challenge, reason;
    std::int64_t lease_seconds = -1;  // -1: not said
};

/// A hub asks whether we meant it, or says no. True if that is so: then the challenge is to be
/// echoed. `jitter` in [0, 1) spreads the renewal.
bool verify(Subscription& subscription, const Intent& intent, const Terms& terms, Timestamp now,
            double jitter);

/// A good push came, and brought so many entries that were not known.
void pushed(Subscription& subscription, int added);
/// A poll has found so many entries that were not known. `last_good`: the good poll before it.
void polled(Subscription& subscription, int added, std::optional<Timestamp> last_good,
            const Terms& terms, Timestamp now);

/// "by https://hub.example/, lease until 2026-11-20T09:00:00Z; ...": one line for people, without
/// secrets.
std::string in_words(const Subscription& subscription, Timestamp now);

}  // namespace tributary::websub
