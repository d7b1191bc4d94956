#pragma once
// An engine, its sources, and what it has started: for the tests of the engine.

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine.h"
#include "tests/daemon/scene.h"

namespace tributary::daemon::testing {

using store::SourceId;

struct Desk {
    explicit Desk(const std::vector<std::string>& urls = {}, std::uint64_t seed = 1)
        : engine(seed) {
        for (const auto& url : urls) add(url, noon);
    }

    void add(const std::string& url, Timestamp due) {
        config.sources.push_back(subscription(url));
        store::SourceState state;
        state.id = SourceId(static_cast<std::int64_t>(states.size()) + 1);
        state.url = url;
        state.next_poll = due;
        states.push_back(std::move(state));
    }

    /// The configuration, taken in (again).
    void configure() { engine.configure(config, all_of(config), states); }

    std::deque<Visit> start(Timestamp now) { return engine.start(now); }

    /// The visit comes home; its source is due again after `gap`.
    void finish(Visit visit, Timestamp now, Duration gap = hour) {
        visit.state.next_poll = now + gap;
        engine.done(std::move(visit), now);
    }

    config::Config config;
    std::vector<store::SourceState> states;
    Engine engine;
};
inline std::vector<std::string> urls_of(const std::deque<Visit>& visits) {
    std::vector<std::string> urls;
    for (const auto& visit : visits) urls.push_back(visit.request.url);
    return urls;
}

using Urls = std::vector<std::string>;

inline Visit only(std::deque<Visit> visits) {
    REQUIRE(visits.size() == 1);
    return std::move(visits.front());
}

/// A visit of `url` that has started; its source knows validators of that URL.
inline Visit started(Desk& desk, const std::string& url) {
    desk.add(url, noon);
    desk.states.back().etag = "\"one\"";
    desk.states.back().last_modified = "yesterday";
    desk.states.back().validators_url = url;
    desk.configure();
    return only(desk.start(noon));
}

}  // namespace tributary::daemon::testing
