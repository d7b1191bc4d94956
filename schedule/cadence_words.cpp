// What was learned of a source, in words.

#include "schedule/cadence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tributary::schedule {
namespace {

constexpr double enough_evidence = 8;  // entries, below which nothing is said of days and hours
constexpr double most_of_them = 0.85;  // of the entries
constexpr double quiet_day = 0.45;     // of a mean day
constexpr std::size_t narrow = 26;     // half-hours: a longer stretch is "any time"
constexpr std::array<const char*, 7> day_names{"Sundays",   "Mondays", "Tuesdays", "Wednesdays",
                                               "Thursdays", "Fridays", "Saturdays"};

std::string rate_words(double rate) {
    const auto about = [](double number, const char* one, const char* unit) {
        const long whole = std::lround(number);
        if (whole <= 1) return std::string("about one entry ") + one;
        return "about " + std::to_string(whole) + " entries " + unit;
    };
    if (rate >= 0.8) return about(rate, "a day", "a day");
    if (rate * 7 >= 0.8) return about(rate * 7, "a week", "a week");
    if (rate * 30 >= 0.8) return about(rate * 30, "a month", "a month");
    return "hardly any entries";
}

/// "weekdays", "weekends", "Mondays"; empty if there is nothing to say.
std::string day_words(const std::array<float, 7>& days) {
    const auto busiest = std::ranges::max_element(days);
    if (static_cast<double>(*busiest) > 7 * most_of_them)
        return day_names[static_cast<std::size_t>(busiest - days.begin())];
    const double weekend = static_cast<double>(days[0] + days[6]) / 2;
    const double weekdays = (7 - 2 * weekend) / 5;
    if (weekend < quiet_day * weekdays) return "weekdays";
    if (weekdays < quiet_day * weekend) return "weekends";
    return {};
}

std::string hour_of(std::size_t half_hour) {
    const std::size_t hour = half_hour / 2 % 24;
    return {static_cast<char>('0' + hour / 10), static_cast<char>('0' + hour % 10)};
}

/// "09-17": the shortest stretch of the day that holds most of the entries; empty if it is long.
std::string hour_words(const std::array<float, half_hours>& clock) {
    const double enough = most_of_them * half_hours;
    for (std::size_t length = 1; length <= narrow; ++length) {
        std::size_t best = 0;
        double most = 0;
        for (std::size_t begin = 0; begin < half_hours; ++begin) {
            double sum = 0;
            for (std::size_t k = 0; k < length; ++k)
                sum += static_cast<double>(clock[(begin + k) % half_hours]);
            if (sum > most) {
                most = sum;
                best = begin;
            }
        }
        if (most >= enough) return hour_of(best) + "-" + hour_of(best + length + 1);
    }
    return {};
}

}  // namespace

std::string describe(const Cadence& cadence) {
    if (cadence.evidence <= 0) return "no entries of late";
    std::string words = rate_words(cadence.rate);
    if (cadence.evidence >= enough_evidence) {
        const std::string on = day_words(cadence.days), at = hour_words(cadence.clock);
        if (!on.empty() || !at.empty()) words += ", mostly";
        if (!on.empty()) words += " " + on;
        if (!at.empty()) words += " " + at + " UTC";
    }
    if (cadence.burst > 0) words += ", often several at once";
    return words;
}

}  // namespace tributary::schedule
