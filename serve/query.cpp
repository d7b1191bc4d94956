#include "base/percent.h"
#include "base/text.h"
#include "serve/routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tributary::serve {
namespace {

constexpr int largest_limit = 1000;
constexpr int most_words = 32;              // of one parameter that may be repeated
constexpr std::size_t longest_value = 512;  // bytes, decoded
constexpr std::size_t longest_shown = 60;   // of what a refusal repeats
constexpr Duration longest_age = std::chrono::days{36525};

/// Reads `value` into the query. False if it is not what the parameter takes.
using Read = bool (*)(std::string_view value, Query& query);

bool read_text(std::string_view value, Query& query) {
    query.text = trim(value);
    return true;
}

bool read_tag(std::string_view value, Query& query) {
    query.tags.emplace_back(value);
    return !value.empty();
}

bool read_source(std::string_view value, Query& query) {
    query.sources.emplace_back(value);
    return !value.empty();
}

bool is_rfc3339_like(std::string_view value) {
    return value.size() >= 10 && value[4] == '-' && value[7] == '-' &&
           std::all_of(value.begin(), value.begin() + 4,
                       [](char c) { return c >= '0' && c <= '9'; });
}

bool read_since(std::string_view value, Query& query) {
    if (is_rfc3339_like(value)) {
        // "+01:00" put into a query as it is arrives as " 01:00".
        std::string date(value);
        std::ranges::replace(date, ' ', '+');
        query.since_time = read_date(date);
        return query.since_time.has_value();
    }
    query.since_age = read_duration(value);
    return query.since_age && *query.since_age > Duration{0} && *query.since_age <= longest_age;
}

bool read_limit(std::string_view value, Query& query) {
    const std::int64_t number = read_number(value);
    if (number < 1 || number > largest_limit) return false;
    query.limit = static_cast<int>(number);
    return true;
}

bool read_before(std::string_view value, Query& query) {
    query.before = read_number(value);
    return *query.before >= 0;
}

bool read_full(std::string_view value, Query& query) {
    query.full = value == "1";
    return value == "0" || value == "1";
}

struct Parameter {
    std::string_view name, expected;
    Read read;
    int most;  // times in one query
};
constexpr std::array<Parameter, 7> parameters{{
    {"before", "a sequence number", read_before, 1},
    {"full", "0 or 1", read_full, 1},
    {"limit", "a number from 1 to 1000", read_limit, 1},
    {"q", "words", read_text, 1},
    {"since", "a date such as 2026-11-20T09:00:00Z or an age such as 7d", read_since, 1},
    {"source", "the name of a source", read_source, most_words},
    {"tag", "a tag", read_tag, most_words},
}};
using Seen = std::array<int, parameters.size()>;  // how often each was given

std::string quoted(std::string_view text) {
    return '"' + printable(truncate_utf8(text, longest_shown)) + '"';
}

bool decode_form(std::string_view text, std::string& out) {
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decode(spaced, out) && is_utf8(out) && out.size() <= longest_value &&
           out.find('\0') == std::string::npos;
}

/// The longest unit that says it exactly: "7d", "90m", "250ms".
std::string write_age(Duration age) {
    struct Unit {
        std::int64_t length;
        std::string_view name;
    };
    constexpr std::array<Unit, 4> units{
        {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}}};
    for (const auto& [length, name] : units) {
        if (age.count() % length == 0)
            return std::to_string(age.count() / length) + std::string(name);
    }
    return std::to_string(age.count()) + "ms";
}

void append_parameter(std::string& out, std::string_view name, std::string_view value) {
    out += out.empty() ? '?' : '&';
    out += name;
    out += '=';
    percent_encode(value, out);
}

void sort_unique(std::vector<std::string>& values) {
    std::ranges::sort(values);
    const auto rest = std::ranges::unique(values);
    values.erase(rest.begin(), rest.end());
}

/// One "name=value". The error names what is wrong with it.
std::expected<void, std::string> read_parameter(std::string_view text, Query& query, Seen& seen) {
    const std::size_t equals = std::min(text.find('='), text.size());
    std::string name, value;
    if (!decode_form(text.substr(0, equals), name)) {
        return std::unexpected("unreadable parameter " + quoted(text));
    }
    const auto parameter = std::ranges::find(parameters, name, &Parameter::name);
    if (parameter == parameters.end()) return std::unexpected("unknown parameter " + quoted(name));

    int& times = seen[static_cast<std::size_t>(parameter - parameters.begin())];
    if (times == parameter->most) {
        return std::unexpected(name + " is given more than " +
                               (times == 1 ? "once" : std::to_string(times) + " times"));
    }
    ++times;
    const std::string_view raw = text.substr(std::min(equals + 1, text.size()));
    if (!decode_form(raw, value) || !parameter->read(value, query)) {
        return std::unexpected(name + " = " + quoted(raw) + ": expected " +
                               std::string(parameter->expected));
    }
    return {};
}

}  // namespace

bool Query::empty() const {
    return *this == Query{};
}

std::string Query::canonical() const {
    std::string out;
    if (before) append_parameter(out, "before", std::to_string(*before));
    if (full) append_parameter(out, "full", *full ? "1" : "0");
    if (limit) append_parameter(out, "limit", std::to_string(*limit));
    if (!text.empty()) append_parameter(out, "q", text);
    if (since_age) append_parameter(out, "since", write_age(*since_age));
    if (since_time) append_parameter(out, "since", write_rfc3339(*since_time));
    for (const std::string& source : sources) append_parameter(out, "source", source);
    for (const std::string& tag : tags) append_parameter(out, "tag", tag);
    return out;
}

std::expected<Query, std::string> read_query(std::string_view text) {
    Query query;
    Seen seen{};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view parameter = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (parameter.empty()) continue;
        auto read = read_parameter(parameter, query, seen);
        if (!read) return std::unexpected(std::move(read.error()));
    }
    sort_unique(query.tags);
    sort_unique(query.sources);
    return query;
}

}  // namespace tributary::serve
