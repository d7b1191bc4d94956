#pragma once
// Documents as no one would write them: a real one, changed at random in a few places.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tributary::fuzz {

/// The mutant number `index` of the family `seed`: one of `originals` (not empty) with up to six
/// changes. A pure function: a finding is told by two numbers.
std::string mutant(const std::vector<std::string>& originals, std::uint64_t seed,
                   std::uint64_t index);

}  // namespace tributary::fuzz
