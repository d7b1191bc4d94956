#include "websub/subscription.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/url.h"

namespace tributary::websub {
namespace {

constexpr int last_farewell = 3;  // so often a hub is asked to end what is no longer wanted

void end_lease(Subscription& subscription) {
    subscription.lease_until.reset();
    subscription.active_since.reset();
    subscription.doubted_until.reset();
}

Duration back_off(const Terms& terms, int failures) {
    const double length = static_cast<double>(terms.retry.count()) * std::exp2(failures - 1);
    return length < static_cast<double>(terms.longest_retry.count())
               ? Duration(static_cast<Duration::rep>(length))
               : terms.longest_retry;
}

Duration lease_of(std::int64_t seconds, const Terms& terms) {
    const auto longest = std::chrono::floor<std::chrono::seconds>(terms.lease);
    if (seconds < 0 || seconds >= longest.count()) return terms.lease;
    return std::chrono::seconds(seconds);
}

/// R37: at two thirds of the lease at the latest; a third is left for retries.
void begin_lease(Subscription& subscription, Duration lease, const Terms& terms, Timestamp now,
                 double jitter) {
    constexpr double latest = 2.0 / 3, earliest = 0.6;
    const double share = earliest + (latest - earliest) * std::clamp(jitter, 0.0, 1.0);
    const Duration renewal(static_cast<Duration::rep>(share * static_cast<double>(lease.count())));
    if (!is_active(subscription, now)) subscription.active_since = now;
    subscription.lease_until = now + lease;
    // A lease may be shorter than that: then the source is polled in between, as others are.
    subscription.next = now + std::max(renewal, terms.distance);
    subscription.failures = 0;
    subscription.trouble.clear();
}

void deny(Subscription& subscription, const Intent& intent, const Terms& terms, Timestamp now) {
    subscription.is_asked = false;
    end_lease(subscription);
    subscription.next = now + terms.denied;
    subscription.trouble = "the hub said no";
    if (!intent.reason.empty())
        subscription.trouble += ": " + printable(truncate_utf8(intent.reason, 200));
}

}  // namespace

std::string_view key_of(const Subscription& subscription) {
    const std::string_view callback = subscription.callback;
    return callback.substr(callback.rfind('/') + 1);
}

bool is_active(const Subscription& subscription, Timestamp now) {
    return subscription.wanted && subscription.lease_until && *subscription.lease_until > now;
}

bool is_trusted(const Subscription& subscription, Timestamp now) {
    return subscription.proven && is_active(subscription, now);
}

bool is_over(const Subscription& subscription) {
    return !subscription.wanted &&
           (!subscription.lease_until || subscription.failures >= last_farewell);
}

Timestamp next_event(const Subscription& subscription) {
    const auto never = Timestamp::max();
    return std::min({subscription.next, subscription.lease_until.value_or(never),
                     subscription.doubted_until.value_or(never)});
}

Due due(Subscription& subscription, const Terms& terms, Timestamp now) {
    Due due;
    if (subscription.doubted_until && *subscription.doubted_until <= now) {
        subscription.doubted_until.reset();
        subscription.proven = false;
        due.poll = true;
        // Perhaps the hub has forgotten us.
        if (!subscription.is_asked) subscription.next = std::min(subscription.next, now);
    }
    if (subscription.lease_until && *subscription.lease_until <= now) {
        end_lease(subscription);
        due.poll = subscription.wanted;
    }
    if (subscription.next > now) return due;
    if (subscription.is_asked) {
        refused(subscription, "the hub did not verify", {}, terms, now);
    } else {
        due.ask = true;
    }
    return due;
}

void asked(Subscription& subscription, const Terms& terms, Timestamp now) {
    subscription.is_asked = true;
    subscription.next = now + std::max(terms.patience, terms.distance);
}

void accepted(Subscription& subscription) {
    if (subscription.is_asked) subscription.trouble = "the hub has not verified yet";
}

void refused(Subscription& subscription, std::string why, std::optional<Duration> pause,
             const Terms& terms, Timestamp now) {
    if (!subscription.is_asked) return;
    subscription.is_asked = false;
    subscription.failures = std::min(subscription.failures + 1, 1'000);
    subscription.next = now + std::max({back_off(terms, subscription.failures),
                                        pause.value_or(Duration{0}), terms.distance});
    subscription.trouble = std::move(why);
}

bool verify(Subscription& subscription, const Intent& intent, const Terms& terms, Timestamp now,
            double jitter) {
    if (intent.topic != subscription.topic) return false;
    if (intent.mode == Intent::Mode::denied) {
        if (!subscription.wanted) return false;
        deny(subscription, intent, terms, now);
        return true;
    }
    const auto meant = subscription.wanted ? Intent::Mode::subscribe : Intent::Mode::unsubscribe;
    if (!subscription.is_asked || intent.mode != meant) return false;
    const Duration lease = lease_of(intent.lease_seconds, terms);
    if (subscription.wanted && lease == Duration{0}) return false;
    subscription.is_asked = false;
    if (subscription.wanted) {
        begin_lease(subscription, lease, terms, now, jitter);
    } else {
        end_lease(subscription);
    }
    return true;
}

void pushed(Subscription& subscription, int added) {
    subscription.doubted_until.reset();
    subscription.pushed += added;
    if (added > 0) subscription.proven = true;
}

void polled(Subscription& subscription, int added, std::optional<Timestamp> last_good,
            const Terms& terms, Timestamp now) {
    subscription.pushed = 0;
    // What was published before the subscription began was not the hub's to send.
    const bool was_its_turn = is_active(subscription, now) && subscription.active_since &&
                              last_good && *subscription.active_since <= *last_good;
    if (added > 0 && was_its_turn && !subscription.doubted_until)
        subscription.doubted_until = now + terms.doubt;
}

std::string in_words(const Subscription& subscription, Timestamp now) {
    std::string words = "by " + redacted_url(subscription.hub);
    if (!subscription.wanted) return words + ", which is told that pushes are no longer wanted";
    if (is_active(subscription, now)) {
        words += ", lease until " + write_rfc3339(*subscription.lease_until);
        words += subscription.proven ? "; it sends what is new, so polls are rarer"
                                     : "; it has yet to show that it sends what is new";
    } else {
        words += subscription.is_asked ? ", which was asked" : ", not yet";
    }
    if (!subscription.trouble.empty()) words += "; " + subscription.trouble;
    if (!subscription.is_asked)
        words += "; the hub is asked again at " + write_rfc3339(subscription.next);
    return words;
}

}  // namespace tributary::websub
