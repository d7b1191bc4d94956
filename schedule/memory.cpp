#include "schedule/memory.h"

#include <algorithm>
#include <charconv>

namespace tributary::schedule {
namespace {

/// A line of `memory`: where it begins, and how long it is with its line break.
struct Line {
    std::size_t begin = 0, length = 0;
};

/// The line that `topic` has; of no length if there is none.
Line find_line(std::string_view memory, std::string_view topic) {
    for (std::size_t begin = 0; begin < memory.size();) {
        const std::size_t end = std::min(memory.find('\n', begin), memory.size() - 1) + 1;
        const std::string_view line = memory.substr(begin, end - begin);
        if (line.starts_with(topic) && line.substr(topic.size()).starts_with('\t'))
            return {.begin = begin, .length = end - begin};
        begin = end;
    }
    return {.begin = memory.size()};
}

std::string without_breaks(std::string_view text) {
    std::string field(text);
    std::ranges::replace_if(field, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return field;
}

}  // namespace

Notes& Notes::add(std::string_view text) {
    fields_.push_back(without_breaks(text));
    return *this;
}

Notes& Notes::add(std::int64_t number) {
    fields_.push_back(std::to_string(number));
    return *this;
}

Notes& Notes::add(std::optional<Timestamp> time) {
    fields_.push_back(time ? std::to_string(time->time_since_epoch().count()) : std::string());
    return *this;
}

std::string Notes::text(std::size_t place) const {
    return place < fields_.size() ? fields_[place] : std::string();
}

std::int64_t Notes::number(std::size_t place) const {
    if (place >= fields_.size()) return 0;
    const std::string& field = fields_[place];
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
    return error == std::errc{} && end == field.data() + field.size() ? number : 0;
}

std::optional<Timestamp> Notes::time(std::size_t place) const {
    if (place >= fields_.size() || fields_[place].empty()) return std::nullopt;
    return Timestamp(Duration(number(place)));
}

Notes recall(std::string_view memory, std::string_view topic) {
    const Line found = find_line(memory, topic);
    if (found.length == 0) return {};
    std::string_view rest = memory.substr(found.begin, found.length);
    if (rest.ends_with('\n')) rest.remove_suffix(1);
    rest.remove_prefix(topic.size() + 1);
    std::vector<std::string> fields;
    while (true) {
        const std::size_t tab = rest.find('\t');
        fields.emplace_back(rest.substr(0, tab));
        if (tab == rest.npos) return Notes(std::move(fields));
        rest.remove_prefix(tab + 1);
    }
}

void remember(std::string& memory, std::string_view topic, const Notes& notes) {
    std::string line;
    if (!notes.empty()) {
        line = topic;
        for (const auto& field : notes.fields()) line.append("\t").append(field);
        line += '\n';
    }
    const Line found = find_line(memory, topic);
    memory.replace(found.begin, found.length, line);
}

}  // namespace tributary::schedule
