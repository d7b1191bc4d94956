#pragma once
// How often this process has asked for memory by operator new: every container and string does.

#include <cstddef>

namespace tributary::bench {

std::size_t allocations();

}  // namespace tributary::bench
