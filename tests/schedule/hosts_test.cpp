#include "schedule/hosts.h"

#include <doctest/doctest.h>

#include <deque>

using namespace tributary;
using namespace tributary::schedule;

namespace {

constexpr Duration second{1'000}, minute{60'000}, hour{3'600'000}, day{86'400'000};
constexpr Timestamp noon = Timestamp(std::chrono::days(20'775)) + 12 * hour;

/// A host that answers `allowed` requests in any `window` and 429 to the rest.
struct Strict {
    int allowed = 1;
    Duration window = minute;
    std::deque<Timestamp> answered;
    int refused = 0;

    /// Until when the asker is to wait; `now`: it is answered.
    Timestamp ask(Timestamp now) {
        while (!answered.empty() && answered.front() + window <= now) answered.pop_front();
        if (static_cast<int>(answered.size()) < allowed) {
            answered.push_back(now);
            return now;
        }
        ++refused;
        return answered.front() + window;
    }
};

/// Asks `count` times, each as early as manners allow; a refused one is asked again. How long that
/// takes.
Duration ask_all(Strict& host, int count) {
    HostManners manners;
    std::optional<Timestamp> last;
    Timestamp now = noon;
    for (int answered = 0; answered < count;) {
        now = next_start(manners, last, second, now);
        last = now;
        note_start(manners, now);
        const Timestamp until = host.ask(now);
        if (until > now)
            pause(manners, until, now);
        else
            ++answered;
    }
    return now - noon;
}

}  // namespace

TEST_CASE("R19: requests to a host start at least its spacing apart") {
    const HostManners host;
    CHECK(next_start(host, {}, second, noon) == noon);
    CHECK(next_start(host, noon, second, noon) == noon + second);
    CHECK(next_start(host, noon - hour, second, noon) == noon);
}

TEST_CASE("R12: a pause holds for the whole host, and a shorter one does not shorten it") {
    HostManners host;
    pause(host, noon + 6 * hour, noon);
    CHECK(next_start(host, noon - day, second, noon) == noon + 6 * hour);
    pause(host, noon + hour, noon);
    CHECK(next_start(host, {}, second, noon) == noon + 6 * hour);
    CHECK(next_start(host, {}, second, noon + 6 * hour) == noon + 6 * hour);
    CHECK(next_start(host, {}, second, noon + 7 * hour) == noon + 7 * hour);
    pause(host, noon - hour, noon);
    CHECK(host.paused_until == noon + 6 * hour);
}

TEST_CASE(
    "R13: two hundred sources of a host that bears one request a minute all have their turn") {
    Strict host;
    const Duration taken = ask_all(host, 200);
    CHECK(host.refused <= 2);
    CHECK(taken < 200 * minute * 13 / 10);
}

TEST_CASE("R13: a host that bears sixty an hour is asked once a minute after the first refusal") {
    Strict host{.allowed = 60, .window = hour};
    const Duration taken = ask_all(host, 400);
    CHECK(host.refused <= 3);
    CHECK(taken < 8 * hour);
}

TEST_CASE("R13: what was learned of a host eases over a week") {
    HostManners host;
    note_start(host, noon);
    note_start(host, noon + second);
    pause(host, noon + minute, noon + second);
    CHECK(spacing(host, second, noon + second) == 75 * second);
    const Duration half = spacing(host, second, noon + second + day * 7 / 2);
    CHECK(half > 36 * second);
    CHECK(half < 39 * second);
    CHECK(spacing(host, second, noon + 8 * day) == second);
    CHECK(spacing(host, 2 * minute, noon + second) == 2 * minute);
}

TEST_CASE("R13: a refusal out of nowhere pauses, but teaches no rate") {
    HostManners host;
    note_start(host, noon);
    pause(host, noon + 6 * hour, noon);
    CHECK(spacing(host, second, noon) == second);
}

TEST_CASE("R18: however long a host wants to be left alone, its sources take turns afterwards") {
    HostManners host;
    note_start(host, noon);
    note_start(host, noon + second);
    pause(host, noon + 7 * day, noon + second);
    CHECK(spacing(host, second, noon + second) == 15 * minute);
    pause(host, noon - 400 * day, noon + second);
    CHECK(spacing(host, second, noon - 400 * day) <= 15 * minute);  // a clock set back
}
