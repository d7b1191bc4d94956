// What engine and refresh make of the rules together: a publisher's answers go in, and what is
// asked next, where and when comes out. No network, no clock.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/house.h"

namespace tributary::daemon {

using namespace testing;

TEST_CASE("R22: polls start at the new address once the move is proven, and ask the old no more") {
    House house({old_url});
    house.config.poll.redirect_sightings = 3;
    house.config.poll.redirect_span = hour;
    house.configure();
    house.poll(answer(200, {}, page(1)));
    for (int i = 0; i < 3; ++i) house.poll_moved(answer(200, {}, page(1, 3 + i)));
    Visit visit = house.next();
    CHECK(visit.request.url == new_url);
    CHECK(visit.host == "new.example");
    CHECK(visit.state.url == old_url);  // as configured
    house.end(std::move(visit), answer(200, {}, page(1)));
    house.configure();  // likewise after a restart
    CHECK(house.next().request.url == new_url);
}

TEST_CASE("R22: an old address that dies is left in the same poll for where it used to lead") {
    House house({old_url});
    house.poll(answer(200, {}, page(1)));
    house.poll_moved(answer(200, {}, page(1, 4)));
    Visit visit = house.next();
    REQUIRE(house.engine.follow(visit, answer(410), house.now));
    CHECK(visit.request.url == new_url);
    const auto state = house.end(std::move(visit), answer(200, {}, page(1, 5)));
    CHECK(state.condition == store::Condition::ok);
    CHECK(house.next().request.url == new_url);
}

TEST_CASE("R24: a permanent redirect to a page is an error, and nothing is learned") {
    House house({old_url});
    house.config.poll.redirect_sightings = 1;
    house.config.poll.redirect_span = Duration(0);
    house.configure();
    house.poll(answer(200, {{"etag", "\"1\""}}, page(1)));
    const auto state = house.poll_moved(
        answer(200, {{"etag", "\"2\""}}, "<html><title>This domain is for sale</title></html>"));
    CHECK(state.condition == store::Condition::failing);
    CHECK(impostor_of(state).kind == schedule::Impostor::parked_domain);
    CHECK(state.error.find("a parked domain") != std::string::npos);
    CHECK(state.etag == "\"1\"");
    CHECK(house.next().request.url == old_url);
}

TEST_CASE("R34: a page is asked once a day, but where a feed has been it is looked for sooner") {
    const std::string html = "<!DOCTYPE html><html><title>Blog</title><p>Hello</p></html>";
    House house({old_url});
    for (int i = 0; i < 3; ++i) {
        const auto state = house.poll(answer(200, {{"etag", "\"1\""}}, html));
        CHECK(state.directive == "page");
        CHECK(state.next_poll - house.now >= day);
    }
    CHECK(house.poll(answer(200, {}, page(1))).condition == store::Condition::ok);

    const auto after = house.poll(answer(200, {}, html));
    CHECK(after.directive == "back-off");
    CHECK(after.next_poll - house.now < 3 * hour);
}

TEST_CASE("R9: a host that never knows its own ETag is asked by date alone") {
    House house({old_url});
    const HeaderFields both{{"etag", "\"x-gzip\""}, {"last-modified", "yesterday"}};
    for (int i = 0; i < 4; ++i) house.poll(answer(200, both, page(1)));
    Visit visit = house.next();
    CHECK(visit.request.validators.etag.empty());
    CHECK(visit.request.validators.last_modified == "yesterday");
    house.end(std::move(visit), answer(304));
    CHECK(house.next().request.validators.etag.empty());
}

TEST_CASE("R12: 429 pauses every source of the host, also across a restart; 503 only its own") {
    House house({"https://a.shared.example/1", "https://b.shared.example/2"});
    house.poll(answer(200, {}, page(1)));
    house.poll(answer(200, {}, page(100)));
    const Timestamp before = house.now;
    SUBCASE("429") {
        house.poll(answer(429, {{"retry-after", "86400"}}));
        const Timestamp refused = house.now;
        SUBCASE("at once") {}
        SUBCASE("after a restart") {
            house.engine = Engine(2);
            house.configure();
        }
        house.next();
        CHECK(house.now >= refused + day);
    }
    SUBCASE("503") {
        house.poll(answer(503, {{"retry-after", "86400"}}));
        house.next();
        CHECK(house.now < before + 6 * hour);
    }
}

TEST_CASE("R12: on a host that the operator names, 429 pauses its source alone") {
    House house({"https://a.shared.example/1", "https://b.shared.example/2"});
    house.config.poll.pause_source_only = {"feeds.shared.example"};
    house.configure();
    house.poll(answer(200, {}, page(1)));
    house.poll(answer(200, {}, page(100)));
    const auto refused = house.poll(answer(429, {{"retry-after", "86400"}}));
    CHECK(refused.next_poll >= house.now + day);
    const Timestamp before = house.now;
    SUBCASE("at once") {}
    SUBCASE("after a restart") {
        house.engine = Engine(2);
        house.configure();
    }
    CHECK(house.next().state.id != refused.id);
    CHECK(house.now < before + 6 * hour);
}

TEST_CASE("R13: an allowance that is spent pauses the host, whatever the status") {
    House house({"https://a.shared.example/1", "https://b.shared.example/2"});
    const Timestamp start = house.now;
    house.poll(
        answer(200, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "600"}}, page(1)));
    house.next();
    CHECK(house.now >= start + 600 * second);
}

