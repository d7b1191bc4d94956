#include "daemon/refresh.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine.h"
#include "daemon/hop.h"
#include "daemon/reading.h"
#include "tests/daemon/scene.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using Kind = Reading::Kind;

const std::string feed_url = "https://a.example/feed";

/// One source and its store. `poll` is what the daemon does with an answer.
struct Source {
    Source() {
        const store::SourceSpec spec{.url = feed_url, .name = {}};
        state = store.sync_sources(std::vector{spec}, noon).front();
    }

    /// A poll whose only request, to the configured URL, is answered with `outcome`.
    Visit poll(fetcher::Outcome outcome, Timestamp now = noon) {
        return settle(asked({feed_url}, std::move(outcome), now), now);
    }

    /// A visit that went through these URLs to `outcome`.
    Visit asked(const std::vector<std::string>& hops, fetcher::Outcome outcome,
                Timestamp now) const {
        Visit visit;
        visit.state = state;
        visit.policy.interval = hour;
        visit.started = now;
        for (const auto& url : hops) {
            visit.request.url = url;
            visit.request.validators = validators_for(state, url);
            store::LedgerRow row;
            row.at = now;
            row.url = url;
            row.status = 302;
            visit.requests.push_back(row);
        }
        if (const auto* response = std::get_if<fetcher::Response>(&outcome.result)) {
            visit.requests.back().status = response->status;
        }
        visit.outcome = std::move(outcome);
        return visit;
    }

    Visit settle(Visit visit, Timestamp now) {
        visit.reading = read(visit);
        store.begin();
        daemon::settle(store, visit, {}, now);
        store.commit();
        state = visit.state;
        CHECK(stored() == state);
        return visit;
    }

    std::vector<std::string> titles() {
        std::vector<std::string> titles;
        for (const auto& entry : store.latest({}, {})) titles.push_back(entry.entry.title.value);
        return titles;
    }

    store::SourceState stored() { return store.source(state.id)->state; }
    store::LedgerRow last_row() { return store.ledger(state.id, 1).at(0); }

    store::Store store{":memory:"};
    store::SourceState state;
};

using Titles = std::vector<std::string>;

const HeaderFields both_validators{{"etag", "\"1\""},
                                   {"last-modified", "Monday, 05-Jan-26 08:00:00 GMT"}};

/// A source that has been read once, well.
Source read_once() {
    Source source;
    source.poll(answer(200, both_validators, rss({{"1", "One"}, {"2", "Two"}})));
    return source;
}

/// What is left alone when a poll brings nothing good.
void check_untouched(Source& source, const store::SourceState& before) {
    const auto after = source.stored();
    CHECK(after.etag == before.etag);
    CHECK(after.last_modified == before.last_modified);
    CHECK(after.validators_url == before.validators_url);
    CHECK(after.body_hash == before.body_hash);
    CHECK(after.last_success == before.last_success);
    CHECK(after.rules == before.rules);
    CHECK(source.titles() == Titles{"One", "Two"});
}

}  // namespace

TEST_CASE("a new feed is stored with the validators that would hide it, byte for byte") {
    Source source;
    const Visit visit =
        source.poll(answer(200, both_validators, rss({{"1", "One"}, {"2", "Two"}})));
    CHECK(visit.reading.kind == Kind::feed);
    CHECK(visit.changes.added == 2);
    CHECK(source.titles() == Titles{"One", "Two"});
    const auto state = source.stored();
    CHECK(state == visit.state);
    CHECK(state.etag == "\"1\"");
    CHECK(state.last_modified == "Monday, 05-Jan-26 08:00:00 GMT");
    CHECK(state.validators_url == feed_url);
    CHECK(state.body_hash != 0);
    CHECK(state.condition == store::Condition::ok);
    CHECK(state.error.empty());
    CHECK(state.last_poll == noon);
    CHECK(state.last_success == noon);
    CHECK(state.last_change == noon);
    CHECK(state.next_poll >= noon + hour);
    CHECK(source.last_row().result == "new");
}

