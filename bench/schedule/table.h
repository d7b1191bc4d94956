#pragma once
// The scores as tables, and the goals.

#include "bench/schedule/simulation.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace tributary::bench {

struct Row {
    std::string name;
    std::vector<Score> scores{};  // by the budgets
};

/// The first row is what the others are compared with.
void print_table(std::ostream& out, const std::vector<Row>& rows,
                 const std::vector<double>& budgets);

/// Whether all goals are reached, each with its figure.
bool print_goals(std::ostream& out, const std::vector<Row>& rows,
                 const std::vector<double>& budgets);

}  // namespace tributary::bench
