#pragma once
// Ways of choosing the next poll, ours and those of others.

#include "base/time.h"
#include "bench/schedule/simulation.h"

#include <string>
#include <vector>

namespace tributary::bench {

struct NamedStrategy {
    std::string name;
    MakeStrategy make;
    double at_twelve;  // about the parameter that gives 12 polls a day ...
    double exponent;   // ... and how it goes with fewer and more

    double parameter_for(double polls_a_day) const;
};

/// In the order of the table; the first is the fixed interval, the last but one is ours.
std::vector<NamedStrategy> all_strategies();

/// As the daemon will do it: learn, plan an itinerary, follow it until there is news. The price is
/// read at every poll, so that it may move.
Strategy cadence_strategy(const double& price);

/// The simulation's clock as a time.
Timestamp to_timestamp(double minute);

}  // namespace tributary::bench
