#pragma once
// Lines for people on a terminal, tab-separated fields for programs.

#include <string>
#include <vector>

namespace tributary::daemon {

using Row = std::vector<std::string>;

/// Whether standard output is a terminal.
bool is_terminal();

/// Prints the rows under their heads: aligned columns on a terminal, else tab-separated without
/// heads. Every field goes through printable().
void print_table(const Row& heads, const std::vector<Row>& rows);

/// "in 6 h", "3 d ago", "now", relative to `now`.
std::string relative(std::int64_t milliseconds_from_now);

}  // namespace tributary::daemon
