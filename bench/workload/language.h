#pragma once
// A vocabulary of made-up words; a few are frequent, most are rare, so that text compresses about
// as well as real text does.

#include "bench/workload/dice.h"

#include <string>
#include <vector>

namespace tributary::bench {

class Language {
  public:
    explicit Language(std::uint64_t seed);

    const std::string& word(Dice& dice) const;
    /// That many of them, with spaces between.
    std::string words(Dice& dice, int count) const;

  private:
    std::vector<std::string> words_;
};

}  // namespace tributary::bench
