#include "schedule/price.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tributary;
using schedule::after_hour;
using schedule::default_budget;
using schedule::Price;
using schedule::read_price;
using schedule::write_price;

namespace {

/// The price after `hours` in which polls go with the root of the price, as they do.
Price settled(double start, double budget, int hours, double requests_at_one) {
    Price price{.minutes = start};
    for (int i = 0; i < hours; ++i)
        price = after_hour(price, requests_at_one / std::sqrt(price.minutes), budget);
    return price;
}

}  // namespace

TEST_CASE("the default budget is twelve polls a day for each source") {
    CHECK(default_budget(100) == doctest::Approx(50));
    CHECK(default_budget(0) > 0);
}

TEST_CASE("too many requests make a request dearer, too few cheaper") {
    CHECK(after_hour({.minutes = 5, .hourly_mean = 20}, 20, 10).minutes > 5);
    CHECK(after_hour({.minutes = 5, .hourly_mean = 5}, 5, 10).minutes < 5);
    CHECK(after_hour({.minutes = 5, .hourly_mean = 10}, 10, 10).minutes == doctest::Approx(5));
}

TEST_CASE("one busy hour moves the price by a few percent") {
    const Price price = after_hour({.minutes = 5, .hourly_mean = 10}, 40, 10);
    CHECK(price.minutes < 5 * 1.05);
    CHECK(price.minutes > 5);
}

TEST_CASE("the requests settle at the budget within days, from far above and below") {
    for (const double start : {1.5, 5.0, 400.0}) {
        const Price price = settled(start, 1000, 24 * 14, 4000);
        CHECK(4000 / std::sqrt(price.minutes) == doctest::Approx(1000).epsilon(0.05));
    }
}

TEST_CASE("a budget that cannot be spent or kept ends at a sane price") {
    CHECK(settled(5, 1e9, 24 * 90, 1).minutes == 1);
    CHECK(settled(5, 1e-6, 24 * 90, 1e9).minutes <= 10'080);
}

TEST_CASE("a price is written and read again") {
    for (const Price& price : {Price{}, Price{.minutes = 12.5, .hourly_mean = 1201.25}})
        CHECK(read_price(write_price(price)) == price);
    for (const char* text : {"", "x", "-1", "5000000 x", "1 2 3", "1.5"})
        CHECK_FALSE(read_price(text));
    CHECK(read_price("0")->minutes >= 1);
    CHECK(std::isfinite(read_price("99999999999999999999999")->minutes));
}
