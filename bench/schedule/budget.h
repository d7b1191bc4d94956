#pragma once
// What planning costs, and whether the price keeps the budget.

#include "bench/schedule/feeds.h"

#include <iosfwd>
#include <vector>

namespace tributary::bench {

/// CPU of learning from a feed's entries and planning its polls; whether it is at most 0.2 ms.
bool print_plan_cost(std::ostream& out, const std::vector<SyntheticFeed>& feeds);

/// All feeds polled under one price that moves by the hour: the polls that come of it.
void print_budget(std::ostream& out, const std::vector<SyntheticFeed>& feeds);

}  // namespace tributary::bench
