#pragma once
// Dates as people and broken programs write them. The text is cut into tokens (numbers with what
// stands around them, words, times of day, zone offsets), each token fills what it can only mean,
// and what is left (day, month and year as bare numbers) is settled by the rules at the end.
// Slow beside the readers of the exact forms in time.cpp; called only when those refuse.

#include "base/time.h"

#include <optional>
#include <string_view>

namespace tributary {

/// Nothing if `text` names no day, or any part is out of its range. Linear, allocates little.
std::optional<Timestamp> read_lenient_date(std::string_view text);

/// A date and time of day as written, `offset` ahead of UTC.
struct CivilTime {
    int year = 0, month = 1, day = 1;
    int hour = 0, minute = 0, second = 0, millisecond = 0;
    std::chrono::minutes offset{0};
};

/// The instant of `civil`. Second 60 is a leap second, 24:00:00 the next midnight (ISO 8601).
/// Nothing if a part is out of range, or the year is not within 1 to 9999.
std::optional<Timestamp> timestamp_of(const CivilTime& civil);

}  // namespace tributary
