#pragma once
// Points in time. A Timestamp is UTC and never text once read; text is read leniently, as feeds in
// the wild write it, and written strictly. Nothing here asks the clock: `now` is always a
// parameter.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tributary {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// Reads a date in any shape met in feeds: RFC 822/2822/5322 and its many mistakes, RFC 850,
/// asctime, RFC 3339, W3CDTF, ISO 8601 basic/week/ordinal, zone names, two-digit years, localized
/// month names. Without a zone it is UTC. Nothing if it cannot be read: never 1970, never now.
std::optional<Timestamp> read_date(std::string_view text);

/// Reads an HTTP-date (RFC 9110 5.6.7): IMF-fixdate, RFC 850 and asctime forms only.
std::optional<Timestamp> read_http_date(std::string_view text);

/// "2026-11-20T09:00:00Z" (RFC 3339), with milliseconds only where they are not zero.
std::string write_rfc3339(Timestamp time);

/// "Fri, 20 Nov 2026 09:00:00 +0000" (RFC 5322 3.3, as the RSS profile asks).
std::string write_rfc822(Timestamp time);

/// "Fri, 20 Nov 2026 09:00:00 GMT" (RFC 9110 5.6.7).
std::string write_http_date(Timestamp time);

/// Reads "90s", "15m", "1h30m", "7d", "250ms". Nothing without a unit or with anything else in it.
std::optional<Duration> read_duration(std::string_view text);

/// "3 d 4 h", "12 min", "40 s", "250 ms": at most two units, for people.
std::string write_duration(Duration duration);

}  // namespace tributary