TEST_CASE("R14: while nobody can be reached no back-off grows, and all resume when one answers") {
    std::vector<std::string> urls;
    for (int i = 0; i < 6; ++i) urls.push_back("https://host" + std::to_string(i) + ".example/");
    House house(urls);
    const auto no_network = [] { return no_answer(fetcher::Failure::Kind::resolve, "no DNS"); };
    const HeaderFields etag{{"etag", "\"1\""}};
    for (int i = 0; i < 6; ++i) house.poll(answer(200, etag, page(1)));
    store::SourceState state;
    for (int i = 0; i < 30; ++i) state = house.poll(no_network());
    CHECK(state.directive == "no network");
    CHECK(state.pace.failures <= 2);

    house.poll(answer(200, {}, page(1)));
    const Timestamp back = house.now;
    int asked = 0;
    while (house.now < back + 20 * minute && asked < 5) {
        house.poll(answer(200, {}, page(1)));
        ++asked;
    }
    CHECK(asked == 5);
    CHECK(house.now < back + 20 * minute);
}

TEST_CASE("R15: a 410 is confirmed after gone_confirm") {
    House house({old_url});
    house.config.poll.gone_confirm = 3 * hour;
    house.configure();
    const auto state = house.poll(answer(410));
    CHECK(state.condition == store::Condition::gone);
    CHECK(state.next_poll - house.now < 4 * hour);
    const auto confirmed = house.poll(answer(410));
    CHECK(confirmed.next_poll - house.now >= 30 * day);
}

TEST_CASE("R16: sy:updatePeriod is a floor of an hour at most") {
    House house({old_url});
    const std::string hourly =
        "<sy:updatePeriod xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">daily"
        "</sy:updatePeriod>";
    house.config.poll.interval = 20 * minute;
    house.configure();
    const auto state = house.poll(
        answer(200, {{"etag", "\"1\""}, {"cache-control", "max-age=900"}}, page(1, 3, hourly)));
    CHECK(state.next_poll - house.now >= hour);
    CHECK(state.next_poll - house.now <= hour + hour / 10);
}

