#pragma once
// The words of dates: months in the languages that feeds are written in, zone names, weekdays.
// All functions take words folded by `fold_word`.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tributary {

/// `word` (UTF-8) in lower case: ASCII, Latin-1, Greek and Cyrillic letters.
std::string fold_word(std::string_view word);

/// 1-12 for a month's name or abbreviation in any known language; 0 if it is none.
int month_of(std::string_view word);

/// 0 (Sunday) to 6 for an English weekday or its abbreviation; -1 if it is none.
int weekday_of(std::string_view word);

/// What a zone's name is ahead of UTC. RFC 822 5.1 and what else is met: European, Asian and
/// Australian abbreviations. The military letters are UTC, as RFC 5322 4.3 asks.
std::optional<std::chrono::minutes> zone_of(std::string_view word);

}  // namespace tributary
