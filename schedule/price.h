#pragma once
// One price for a request, the same for all sources: it is worth as much as one entry that is found
// so many minutes late. The dearer, the fewer polls, with its square root; so the price holds the
// requests of all sources together to a budget, and each source gets its share by what it
// publishes. Pure; written to the store as two numbers.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tributary::schedule {

struct Price {
    double minutes = 5;                   // what a request costs, in entry-minutes
    std::optional<double> hourly_mean{};  // requests an hour of late; none: not yet known
    bool operator==(const Price&) const = default;
};

/// Where nobody has set a budget: requests an hour for so many sources, twelve a day for each.
/// At that many entries come as soon as from twice as many polls at fixed intervals.
double default_budget(std::size_t sources);

/// The price after another hour in which `requests` were made, with `budget` requests an hour to be
/// spent (more than 0). It follows the mean of about a day, because readers are served best if the
/// hours in which much is published may cost more than the others; in an hour it moves by a few
/// percent, and it stays within sane bounds when the budget cannot be met.
Price after_hour(const Price& price, double requests, double budget);

/// "4830000 1201500000": in millionths, for the store.
std::string write_price(const Price& price);
/// Nothing if it is not what write_price() makes.
std::optional<Price> read_price(std::string_view text);

}  // namespace tributary::schedule
