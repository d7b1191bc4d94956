#pragma once
// The daemon's real engine, reader, matcher, store and renderer on a virtual clock, against
// scripted origins, with restarts at random moments. Deterministic by seed. What must never happen
// is checked as it goes and at the end; each breach is one line.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "daemon/engine.h"
#include "daemon/renderer.h"
#include "daemon/site.h"
#include "store/store.h"
#include "tests/sim/checker.h"
#include "tests/sim/origin.h"

namespace tributary::sim {

/// A fault planted into the driver, to show that the checks can fail.
enum class Plant { none, lose_an_entry, forget_ids, poll_early, drop_validators };

struct Setting {
    std::uint64_t seed = 1;
    int days = 14;
    Plant plant = Plant::none;
    std::filesystem::path directory;  // for the database; emptied afterwards
};

struct Result {
    std::vector<std::string> breaches;
    int requests = 0, not_modified = 0, commits = 0, restarts = 0, entries = 0;
};

/// Runs one world from its beginning to its end.
Result run(const Setting& setting);

}  // namespace tributary::sim
