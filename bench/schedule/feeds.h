#pragma once
// Made-up feeds of five kinds, the same for the same seed.

#include <cstdint>
#include <string_view>
#include <vector>

namespace tributary::bench {

enum class Kind { poisson, shaped, fixed_time, bursts, nearly_dead };
constexpr std::string_view kind_names[] = {"Poisson", "day/week-shaped", "fixed-time", "bursts",
                                           "nearly dead"};

/// Times are minutes after the start, a Monday, 00:00 UTC.
struct SyntheticFeed {
    Kind kind = Kind::poisson;
    int window = 0;                 // entries in its document
    double rate = 0;                // entries a day, truly
    std::vector<double> week{};     // expected entries by 5 minutes of the week, truly; bursts flat
    std::vector<double> entries{};  // when they are published; growing
};

constexpr double five_minutes = 5;
constexpr std::size_t week_steps = 7 * 288;

/// `count` feeds with entries from `begin` (before the start, negative) to `end`.
std::vector<SyntheticFeed> make_feeds(std::size_t count, std::uint64_t seed, double begin,
                                      double end);

}  // namespace tributary::bench
