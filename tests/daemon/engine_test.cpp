#include "daemon/engine.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/desk.h"

namespace tributary::daemon {

using namespace testing;

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
    own.headers = {{"X-Key", {.value = "secret"}}};
    own.timeout = 5 * second;
    own.max_size = 1000;
    own.tls_ca = "/etc/ca.pem";
    desk.config.sources[1].user_agent = "Another/1";
    desk.configure();
    const auto visits = desk.start(noon);
    REQUIRE(visits.size() == 2);
    const auto& request = visits[0].request;
    CHECK(request.user_agent == "Tributary/" TRIBUTARY_VERSION " (+https://reader.example/about)");
    CHECK(request.headers == HeaderFields{{"X-Key", "secret"}});
    CHECK(request.timeout == 5 * second);
    CHECK(request.max_bytes == 1000);
    CHECK(request.tls_ca == "/etc/ca.pem");
    CHECK_FALSE(request.keep_connection);  // nobody else is on that host
    CHECK(visits[1].request.user_agent == "Another/1");
    CHECK(visits[1].request.timeout == 20 * second);
    CHECK(visits[1].request.keep_connection);
}

TEST_CASE("connections are kept for those who wait for the same host, unless too many hosts are") {
    const auto kept_of = [](int hosts) {
        Desk desk;
        desk.config.poll.concurrency = 1000;
        for (int i = 0; i < 2 * hosts; ++i)
            desk.add("https://site" + std::to_string(i / 2) + ".example/" + std::to_string(i),
                     noon);
        desk.configure();
        const auto kept = [](const std::deque<Visit>& visits) {
            return std::ranges::count_if(
                visits, [](const Visit& visit) { return visit.request.keep_connection; });
        };
        auto first = desk.start(noon);
        CHECK(std::ssize(first) == hosts);
        const auto count = kept(first);
        for (auto& visit : first) desk.finish(std::move(visit), noon);
        CHECK(kept(desk.start(noon + second)) == 0);  // nobody waits for any of them any more
        return count;
    };
    CHECK(kept_of(100) == 100);
    CHECK(kept_of(300) == 0);
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

TEST_CASE("the name that requests go out under is the configured one, else says who to ask") {
    config::Poll poll;
    CHECK(user_agent(poll) == "Tributary/" TRIBUTARY_VERSION " (feed aggregator)");
    poll.contact = "mailto:me@reader.example";
    CHECK(user_agent(poll) == "Tributary/" TRIBUTARY_VERSION " (+mailto:me@reader.example)");
    poll.user_agent = "Mine/2";
    CHECK(user_agent(poll) == "Mine/2");
}

}  // namespace tributary::daemon
