#include "websub/subscription.h"

#include <doctest/doctest.h>

#include <vector>

using namespace tributary;
using namespace tributary::websub;
using Mode = Intent::Mode;

namespace {

constexpr Timestamp noon = Timestamp(Duration(1'790'000'000'000));
constexpr Duration second{1'000}, minute{60'000}, hour{3'600'000}, day{86'400'000};
const Terms terms;

Subscription wanted() {
    return {.hub = "https://hub.example/",
            .topic = "https://a.example/feed",
            .callback = "https://river.example/websub/0123",
            .secret = "secret",
            .next = noon};
}

Intent intent(Mode mode, std::int64_t lease_seconds = 864'000) {
    return {.mode = mode,
            .topic = "https://a.example/feed",
            .challenge = "c",
            .lease_seconds = lease_seconds};
}

Subscription asked_at(Timestamp time) {
    Subscription subscription = wanted();
    CHECK(due(subscription, terms, time).ask);
    asked(subscription, terms, time);
    return subscription;
}

Subscription active_at(Timestamp time, std::int64_t lease_seconds = 864'000) {
    Subscription subscription = asked_at(time);
    CHECK(verify(subscription, intent(Mode::subscribe, lease_seconds), terms, time, 0.5));
    return subscription;
}

}  // namespace

TEST_CASE("a subscription is asked for, verified, and renewed at two thirds of its lease (R37)") {
    Subscription subscription = wanted();
    CHECK(key_of(subscription) == "0123");
    CHECK_FALSE(is_active(subscription, noon));
    CHECK(due(subscription, terms, noon).ask);
    asked(subscription, terms, noon);
    CHECK_FALSE(due(subscription, terms, noon + second).ask);
    accepted(subscription);
    CHECK(verify(subscription, intent(Mode::subscribe), terms, noon + second, 0.5));
    CHECK(is_active(subscription, noon + second));
    CHECK(subscription.lease_until == noon + second + 10 * day);
    CHECK(subscription.next >= noon + 6 * day);
    CHECK(subscription.next <= noon + second + 10 * day * 2 / 3);
    CHECK(next_event(subscription) == subscription.next);

    const Timestamp renewal = subscription.next;
    CHECK(due(subscription, terms, renewal).ask);
    asked(subscription, terms, renewal);
    CHECK(is_active(subscription, renewal));  // the old lease still holds
    CHECK(verify(subscription, intent(Mode::subscribe), terms, renewal + second, 0.5));
    CHECK(subscription.lease_until == renewal + second + 10 * day);
    CHECK(subscription.active_since == noon + second);
}

