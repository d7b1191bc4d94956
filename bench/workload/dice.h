#pragma once
// Chance that is the same on every machine, unlike the standard distributions.

#include <cstdint>

namespace tributary::bench {

/// Numbers made from a seed and two more that say what they are for (splitmix64).
class Dice {
  public:
    Dice(std::uint64_t seed, std::uint64_t what, std::uint64_t which = 0)
        : state_(seed * 0x9e3779b97f4a7c15u ^ what * 0xbf58476d1ce4e5b9u ^
                 which * 0x94d049bb133111ebu) {
        next();
    }

    std::uint64_t next() {
        std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15u);
        mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
        return mixed ^ mixed >> 31;
    }
    int below(int limit) { return static_cast<int>(next() % static_cast<std::uint64_t>(limit)); }
    int between(int low, int high) { return low + below(high - low + 1); }
    bool percent(int chance) { return below(100) < chance; }

  private:
    std::uint64_t state_;
};

}  // namespace tributary::bench
