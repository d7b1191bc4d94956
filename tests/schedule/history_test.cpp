#include "schedule/history.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tributary;
using schedule::History;
using schedule::learned_entries;
using schedule::read_history;
using schedule::write_history;

namespace {

constexpr Duration minute{60'000};
constexpr Timestamp monday = Timestamp(std::chrono::days(20'773));

}  // namespace

TEST_CASE("a history is read as it was written, to the minute") {
    History history{.watch = {.since = monday + 30 * minute, .window = 20}};
    add(history, {monday + 90 * minute, monday - 400 * minute, monday + 90 * minute});
    const auto again = read_history(write_history(history));
    REQUIRE(again);
    CHECK(again->watch.since == history.watch.since);
    CHECK(again->watch.window == 20);
    CHECK(again->times == history.times);
    CHECK(std::ranges::is_sorted(again->times));

    add(history, {monday + 91 * minute + Duration(59'999)});
    CHECK(read_history(write_history(history))->times.back() == monday + 91 * minute);
}

TEST_CASE("a history keeps the newest entries, in two thousand bytes or so") {
    History history{.watch = {.since = monday, .window = 20}};
    for (int i = 0; i < 2000; ++i) add(history, {monday + i * 100 * minute});
    CHECK(history.times.size() == learned_entries);
    CHECK(history.times.back() == monday + 1999 * 100 * minute);
    CHECK(write_history(history).size() < 2200);
}

TEST_CASE("what is no history is nothing") {
    for (const char* text : {"", "1", "a b", "1 2 x", "1 -2", "1 99999999999", "1 2 99999999999999",
                             "-1 2", "1 2 3.5"}) {
        CAPTURE(text);
        CHECK_FALSE(read_history(text));
    }
    std::string endless = "1 2";
    for (std::size_t i = 0; i <= learned_entries; ++i) endless += " 1";
    CHECK_FALSE(read_history(endless));
    CHECK(read_history("29500000 20"));
}