TEST_CASE("renewals are spread over time, and none is later than two thirds of the lease") {
    for (const double jitter : {0.0, 0.3, 0.999, 1.0}) {
        Subscription subscription = asked_at(noon);
        CHECK(verify(subscription, intent(Mode::subscribe, 30'000), terms, noon, jitter));
        CHECK(subscription.next >= noon + 18'000 * second);
        CHECK(subscription.next <= noon + 20'000 * second);
    }
}

TEST_CASE("a challenge is echoed once, for the topic and the mode that are pending, else never") {
    const auto refuses = [](Subscription subscription, const Intent& question) {
        const Subscription before = subscription;
        return !verify(subscription, question, terms, noon, 0) && subscription == before;
    };
    Intent other = intent(Mode::subscribe);
    other.topic = "https://b.example/feed";
    CHECK(refuses(wanted(), intent(Mode::subscribe)));
    CHECK(refuses(asked_at(noon), other));
    CHECK(refuses(asked_at(noon), intent(Mode::unsubscribe)));
    CHECK(refuses(active_at(noon), intent(Mode::subscribe)));
    CHECK(refuses(active_at(noon), intent(Mode::unsubscribe)));
    CHECK(refuses(asked_at(noon), intent(Mode::subscribe, 0)));
    Subscription leaving = asked_at(noon);
    leaving.wanted = false;
    CHECK(refuses(leaving, intent(Mode::subscribe)));
    CHECK(refuses(leaving, intent(Mode::denied)));
}

TEST_CASE("absurd leases: too long ones count as ours, short ones are not renewed in a hurry") {
    for (const std::int64_t seconds : {std::int64_t{-1}, INT64_MAX, std::int64_t{1} << 40})
        CHECK(active_at(noon, seconds).lease_until == noon + 10 * day);
    const Subscription brief = active_at(noon, 1);
    CHECK(brief.lease_until == noon + second);
    CHECK(brief.next == noon + terms.distance);
}

TEST_CASE("a lease that ends unrenewed is told once, so that polls take over") {
    Subscription subscription = active_at(noon, 60);
    CHECK(next_event(subscription) == noon + minute);
    CHECK(due(subscription, terms, noon + minute).poll);
    CHECK_FALSE(is_active(subscription, noon + minute));
    CHECK_FALSE(due(subscription, terms, noon + minute).poll);
}

TEST_CASE("a hub that is down is asked more and more seldom, but never forgotten") {
    Subscription subscription = wanted();
    Timestamp now = noon;
    std::vector<Duration> waits;
    for (int i = 0; i < 8; ++i) {
        CHECK(due(subscription, terms, now).ask);
        asked(subscription, terms, now);
        refused(subscription, "connection refused", {}, terms, now);
        waits.push_back(subscription.next - now);
        now = subscription.next;
    }
    CHECK(waits ==
          std::vector<Duration>{hour, 2 * hour, 4 * hour, 8 * hour, 16 * hour, day, day, day});
    CHECK(in_words(subscription, now).find("connection refused") != std::string::npos);
    asked(subscription, terms, now);
    refused(subscription, "HTTP 429", 5 * day, terms, now);
    CHECK(subscription.next == now + 5 * day);
}

TEST_CASE("a hub that takes the request and never verifies has failed") {
    Subscription subscription = asked_at(noon);
    accepted(subscription);
    const Timestamp end = next_event(subscription);
    CHECK(end == noon + terms.distance);
    CHECK_FALSE(due(subscription, terms, end).ask);
    CHECK(subscription.failures == 1);
    CHECK_FALSE(verify(subscription, intent(Mode::subscribe), terms, end, 0));
    CHECK(due(subscription, terms, subscription.next).ask);
}

TEST_CASE("what a hub answers after it has verified changes nothing") {
    Subscription subscription = active_at(noon);
    const Subscription before = subscription;
    accepted(subscription);
    refused(subscription, "timeout", {}, terms, noon + second);
    CHECK(subscription == before);
}

TEST_CASE("a hub that says no ends the lease and is left alone for a week") {
    Subscription subscription = active_at(noon);
    Intent no = intent(Mode::denied);
    no.reason = "not\nhere";
    CHECK(verify(subscription, no, terms, noon + hour, 0));
    CHECK_FALSE(is_active(subscription, noon + hour));
    CHECK(subscription.next == noon + hour + 7 * day);
    CHECK(in_words(subscription, noon).find("not\n") == std::string::npos);
    no.topic = "https://b.example/feed";
    CHECK_FALSE(verify(subscription, no, terms, noon + hour, 0));
}

TEST_CASE("what is no longer wanted is given back, and given up after three tries") {
    Subscription subscription = active_at(noon);
    subscription.wanted = false;
    subscription.next = noon + hour;
    CHECK_FALSE(is_over(subscription));
    CHECK_FALSE(is_active(subscription, noon + hour));
    Subscription deaf = subscription;

    CHECK(due(subscription, terms, noon + hour).ask);
    asked(subscription, terms, noon + hour);
    CHECK(verify(subscription, intent(Mode::unsubscribe), terms, noon + hour, 0));
    CHECK(is_over(subscription));

    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(is_over(deaf));
        asked(deaf, terms, deaf.next);
        refused(deaf, "HTTP 500", {}, terms, deaf.next);
    }
    CHECK(is_over(deaf));
    Subscription never_began = wanted();
    never_began.wanted = false;
    CHECK(is_over(never_began));
}

TEST_CASE(
    "a hub is trusted once a push came before the poll, until a poll finds what it held back") {
    Subscription subscription = active_at(noon);
    CHECK_FALSE(is_trusted(subscription, noon));
    pushed(subscription, 0);
    CHECK_FALSE(is_trusted(subscription, noon));
    pushed(subscription, 2);
    CHECK(is_trusted(subscription, noon));
    CHECK(subscription.pushed == 2);

    polled(subscription, 0, noon, terms, noon + hour);
    CHECK(subscription.pushed == 0);
    CHECK_FALSE(subscription.doubted_until);

    polled(subscription, 1, noon, terms, noon + 2 * hour);
    CHECK(is_trusted(subscription, noon + 2 * hour));  // the push may be on its way
    CHECK(next_event(subscription) == noon + 2 * hour + terms.doubt);
    SUBCASE("the push comes") {
        pushed(subscription, 0);
        CHECK_FALSE(due(subscription, terms, noon + 3 * hour).poll);
        CHECK(is_trusted(subscription, noon + 3 * hour));
    }
    SUBCASE("it does not come: normal polls, and the hub is asked anew") {
        const auto what = due(subscription, terms, noon + 2 * hour + terms.doubt);
        CHECK(what.poll);
        CHECK(what.ask);
        CHECK_FALSE(is_trusted(subscription, noon + 3 * hour));
    }
}

TEST_CASE("what was published before the subscription began was not the hub's to send") {
    Subscription subscription = active_at(noon);
    polled(subscription, 3, noon - hour, terms, noon + hour);
    CHECK_FALSE(subscription.doubted_until);
    polled(subscription, 3, std::nullopt, terms, noon + hour);
    CHECK_FALSE(subscription.doubted_until);
    Subscription inactive = wanted();
    polled(inactive, 3, noon, terms, noon + hour);
    CHECK_FALSE(inactive.doubted_until);
}

TEST_CASE("what is said of a subscription holds no secret") {
    Subscription subscription = active_at(noon);
    subscription.hub = "https://user:pass@hub.example/?token=abc";
    subscription.secret = "s3cr3t";
    const std::string words = in_words(subscription, noon);
    CHECK(words.starts_with("by https://"));
    CHECK(words.find("lease until 2026-") != std::string::npos);
    for (const char* secret : {"s3cr3t", "pass", "abc", "0123"})
        CHECK(words.find(secret) == std::string::npos);
}
