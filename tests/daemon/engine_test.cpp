#include "daemon/engine.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/scene.h"

namespace tributary::daemon {

namespace {

using namespace testing;
using store::SourceId;

/// An engine, its sources, and what it has started.
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

    std::vector<Visit> start(Timestamp now) { return engine.start(now); }

    /// The visit comes home; its source is due again after `gap`.
    void finish(Visit visit, Timestamp now, Duration gap = hour) {
        visit.state.next_poll = now + gap;
        engine.done(std::move(visit), now);
    }

    config::Config config;
    std::vector<store::SourceState> states;
    Engine engine;
};

std::vector<std::string> urls_of(const std::vector<Visit>& visits) {
    std::vector<std::string> urls;
    for (const auto& visit : visits) urls.push_back(visit.request.url);
    return urls;
}

using Urls = std::vector<std::string>;

Visit only(std::vector<Visit> visits) {
    REQUIRE(visits.size() == 1);
    return std::move(visits.front());
}

/// A visit of `url` that has started; its source knows validators of that URL.
Visit started(Desk& desk, const std::string& url) {
    desk.add(url, noon);
    desk.states.back().etag = "\"one\"";
    desk.states.back().last_modified = "yesterday";
    desk.states.back().validators_url = url;
    desk.configure();
    return only(desk.start(noon));
}

/// Why a redirect from `from` to `location` is not followed; empty if it is.
std::string refused(const std::string& from, const std::string& location) {
    Desk desk;
    Visit visit = started(desk, from);
    const bool follows = desk.engine.follow(visit, redirect(302, location), noon);
    CHECK(follows != visit.refused.has_value());
    return visit.refused.value_or("");
}

}  // namespace

TEST_CASE("a source is polled at its time and not a moment before") {
    Desk desk;
    desk.add("https://a.example/feed", noon + hour);
    desk.configure();
    CHECK(desk.engine.next_event() == noon + hour);
    CHECK(desk.start(noon + hour - Duration(1)).empty());
    CHECK(urls_of(desk.start(noon + hour)) == Urls{"https://a.example/feed"});
    CHECK(desk.start(noon + hour).empty());
    CHECK_FALSE(desk.engine.next_event());
}

TEST_CASE("a visit that has come home is due again at the time it brings") {
    Desk desk({"https://a.example/feed"});
    desk.configure();
    Visit visit = only(desk.start(noon));
    CHECK(desk.engine.in_flight() == 1);
    visit.state.etag = "\"new\"";
    desk.finish(std::move(visit), noon + second, hour);
    CHECK(desk.engine.in_flight() == 0);
    CHECK(desk.engine.next_event() == noon + second + hour);
    CHECK(desk.engine.state(SourceId(1))->etag == "\"new\"");
}

TEST_CASE("a host is asked one thing at a time, and its requests start a second apart") {
    Desk desk({"https://a.example/1", "https://a.example/2", "https://a.example/3"});
    desk.configure();
    Visit first = only(desk.start(noon));
    CHECK(desk.start(noon + minute).empty());
    CHECK_FALSE(desk.engine.next_event());

    desk.finish(std::move(first), noon + Duration(200));
    CHECK(desk.start(noon + Duration(200)).empty());
    CHECK(desk.engine.next_event() == noon + second);
    Visit next = only(desk.start(noon + second));
    CHECK(next.request.url == "https://a.example/2");

    desk.finish(std::move(next), noon + minute);
    CHECK(only(desk.start(noon + minute)).request.url == "https://a.example/3");
}

TEST_CASE("names under one registrable domain spend the same patience, others their own") {
    Desk desk({"https://one.example.co.uk/", "https://two.example.co.uk/", "https://other.co.uk/",
               "http://127.0.0.1:81/", "http://127.0.0.1:82/"});
    desk.configure();
    CHECK(urls_of(desk.start(noon)) ==
          Urls{"https://one.example.co.uk/", "https://other.co.uk/", "http://127.0.0.1:81/"});
}

TEST_CASE("a host that may be asked twice at a time is still asked a second apart") {
    Desk desk({"https://a.example/1", "https://a.example/2", "https://a.example/3"});
    desk.config.poll.host_in_flight = 2;
    desk.configure();
    CHECK(desk.start(noon).size() == 1);
    CHECK(desk.engine.next_event() == noon + second);
    CHECK(desk.start(noon + second).size() == 1);
    CHECK(desk.start(noon + minute).empty());
}

