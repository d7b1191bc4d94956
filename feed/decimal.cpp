#include "feed/decimal.h"

#include <array>
#include <charconv>
#include <cmath>

namespace tributary::feed {

std::optional<double> storable(double number) {
    constexpr double largest = 1e300, smallest = 1e-300;  // well inside what a double can hold
    constexpr double exact = 1e15;
    constexpr int decimals = 14;  // behind the first digit
    if (!(std::abs(number) <= largest)) return std::nullopt;
    if (std::abs(number) < exact && number == std::floor(number)) return number;
    if (std::abs(number) < smallest) return 0;
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                   std::chars_format::scientific, decimals);
    std::from_chars(digits.data(), end.ptr, number);
    return number;
}

}  // namespace tributary::feed
