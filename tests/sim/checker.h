#pragma once
// The rules of a good guest, judged from two witnesses alone: the ledger of requests, and the logs
// of the origins. It is written from the rules (R1-R40) and shares no code with schedule/ or the
// engine, so a mistake there is not made here a second time.

#include <map>
#include <string>
#include <vector>

#include "store/store.h"
#include "tests/sim/log.h"

namespace tributary::sim {

struct Limits {
    Duration shortest = std::chrono::minutes(15);
    Duration usual = std::chrono::minutes(60);
    Duration longest = std::chrono::hours(24);
    Duration longest_pause = std::chrono::days(7);
    Duration spacing = std::chrono::seconds(1);
    Duration gone_confirm = std::chrono::hours(12);
    int sightings = 5;
    Duration span = std::chrono::days(7);
    Timestamp end{};  // of the world
};

struct Testimony {
    Log log;                                                      // by `at`
    std::map<std::string, std::vector<store::LedgerRow>> ledger;  // by configured URL, oldest first
    std::vector<Timestamp> restarts;                              // by the origins' clock
    std::vector<Timestamp> clock_sets;  // likewise: when the asker's own was set
};

/// Everything that was not as it should be, one sentence each.
std::vector<std::string> check(const Testimony& testimony, const Limits& limits);

}  // namespace tributary::sim
