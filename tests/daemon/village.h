#pragma once
// Publishers who write at known times, polled by the real engine, reader and store on a virtual
// clock: weeks in a second. Tells when each was asked and how late its entries were found.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine.h"
#include "daemon/reading.h"
#include "daemon/refresh.h"
#include "tests/daemon/scene.h"

namespace tributary::daemon::testing {

struct Publisher {
    std::vector<Timestamp> entries;  // when they appear; growing
    std::size_t window = 10;         // entries in its document
    HeaderFields headers{};
    std::string channel{};  // markup

    // What came of it.
    std::vector<Timestamp> polls{};
    std::vector<std::pair<Timestamp, Timestamp>> found{};  // an entry's time, and when it was seen
    std::size_t seen = 0;                                  // of `entries`, or lost

    fetcher::Outcome answer(const fetcher::Request& request, Timestamp now) {
        polls.push_back(now);
        const auto shown = std::ranges::upper_bound(entries, now) - entries.begin();
        const auto end = static_cast<std::size_t>(shown);
        const auto begin = end - std::min(end, window);
        for (seen = std::max(seen, begin); seen < end; ++seen)
            found.emplace_back(entries[seen], now);
        HeaderFields fields = headers;
        fields.emplace_back("etag", "\"" + std::to_string(end) + "\"");
        if (request.validators.etag == fields.back().second) return testing::answer(304, fields);
        std::vector<RssItem> items;
        for (std::size_t i = end; i-- > begin;) {
            const std::string number = std::to_string(i);
            items.push_back({.guid = "tag:entry," + number,
                             .title = "Entry " + number,
                             .extra = "<pubDate>" + write_rfc822(entries[i]) + "</pubDate>"});
        }
        return testing::answer(200, fields, rss(items, channel));
    }

    std::size_t polls_between(Timestamp from, Timestamp to) const {
        return static_cast<std::size_t>(std::ranges::lower_bound(polls, to) -
                                        std::ranges::lower_bound(polls, from));
    }

    Duration shortest_gap() const {
        Duration shortest = 365 * day;
        for (std::size_t i = 1; i < polls.size(); ++i)
            shortest = std::min(shortest, polls[i] - polls[i - 1]);
        return shortest;
    }

    Duration longest_gap(Timestamp from) const {
        Duration longest{0};
        for (std::size_t i = 1; i < polls.size(); ++i)
            if (polls[i - 1] >= from) longest = std::max(longest, polls[i] - polls[i - 1]);
        return longest;
    }
};

class Village {
  public:
    /// `poll`: what is configured for all.
    Village(std::vector<Publisher> inhabitants, config::Poll poll, Timestamp begin)
        : publishers(std::move(inhabitants)), now(begin) {
        config.poll = std::move(poll);
        for (std::size_t i = 0; i < publishers.size(); ++i)
            config.sources.push_back(
                subscription("https://host" + std::to_string(i) + ".example/feed"));
        start_daemon({});
    }

    void run_until(Timestamp end) {
        while (true) {
            for (auto& visit : engine->start(now)) poll(std::move(visit));
            const auto next = engine->next_event();
            if (!next || *next >= end) break;
            now = std::max(now, *next);
        }
        now = end;
    }

    void restart() { start_daemon(engine->price()); }

    store::SourceState state(std::size_t publisher) {
        return *engine->state(ids.at(config.sources[publisher].url));
    }

    std::vector<Publisher> publishers;
    Timestamp now;
    config::Config config;
    store::Store store{":memory:"};
    std::unique_ptr<Engine> engine;
    std::map<std::string, store::SourceId> ids;

  private:
    void start_daemon(const schedule::Price& price) {
        store.begin();
        auto states = store.sync_sources(specs_of(config), now);
        store.commit();
        for (const auto& state : states) ids[state.url] = state.id;
        engine = std::make_unique<Engine>(1, price);
        engine->configure(config, all_of(config), std::move(states));
    }

    void poll(Visit visit) {
        const auto at =
            std::ranges::find(config.sources, visit.request.url, &config::Subscription::url);
        Publisher& publisher = publishers[static_cast<std::size_t>(at - config.sources.begin())];
        engine->follow(visit, publisher.answer(visit.request, now), now);
        visit.reading = read(visit);
        store.begin();
        settle(store, visit, {}, now);
        store.commit();
        engine->done(std::move(visit), now);
    }
};

}  // namespace tributary::daemon::testing
