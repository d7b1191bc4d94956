#pragma once
// What is kept of a source's past for its schedule, as one line of text in the store: when its
// entries appeared and how it has been watched. At most some two thousand bytes.

#include "schedule/cadence.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::schedule {

struct History {
    Watch watch;
    std::vector<Timestamp> times{};  // when entries appeared; growing
};

/// Takes in entries that appeared at `times` (any order) and forgets all but the newest
/// `learned_entries`.
void add(History& history, const std::vector<Timestamp>& times);

/// "29500000 20 29400000 30 1440": minutes of the first poll since 1970, entries in the document,
/// minutes of the oldest entry, then from each entry to the next.
std::string write_history(const History& history);
/// Nothing if it is not what write_history() makes.
std::optional<History> read_history(std::string_view text);

}  // namespace tributary::schedule
