// Hubs and the engine together, on a virtual clock: what feeds name, what is asked of hubs and
// when, and what their pushes do to polls.

#include "daemon/hubs.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/hmac.h"
#include "daemon/hub_offer.h"
#include "daemon/lessons.h"
#include "daemon/reading.h"
#include "daemon/refresh.h"
#include "tests/daemon/scene.h"
#include "websub/protocol.h"

namespace tributary::daemon {

namespace {

using namespace testing;

const std::string source_url = "https://a.example/feed";
const std::string hub_url = "https://hub.example/";

HeaderFields links(const std::string& hub = hub_url, const std::string& self = source_url) {
    return {{"link", "<" + hub + ">; rel=\"hub\", <" + self + ">; rel=self"}, {"etag", "\"1\""}};
}

std::string page(int first, int count = 3) {
    std::vector<RssItem> items;
    for (int i = first; i < first + count; ++i) {
        const std::string number = std::to_string(i);
        items.push_back({.guid = "tag:a.example,2026:" + number, .title = "Entry " + number});
    }
    return rss(items);
}

std::string question(const Visit& asked, std::int64_t lease_seconds = 864'000) {
    const std::string& form = asked.request.body;
    const auto topic = form.substr(form.find("hub.topic="));
    return form.substr(0, form.find('&')) + "&" + topic.substr(0, topic.find('&')) +
           "&hub.challenge=c0ffee&hub.lease_seconds=" + std::to_string(lease_seconds);
}

/// A daemon in small, with hubs: engine, store and a clock that goes from event to event.
struct House {
    House() {
        config.websub.callback_base = "https://river.example/";
        config.sources.push_back(subscription(source_url));
        configure();
    }

    void configure() {
        store.begin();
        auto states = store.sync_sources(specs_of(config), now);
        store.commit();
        engine.configure(config, all_of(config), std::move(states));
        hubs.configure(config, now);
    }

    void save() {
        const auto unsaved = hubs.take_unsaved();
        for (const auto& subscription : unsaved.changed) store.save_subscription(subscription);
        for (const auto& key : unsaved.forgotten) store.forget_subscription(key);
        for (const auto& [source, row] : unsaved.requests) store.append_ledger(source, row);
    }

    void start() {
        for (auto& visit : hubs.start(now)) started.push_back(std::move(visit));
        for (auto& visit : engine.start(now)) {
            hubs.prepare(visit, now);
            started.push_back(std::move(visit));
        }
        save();
    }

    /// The next request there is; the clock goes on to it.
    Visit next() {
        for (int events = 0; events < 10'000; ++events) {
            start();
            if (!started.empty()) {
                Visit visit = std::move(started.front());
                started.pop_front();
                return visit;
            }
            const Timestamp event = std::min(engine.next_event().value_or(Timestamp::max()),
                                             hubs.next_event().value_or(Timestamp::max()));
            REQUIRE(event != Timestamp::max());
            now = std::max(now, event);
        }
        FAIL("nothing is ever asked again");
        return {};
    }

    /// The next request to a hub; polls before it find nothing new.
    Visit next_to_hub() {
        for (Visit visit = next();; visit = next()) {
            if (!visit.subscription.empty()) return visit;
            poll(std::move(visit), answer(304));
        }
    }

    /// The next poll; hubs that are asked before it refuse.
    Visit next_poll() {
        for (Visit visit = next();; visit = next()) {
            if (visit.subscription.empty()) return visit;
            end(std::move(visit), answer(500));
        }
    }

    store::Changes poll(Visit visit, fetcher::Outcome outcome) {
        while (engine.follow(visit, std::move(outcome), now))
            outcome = answer(200, links(), page(0));
        visit.reading = read(visit);
        store.begin();
        settle(store, visit, {}, now);
        store.commit();
        hubs.polled(visit, now);
        const auto changes = visit.changes;
        engine.done(std::move(visit), now);
        save();
        return changes;
    }

    void end(Visit visit, fetcher::Outcome outcome) {
        CHECK_FALSE(engine.follow(visit, std::move(outcome), now));
        hubs.answered(std::move(visit), now);
        save();
    }

    /// The first poll, and a subscription that the hub has verified.
    std::string subscribe() {
        poll(next(), answer(200, links(), page(0)));
        Visit asked = next();
        const std::string key = asked.subscription;
        CHECK(hubs.verify(key, question(asked), now) == "c0ffee");
        end(std::move(asked), answer(202));
        return key;
    }

