// R36: answers that hold only what is new (RFC 3229, "A-IM: feed").

#include <string>
#include <utility>
#include <vector>

#include "daemon/hop.h"
#include "daemon/lessons.h"
#include "daemon/reading.h"
#include "daemon/refresh.h"
#include "tests/daemon/scene.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using Kind = Reading::Kind;
using Titles = std::vector<std::string>;

const std::string feed_url = "https://a.example/feed";

HeaderFields delta_headers(const std::string& etag) {
    return {{"im", "feed"}, {"etag", etag}};
}

/// A source that has been read once: entries 1 and 2, ETag "1".
struct Source {
    Source() {
        const store::SourceSpec spec{.url = feed_url, .name = {}};
        state = store.sync_sources(std::vector{spec}, noon).front();
        poll(answer(200, {{"etag", "\"1\""}, {"last-modified", "yesterday"}}, first));
    }

    Visit poll(fetcher::Outcome outcome) {
        now += hour;
        Visit visit;
        visit.state = state;
        visit.started = now;
        visit.request.url = feed_url;
        visit.request.validators = validators_for(state, feed_url);
        visit.requests.push_back(row_of(visit, outcome, now));
        visit.outcome = std::move(outcome);
        visit.reading = read(visit);
        store.begin();
        settle(store, visit, {}, now);
        store.commit();
        state = visit.state;
        return visit;
    }

    Titles titles() {
        Titles titles;
        for (const auto& entry : store.latest({}, {})) titles.push_back(entry.entry.title.value);
        return titles;
    }

    const std::string first = rss({{"1", "One"}, {"2", "Two"}});
    store::Store store{":memory:"};
    store::SourceState state;
    Timestamp now = noon;
};

}  // namespace

TEST_CASE("a delta adds its entries and replaces the validators (R36)") {
    Source source;
    const Visit visit = source.poll(answer(226, delta_headers("\"2\""), rss({{"3", "Three"}})));
    CHECK(visit.reading.kind == Kind::feed);
    CHECK(visit.changes.added == 1);
    CHECK(source.titles() == Titles{"Three", "One", "Two"});
    CHECK(source.state.condition == store::Condition::ok);
    CHECK(source.state.etag == "\"2\"");
    CHECK(source.state.last_modified.empty());  // as with any whole answer (R6)
    CHECK(source.store.ledger(source.state.id, 1).at(0).status == 226);
}

TEST_CASE("a delta changes entries, too, and an empty one nothing (R36)") {
    Source source;
    const Visit visit =
        source.poll(answer(226, delta_headers("\"2\""), rss({{"2", "Two, again"}})));
    CHECK(visit.changes.changed == 1);
    CHECK(source.titles() == Titles{"One", "Two, again"});
    CHECK(source.poll(answer(226, delta_headers("\"3\""), rss({}))).reading.kind == Kind::feed);
    CHECK(source.state.etag == "\"3\"");
    CHECK(source.titles().size() == 2);
}

TEST_CASE("what a delta lacks leaves no gap, and a gap that was open overlaps again (R36)") {
    Source source;
    source.poll(answer(226, delta_headers("\"2\""), rss({{"8", "Eight"}, {"9", "Nine"}})));
    CHECK_FALSE(gap_of(source.state).has_value());

    source.poll(answer(200, {{"etag", "\"3\""}}, rss({{"20", "20"}, {"21", "21"}})));
    REQUIRE(gap_of(source.state).has_value());
    CHECK(is_in_a_hurry(source.state));
    source.poll(answer(226, delta_headers("\"4\""), rss({{"22", "22"}, {"23", "23"}})));
    CHECK_FALSE(is_in_a_hurry(source.state));
}

TEST_CASE("the bytes of a delta are never taken for a whole document (R36)") {
    Source source;
    const std::string bytes = rss({{"3", "Three"}});
    source.poll(answer(226, delta_headers("\"2\""), bytes));
    CHECK(source.poll(answer(200, {{"etag", "\"3\""}}, bytes)).reading.kind == Kind::feed);
    // Nor the bytes of a whole one for a delta that was stored.
    source.poll(answer(200, {{"etag", "\"4\""}}, source.first));
    CHECK(source.poll(answer(226, delta_headers("\"5\""), source.first)).reading.kind ==
          Kind::feed);
}

TEST_CASE(
    "a delta that is cut short gives its entries, and the validators wait for its like (R7)") {
    Source source;
    std::string cut = rss({{"3", "Three"}, {"4", "Four"}});
    cut.resize(cut.rfind("</item>"));
    source.poll(answer(226, delta_headers("\"2\""), cut));
    CHECK(source.titles() == Titles{"Three", "One", "Two"});
    CHECK(source.state.etag == "\"1\"");
    source.poll(answer(226, delta_headers("\"2\""), cut));
    CHECK(source.titles().size() == 4);
    CHECK(source.state.etag == "\"2\"");
}

TEST_CASE("a 226 that nobody asked for, or of another kind, is an error (R36)") {
    for (const HeaderFields& headers :
         {HeaderFields{{"etag", "\"2\""}}, HeaderFields{{"im", "vcdiff"}, {"etag", "\"2\""}},
          HeaderFields{{"im", "feed, gzip"}, {"etag", "\"2\""}}}) {
        Source source;
        source.poll(answer(226, headers, rss({{"3", "Three"}})));
        CHECK(source.state.error == "answered 226 without IM: feed");
        CHECK(source.titles() == Titles{"One", "Two"});
        CHECK(source.state.etag == "\"1\"");
    }
    Source source;
    source.state.etag.clear();  // only the date goes out
    source.poll(answer(226, delta_headers("\"2\""), rss({{"3", "Three"}})));
    CHECK(source.state.error == "answered 226 to a request that did not ask for it");
    CHECK(source.titles() == Titles{"One", "Two"});
}

}  // namespace tributary::daemon
