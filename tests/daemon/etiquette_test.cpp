#include "daemon/etiquette.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace tributary;
using daemon::Etiquette;
using daemon::etiquette_of;
using store::LedgerRow;

namespace {

constexpr Duration second{1'000}, hour{3'600'000};
constexpr Timestamp noon{Duration(1'790'000'000'000)};

/// A poll that allows the next one an hour later.
LedgerRow poll(Timestamp at, int status = 304) {
    LedgerRow row;
    row.at = at;
    row.url = "https://blog.example/feed";
    row.reason = "interval";
    row.sent_etag = true;
    row.status = status;
    row.wire_bytes = 100;
    row.next = at + hour;
    row.directive = "interval";
    return row;
}

Etiquette of(std::vector<LedgerRow> oldest_first) {
    std::ranges::reverse(oldest_first);
    const std::vector<std::vector<LedgerRow>> ledgers{std::move(oldest_first)};
    return etiquette_of(ledgers);
}

}  // namespace

TEST_CASE("the ledger tells what went out conditionally and what came back unchanged") {
    LedgerRow first = poll(noon, 200);
    first.sent_etag = false;
    const Etiquette sum = of({first, poll(noon + hour), poll(noon + 2 * hour, 200)});
    CHECK(sum.requests == 3);
    CHECK(sum.polls == 3);
    CHECK(sum.conditional == 2);
    CHECK(sum.not_modified == 1);
    CHECK(sum.wire_bytes == 300);
    CHECK(sum.since == noon);
    CHECK(sum.shortest_gap == hour);
    CHECK(sum.violations.empty());
}

TEST_CASE("R10: a poll before the time that the last answer had set is a violation") {
    const Etiquette sum = of({poll(noon), poll(noon + hour - Duration(1)), poll(noon + 5 * hour)});
    REQUIRE(sum.violations.size() == 1);
    CHECK(sum.violations[0].at == noon + hour - Duration(1));
    CHECK(sum.violations[0].allowed == noon + hour);
    CHECK(sum.violations[0].directive == "interval");
}

TEST_CASE("a redirect's next hop belongs to its poll: it is no violation") {
    LedgerRow moved = poll(noon, 301);
    moved.next.reset();
    LedgerRow hop = poll(noon + second);
    hop.reason = "redirect";
    const Etiquette sum = of({moved, hop, poll(noon + hour + second)});
    CHECK(sum.requests == 3);
    CHECK(sum.polls == 2);
    CHECK(sum.shortest_gap == hour + second);
    CHECK(sum.shortest_step == second);
    CHECK(sum.violations.empty());
}

TEST_CASE("R38: an older page is no poll, and asking for it no violation") {
    LedgerRow older = poll(noon + second, 200);
    older.reason = "older page";
    older.next = noon + hour;
    const Etiquette sum = of({poll(noon), older, poll(noon + hour)});
    CHECK(sum.requests == 3);
    CHECK(sum.polls == 2);
    CHECK(sum.shortest_gap == hour);
    CHECK(sum.violations.empty());
}

TEST_CASE("R14: who could not be reached is asked when the network is back: no violation") {
    LedgerRow back = poll(noon + 20 * 60 * second);
    back.reason = "network is back";
    CHECK(of({poll(noon, 0), back}).violations.empty());
}

TEST_CASE("what the operator asks for, or a clock that was set, is no violation") {
    LedgerRow asked = poll(noon + second);
    asked.reason = "asked for";
    LedgerRow set = poll(noon + 2 * second);
    set.reason = "clock was set";
    CHECK(of({poll(noon), asked, set}).violations.empty());
}

TEST_CASE("requests of several sources are counted together, each held against its own") {
    const std::vector<std::vector<LedgerRow>> ledgers{
        {poll(noon + hour), poll(noon)}, {poll(noon + 20 * second)}, {}};
    const Etiquette sum = etiquette_of(ledgers);
    CHECK(sum.requests == 3);
    CHECK(sum.shortest_gap == hour);
    CHECK(sum.shortest_step == 20 * second);
    CHECK(sum.violations.empty());
    CHECK(etiquette_of({}).requests == 0);
}
