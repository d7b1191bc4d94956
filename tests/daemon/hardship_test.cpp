// Where two of the rules meet, or a rule and a machine that fails: what is asked next, and when.

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/house.h"

namespace tributary::daemon {

using namespace testing;

namespace {

const HeaderFields etag{{"etag", "\"1\""}};

/// A document of which nothing is known, and an older page.
std::string document_after_a_gap() {
    return page(50, 3,
                "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"next\" "
                "href=\"https://old.example/page/2\"/>");
}

/// A source that has missed entries and is about to ask for an older page.
Visit about_to_ask_for_a_page(House& house) {
    house.poll(answer(200, etag, page(1)));
    house.poll(answer(200, etag, document_after_a_gap()));
    Visit visit = house.next();
    REQUIRE(visit.is_older_page);
    return visit;
}

}  // namespace

TEST_CASE("R12: Retry-After on an older page puts off the next poll, too") {
    House house({old_url});
    Visit visit = about_to_ask_for_a_page(house);
    const Timestamp asked = house.now;
    house.end(std::move(visit), answer(503, {{"retry-after", "36000"}}));
    house.next();
    CHECK(house.now >= asked + 10 * hour);
}

TEST_CASE("R12: no older page is asked for while its publisher wants a pause") {
    House house({old_url});
    const HeaderFields pause{{"etag", "\"1\""}, {"retry-after", "600"}};
    house.poll(answer(200, etag, page(1)));
    SUBCASE("said with the feed") {
        house.poll(answer(200, pause, document_after_a_gap()));
    }
    SUBCASE("said with an older page") {
        house.poll(answer(200, etag, document_after_a_gap()));
        Visit visit = house.next();
        REQUIRE(visit.is_older_page);
        house.end(std::move(visit), answer(200, pause, document_after_a_gap()));
    }
    const Timestamp told = house.now;
    house.next();
    CHECK(house.now >= told + 600 * second);
}

TEST_CASE("an older page that cannot be stored is not asked for again at once") {
    House house({old_url});
    Visit visit = about_to_ask_for_a_page(house);
    const auto before = visit.state;
    CHECK_FALSE(house.engine.follow(visit, answer(200, {}, page(40)), house.now));
    visit.reading = read(visit);
    judge(visit, house.now);
    forget_result(visit, before, "the disk is full");
    house.engine.done(std::move(visit), house.now);
    house.next();
    CHECK(house.now == before.next_poll);
}

TEST_CASE("R12: a pause is for the host that asked for it, also after a restart") {
    House house({old_url, "https://www.old.example/other", "https://feeds.new.example/another"});
    house.poll(answer(200, etag, page(1)));
    for (int i = 1; i < 3; ++i) house.poll(answer(200, etag, page(100 * i)));
    Visit visit = house.next();
    while (visit.request.url != old_url) {
        house.end(std::move(visit), answer(304));
        visit = house.next();
    }
    REQUIRE(house.engine.follow(visit, redirect(302, new_url), house.now));
    house.end(std::move(visit), answer(429, {{"retry-after", "86400"}}));
    const Timestamp refused = house.now;
    house.engine = Engine(2);
    house.started.clear();
    house.configure();
    bool other_was_asked = false;
    for (visit = house.next(); house.now < refused + day - minute; visit = house.next()) {
        CHECK(visit.request.url == "https://www.old.example/other");
        other_was_asked = true;
        house.end(std::move(visit), answer(304));
    }
    CHECK(other_was_asked);
}

TEST_CASE("R12: polled once, a host that wants a pause is not waited for") {
    House house({"https://a.shared.example/1", "https://b.shared.example/2"});
    SUBCASE("it said so before") {
        house.poll(answer(200, etag, page(1)));
        house.poll(answer(200, etag, page(100)));
        house.poll(answer(429, {{"retry-after", "86400"}}));
        house.engine = Engine(2);
        house.configure();
        house.engine.poll_once(house.now);
        CHECK(house.engine.not_asked() == 2);
    }
    SUBCASE("it says so now") {
        house.engine.poll_once(house.now);
        CHECK(house.engine.not_asked() == 0);
        house.poll(answer(429, {{"retry-after", "86400"}}));
        CHECK(house.engine.not_asked() == 1);
    }
    CHECK(house.engine.start(house.now + minute).empty());
    CHECK_FALSE(house.engine.next_event());
}

TEST_CASE("R40: a reload that knows of another next poll than the daemon puts nobody to sleep") {
    House house({old_url});
    house.poll(answer(200, etag, page(1)));
    // The clock is set back, and the store could not be told so.
    house.now -= 5 * hour;
    house.engine.clock_was_set(-5 * hour);
    house.configure();
    const Timestamp start = house.now;
    house.next();
    CHECK(house.now <= start + day);
}

}  // namespace tributary::daemon