    /// A push, properly signed.
    store::Changes push(const std::string& key, const std::string& body) {
        auto push = hubs.receive(key, {}, "application/rss+xml", body, now);
        REQUIRE(push);
        push->visit.reading = read(push->visit);
        if (!hubs.is_content(*push, now)) return {};
        store.begin();
        settle(store, push->visit, {}, now);
        store.commit();
        hubs.stored(push->visit);
        save();
        return push->visit.changes;
    }

    store::SourceState state() { return *engine.state(store.subscriptions().front().source); }
    websub::Subscription only() {
        const auto all = store.subscriptions();
        REQUIRE(all.size() == 1);
        return all.front().subscription;
    }

    config::Config config;
    store::Store store{":memory:"};
    Timestamp now = noon;
    Engine engine{1};
    int drawn = 0;
    Hubs hubs{engine, [this] { return "key" + std::to_string(++drawn); }};
    std::deque<Visit> started;
};

Visit answered(HeaderFields headers, const std::string& body = {}) {
    Visit visit;
    visit.request.url = source_url;
    visit.outcome = answer(200, std::move(headers), body);
    visit.reading = read(visit);
    return visit;
}

}  // namespace

TEST_CASE("hub and topic: the Link headers come first, then the document (R37)") {
    const std::string atom =
        "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='hub' href='/hub'/>"
        "<link rel='self' href='/self'/></feed>";
    auto offer = offer_of(answered({}, atom));
    CHECK(offer.hubs == std::vector<std::string>{"https://a.example/hub"});
    CHECK(offer.topic == "https://a.example/self");

    offer = offer_of(answered({{"link", "</1>; rel=hub, <https://two.example/>; rel=hub"}}, atom));
    CHECK(offer.hubs == std::vector<std::string>{"https://a.example/1", "https://two.example/"});
    CHECK(offer.topic == "https://a.example/self");

    offer = offer_of(answered({{"link", "</other>; rel=self"}}, atom));
    CHECK(offer.topic == "https://a.example/other");

    offer = offer_of(answered({}, R"({"version":"https://jsonfeed.org/version/1.1","title":"t",
        "feed_url":"https://a.example/json","items":[],
        "hubs":[{"type":"WebSub","url":"https://h.example/"}]})"));
    CHECK(offer.hubs == std::vector<std::string>{"https://h.example/"});
    CHECK(offer.topic == "https://a.example/json");

    CHECK(offer_of(answered({{"link", "<file:///etc/passwd>; rel=hub, <ftp://x/>; rel=hub"}}))
              .hubs.empty());
}

TEST_CASE("a hub that fails and fails gives way to the next one that the feed names") {
    const std::vector<std::string> hubs{"https://1.example/", "https://2.example/"};
    websub::Subscription present{.hub = hubs[0], .topic = {}, .callback = {}, .secret = {}};
    CHECK(choose_hub(hubs, nullptr) == hubs[0]);
    CHECK(choose_hub(hubs, &present) == hubs[0]);
    present.failures = 3;
    CHECK(choose_hub(hubs, &present) == hubs[1]);
    present.hub = hubs[1];
    CHECK(choose_hub(hubs, &present) == hubs[0]);
    present.hub = "https://gone.example/";
    CHECK(choose_hub(hubs, &present) == hubs[0]);
}

TEST_CASE("a feed that names a hub is subscribed to, and what was asked stands in the ledger") {
    House house;
    house.poll(house.next(), answer(200, links(), page(0)));
    Visit asked = house.next();
    CHECK(house.now == noon);
    CHECK(asked.request.url == hub_url);
    CHECK(asked.request.method == fetcher::Method::post);
    CHECK(asked.request.body ==
          "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ffeed"
          "&hub.callback=https%3A%2F%2Friver.example%2Fwebsub%2Fkey1"
          "&hub.lease_seconds=864000&hub.secret=key2");
    CHECK(asked.host == "hub.example");
    CHECK(house.hubs.states(noon).asked == 1);
    house.end(std::move(asked), answer(202));
    const auto row = house.store.ledger(house.state().id, 1).front();
    CHECK(row.reason == "websub subscribe");
    CHECK(row.result == "accepted");
    CHECK(row.url == hub_url);
    CHECK_FALSE(house.hubs.verify("key9", "hub.mode=subscribe", noon));
}

TEST_CASE("without a callback base no hub is ever asked") {
    House house;
    house.config.websub.callback_base.clear();
    house.configure();
    house.poll(house.next(), answer(200, links(), page(0)));
    CHECK(house.next().subscription.empty());
    CHECK(house.store.subscriptions().empty());
}

TEST_CASE("where a feed is redirected, or names no address of its own, nothing is subscribed to") {
    House house;
    house.poll(house.next(), redirect(302, "https://b.example/feed"));
    CHECK(house.store.subscriptions().empty());
    house.poll(house.next(), answer(200, {{"link", "<https://hub.example/>; rel=hub"}}, page(1)));
    CHECK(house.store.subscriptions().empty());
    house.poll(house.next(), answer(404));
    CHECK(house.store.subscriptions().empty());
}

TEST_CASE("the hub's host is asked one thing at a time, a second apart, and left alone after 429") {
    House house;
    house.config.sources.push_back(subscription("https://b.example/feed"));
    house.configure();
    house.poll(house.next(), answer(200, links(), page(0)));
    house.poll(house.next(), answer(200, links(hub_url, "https://b.example/feed"), page(50)));
    Visit first = house.next();
    house.start();
    CHECK(house.started.empty());
    house.end(std::move(first), answer(429, {{"retry-after", "7200"}}));
    house.start();
    CHECK(house.started.empty());
    const Timestamp refused = house.now;
    house.next_to_hub();
    CHECK(house.now >= refused + 2 * hour);
}

TEST_CASE("a lease is renewed in time, for as long as the hub verifies") {
    House house;
    house.subscribe();
    for (int i = 0; i < 3; ++i) {
        const auto lease = house.only().lease_until;
        Visit asked = house.next_to_hub();
        CHECK(house.now < *lease - 3 * day);
        CHECK(house.hubs.verify(asked.subscription, question(asked), house.now));
        house.end(std::move(asked), answer(202));
        CHECK(house.only().lease_until == house.now + 10 * day);
    }
}

TEST_CASE("what a hub sends is stored like what a poll finds, and polls become rarer") {
    House house;
    const std::string key = house.subscribe();
    const Timestamp usual = house.state().next_poll;
    CHECK(house.push(key, page(3, 1)).added == 1);
    CHECK(house.push(key, page(3, 1)).any() == false);
    CHECK(house.state().next_poll == usual);
    CHECK(house.store.source(house.state().id)->state.etag == "\"1\"");
    CHECK(house.store.source(house.state().id)->state.last_change == house.now);

    Visit poll = house.next_poll();
    CHECK(house.now == usual);
    CHECK(house.poll(std::move(poll), answer(200, links(), page(1))).added == 0);
    CHECK(house.state().directive == "pushed");
    CHECK(house.state().next_poll >= house.now + 4 * hour);
    CHECK(house.state().next_poll <= house.now + day);
    CHECK(house.state().condition == store::Condition::ok);
}

TEST_CASE("a hub that holds something back is no longer trusted, and asked anew") {
    House house;
    const std::string key = house.subscribe();
    house.now += minute;
    house.push(key, page(3, 1));
    house.poll(house.next_poll(), answer(304));
    const Timestamp quiet = house.state().next_poll;
    house.poll(house.next_poll(), answer(200, links(), page(2)));
    CHECK(house.now == quiet);
    Visit asked = house.next();
    CHECK(asked.reason == "websub subscribe");
    CHECK(house.now == quiet + 10 * minute);
    house.end(std::move(asked), answer(500));
    Visit poll = house.next_poll();
    CHECK(poll.reason == "hub");
    CHECK(house.now < quiet + hour);
    house.poll(std::move(poll), answer(304));
    CHECK(house.state().directive != "pushed");
}

TEST_CASE("a part of a feed makes no gap, and is no proof that there is none") {
    House house;
    const std::string key = house.subscribe();
    house.now += minute;
    house.push(key, page(40, 1));
    CHECK_FALSE(gap_of(house.state()));
    SUBCASE("the window reaches back to what polls have seen") {
        house.poll(house.next_poll(), answer(200, links(), page(2, 39)));
        CHECK_FALSE(gap_of(house.state()));
    }
    SUBCASE("of the window, only what was pushed is known") {
        house.poll(house.next_poll(), answer(200, links(), page(30, 11)));
        CHECK(gap_of(house.state()));
    }
    SUBCASE("the hub has sent the whole window") {
        house.push(key, page(30, 11));
        house.poll(house.next_poll(), answer(200, links(), page(30, 11)));
        CHECK_FALSE(gap_of(house.state()));
    }
}

TEST_CASE("what is no feed of this topic is a hint: a poll as soon as its publisher allows") {
    House house;
    const std::string key = house.subscribe();
    const auto hints = [&](const std::string& body) {
        const auto before = house.hubs.counts.hint;
        CHECK_FALSE(house.push(key, body).any());
        return house.hubs.counts.hint == before + 1;
    };
    const Timestamp last = house.now;
    house.now += minute;
    CHECK(hints("<html><body>hello</body></html>"));
    Visit poll = house.next_poll();
    CHECK(poll.reason == "hub");
    CHECK(house.now == last + house.config.poll.min_interval);
    CHECK(hints("ping"));  // while it is under way: once more after it
    HeaderFields headers = links();
    headers.emplace_back("cache-control", "max-age=3000");
    house.poll(std::move(poll), answer(200, headers, page(0)));
    poll = house.next_poll();
    CHECK(house.now == last + house.config.poll.min_interval + 3000 * second);
    house.poll(std::move(poll), answer(429, {{"retry-after", "86400"}}));
    const Timestamp asked_for = house.now + day;
    CHECK(hints(""));
    CHECK(
        hints("<feed xmlns='http://www.w3.org/2005/Atom'>"
              "<link rel='self' href='https://b.example/feed'/></feed>"));
    house.next_poll();
    CHECK(house.now >= asked_for);
}

TEST_CASE("when the lease ends, polls take over again") {
    House house;
    const std::string key = house.subscribe();
    house.push(key, page(3, 1));
    house.poll(house.next_poll(), answer(304));
    CHECK(house.state().directive == "pushed");
    const std::string no = "hub.mode=denied&hub.topic=https%3A%2F%2Fa.example%2Ffeed";
    CHECK_FALSE(house.hubs.verify(key, no + "x", house.now));
    CHECK(house.hubs.verify(key, no, house.now) == "");
    house.save();
    const Timestamp then = house.now;
    house.poll(house.next_poll(), answer(304));
    CHECK(house.now <= then + hour);
    CHECK(house.state().directive != "pushed");
    house.next_to_hub();
    CHECK(house.now >= then + 7 * day);
}

TEST_CASE("another hub, no hub, no source: what was subscribed to is given back") {
    House house;
    const std::string key = house.subscribe();
    SUBCASE("another hub") {
        house.poll(house.next_poll(), answer(200, links("https://new.example/"), page(1)));
        CHECK(house.store.subscriptions().size() == 2);
    }
    SUBCASE("no hub") {
        house.poll(house.next_poll(), answer(200, {}, page(1)));
    }
    SUBCASE("no source") {
        house.config.sources.clear();
        house.configure();
    }
    std::vector<std::string> asked;
    for (Visit visit = house.next();; visit = house.next()) {
        asked.push_back(visit.reason);
        if (visit.reason == "websub unsubscribe") {
            CHECK(visit.subscription == key);
            CHECK_FALSE(house.hubs.receive(key, {}, {}, "x", house.now));
            CHECK(house.hubs.verify(key, question(visit), house.now) == "c0ffee");
            house.end(std::move(visit), answer(202));
            break;
        }
        house.end(std::move(visit), answer(202));
    }
    CHECK(asked.size() <= 2);
    const auto left = house.store.subscriptions();
    CHECK(std::ranges::none_of(
        left, [&](const auto& one) { return websub::key_of(one.subscription) == key; }));
}

TEST_CASE("a new process knows what the old one has subscribed to, also while it waits") {
    House house;
    house.poll(house.next(), answer(200, links(), page(0)));
    Visit asked = house.next();  // and then it is killed
    Hubs later(house.engine, [] { return std::string("new"); });
    later.load(house.store.subscriptions());
    later.configure(house.config, house.now);
    CHECK(later.take_unsaved().empty());
    CHECK(later.verify(asked.subscription, question(asked), house.now) == "c0ffee");
    CHECK(later.states(house.now).active == 1);
    CHECK(later.receive(asked.subscription, {}, {}, "x", house.now)->secret == "key2");
}

TEST_CASE("when our address changes, hubs are told the new one") {
    House house;
    const std::string key = house.subscribe();
    house.config.websub.callback_base = "https://delta.example/in";
    house.configure();
    const Visit asked = house.next();
    CHECK(asked.request.body.find("https%3A%2F%2Fdelta.example%2Fin%2Fwebsub%2F" + key) !=
          std::string::npos);
}

TEST_CASE("when the clock is set, leases last as long as they would have") {
    House house;
    house.subscribe();
    const auto before = house.only();
    house.hubs.clock_was_set(day);
    house.save();
    CHECK(house.only().lease_until == *before.lease_until + day);
    CHECK(house.only().next == before.next + day);
}

}  // namespace tributary::daemon