TEST_CASE("files have no manners to mind") {
    Desk desk({"file:///tmp/a.xml", "file:///tmp/b.xml", "file:///tmp/c.xml"});
    desk.configure();
    auto visits = desk.start(noon);
    CHECK(visits.size() == 3);
    for (auto& visit : visits) desk.finish(std::move(visit), noon + second, second);
    CHECK(desk.start(noon + 2 * second).size() == 3);
}

TEST_CASE(
    "no more requests are under way than configured; hosts that wait come first when one ends") {
    Desk desk(
        {"https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/"});
    desk.add("https://late.example/", noon + second);
    desk.config.poll.concurrency = 2;
    desk.configure();
    auto visits = desk.start(noon);
    CHECK(urls_of(visits) == Urls{"https://a.example/", "https://b.example/"});
    CHECK(desk.start(noon + minute).empty());

    desk.finish(std::move(visits[1]), noon + minute);
    auto third = desk.start(noon + minute);
    CHECK(urls_of(third) == Urls{"https://c.example/"});
    desk.finish(std::move(visits[0]), noon + minute);
    desk.finish(std::move(third[0]), noon + minute);
    CHECK(urls_of(desk.start(noon + minute)) ==
          Urls{"https://d.example/", "https://late.example/"});
}

TEST_CASE("a slot that a waiting host cannot use goes to the next one") {
    Desk desk({"https://a.example/", "https://b.example/1", "https://c.example/"});
    desk.config.poll.concurrency = 1;
    desk.configure();
    Visit first = only(desk.start(noon));
    desk.config.sources.erase(desk.config.sources.begin() + 1);
    desk.states.erase(desk.states.begin() + 1);
    desk.configure();  // b waits no more
    desk.finish(std::move(first), noon + second);
    CHECK(urls_of(desk.start(noon + second)) == Urls{"https://c.example/"});
}

TEST_CASE("a hundred thousand sources on as many hosts cost no scan a poll") {
    constexpr int count = 100'000;
    Desk desk;
    for (int i = 0; i < count; ++i)
        desk.add("https://host" + std::to_string(i) + ".example/feed", noon);
    desk.configure();
    const auto begun = std::chrono::steady_clock::now();
    const auto in_time = [&] {
        return std::chrono::steady_clock::now() - begun < std::chrono::seconds(60);
    };
    int polled = 0;
    auto under_way = desk.start(noon);
    CHECK(under_way.size() == 32);
    while (!under_way.empty() && in_time()) {
        Visit visit = std::move(under_way.back());
        under_way.pop_back();
        desk.finish(std::move(visit), noon);
        ++polled;
        for (auto& next : desk.start(noon)) under_way.push_back(std::move(next));
    }
    CHECK(polled == count);
}

TEST_CASE("a request says who asks, and carries what the operator has configured for its source") {
    Desk desk({"https://a.example/feed", "https://b.example/1", "https://b.example/2"});
    desk.config.poll.contact = "https://reader.example/about";
    desk.config.poll.timeout = 20 * second;
    auto& own = desk.config.sources[0];
    own.headers = {{"X-Key", "secret"}};
    own.timeout = 5 * second;
    own.max_size = 1000;
    own.tls_ca = "/etc/ca.pem";
    desk.config.sources[1].user_agent = "Another/1";
    desk.configure();
    const auto visits = desk.start(noon);
    REQUIRE(visits.size() == 2);
    const auto& request = visits[0].request;
    CHECK(request.user_agent == "Tributary/" TRIBUTARY_VERSION " (+https://reader.example/about)");
    CHECK(request.headers == own.headers);
    CHECK(request.timeout == 5 * second);
    CHECK(request.max_bytes == 1000);
    CHECK(request.tls_ca == "/etc/ca.pem");
    CHECK_FALSE(request.keep_connection);  // nobody else is on that host
    CHECK(visits[1].request.user_agent == "Another/1");
    CHECK(visits[1].request.timeout == 20 * second);
    CHECK(visits[1].request.keep_connection);
}

TEST_CASE("a visit says why it is allowed now") {
    Desk desk({"https://a.example/", "https://b.example/"});
    desk.states[1].directive = "max-age";
    desk.configure();
    const auto visits = desk.start(noon);
    REQUIRE(visits.size() == 2);
    CHECK(visits[0].reason == "first poll");
    CHECK(visits[1].reason == "max-age");
}

