#pragma once
// A daemon in small: what engine, refresh and store make together of a publisher's answers, poll
// after poll. No network, no clock.

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine.h"
#include "daemon/lessons.h"
#include "daemon/reading.h"
#include "daemon/refresh.h"
#include "tests/daemon/scene.h"

namespace tributary::daemon::testing {

inline const std::string old_url = "https://old.example/feed";
inline const std::string new_url = "https://new.example/feed";

inline std::string page(int first, int count = 3, const std::string& channel = {}) {
    std::vector<RssItem> items;
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(first + i);
        items.push_back({.guid = "tag:blog.example,2026:" + number, .title = "Entry " + number});
    }
    return rss(items, channel);
}

/// A daemon in small: engine, store and a clock that goes from poll to poll.
struct House {
    explicit House(const std::vector<std::string>& urls) {
        for (const auto& url : urls) config.sources.push_back(subscription(url));
        configure();
    }

    void configure() {
        store.begin();
        auto states = store.sync_sources(specs_of(config), now);
        store.commit();
        engine.configure(config, all_of(config), std::move(states));
    }

    /// The next visit there is; the clock goes on to it.
    Visit next() {
        while (true) {
            for (auto& visit : engine.start(now)) started.push_back(std::move(visit));
            if (!started.empty()) {
                Visit visit = std::move(started.front());
                started.pop_front();
                return visit;
            }
            const auto event = engine.next_event();
            REQUIRE(event.has_value());
            now = std::max(now, *event);
        }
    }

    /// Ends a visit with the last of its answers.
    store::SourceState end(Visit visit, fetcher::Outcome outcome) {
        CHECK_FALSE(engine.follow(visit, std::move(outcome), now));
        return come_home(std::move(visit));
    }

    store::SourceState come_home(Visit visit) {
        visit.reading = read(visit);
        store.begin();
        settle(store, visit, {}, now);
        store.commit();
        const auto state = visit.state;
        CHECK(store.source(state.id)->state == state);
        engine.done(std::move(visit), now);
        return state;
    }

    /// One whole poll, answered at once.
    store::SourceState poll(fetcher::Outcome outcome) { return end(next(), std::move(outcome)); }

    /// One whole poll that is redirected for good.
    store::SourceState poll_moved(fetcher::Outcome outcome) {
        Visit visit = next();
        REQUIRE(visit.request.url == old_url);
        REQUIRE(engine.follow(visit, redirect(301, new_url), now));
        REQUIRE(visit.request.url == new_url);
        return end(std::move(visit), std::move(outcome));
    }

    config::Config config;
    Timestamp now = noon;
    std::deque<Visit> started;
    store::Store store{":memory:"};
    Engine engine{1};
};

}  // namespace tributary::daemon::testing