TEST_CASE("entries that are too many are told in the ledger") {
    std::string items;
    for (int i = 0; i < 10'001; ++i) items += "<item><guid>" + std::to_string(i) + "</guid></item>";
    Source source;
    const Visit visit = source.poll(answer(200, {}, "<rss><channel>" + items + "</channel></rss>"));
    CHECK(visit.changes.added == 10'000);
    REQUIRE(visit.reading.parsed->warnings.size() == 1);
    CHECK(source.last_row().result ==
          "new; more entries than the limit of 10000; the newest are kept");
}

TEST_CASE("entries and validators are committed together or not at all") {
    Source source;
    Visit visit = source.asked({feed_url}, answer(200, both_validators, rss({{"1", "One"}})), noon);
    visit.reading = read(visit);
    source.store.begin();
    settle(source.store, visit, {}, noon);
    source.store.rollback();
    CHECK(source.titles().empty());
    CHECK(source.stored().etag.empty());
    CHECK(source.stored().condition == store::Condition::unpolled);
    CHECK(source.store.ledger(source.state.id, 10).empty());
}

TEST_CASE("a 304 changes nothing but what it carries (R6)") {
    Source source = read_once();
    const auto before = source.state;
    Visit visit = source.poll(answer(304, {{"etag", "\"2\""}}), noon + hour);
    CHECK(visit.reading.kind == Kind::not_modified);
    CHECK_FALSE(visit.changes.any());
    auto state = source.stored();
    CHECK(state.etag == "\"2\"");  // rotated: the newest goes out next time
    CHECK(state.last_modified == before.last_modified);
    CHECK(state.body_hash == before.body_hash);
    CHECK(state.last_success == noon + hour);
    CHECK(state.last_change == noon);
    CHECK(state.condition == store::Condition::ok);
    CHECK(source.last_row().result == "not modified");
    CHECK(source.last_row().decoded_bytes == 0);

    source.poll(answer(304), noon + 2 * hour);
    state = source.stored();
    CHECK(state.etag == "\"2\"");
    CHECK(state.last_modified == before.last_modified);

    source.poll(answer(304, {{"last-modified", "whenever"}}), noon + 3 * hour);
    CHECK(source.stored().last_modified == "whenever");
    CHECK(source.stored().etag == "\"2\"");
}

TEST_CASE("a 304 that nobody asked for is an error (R8)") {
    Source source;
    const Visit visit = source.poll(answer(304, {{"etag", "\"2\""}}));
    CHECK(visit.reading.kind == Kind::failed);
    const auto state = source.stored();
    CHECK(state.error == "answered 304 to an unconditional request");
    CHECK(state.condition == store::Condition::failing);
    CHECK(state.etag.empty());
    CHECK(state.pace.failures == 1);
    CHECK(state.next_poll > noon + hour);
}

TEST_CASE("the same bytes are neither decoded nor parsed, and replace both validators (R6, R9)") {
    Source source = read_once();
    const auto hash = source.state.body_hash;
    const std::string bytes = rss({{"1", "One"}, {"2", "Two"}});
    Visit visit = source.poll(answer(200, {{"etag", "\"3\""}}, bytes), noon + hour);
    CHECK(visit.reading.kind == Kind::same_body);
    CHECK(visit.reading.decoded_bytes == 0);
    CHECK_FALSE(visit.changes.any());
    const auto state = source.stored();
    CHECK(state.etag == "\"3\"");
    CHECK(state.last_modified.empty());  // the answer had none
    CHECK(state.body_hash == hash);
    CHECK(state.last_change == noon);
    CHECK(source.last_row().result == "same bytes");

    // Were they decoded, this coding would be unknown.
    visit = source.poll(answer(200, {{"content-encoding", "x-unknown"}}, bytes), noon + 2 * hour);
    CHECK(visit.reading.kind == Kind::same_body);
    CHECK(source.stored().etag.empty());
}

TEST_CASE("only a document that is not known yet is worth a worker") {
    const Source source = read_once();
    const auto is_quick = [&](const std::string& from, fetcher::Outcome outcome) {
        return is_quickly_read(source.asked({from}, std::move(outcome), noon + hour));
    };
    const std::string known = rss({{"1", "One"}, {"2", "Two"}}), fresh = rss({{"3", "Three"}});
    CHECK(is_quick(feed_url, answer(304, {}, "")));
    CHECK(is_quick(feed_url, {.result = fetcher::Failure{}}));
    CHECK(is_quick(feed_url, answer(200, {}, known)));
    CHECK_FALSE(is_quick(feed_url, answer(200, {}, fresh)));
    CHECK_FALSE(is_quick(feed_url, answer(404, {}, known)));
    CHECK_FALSE(is_quick("https://b.example/", answer(200, {}, known)));
}

TEST_CASE("the same bytes from another address are read: they may mean something else there") {
    Source source = read_once();
    Visit visit = source.asked({feed_url, "https://b.example/"},
                               answer(200, {{"etag", "\"b\""}}, rss({{"1", "One"}, {"2", "Two"}})),
                               noon + hour);
    visit = source.settle(std::move(visit), noon + hour);
    CHECK(visit.reading.kind == Kind::feed);
    CHECK(source.stored().validators_url == "https://b.example/");
    CHECK(source.stored().url == feed_url);
    CHECK(source.last_row().result == "nothing new");
}

TEST_CASE("a changed document replaces both validators, and what it does not say is forgotten") {
    Source source = read_once();
    const Visit visit =
        source.poll(answer(200, {{"last-modified", "today"}}, rss({{"3", "Three"}, {"1", "One"}})),
                    noon + hour);
    CHECK(visit.changes.added == 1);
    CHECK(source.stored().etag.empty());
    CHECK(source.stored().last_modified == "today");
    CHECK(source.titles() == Titles{"Three", "One", "Two"});
    CHECK(source.stored().last_change == noon + hour);
}

TEST_CASE(
    "what is no feed leaves validators and entries alone, and says in words what it was (R7, "
    "R35)") {
    struct Case {
        fetcher::Outcome outcome;
        const char* error;
        store::Condition condition;
    };
    using enum store::Condition;
    using Trouble = fetcher::Failure::Kind;
    const HeaderFields fresh{{"etag", "\"bad\""}, {"last-modified", "never"}};
    const Case cases[] = {
        {answer(200, fresh, ""), "an empty answer", failing},
        {answer(204, fresh, ""), "an empty answer", failing},
        {answer(206, fresh, rss({{"9", "Part"}})), "answered with a part, which was not asked for",
         failing},
        {answer(226, fresh, rss({{"9", "Delta"}})), "answered 226 without IM: feed", failing},
        {answer(301, fresh, ""), "HTTP 301 (moved permanently)", failing},
        {answer(401, fresh, "<html>"), "HTTP 401 (it wants a password)", failing},
        {answer(403, fresh, "<html>"), "HTTP 403 (forbidden)", failing},
        {answer(404, fresh, rss({{"9", "Nine"}})), "HTTP 404 (not found)", failing},
        {answer(410, fresh, ""), "HTTP 410 (gone for good)", gone},
        {answer(429, fresh, rss({{"9", "Nine"}})), "HTTP 429 (too many requests)", failing},
        {answer(500, fresh, rss({{"9", "Nine"}})), "HTTP 500 (server error)", failing},
        {answer(503, fresh, rss({{"9", "Nine"}})), "HTTP 503 (unavailable)", failing},
        {answer(599, fresh, ""), "HTTP 599", failing},
        {answer(0, fresh, ""), "HTTP 0", failing},
        {no_answer(Trouble::timeout, "no answer within 30 s"), "no answer within 30 s", failing},
        {no_answer(Trouble::too_large, "evil\x1b[31m"), "evil\\x1b[31m", failing},
    };
    for (const auto& [outcome, error, condition] : cases) {
        CAPTURE(error);
        Source source = read_once();
        const auto before = source.stored();
        const Visit visit = source.poll(outcome, noon + hour);
        CHECK_FALSE(visit.changes.any());
        check_untouched(source, before);
        const auto after = source.stored();
        CHECK(after.condition == condition);
        CHECK(after.error == error);
        CHECK(after.last_poll == noon + hour);
        CHECK(after.next_poll > noon + 2 * hour);
        CHECK(source.store.ledger(after.id, 10).size() == 2);
    }
}

TEST_CASE("a page where a feed should be is an error that says so") {
    Source source = read_once();
    const auto before = source.stored();
    source.poll(answer(200, {{"etag", "\"wall\""}, {"content-type", "text/html"}},
                       "<!doctype html><title>Just a moment...</title><p>Checking your browser"),
                noon + hour);
    check_untouched(source, before);
    const std::string error = source.stored().error;
    CHECK_MESSAGE(error.starts_with("not a feed: "), error);
    CHECK_MESSAGE(error.contains("HTML"), error);

    source.poll(answer(200, {{"etag", "\"x\""}}, "once upon a time"), noon + 2 * hour);
    check_untouched(source, before);
}

TEST_CASE("a body that cannot be decoded, or is too large when it is, leaves everything alone") {
    Source source = read_once();
    const auto before = source.stored();
    source.poll(answer(200, {{"content-encoding", "gzip"}, {"etag", "\"x\""}}, "no gzip at all"),
                noon + hour);
    check_untouched(source, before);
    CHECK(source.stored().condition == store::Condition::failing);

    Visit visit = source.asked({feed_url}, answer(200, {}, rss({{"9", std::string(2000, 'x')}})),
                               noon + 2 * hour);
    visit.request.max_bytes = 1000;
    source.settle(std::move(visit), noon + 2 * hour);
    check_untouched(source, before);
    CHECK_FALSE(source.stored().error.empty());
}

TEST_CASE("a feed without entries deletes none (R35)") {
    Source source = read_once();
    const Visit visit = source.poll(answer(200, {}, rss({})), noon + hour);
    CHECK(visit.reading.kind == Kind::feed);
    CHECK(source.titles() == Titles{"One", "Two"});
    CHECK(source.store.source(source.state.id)->entries == 2);
    CHECK(source.stored().condition == store::Condition::ok);
}

TEST_CASE("a source that answers again is well, and its error is forgotten") {
    Source source = read_once();
    source.poll(answer(500), noon + hour);
    source.poll(answer(500), noon + 4 * hour);
    CHECK(source.stored().pace.failures == 2);
    source.poll(answer(304), noon + 12 * hour);
    CHECK(source.stored().condition == store::Condition::ok);
    CHECK(source.stored().error.empty());
    CHECK(source.stored().pace.failures == 0);
}

TEST_CASE("what headers and the document ask for decides the next poll") {
    Source source;
    source.poll(answer(200, {{"etag", "\"1\""}, {"cache-control", "max-age=18000"}},
                       rss({{"1", "One"}}, "<ttl>120</ttl>")));
    CHECK(source.stored().rules.ttl_minutes == 120);
    CHECK(source.stored().directive == "max-age");
    CHECK(source.stored().next_poll >= noon + 5 * hour);

    // A 304 is as good as the document was: its ttl still holds.
    source.poll(answer(304), noon + 6 * hour);
    CHECK(source.stored().directive == "ttl");
    CHECK(source.stored().next_poll >= noon + 8 * hour);

    source.poll(answer(503, {{"retry-after", "90000"}}), noon + 9 * hour);
    CHECK(source.stored().directive == "Retry-After");
    CHECK(source.stored().next_poll >= noon + 34 * hour);

    source.poll(answer(200, {{"etag", "\"2\""}}, rss({{"1", "One"}})), noon + 40 * hour);
    CHECK_FALSE(source.stored().rules.ttl_minutes);
    CHECK(source.stored().directive == "interval");
}

TEST_CASE("the hours and days on which a document wants no polls are taken from it") {
    Source source;
    source.poll(answer(
        200, {},
        rss({{"1", "One"}},
            "<skipHours><hour>3</hour><hour>4</hour></skipHours>"
            "<skipDays><day>Sunday</day><day> saturday </day><day>Feastday</day></skipDays>")));
    const auto rules = source.stored().rules;
    CHECK(rules.skip_hours == std::vector{3, 4});
    CHECK(rules.skip_days == std::vector{0, 6});
}

TEST_CASE("the ledger has one row a hop; the last one says what came of it") {
    Source source;
    const std::string body = rss({{"1", "One"}});
    Visit visit = source.asked({feed_url, "https://a.example/b", "https://a.example/c"},
                               answer(200, {}, body), noon);
    visit.requests[0].reason = "first poll";
    source.settle(std::move(visit), noon);
    const auto rows = source.store.ledger(source.state.id, 10);  // newest first
    REQUIRE(rows.size() == 3);
    CHECK(rows[2].url == feed_url);
    CHECK(rows[2].result == "redirected");
    CHECK(rows[2].reason == "first poll");
    CHECK(rows[2].status == 302);
    CHECK(rows[2].decoded_bytes == 0);
    CHECK_FALSE(rows[2].next);
    CHECK(rows[1].result == "redirected");
    CHECK(rows[0].url == "https://a.example/c");
    CHECK(rows[0].result == "new");
    CHECK(rows[0].status == 200);
    CHECK(rows[0].decoded_bytes == static_cast<std::int64_t>(body.size()));
    CHECK(rows[0].next == source.state.next_poll);
    CHECK(rows[0].directive == source.state.directive);
}

TEST_CASE("a chain that was refused is an error in its words") {
    Source source = read_once();
    const auto before = source.stored();
    Visit visit = source.asked({feed_url}, redirect(302, "/feed"), noon + hour);
    visit.refused = "redirects in a circle";
    source.settle(std::move(visit), noon + hour);
    check_untouched(source, before);
    CHECK(source.stored().error == "redirects in a circle");
    CHECK(source.last_row().result == "redirects in a circle");
    CHECK(source.last_row().status == 302);
}

TEST_CASE("no secret of a URL stands in the ledger") {
    Source source;
    source.settle(source.asked({"https://me:word@a.example/feed?token=abc&page=1"},
                               answer(200, {}, rss({{"1", "One"}})), noon),
                  noon);
    CHECK(source.last_row().url == "https://***@a.example/feed?token=***&page=1");
}

TEST_CASE("the document's own dates are no change: only what is kept is compared") {
    Source source;
    source.poll(answer(
        200, {},
        rss({{"1", "One"}}, "<lastBuildDate>Mon, 05 Jan 2026 08:00:00 GMT</lastBuildDate>")));
    const auto head = source.store.source(source.state.id)->head;
    CHECK(head.title.value == "Blog");
    CHECK_FALSE(head.updated);
    CHECK(head.entries.empty());
    source.poll(
        answer(200, {},
               rss({{"1", "One"}}, "<lastBuildDate>Tue, 06 Jan 2026 08:00:00 GMT</lastBuildDate>")),
        noon + day);
    CHECK(source.store.source(source.state.id)->head == head);
    CHECK(source.last_row().result == "nothing new");
}

TEST_CASE(
    "a document that ends too early gives what it holds; its validators would hide the rest (R7)") {
    Source source;
    const std::string cut =
        "<rss version=\"2.0\"><channel><item><guid>1</guid><title>One</title></item><item><gu";
    const Visit visit = source.poll(answer(200, both_validators, cut));
    CHECK(visit.reading.kind == Kind::feed);
    CHECK(visit.changes.added == 1);  // half an entry would be another one than the whole
    CHECK(source.stored().condition == store::Condition::ok);
    CHECK(source.stored().etag.empty());
    CHECK(source.stored().last_modified.empty());

    // The same bytes once more are what the publisher has: all that they hold counts.
    CHECK(source.poll(answer(200, both_validators, cut), noon + hour).reading.kind == Kind::feed);
    CHECK(source.stored().etag == "\"1\"");
    CHECK(source.poll(answer(200, both_validators, cut), noon + day).reading.kind ==
          Kind::same_body);
}

TEST_CASE("a document cut short keeps the validators of the whole one before it") {
    Source source = read_once();
    source.poll(
        answer(200, {{"etag", "\"cut\""}}, "<rss version=\"2.0\"><channel><item><guid>3</guid><ti"),
        noon + hour);
    CHECK(source.stored().etag == "\"1\"");
    source.poll(answer(200, {{"etag", "\"2\""}}, rss({{"3", "Three"}, {"4", "Four"}})),
                noon + 2 * hour);
    CHECK(source.stored().etag == "\"2\"");
}

TEST_CASE("what could not be stored is as if it had not come, but when to ask again is kept") {
    Source source = read_once();
    const auto before = source.stored();
    Visit visit = source.asked({feed_url},
                               answer(200, {{"etag", "\"2\""}, {"cache-control", "max-age=36000"}},
                                      rss({{"3", "Three"}}, "<ttl>90</ttl>")),
                               noon + hour);
    visit.reading = read(visit);
    source.store.begin();
    settle(source.store, visit, {}, noon + hour);
    source.store.rollback();
    forget_result(visit, before, "the disk is full");
    CHECK_FALSE(visit.changes.any());
    CHECK(visit.state.etag == before.etag);
    CHECK(visit.state.validators_url == before.validators_url);
    CHECK(visit.state.body_hash == before.body_hash);
    CHECK(visit.state.last_success == before.last_success);
    CHECK(visit.state.rules == before.rules);
    CHECK(visit.state.next_poll >= noon + 11 * hour);
    CHECK(visit.state.condition == store::Condition::failing);
    CHECK(visit.state.error == "cannot be stored: the disk is full");
}

}  // namespace tributary::daemon