TEST_CASE("chance is the seed's") {
    const auto jitters = [](std::uint64_t seed) {
        Desk desk({"https://a.example/", "https://b.example/", "https://c.example/"}, seed);
        desk.configure();
        std::vector<double> found;
        for (const auto& visit : desk.start(noon)) found.push_back(visit.jitter);
        return found;
    };
    CHECK(jitters(7) == jitters(7));
    CHECK(jitters(7) != jitters(8));
    for (const double jitter : jitters(7)) CHECK((jitter >= 0 && jitter < 1));
}

TEST_CASE("a redirect is followed, and the ledger has a row for each hop") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    REQUIRE(desk.engine.follow(visit, redirect(301, "/moved"), noon + second));
    CHECK(visit.request.url == "https://a.example/moved");
    CHECK_FALSE(desk.engine.follow(visit, answer(200, {}, "<rss/>"), noon + 2 * second));
    REQUIRE(visit.requests.size() == 2);
    CHECK(visit.requests[0].url == "https://a.example/feed");
    CHECK(visit.requests[0].status == 301);
    CHECK(visit.requests[0].reason == "first poll");
    CHECK(visit.requests[0].sent_etag);
    CHECK(visit.requests[0].sent_last_modified);
    CHECK(visit.requests[0].at == noon + second - Duration(40));
    CHECK(visit.requests[1].url == "https://a.example/moved");
    CHECK(visit.requests[1].status == 200);
    CHECK(visit.requests[1].reason == "redirect");
    CHECK(visit.requests[1].wire_bytes == 6);
    CHECK_FALSE(visit.refused);
}

TEST_CASE("every status that redirects is followed, and no other") {
    for (const int status : {200, 300, 301, 302, 303, 304, 305, 306, 307, 308, 404}) {
        CAPTURE(status);
        Desk desk;
        Visit visit = started(desk, "https://a.example/feed");
        const bool redirects =
            status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
        CHECK(desk.engine.follow(visit, redirect(status, "/moved"), noon) == redirects);
        CHECK_FALSE(visit.refused);
    }
}

TEST_CASE("five redirects are followed, the sixth is not") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/0");
    for (int hop = 1; hop <= 5; ++hop) {
        REQUIRE(desk.engine.follow(visit, redirect(302, "/" + std::to_string(hop)), noon));
    }
    CHECK_FALSE(desk.engine.follow(visit, redirect(302, "/6"), noon));
    CHECK(visit.refused == "more than 5 redirects");
    CHECK(visit.requests.size() == 6);
}

TEST_CASE("redirects in a circle end at once") {
    CHECK(refused("https://a.example/feed", "/feed") == "redirects in a circle");
    CHECK(refused("https://a.example/feed", "/feed#top") == "redirects in a circle");
    CHECK(refused("HTTPS://A.example:443/feed", "https://a.example/feed") ==
          "redirects in a circle");

    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://b.example/"), noon));
    CHECK_FALSE(desk.engine.follow(visit, redirect(302, "https://a.example/feed"), noon));
    CHECK(visit.refused == "redirects in a circle");
}

TEST_CASE("only http and https are redirected to, and never from https to plain http elsewhere") {
    CHECK(refused("https://a.example/feed", "https://b.example/feed") == "");
    CHECK(refused("http://a.example/feed", "https://a.example/feed") == "");
    CHECK(refused("http://a.example/feed", "http://b.example/feed") == "");
    CHECK(refused("https://a.example/feed", "http://a.example/feed") == "");
    CHECK(refused("https://a.example/feed", "http://b.example/feed") ==
          "redirected from https to plain http on another host (b.example)");
    for (const char* target :
         {"file:///etc/passwd", "ftp://a.example/feed", "gopher://a.example/", "mailto:x@y",
          "javascript:alert(1)", "data:text/xml,<rss/>", "http://"}) {
        CAPTURE(target);
        CHECK(refused("https://a.example/feed", target) ==
              "redirected to something that is not an http(s) URL");
    }
}

TEST_CASE("a redirect needs a target") {
    CHECK(refused("https://a.example/feed", "") == "a redirect without a target");
    CHECK(refused("https://a.example/feed", "  ") == "a redirect without a target");
}

