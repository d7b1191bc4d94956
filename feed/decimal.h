#pragma once
// Numbers with a fraction, in the precision that survives being stored as JSON.

#include <optional>

namespace tributary::feed {

/// `number` rounded to 15 significant digits: of those every double is sure (DBL_DIG), also one
/// that Boost.JSON has read a unit beside what was written. Nothing if it is not finite or beyond
/// 1e300.
std::optional<double> storable(double number);

}  // namespace tributary::feed
