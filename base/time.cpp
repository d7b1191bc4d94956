#include "base/time.h"

#include "base/date_words.h"
#include "base/lenient_date.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace tributary {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/// Reads one exact form from left to right; after the first thing that does not fit, `ok` is false
/// and nothing more is read.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool ok() const { return ok_; }
    bool at_end() const { return ok_ && rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

    void literal(std::string_view expected) {
        ok_ = ok_ && rest_.starts_with(expected);
        if (ok_) rest_.remove_prefix(expected.size());
    }
    void any_char() {
        ok_ = ok_ && !rest_.empty();
        if (ok_) rest_.remove_prefix(1);
    }
    bool skip(char c) {
        const bool is_there = ok_ && peek() == c;
        if (is_there) rest_.remove_prefix(1);
        return is_there;
    }
    int number(int min_digits, int max_digits) {
        int value = 0, digits = 0;
        for (; digits < max_digits && peek() >= '0' && peek() <= '9'; ++digits) {
            value = value * 10 + (peek() - '0');
            rest_.remove_prefix(1);
        }
        ok_ = ok_ && digits >= min_digits;
        return value;
    }
    /// One of three-letter names; its index.
    template <std::size_t size>
    int name(const std::array<std::string_view, size>& names) {
        const auto is_next = [&](std::string_view name) {
            return rest_[0] == name[0] && rest_[1] == name[1] && rest_[2] == name[2];
        };
        const auto found = rest_.size() < 3 ? names.end() : std::ranges::find_if(names, is_next);
        ok_ = ok_ && found != names.end();
        if (ok_) rest_.remove_prefix(3);
        return static_cast<int>(found - names.begin());
    }
    std::string_view letters() {
        const auto end = std::ranges::find_if(
            rest_, [](char c) { return ascii_lower(c) < 'a' || ascii_lower(c) > 'z'; });
        const auto word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(word.size());
        return word;
    }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

void read_clock(Cursor& in, CivilTime& time) {
    time.hour = in.number(2, 2);
    in.literal(":");
    time.minute = in.number(2, 2);
    in.literal(":");
    time.second = in.number(2, 2);
}

/// +hhmm or, for RFC 3339, +hh:mm.
minutes read_offset(Cursor& in) {
    const int sign = in.peek() == '-' ? -1 : 1;
    in.any_char();
    const int hours = in.number(2, 2);
    in.skip(':');
    const int rest = in.number(2, 2);
    return minutes{sign * (hours * 60 + rest)};
}

bool is_sign(char c) {
    return c == '+' || c == '-';
}

std::optional<Timestamp> result(const Cursor& in, const CivilTime& time) {
    return in.at_end() ? timestamp_of(time) : std::nullopt;
}

/// "Fri, 20 Nov 2026 09:00:00 +0000", the form of nearly all RSS feeds.
std::optional<Timestamp> read_rfc822(std::string_view text) {
    if (text.size() > 4 && text[3] == ',') text = trim(text.substr(4));
    Cursor in(text);
    CivilTime time;
    time.day = in.number(1, 2);
    in.literal(" ");
    time.month = in.name(months) + 1;
    in.literal(" ");
    time.year = in.number(4, 4);
    in.literal(" ");
    read_clock(in, time);
    in.literal(" ");
    if (is_sign(in.peek())) {
        time.offset = read_offset(in);
        if (abs(time.offset) >= 24h) return std::nullopt;
    } else {
        const auto zone = zone_of(to_lower(in.letters()));
        if (!zone) return std::nullopt;
        time.offset = *zone;
    }
    return result(in, time);
}

/// "2026-11-20T09:00:00Z", "2026-11-20 09:00:00.123+01:00" (RFC 3339 5.6).
std::optional<Timestamp> read_rfc3339(std::string_view text) {
    Cursor in(text);
    CivilTime time;
    time.year = in.number(4, 4);
    in.literal("-");
    time.month = in.number(2, 2);
    in.literal("-");
    time.day = in.number(2, 2);
    in.literal(in.peek() == ' ' ? " " : "T");
    read_clock(in, time);
    if (in.skip('.')) {
        int weight = 100;
        for (; in.ok() && in.peek() >= '0' && in.peek() <= '9'; weight /= 10)
            time.millisecond += in.number(1, 1) * weight;
    }
    if (is_sign(in.peek())) {
        time.offset = read_offset(in);
        if (abs(time.offset) >= 24h) return std::nullopt;
    } else {
        in.literal("Z");
    }
    return result(in, time);
}

/// "Sunday, 06-Nov-94 08:49:37 GMT". Without a clock, RFC 9110's window of fifty years is fixed:
/// 1970 to 2069.
std::optional<Timestamp> read_rfc850(std::string_view text) {
    Cursor in(text);
    CivilTime time;
    if (weekday_of(to_lower(in.letters())) < 0) return std::nullopt;
    in.literal(", ");
    time.day = in.number(2, 2);
    in.literal("-");
    time.month = in.name(months) + 1;
    in.literal("-");
    time.year = in.number(2, 2);
    time.year += time.year < 70 ? 2000 : 1900;
    in.literal(" ");
    read_clock(in, time);
    in.literal(" GMT");
    return result(in, time);
}

/// "Sun Nov  6 08:49:37 1994"
std::optional<Timestamp> read_asctime(std::string_view text) {
    Cursor in(text);
    CivilTime time;
    in.name(weekdays);
    in.literal(" ");
    time.month = in.name(months) + 1;
    in.literal(" ");
    const bool one_digit = in.skip(' ');
    time.day = in.number(1, one_digit ? 1 : 2);
    in.literal(" ");
    read_clock(in, time);
    in.literal(" ");
    time.year = in.number(4, 4);
    return result(in, time);
}

struct Fields {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<Duration> clock;
    unsigned weekday;
};

Fields fields_of(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return {.date = day,
            .clock = std::chrono::hh_mm_ss<Duration>{time - day},
            .weekday = std::chrono::weekday{day}.c_encoding()};
}

void append_number(std::string& out, std::int64_t value, int digits) {
    std::array<char, 20> buffer;
    auto at = buffer.end();
    for (; value > 0 || digits > 0; value /= 10, --digits)
        *--at = static_cast<char>('0' + value % 10);
    out.append(at, buffer.end());
}

void append_clock(std::string& out, const Fields& fields) {
    append_number(out, fields.clock.hours().count(), 2);
    out += ':';
    append_number(out, fields.clock.minutes().count(), 2);
    out += ':';
    append_number(out, fields.clock.seconds().count(), 2);
}

std::string write_internet_date(Timestamp time, std::string_view zone) {
    const Fields fields = fields_of(time);
    std::string out;
    out.reserve(32);
    out.append(weekdays[fields.weekday]).append(", ");
    append_number(out, unsigned{fields.date.day()}, 2);
    out.append(" ").append(months[unsigned{fields.date.month()} - 1]).append(" ");
    append_number(out, int{fields.date.year()}, 4);
    out += ' ';
    append_clock(out, fields);
    return out.append(" ").append(zone);
}

struct Unit {
    std::string_view short_name;  // as read
    std::string_view name;        // as written
    Duration duration;
};
constexpr std::array<Unit, 5> units{
    {{"d", " d", 24h}, {"h", " h", 1h}, {"m", " min", 1min}, {"s", " s", 1s}, {"ms", " ms", 1ms}}};

}  // namespace