TEST_CASE("R38: a gap is found, its older pages are asked for, and the source is polled faster") {
    House house({old_url});
    const std::string paging =
        "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"prev-archive\" "
        "href=\"https://old.example/archive/1\"/>";
    const HeaderFields etag{{"etag", "\"1\""}};
    house.poll(answer(200, etag, page(1)));
    const auto state = house.poll(answer(200, etag, page(50, 3, paging)));
    REQUIRE(gap_of(state).has_value());
    CHECK(gap_of(state)->page == "https://old.example/archive/1");
    CHECK(state.next_poll - house.now < 20 * minute);

    const Timestamp regular = state.next_poll;
    Visit older = house.next();
    CHECK(older.request.url == "https://old.example/archive/1");
    CHECK(older.request.validators.empty());
    CHECK(older.reason == "older page");
    CHECK(house.now < regular);
    const auto repaired = house.end(std::move(older), answer(200, {}, page(3, 47)));
    CHECK(gap_of(repaired)->state == schedule::Gap::State::repaired);
    CHECK(gap_of(repaired)->found == 46);
    CHECK(repaired.next_poll == regular);
    CHECK(repaired.etag == "\"1\"");
    CHECK(house.next().request.url == old_url);
    CHECK(house.now == regular);
}

TEST_CASE("R16: a source that has waited into a skipped hour waits until that is over") {
    House house({"https://a.shared.example/1", "https://b.shared.example/2"});
    house.config.poll.interval = hour;
    house.configure();
    // It is 14:13 GMT; the host wants to be left alone until after four.
    const std::string skips = "<skipHours><hour>16</hour></skipHours>";
    house.poll(answer(200, {{"etag", "\"1\""}}, page(1, 3, skips)));
    house.poll(answer(200, {{"etag", "\"2\""}}, page(100, 3, skips)));
    house.poll(answer(429, {{"retry-after", "4000"}}));
    for (int i = 0; i < 2; ++i) {
        house.poll(answer(304));
        const auto hour_of_day = std::chrono::floor<std::chrono::hours>(
            house.now - std::chrono::floor<std::chrono::days>(house.now));
        CHECK(hour_of_day.count() != 16);
    }
}

TEST_CASE("a clock that is set leaves every wait as long as it was") {
    House house({old_url});
    house.config.poll.interval = hour;
    house.configure();
    const auto state = house.poll(answer(200, {{"etag", "\"1\""}}, page(1)));
    const Duration wait = state.next_poll - house.now;
    house.now += day;
    house.engine.clock_was_set(day);
    const Timestamp set = house.now;
    Visit visit = house.next();
    CHECK(house.now - set == wait);
    CHECK(visit.reason == "clock was set");
    house.end(std::move(visit), answer(304));

    house.now -= 2 * day;
    house.engine.clock_was_set(-2 * day);
    const Timestamp set_back = house.now;
    house.next();
    CHECK(house.now - set_back <= hour + hour / 10);
}

TEST_CASE("R18: a next poll that a wrong clock has named years ahead does not silence a source") {
    House house({old_url});
    auto state = house.poll(answer(200, {}, page(1)));
    state.next_poll = house.now + 5000 * day;
    house.store.begin();
    house.store.save_state(state);
    house.store.commit();
    house.engine = Engine(2);
    house.configure();
    const Timestamp start = house.now;
    house.next();
    CHECK(house.now <= start + hour);
}

TEST_CASE("R40: whatever is answered, every source of a host is asked again") {
    const fetcher::Outcome answers[] = {
        answer(304),
        answer(404),
        answer(429),
        answer(503, {{"retry-after", "99999999999999999999"}}),
        answer(200, {{"cache-control", "max-age=99999999999999999999"}}, page(1)),
        answer(200, {}, "no feed"),
        answer(200),
        redirect(302, "file:///etc/passwd"),
        no_answer(fetcher::Failure::Kind::timeout, "no answer"),
    };
    for (const auto& outcome : answers) {
        House house({"https://a.shared.example/1", "https://b.shared.example/2"});
        for (int i = 0; i < 20; ++i) {
            const Timestamp before = house.now;
            house.poll(outcome);
            CHECK(house.now - before <= 8 * day);
        }
    }
}

}  // namespace tributary::daemon
