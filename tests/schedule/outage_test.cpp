#include "schedule/outage.h"

#include <doctest/doctest.h>

using namespace tributary;
using schedule::Outage;

namespace {

constexpr Duration second{1'000}, minute{60'000}, hour{3'600'000};
constexpr Timestamp noon = Timestamp(std::chrono::days(20'775)) + 12 * hour;

std::string host(int number) {
    return "host" + std::to_string(number) + ".example";
}

/// Asks hosts `from` to `to`, a second apart.
void ask(Outage& outage, int from, int to, bool reached, Timestamp start = noon) {
    for (int i = from; i < to; ++i) outage.note(host(i), reached, start + (i - from) * second);
}

}  // namespace

TEST_CASE("R14: when four hosts in five cannot be reached it is our own network") {
    Outage outage;
    ask(outage, 0, 20, true);
    CHECK_FALSE(outage.is_on());
    ask(outage, 0, 15, false, noon + minute);
    CHECK_FALSE(outage.is_on());
    ask(outage, 15, 16, false, noon + 2 * minute);
    CHECK(outage.is_on());
    CHECK(outage.began() == noon + minute);
}

TEST_CASE("R14: one host that answers ends the outage, and the next failure is its own") {
    Outage outage;
    ask(outage, 0, 10, false);
    CHECK(outage.is_on());
    outage.note(host(4), true, noon + minute);
    CHECK_FALSE(outage.is_on());
    outage.note(host(5), false, noon + minute);
    CHECK_FALSE(outage.is_on());
}

TEST_CASE("R14: one host that is down is its own affair, however many sources it has") {
    Outage outage;
    for (int i = 0; i < 100; ++i) outage.note(host(1), false, noon + i * second);
    CHECK_FALSE(outage.is_on());
    outage.note(host(2), false, noon + 2 * minute);
    CHECK_FALSE(outage.is_on());
}

TEST_CASE("R14: some hosts that are down for ever are no outage") {
    Outage outage;
    ask(outage, 0, 10, true);
    for (int day = 0; day < 10; ++day) {
        ask(outage, 0, 7, false, noon + day * 24 * hour);
        ask(outage, 7, 10, true, noon + day * 24 * hour + minute);
        CHECK_FALSE(outage.is_on());
    }
}

TEST_CASE("R14: answers of long ago say nothing") {
    Outage outage;
    ask(outage, 0, 10, true);
    ask(outage, 10, 13, false, noon + 3 * hour);
    CHECK_FALSE(outage.is_on());  // too few to tell
    ask(outage, 13, 14, false, noon + 3 * hour + minute);
    CHECK(outage.is_on());
}

TEST_CASE("R14: an outage began with the first failure of those that still fail") {
    Outage outage;
    outage.note(host(1), false, noon);
    outage.note(host(1), false, noon + 30 * minute);
    outage.note(host(2), false, noon + 31 * minute);
    ask(outage, 3, 6, false, noon + 32 * minute);
    CHECK(outage.began() == noon);
}
