#include "schedule/price.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tributary::schedule {
namespace {

constexpr double polls_a_day = 12;
// Below a minute hardly anybody's time is worth a request, however much budget is left; above a
// week everything is polled as seldom as it can be.
constexpr double least_price = 1, highest_price = 10'080;
constexpr double hours_of_mean = 24;
// Polls go with the root of the price, and the mean lags by a day: a stronger pull would swing.
constexpr double pull = 0.04;
constexpr double most_excess = 8;
constexpr double fraction = 1e6;  // numbers are written in millionths

std::string write_number(double number) {
    return std::to_string(std::llround(number * fraction));
}

}  // namespace

double default_budget(std::size_t sources) {
    return static_cast<double>(std::max<std::size_t>(sources, 1)) * polls_a_day / 24;
}

Price after_hour(const Price& price, double requests, double budget) {
    Price next = price;
    const double before = price.hourly_mean.value_or(budget);
    next.hourly_mean = before + (requests - before) / hours_of_mean;
    const double excess = std::clamp(*next.hourly_mean / budget, 1 / most_excess, most_excess);
    next.minutes = std::clamp(price.minutes * std::pow(excess, pull), least_price, highest_price);
    return next;
}

std::string write_price(const Price& price) {
    std::string text = write_number(price.minutes);
    if (price.hourly_mean) text += " " + write_number(*price.hourly_mean);
    return text;
}

std::optional<Price> read_price(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.empty() || words.size() > 2) return {};
    std::array<double, 2> numbers{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::int64_t number = read_number(words[i]);
        if (number < 0) return {};
        numbers[i] = static_cast<double>(number) / fraction;
    }
    Price price{.minutes = std::clamp(numbers[0], least_price, highest_price)};
    if (words.size() == 2) price.hourly_mean = numbers[1];
    return price;
}

}  // namespace tributary::schedule
