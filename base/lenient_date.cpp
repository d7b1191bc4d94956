#include "base/lenient_date.h"

#include "base/date_words.h"
#include "base/text.h"

#include <array>
#include <span>
#include <string>

namespace tributary {
namespace {

using std::chrono::minutes;

constexpr std::size_t max_length = 160;  // nothing longer is a date
constexpr std::size_t max_numbers = 4;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

struct Number {
    std::int64_t value = 0;
    std::size_t digits = 0;
    char before = 0, after = 0;  // the characters around it
};

/// What the tokens have told so far.
struct Clues {
    std::array<Number, max_numbers> numbers{};
    std::size_t count = 0;
    int month = 0, weekday = -1;
    int week = 0;
    bool has_time = false, is_impossible = false;
    int hour = 0, minute = 0, second = 0, millisecond = 0;
    enum class Half { none, morning, afternoon } half = Half::none;
    std::optional<minutes> offset, offset_of_language;
    std::optional<Timestamp> instant;  // the text was a count of seconds
};

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    /// Nothing if a token contradicts the others.
    std::optional<Clues> read() {
        while (at_ < text_.size() && !clues_.is_impossible) read_token();
        if (clues_.is_impossible) return std::nullopt;
        return clues_;
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    Number read_digits() {
        Number number{.before = at_ > 0 ? text_[at_ - 1] : '\0'};
        for (; is_digit(peek()); ++at_, ++number.digits)
            if (number.digits < 18) number.value = number.value * 10 + (peek() - '0');
        number.after = peek();
        return number;
    }

    void read_token() {
        if (is_digit(peek())) {
            read_number_token();
        } else if (is_letter(peek())) {
            read_word_token();
        } else if ((peek() == '+' || peek() == '-') && starts_offset()) {
            read_offset();
        } else {
            ++at_;
        }
    }

    void read_number_token() {
        const Number number = read_digits();
        last_was_date_number_ = false;
        const bool is_clock = number.digits <= 2 && peek() == ':' && is_digit(peek(1));
        const bool follows_t = clues_.count > 0 && ascii_lower(number.before) == 't';
        if (is_clock) {
            read_clock(number);
        } else if (follows_t && !clues_.has_time) {
            read_basic_clock(number);
        } else {
            add_number(number);
        }
    }

    /// hh:mm, hh:mm:ss, hh:mm:ss.fff after its hour.
    void read_clock(const Number& hour) {
        if (clues_.has_time) return fail();
        clues_.has_time = true;
        clues_.hour = static_cast<int>(hour.value);
        ++at_;
        clues_.minute = read_two_digits();
        if (peek() == ':') {
            ++at_;
            clues_.second = read_two_digits();
            if (peek() == ':') return fail();
        }
        read_fraction();
    }

    /// ISO 8601 basic form: T10, T1014, T101455.
    void read_basic_clock(const Number& number) {
        const auto value = static_cast<int>(number.value);
        clues_.has_time = true;
        switch (number.digits) {
            case 1:
            case 2:
                clues_.hour = value;
                break;
            case 4:
                clues_.hour = value / 100;
                clues_.minute = value % 100;
                break;
            case 6:
                clues_.hour = value / 10000;
                clues_.minute = value / 100 % 100;
                clues_.second = value % 100;
                break;
            default:
                return fail();
        }
        read_fraction();
    }

    int read_two_digits() {
        const Number number = read_digits();
        if (number.digits == 0 || number.digits > 2) fail();
        return static_cast<int>(number.value);
    }

    void read_fraction() {
        if ((peek() != '.' && peek() != ',') || !is_digit(peek(1))) return;
        ++at_;
        int weight = 100;
        for (; is_digit(peek()); ++at_, weight /= 10) clues_.millisecond += (peek() - '0') * weight;
    }

    /// Whether the sign here begins a zone offset, and is not a dash between numbers.
    bool starts_offset() const {
        const bool after_date_number = at_ > 0 && is_digit(text_[at_ - 1]) && last_was_date_number_;
        return clues_.has_time && !after_date_number && (is_digit(peek(1)) || peek() == '+');
    }

    void read_offset() {
        const int sign = peek() == '-' ? -1 : 1;
        ++at_;
        const Number number = read_digits();
        auto hours = static_cast<int>(number.value), rest = 0;
        if (number.digits == 0 || number.digits > 4) return fail();
        if (number.digits > 2) {
            rest = hours % 100;
            hours /= 100;
        } else if (peek() == ':') {
            ++at_;
            rest = read_two_digits();
        }
        if (hours > 23 || rest > 59) return fail();
        // "GMT+0200" names its zone twice; "-05:00Z" does too, and there the first is meant.
        if (!clues_.offset || *clues_.offset == minutes{0}) {
            clues_.offset = minutes{sign * (hours * 60 + rest)};
        }
    }

    void read_word_token() {
        const std::size_t start = at_;
        while (is_letter(peek())) ++at_;
        const char before = start > 0 ? text_[start - 1] : '\0';
        const std::string word = fold_word(text_.substr(start, at_ - start));
        if (read_half_of_day(word)) return;
        if (word == "w" && is_digit(peek()) && clues_.count == 1) return read_week();
        read_east_asian(word);
        if (const int month = month_of(word)) {
            clues_.month = month;  // the last one: "mar, 9 avr" begins with a weekday
            return;
        }
        if (clues_.weekday < 0) clues_.weekday = weekday_of(word);
        const bool is_region = before == '/' || peek() == '/';  // Etc/GMT: the name after it counts
        const bool may_be_zone = clues_.has_time && !clues_.offset && before != '/';
        if (may_be_zone && !is_region) clues_.offset = zone_of(word);
    }

    /// am, p.m., a. m.; the Korean, Japanese and Chinese words stand before the time.
    bool read_half_of_day(std::string_view word) {
        const bool is_dotted = (word == "a" || word == "p") && peek() == '.';
        if (is_dotted) {
            const std::size_t m = peek(1) == ' ' ? 2 : 1;
            if (ascii_lower(peek(m)) != 'm') return false;
            at_ += m + 1;
        }
        const bool is_morning = word == "am" || (is_dotted && word == "a");
        const bool is_afternoon = word == "pm" || (is_dotted && word == "p");
        if (!is_morning && !is_afternoon) return false;
        if (!clues_.has_time && !take_hour()) return word == "am";  // German: "am 5. Mai"
        clues_.half = is_morning ? Clues::Half::morning : Clues::Half::afternoon;
        return true;
    }

    /// "4 pm": the number just read was the hour.
    bool take_hour() {
        if (clues_.count == 0 || clues_.numbers[clues_.count - 1].digits > 2) return false;
        clues_.hour = static_cast<int>(clues_.numbers[--clues_.count].value);
        clues_.has_time = true;
        return true;
    }

    void read_east_asian(std::string_view word) {
        struct Row {
            std::string_view word;
            Clues::Half half;
            int offset;
        };
        // Dates in these words carry no zone; Korea and Japan have one each, and China has one.
        static constexpr std::array<Row, 7> rows{{
            {"오전", Clues::Half::morning, 540},
            {"오후", Clues::Half::afternoon, 540},
            {"년", Clues::Half::none, 540},
            {"午前", Clues::Half::morning, 540},
            {"午後", Clues::Half::afternoon, 540},
            {"上午", Clues::Half::morning, 480},
            {"下午", Clues::Half::afternoon, 480},
        }};
        for (const Row& row : rows) {
            if (row.word != word) continue;
            if (row.half != Clues::Half::none) clues_.half = row.half;
            clues_.offset_of_language = minutes{row.offset};
        }
    }

    /// 2004-W10-3, 2004W103.
    void read_week() {
        const Number number = read_digits();
        const auto value = static_cast<int>(number.value);
        clues_.week = number.digits == 3 ? value / 10 : value;
        int day = number.digits == 3 ? value % 10 : 1;
        if (number.digits == 2 && peek() == '-' && is_digit(peek(1))) {
            ++at_;
            day = read_two_digits();
        }
        if (clues_.week < 1 || clues_.week > 53 || day < 1 || day > 7) return fail();
        add_number({.value = day, .digits = 1});
    }

    void add_number(const Number& number) {
        last_was_date_number_ = true;
        if (number.digits == text_.size() && (number.digits == 10 || number.digits == 13)) {
            const auto milliseconds = number.digits == 10 ? number.value * 1000 : number.value;
            clues_.instant = Timestamp{Duration{milliseconds}};
            return;
        }
        if (number.digits == 8) return add_parts(number, {10000, 100, 1}, {4, 2, 2});
        if (number.digits == 7) return add_parts(number, {1000, 1, 0}, {4, 3, 0});
        if (number.digits == 14) {
            add_parts({.value = number.value / 1000000, .digits = 8}, {10000, 100, 1}, {4, 2, 2});
            const auto time = static_cast<int>(number.value % 1000000);
            return read_basic_clock({.value = time, .digits = 6});
        }
        if (number.digits > 4 || clues_.count == max_numbers) return fail();
        clues_.numbers[clues_.count++] = number;
    }

    /// Cuts a run of digits: 20040105, 2004005.
    void add_parts(Number number, std::array<std::int64_t, 3> weights,
                   std::array<std::size_t, 3> digits) {
        if (clues_.count != 0) return fail();
        for (std::size_t i = 0; i < weights.size() && digits[i] > 0; ++i) {
            clues_.numbers[clues_.count++] = {.value = number.value / weights[i],
                                              .digits = digits[i]};
            number.value %= weights[i];
        }
    }

    void fail() { clues_.is_impossible = true; }

    std::string_view text_;
    std::size_t at_ = 0;
    bool last_was_date_number_ = false;
    Clues clues_;
};

struct Day {
    int year = 0, month = 0, day = 0;
};

/// RFC 5322 4.3: years of two digits are 1950 to 2049, those of three count from 1900.
int full_year(const Number& number) {
    const auto year = static_cast<int>(number.value);
    if (number.digits == 2) return year < 50 ? year + 2000 : year + 1900;
    return number.digits == 3 ? year + 1900 : year;
}

/// Nothing if the calendar has no such day.
std::optional<std::chrono::sys_days> calendar_day(int year, int month, int day) {
    // Compared first: the calendar types keep only the low eight bits.
    if (month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date};
}

bool is_day(const Day& day) {
    return calendar_day(day.year, day.month, day.day).has_value();
}

bool falls_on(const Day& day, int weekday) {
    const auto date = calendar_day(day.year, day.month, day.day);
    return date && std::chrono::weekday{*date}.c_encoding() == static_cast<unsigned>(weekday);
}

/// Day and month were both numbers and the order is unknown: the one that exists, then the one
/// that falls on the weekday given, then the American one if a slash stands between them.
Day either_order(int year, const Number& first, const Number& second, int weekday) {
    const auto a = static_cast<int>(first.value), b = static_cast<int>(second.value);
    const Day american{year, a, b}, day_first{year, b, a};
    const bool prefer_american = first.after == '/';
    const Day& preferred = prefer_american ? american : day_first;
    const Day& other = prefer_american ? day_first : american;
    if (!is_day(preferred)) return other;
    const bool is_contradicted = weekday >= 0 && !falls_on(preferred, weekday);
    return is_contradicted && falls_on(other, weekday) ? other : preferred;
}

Day day_of_ordinal(int year, int ordinal) {
    using namespace std::chrono;
    const sys_days day = sys_days{std::chrono::year{year} / January / 1} + days{ordinal - 1};
    const year_month_day date{day};
    if (ordinal < 1 || date.year() != std::chrono::year{year}) return {};
    return {year, static_cast<int>(unsigned{date.month()}), static_cast<int>(unsigned{date.day()})};
}

/// ISO 8601: week 1 holds the first Thursday of the year.
Day day_of_week(int year, int week, int weekday) {
    using namespace std::chrono;
    const sys_days fourth{std::chrono::year{year} / January / 4};
    const sys_days monday = fourth - (std::chrono::weekday{fourth} - Monday);
    const year_month_day date{monday + days{(week - 1) * 7 + weekday - 1}};
    return {static_cast<int>(date.year()), static_cast<int>(unsigned{date.month()}),
            static_cast<int>(unsigned{date.day()})};
}

Day day_with_named_month(int month, std::span<const Number> numbers) {
    const Number& first = numbers[0];
    if (numbers.size() == 1) {  // "Nov. 2020"
        return first.digits == 4 ? Day{full_year(first), month, 1} : Day{};
    }
    const bool year_first = first.digits > 2 || first.value > 31;
    const Number& year = year_first ? first : numbers[1];
    const Number& day = year_first ? numbers[1] : first;
    if (year.digits < 2 || day.digits > 2) return {};
    return {full_year(year), month, static_cast<int>(day.value)};
}

Day day_of_numbers(std::span<const Number> numbers, int weekday) {
    const Number& first = numbers[0];
    if (first.digits == 4) {
        if (numbers.size() == 2 && numbers[1].digits == 3)
            return day_of_ordinal(full_year(first), static_cast<int>(numbers[1].value));
        const auto part = [&](std::size_t i) {
            return i < numbers.size() ? static_cast<int>(numbers[i].value) : 1;
        };
        return {full_year(first), part(1), part(2)};
    }
    if (numbers.size() < 3 || numbers[2].digits < 2) return {};
    return either_order(full_year(numbers[2]), first, numbers[1], weekday);
}

Day day_of(const Clues& clues) {
    const std::span numbers(clues.numbers.data(), clues.count);
    if (numbers.empty()) return {};
    if (clues.week > 0) {
        return numbers.size() == 2 && numbers[0].digits == 4
                   ? day_of_week(full_year(numbers[0]), clues.week,
                                 static_cast<int>(numbers[1].value))
                   : Day{};
    }
    if (numbers.size() > 3) return {};
    const bool month_is_named = clues.month > 0 && numbers.size() < 3;
    return month_is_named ? day_with_named_month(clues.month, numbers)
                          : day_of_numbers(numbers, clues.weekday);
}

/// 12 am is midnight, 12 pm noon; "16:20 pm" says afternoon twice.
int hour_of(const Clues& clues) {
    if (clues.half == Clues::Half::morning && clues.hour == 12) return 0;
    if (clues.half == Clues::Half::afternoon && clues.hour < 12) return clues.hour + 12;
    return clues.hour;
}

}  // namespace

std::optional<Timestamp> timestamp_of(const CivilTime& civil) {
    using namespace std::chrono;
    const auto date = calendar_day(civil.year, civil.month, civil.day);
    const bool is_midnight = civil.minute == 0 && civil.second == 0 && civil.millisecond == 0;
    if (civil.year < 1 || civil.year > 9999 || !date) return std::nullopt;
    if (civil.hour > 24 || (civil.hour == 24 && !is_midnight)) return std::nullopt;
    if (civil.minute > 59 || civil.second > 60) return std::nullopt;
    const Timestamp time = *date + hours{civil.hour} + minutes{civil.minute} +
                           seconds{civil.second} + milliseconds{civil.millisecond} - civil.offset;
    constexpr Timestamp first = sys_days{year{1} / January / 1};
    constexpr Timestamp end = sys_days{year{10000} / January / 1};
    if (time < first || time >= end) return std::nullopt;
    return time;
}

std::optional<Timestamp> read_lenient_date(std::string_view text) {
    text = trim(text);
    if (text.empty() || text.size() > max_length) return std::nullopt;
    const auto clues = Reader(text).read();
    if (!clues) return std::nullopt;
    if (clues->instant) return clues->instant;
    const Day day = day_of(*clues);
    return timestamp_of(
        {.year = day.year,
         .month = day.month,
         .day = day.day,
         .hour = hour_of(*clues),
         .minute = clues->minute,
         .second = clues->second,
         .millisecond = clues->millisecond,
         .offset = clues->offset.value_or(clues->offset_of_language.value_or(minutes{0}))});
}

}  // namespace tributary
