#include "schedule/moves.h"

#include <doctest/doctest.h>

#include <vector>

using namespace tributary;
using namespace tributary::schedule;

namespace {

constexpr Duration hour{3'600'000}, day{86'400'000};
constexpr Timestamp noon = Timestamp(std::chrono::days(20'775)) + 12 * hour;
const std::string old_url = "https://old.example/feed";
const std::string new_url = "https://new.example/feed";
const MoveRules rules;

using Hops = std::vector<Hop>;
const Hops redirected{{old_url, 301}, {new_url, 200}};

/// What `count` polls teach that all went the same way, `gap` apart, the first at noon.
Moves polls(const Hops& hops, int count, Duration gap, Moves moves = {},
            Arrival arrival = Arrival::known_feed, Timestamp first = noon) {
    for (int i = 0; i < count; ++i)
        moves = learn(rules, moves, old_url, hops, arrival, first + i * gap);
    return moves;
}

Moves moved() {
    return polls(redirected, 8, day);
}

}  // namespace

TEST_CASE("R22: a permanent redirect is believed after five sightings over seven days") {
    CHECK(
        polls(redirected, 7, day).address.empty());  // six days lie between the first and the last
    CHECK(polls(redirected, 8, day).address == new_url);
    CHECK(polls(redirected, 4, 10 * day).address.empty());  // long enough, too few
    CHECK(polls(redirected, 5, 10 * day).address == new_url);
    CHECK(polls(redirected, 100, hour).address.empty());  // many, in too short a time
    const Hops by_308{{old_url, 308}, {new_url, 304}};
    CHECK(start_of(polls(by_308, 8, day), old_url) == new_url);
    CHECK(start_of(polls(by_308, 7, day), old_url) == old_url);
}

TEST_CASE("R22: the end of the permanent prefix is stored, whatever follows after it") {
    const std::string middle = "https://middle.example/feed";
    CHECK(polls({{old_url, 301}, {middle, 308}, {new_url, 200}}, 8, day).address == new_url);
    CHECK(polls({{old_url, 301}, {middle, 302}, {new_url, 200}}, 8, day).address == middle);
}

TEST_CASE("R23: a temporary redirect is never stored, nor what lies behind one") {
    for (const int status : {302, 303, 307}) {
        CHECK(polls({{old_url, status}, {new_url, 200}}, 50, day) == Moves{});
        const Hops mixed{{old_url, status}, {"https://middle.example/", 301}, {new_url, 200}};
        CHECK(polls(mixed, 50, day) == Moves{});
    }
}

TEST_CASE("R24: what a redirect leads to must be a feed with entries that are known") {
    CHECK(polls(redirected, 50, day, {}, Arrival::failure) == Moves{});
    CHECK(polls(redirected, 50, day, {}, Arrival::unknown_feed) == Moves{});
}

TEST_CASE("R22: another target, or none, starts the count anew; a failure does not") {
    Moves moves = polls(redirected, 6, day);
    CHECK(moves.sightings == 6);
    const Moves elsewhere =
        learn(rules, moves, old_url, Hops{{old_url, 301}, {"https://else.example/", 200}},
              Arrival::known_feed, noon + 6 * day);
    CHECK(elsewhere.sightings == 1);
    CHECK(learn(rules, moves, old_url, Hops{{old_url, 200}}, Arrival::known_feed, noon + 6 * day) ==
          Moves{});
    moves = learn(rules, moves, old_url, Hops{{old_url, 500}}, Arrival::failure, noon + 6 * day);
    CHECK(moves.sightings == 6);
    CHECK(polls(redirected, 1, day, moves, Arrival::known_feed, noon + 7 * day).address == new_url);
}

TEST_CASE("R22: from http to https of the same page two sightings are enough") {
    const std::string plain = "http://old.example/feed?id=%7E1";
    const auto after_two = [&](const std::string& target) {
        Moves moves;
        for (int i = 0; i < 2; ++i) {
            moves = learn(rules, moves, plain, Hops{{plain, 301}, {target, 200}},
                          Arrival::known_feed, noon + i * hour);
        }
        return moves.address;
    };
    CHECK(after_two("https://old.example/feed?id=%7E1") == "https://old.example/feed?id=%7E1");
    CHECK(after_two("https://old.example/feed?id=~1").empty());
    CHECK(after_two("https://www.old.example/feed?id=%7E1").empty());
    CHECK(after_two("https://old.example:8443/feed?id=%7E1").empty());
    CHECK(after_two("http://new.example/feed").empty());
}

TEST_CASE("R22: the thresholds are the operator's") {
    const MoveRules quick{.sightings = 3, .span = 3 * hour};
    Moves moves;
    for (int i = 0; i < 3; ++i)
        moves = learn(quick, moves, old_url, redirected, Arrival::known_feed, noon + i * hour);
    CHECK(moves.address.empty());
    moves = learn(quick, moves, old_url, redirected, Arrival::known_feed, noon + 3 * hour);
    CHECK(moves.address == new_url);
}

TEST_CASE("R22: when the new address fails for seven days the old one is tried, in turns") {
    const Hops dead{{new_url, 0}};
    Moves moves = learn(rules, moved(), old_url, dead, Arrival::failure, noon + 10 * day);
    CHECK(start_of(moves, old_url) == new_url);
    moves = learn(rules, moves, old_url, dead, Arrival::failure, noon + 16 * day);
    CHECK(start_of(moves, old_url) == new_url);
    moves = learn(rules, moves, old_url, dead, Arrival::failure, noon + 17 * day);
    CHECK(start_of(moves, old_url) == old_url);
    const Moves both_dead =
        learn(rules, moves, old_url, Hops{{old_url, 500}}, Arrival::failure, noon + 18 * day);
    CHECK(start_of(both_dead, old_url) == new_url);

    SUBCASE("the old one answers: the move is forgotten") {
        moves = learn(rules, moves, old_url, Hops{{old_url, 200}}, Arrival::known_feed,
                      noon + 18 * day);
        CHECK(moves == Moves{});
    }
    SUBCASE("the old one still leads to the new one, which works again: the move stays") {
        moves = learn(rules, moves, old_url, redirected, Arrival::known_feed, noon + 18 * day);
        CHECK(start_of(moves, old_url) == new_url);
        CHECK_FALSE(moves.failing_since.has_value());
    }
    SUBCASE("the old one leads elsewhere: that has to be proven anew") {
        const Hops elsewhere{{old_url, 301}, {"https://third.example/", 200}};
        moves = learn(rules, moves, old_url, elsewhere, Arrival::known_feed, noon + 18 * day);
        CHECK(start_of(moves, old_url) == old_url);
        CHECK(moves.sightings == 1);
    }
}

TEST_CASE("R22: a success ends the new address's failing") {
    Moves moves =
        learn(rules, moved(), old_url, Hops{{new_url, 503}}, Arrival::failure, noon + 10 * day);
    moves =
        learn(rules, moves, old_url, Hops{{new_url, 304}}, Arrival::known_feed, noon + 11 * day);
    CHECK_FALSE(moves.failing_since.has_value());
    moves = learn(rules, moves, old_url, Hops{{new_url, 503}}, Arrival::failure, noon + 20 * day);
    CHECK(start_of(moves, old_url) == new_url);
}

TEST_CASE("R22: an old address that dies while its target works is left at once") {
    const Moves seen_once = polls(redirected, 1, day);
    for (const int status : {404, 410}) {
        const Hops dead{{old_url, status}};
        REQUIRE(way_out(seen_once, dead) == new_url);
        const Hops went_on{{old_url, status}, {new_url, 200}};
        CHECK(learn(rules, seen_once, old_url, went_on, Arrival::known_feed, noon + day).address ==
              new_url);
        CHECK(learn(rules, seen_once, old_url, went_on, Arrival::failure, noon + day)
                  .address.empty());
    }
    CHECK_FALSE(way_out(seen_once, Hops{{old_url, 500}}).has_value());
    CHECK_FALSE(way_out(Moves{}, Hops{{old_url, 404}}).has_value());
    CHECK_FALSE(way_out(seen_once, Hops{{old_url, 404}, {new_url, 404}}).has_value());
}

TEST_CASE("a move can go on from where the last one led, and come back home") {
    const std::string third = "https://third.example/feed";
    Moves moves = moved();
    for (int i = 0; i < 8; ++i) {
        moves = learn(rules, moves, old_url, Hops{{new_url, 301}, {third, 200}},
                      Arrival::known_feed, noon + (20 + i) * day);
    }
    CHECK(moves.address == third);
    for (int i = 0; i < 8; ++i) {
        moves = learn(rules, moves, old_url, Hops{{third, 301}, {old_url, 200}},
                      Arrival::known_feed, noon + (40 + i) * day);
    }
    CHECK(moves == Moves{});
}

TEST_CASE("a clock that was set back costs sightings nothing but time") {
    Moves moves = polls(redirected, 5, day);
    moves = learn(rules, moves, old_url, redirected, Arrival::known_feed, noon - 30 * day);
    CHECK(moves.first_seen == noon - 30 * day);
    CHECK(moves.address.empty());
}

TEST_CASE("moves are remembered for the URL that they were learned for") {
    Moves moves = polls(redirected, 3, day);
    moves.address = "https://x.example/";
    moves.since = noon;
    moves.failing_since = noon + hour;
    moves.try_old = true;
    CHECK(moves_of(to_notes(moves, old_url), old_url) == moves);
    CHECK(moves_of(to_notes(moves, old_url), "https://other.example/") == Moves{});
    CHECK(to_notes(Moves{}, old_url).empty());
}