TEST_CASE("Retry-After on a redirect comes before the hop, the reset of a rate limit does not") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    auto slow = visit;
    CHECK_FALSE(desk.engine.follow(
        slow, answer(302, {{"location", "/moved"}, {"retry-after", "600"}}), noon));
    CHECK(slow.refused == "a redirect that asks to wait first");
    auto past = visit;
    CHECK(desk.engine.follow(past, answer(302, {{"location", "/moved"}, {"retry-after", "0"}}),
                             noon));
    auto counted = visit;
    CHECK(desk.engine.follow(
        counted, answer(302, {{"location", "/moved"}, {"x-ratelimit-reset", "300"}}), noon));
}

TEST_CASE("validators belong to the URL that gave them") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    CHECK(visit.request.validators.etag == "\"one\"");
    REQUIRE(desk.engine.follow(visit, redirect(302, "/other"), noon));
    CHECK(visit.request.validators.empty());

    Desk moved;
    moved.add("https://a.example/feed", noon);
    moved.states.back().etag = "\"one\"";
    moved.states.back().validators_url = "https://b.example/target";
    moved.configure();
    Visit hop = only(moved.start(noon));
    CHECK(hop.request.validators.empty());
    REQUIRE(moved.engine.follow(hop, redirect(302, "https://b.example/target"), noon));
    CHECK(hop.request.validators.etag == "\"one\"");
}

TEST_CASE("what the operator has told one origin is never told to another") {
    struct Case {
        const char* location;
        bool kept;
    };
    const Case cases[] = {{"/other", true},
                          {"https://a.example:443/other", true},
                          {"https://a.example:8443/other", false},
                          {"http://a.example/other", false},
                          {"https://www.a.example/other", false},
                          {"https://b.example/", false}};
    for (const auto& [location, kept] : cases) {
        CAPTURE(location);
        Desk desk;
        desk.add("https://me:word@a.example/feed", noon);
        desk.config.sources.back().headers = {{"Authorization", "secret"}};
        desk.configure();
        Visit visit = only(desk.start(noon));
        CHECK(visit.request.url == "https://me:word@a.example/feed");
        REQUIRE(desk.engine.follow(visit, redirect(302, location), noon));
        CHECK(visit.request.headers.empty() != kept);
        CHECK(visit.request.url.contains("me:word@") == kept);
    }

    Desk desk;
    desk.add("https://me:word@a.example/feed", noon);
    desk.config.sources.back().headers = {{"Authorization", "secret"}};
    desk.configure();
    Visit visit = only(desk.start(noon));
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://b.example/"), noon));
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://a.example/back"), noon));
    CHECK(visit.request.url == "https://a.example/back");
    CHECK(visit.request.headers.empty());
}

TEST_CASE("a name and password that a redirect brings are not used") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    REQUIRE(desk.engine.follow(visit, redirect(302, "https://me:word@b.example/feed"), noon));
    CHECK(visit.request.url == "https://b.example/feed");
}

TEST_CASE("a request that failed ends the chain, with its row") {
    Desk desk;
    Visit visit = started(desk, "https://a.example/feed");
    CHECK_FALSE(
        desk.engine.follow(visit, no_answer(fetcher::Failure::Kind::timeout, "no answer"), noon));
    REQUIRE(visit.requests.size() == 1);
    CHECK(visit.requests[0].status == 0);
}

TEST_CASE("a source that leaves the configuration while it is asked is forgotten when that ends") {
    Desk desk({"https://a.example/1", "https://a.example/2"});
    desk.configure();
    Visit visit = only(desk.start(noon));
    desk.config.sources.erase(desk.config.sources.begin());
    desk.states.erase(desk.states.begin());
    desk.configure();
    CHECK(desk.engine.size() == 1);
    CHECK(desk.start(noon + minute).empty());  // its host is still being asked
    desk.finish(std::move(visit), noon + minute);
    CHECK(desk.engine.in_flight() == 0);
    CHECK(desk.engine.state(SourceId(1)) == nullptr);
    CHECK(urls_of(desk.start(noon + minute)) == Urls{"https://a.example/2"});
}

TEST_CASE("a new source is polled at once, the others keep their times through a reload") {
    Desk desk({"https://a.example/"});
    desk.configure();
    desk.finish(only(desk.start(noon)), noon, 2 * hour);
    desk.states[0].next_poll = noon + 2 * hour;
    desk.add("https://b.example/", noon + minute);
    desk.configure();
    CHECK(urls_of(desk.start(noon + minute)) == Urls{"https://b.example/"});
    CHECK(urls_of(desk.start(noon + 2 * hour)) == Urls{"https://a.example/"});
}

