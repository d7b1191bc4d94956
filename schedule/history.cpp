#include "schedule/history.h"

#include "base/text.h"

#include <algorithm>
#include <limits>

namespace tributary::schedule {
namespace {

using Minutes = std::chrono::sys_time<std::chrono::minutes>;

std::int64_t minutes_of(Timestamp time) {
    return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

Timestamp from_minutes(std::int64_t minutes) {
    return Minutes(std::chrono::minutes(minutes));
}

}  // namespace

void add(History& history, const std::vector<Timestamp>& times) {
    history.times.insert(history.times.end(), times.begin(), times.end());
    std::ranges::sort(history.times);
    if (history.times.size() > learned_entries)
        history.times.erase(history.times.begin(), history.times.end() - learned_entries);
}

std::string write_history(const History& history) {
    std::string text = std::to_string(minutes_of(history.watch.since)) + ' ' +
                       std::to_string(history.watch.window);
    std::int64_t before = 0;
    for (const Timestamp time : history.times) {
        const std::int64_t minutes = std::max<std::int64_t>(minutes_of(time), before);
        text += ' ';
        text += std::to_string(minutes - before);
        before = minutes;
    }
    return text;
}

std::optional<History> read_history(std::string_view text) {
    // Beyond this no sum of as many as there may be leaves the range of a Timestamp.
    constexpr std::int64_t most = std::int64_t{1} << 32;
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.size() < 2 || words.size() > 2 + learned_entries) return {};
    std::vector<std::int64_t> numbers;
    numbers.reserve(words.size());
    for (const std::string_view word : words) {
        numbers.push_back(read_number(word));
        if (numbers.back() < 0 || numbers.back() > most) return {};
    }
    if (numbers[1] > std::numeric_limits<int>::max()) return {};
    History history{
        .watch = {.since = from_minutes(numbers[0]), .window = static_cast<int>(numbers[1])}};
    std::int64_t minutes = 0;
    for (std::size_t i = 2; i < numbers.size(); ++i)
        history.times.push_back(from_minutes(minutes += numbers[i]));
    return history;
}

}  // namespace tributary::schedule