std::optional<Timestamp> read_date(std::string_view text) {
    text = trim(text);
    if (text.empty()) return std::nullopt;
    const bool may_be_rfc3339 = text.size() >= 20 && text[4] == '-';
    const auto exact = may_be_rfc3339 ? read_rfc3339(text) : read_rfc822(text);
    return exact ? exact : read_lenient_date(text);
}

std::optional<Timestamp> read_http_date(std::string_view text) {
    text = trim(text);
    if (text.size() < 8) return std::nullopt;
    if (text[3] == ' ') return read_asctime(text);
    if (text[3] != ',') return read_rfc850(text);
    return text.ends_with(" GMT") ? read_rfc822(text) : std::nullopt;
}

std::string write_rfc3339(Timestamp time) {
    const Fields fields = fields_of(time);
    std::string out;
    out.reserve(24);
    append_number(out, int{fields.date.year()}, 4);
    out += '-';
    append_number(out, unsigned{fields.date.month()}, 2);
    out += '-';
    append_number(out, unsigned{fields.date.day()}, 2);
    out += 'T';
    append_clock(out, fields);
    if (const auto milliseconds = fields.clock.subseconds().count()) {
        out += '.';
        append_number(out, milliseconds, 3);
    }
    return out += 'Z';
}

std::string write_rfc822(Timestamp time) {
    return write_internet_date(time, "+0000");
}

std::string write_http_date(Timestamp time) {
    return write_internet_date(time, "GMT");
}

std::optional<Duration> read_duration(std::string_view text) {
    text = trim(text);
    if (text.empty()) return std::nullopt;
    Duration total{0};
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        const std::int64_t count = read_number(text.substr(0, digits));
        text.remove_prefix(digits);
        const std::size_t letters = std::min(text.find_first_of("0123456789"), text.size());
        const auto unit = std::ranges::find(units, text.substr(0, letters), &Unit::short_name);
        if (count < 0 || unit == units.end()) return std::nullopt;
        text.remove_prefix(letters);
        constexpr auto longest = Duration::max() / 8;  // centuries of centuries; no sum overflows
        if (count > longest / unit->duration) return std::nullopt;
        total += count * unit->duration;
        if (total > longest) return std::nullopt;
    }
    return total;
}

std::string write_duration(Duration duration) {
    if (duration < 0ms) return "-" + write_duration(-std::max(duration, -Duration::max()));
    const auto first =
        std::ranges::find_if(units, [&](const Unit& unit) { return duration >= unit.duration; });
    if (first == units.end()) return "0 s";
    std::string out = std::to_string(duration / first->duration).append(first->name);
    const auto second = std::next(first);
    const bool is_sub_second = second == units.end() || second->duration < 1s;
    if (!is_sub_second && duration % first->duration >= second->duration) {
        const auto rest = duration % first->duration / second->duration;
        out.append(" ").append(std::to_string(rest)).append(second->name);
    }
    return out;
}

}  // namespace tributary