TEST_CASE("a source whose address has changed is polled there as soon as it is due") {
    Desk desk;
    desk.add("https://a.example/", noon + 100 * day);
    desk.configure();
    desk.config.sources[0].url = desk.states[0].url = "https://b.example/";
    desk.states[0].next_poll = noon;
    desk.configure();
    CHECK(desk.engine.next_event() == noon);
    CHECK(urls_of(desk.start(noon)) == Urls{"https://b.example/"});
    CHECK(desk.start(noon + 100 * day).empty());
}

TEST_CASE("a source whose address changes while it waits spends the new host's patience") {
    Desk desk({"https://a.example/1", "https://a.example/2", "https://b.example/1"});
    desk.configure();
    auto visits = desk.start(noon);
    REQUIRE(urls_of(visits) == Urls{"https://a.example/1", "https://b.example/1"});
    desk.config.sources[1].url = desk.states[1].url = "https://b.example/2";
    desk.configure();

    desk.finish(std::move(visits[0]), noon + minute);
    CHECK(desk.start(noon + minute).empty());  // b is still being asked
    desk.finish(std::move(visits[1]), noon + minute);
    Visit moved = only(desk.start(noon + minute));
    CHECK(moved.request.url == "https://b.example/2");
    desk.finish(std::move(moved), noon + minute);
    CHECK(desk.engine.in_flight() == 0);

    // Neither host is thought to be busy for ever, nor to have room for one more.
    desk.add("https://a.example/3", noon + day);
    desk.add("https://b.example/3", noon + day);
    desk.add("https://b.example/4", noon + day);
    desk.configure();
    const auto next = urls_of(desk.start(noon + day));
    CHECK(std::ranges::count(next, "https://a.example/3") +
              std::ranges::count(next, "https://a.example/1") ==
          1);
    CHECK(std::ranges::count_if(
              next, [](const auto& url) { return url.starts_with("https://b."); }) == 1);
}

TEST_CASE("what an old address answers says nothing of the new one") {
    Desk desk({"https://a.example/"});
    desk.configure();
    Visit visit = only(desk.start(noon));
    desk.config.sources[0].url = desk.states[0].url = "https://b.example/";
    desk.states[0].next_poll = noon + second;
    desk.configure();
    visit.state.condition = store::Condition::gone;
    visit.state.etag = "\"old\"";
    desk.finish(std::move(visit), noon + second, 100 * day);
    const auto* state = desk.engine.state(SourceId(1));
    CHECK(state->url == "https://b.example/");
    CHECK(state->condition == store::Condition::unpolled);
    CHECK(state->etag.empty());
    CHECK(urls_of(desk.start(noon + second)) == Urls{"https://b.example/"});
}

TEST_CASE(
    "polled once, every source is due now and never again, and hosts are spaced all the same") {
    Desk desk;
    desk.add("https://a.example/1", noon + 10 * day);
    desk.add("https://a.example/2", noon - day);
    desk.add("https://b.example/", noon + 100 * day);
    desk.configure();
    desk.engine.poll_once(noon);
    auto visits = desk.start(noon);
    CHECK(urls_of(visits) == Urls{"https://a.example/1", "https://b.example/"});
    CHECK(visits[0].reason == "asked for");
    for (auto& visit : visits) desk.finish(std::move(visit), noon);
    CHECK(desk.engine.next_event() == noon + second);
    desk.finish(only(desk.start(noon + second)), noon + second);
    CHECK_FALSE(desk.engine.next_event());
    CHECK(desk.start(noon + 1000 * day).empty());
}

TEST_CASE("the name that requests go out under is the configured one, else says who to ask") {
    config::Poll poll;
    CHECK(user_agent(poll) == "Tributary/" TRIBUTARY_VERSION " (feed aggregator)");
    poll.contact = "mailto:me@reader.example";
    CHECK(user_agent(poll) == "Tributary/" TRIBUTARY_VERSION " (+mailto:me@reader.example)");
    poll.user_agent = "Mine/2";
    CHECK(user_agent(poll) == "Mine/2");
}

}  // namespace tributary::daemon
