// Any text as a date or a duration.

#include "base/time.h"
#include "target.h"

#include <string>

namespace tributary {
namespace {

using fuzz::require;

void check_date(std::string_view text) {
    using namespace std::chrono;
    const auto date = read_date(text);
    if (!date) return;
    require(*date >= sys_days{year{1} / 1 / 1} && *date < sys_days{year{10000} / 1 / 1},
            "a date is of the years 1 to 9999");
    require(read_date(write_rfc3339(*date)) == date, "a date written as RFC 3339 is the same");
    const auto second = floor<seconds>(*date);
    require(read_date(write_rfc822(*date)) == second, "a date written as RFC 822 is the same");
    require(read_http_date(write_http_date(*date)) == second, "an HTTP date is the same");
    require(read_date(" " + std::string(text) + "\n") == date, "outer white space says nothing");
}

void check_http_date(std::string_view text) {
    const auto date = read_http_date(text);
    if (date) require(read_http_date(write_http_date(*date)) == date, "an HTTP date is the same");
}

void check_duration(std::string_view text) {
    const auto duration = read_duration(text);
    if (!duration) return;
    require(*duration >= Duration::zero(), "a duration is not negative");
    require(!write_duration(*duration).empty(), "a duration can be told");
}

}  // namespace
}  // namespace tributary

void tributary::fuzz::check(std::string_view input) {
    check_date(input);
    check_http_date(input);
    check_duration(input);
}
