#include "daemon/engine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/desk.h"

namespace tributary::daemon {

using namespace testing;

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

}  // namespace tributary::daemon
