#include "fetcher/headers.h"

#include "base/text.h"

#include <algorithm>

namespace tributary::fetcher {
namespace {

constexpr std::int64_t ten_years_in_seconds = std::int64_t{3653} * 24 * 3600;
constexpr Duration ten_years = std::chrono::seconds(ten_years_in_seconds);

Duration saturated_seconds(std::int64_t seconds) {
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, ten_years_in_seconds));
}

/// The first field of that name. Dates hold commas, so a repeated date must not be joined.
std::string_view first(const Headers& headers, std::string_view name) {
    for (const auto& [field, value] : headers.fields) {
        if (field == name) return value;
    }
    return {};
}

/// Takes one item from the front of a list, up to `separator` outside quoted strings and, for Link,
/// outside "<...>" (RFC 9110 5.6.1, 5.6.4).
std::string_view take_item(std::string_view& rest, char separator) {
    bool quoted = false;
    bool bracketed = false;
    std::size_t end = 0;
    for (; end < rest.size(); ++end) {
        const char c = rest[end];
        if (quoted && c == '\\') {
            ++end;
        } else if (c == '"' && !bracketed) {
            quoted = !quoted;
        } else if (!quoted && (c == '<' || c == '>')) {
            bracketed = c == '<';
        } else if (c == separator && !quoted && !bracketed) {
            break;
        }
    }
    end = std::min(end, rest.size());
    const std::string_view item = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return item;
}

struct Parameter {
    std::string_view name;
    std::string_view value;
    bool has_value = false;
};

/// `name=value` or `name="value"`; escapes inside quotes are left alone: no value we read has them.
Parameter read_parameter(std::string_view item) {
    const auto equals = item.find('=');
    if (equals == item.npos) return {item, {}, false};
    std::string_view value = trim(item.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
    }
    return {trim(item.substr(0, equals)), trim(value), true};
}

struct CacheControl {
    std::optional<std::int64_t> max_age;  // in seconds; -1: unreadable
    bool never = false;                   // no-cache or no-store
};

CacheControl read_cache_control(const Headers& headers) {
    CacheControl result;
    const std::string text = headers.get("cache-control");
    for (std::string_view rest = text; !rest.empty();) {
        const auto [name, value, has_value] = read_parameter(take_item(rest, ','));
        if (equals_ignoring_case(name, "max-age") && !result.max_age) {
            result.max_age = read_number(value);
        } else if (equals_ignoring_case(name, "no-store")) {
            result.never = true;
        } else if (equals_ignoring_case(name, "no-cache") && !has_value) {
            result.never = true;  // no-cache="field" is about that field alone (RFC 9111 5.2.2.4)
        }
    }
    return result;
}

std::optional<Duration> positive(Duration duration) {
    if (duration <= Duration::zero()) return std::nullopt;
    return std::min(duration, ten_years);
}

/// Reddit gives seconds ("298", "298.0"), GitHub and others a Unix time. Only a spent allowance
/// asks for a pause.
std::optional<Duration> rate_limit_reset(const Headers& headers, Timestamp now) {
    const auto whole = [&](std::string_view name) {
        const std::string_view value = first(headers, name);
        return read_number(value.substr(0, value.find('.')));
    };
    constexpr std::int64_t earliest_unix_time = 1'000'000'000;
    const std::int64_t seconds = whole("x-ratelimit-reset");
    if (seconds < 0 || whole("x-ratelimit-remaining") > 0) return std::nullopt;
    if (seconds < earliest_unix_time) return saturated_seconds(seconds);
    const auto since_epoch = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    return saturated_seconds(seconds - since_epoch.count());
}

/// Printable ASCII, so that it can go back out as it came and can forge no other header.
bool is_plain(std::string_view value, std::size_t limit) {
    return !value.empty() && value.size() <= limit &&
           std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

bool names_relation(std::string_view value, std::string_view rel) {
    return std::ranges::any_of(
        split(value, ' '), [&](std::string_view one) { return equals_ignoring_case(one, rel); });
}

/// One link-value, if it is one and speaks about this document.
std::optional<LinkValue> read_link(std::string_view item) {
    const auto close = item.find('>');
    if (!item.starts_with('<') || close == item.npos) return std::nullopt;
    LinkValue link;
    link.target = trim(item.substr(1, close - 1));
    bool has_relation = false;  // the first rel counts (RFC 8288 3.3)
    std::string_view rest = item.substr(close + 1);
    while (!rest.empty()) {
        const auto [name, value, has_value] = read_parameter(take_item(rest, ';'));
        if (equals_ignoring_case(name, "anchor")) return std::nullopt;
        if (equals_ignoring_case(name, "type")) link.type = value;
        if (equals_ignoring_case(name, "title")) link.title = value;
        if (!equals_ignoring_case(name, "rel") || has_relation) continue;
        link.relation = value;
        has_relation = true;
    }
    return link;
}

}  // namespace

std::string Headers::get(std::string_view name) const {
    std::string joined;
    bool seen = false;
    for (const auto& [field, value] : fields) {
        if (field != name) continue;
        if (seen) joined += ", ";
        joined += value;
        seen = true;
    }
    return joined;
}

bool Headers::has(std::string_view name) const {
    return std::ranges::any_of(fields, [&](const auto& field) { return field.first == name; });
}

std::optional<Duration> freshness(const Headers& headers, Timestamp now) {
    const CacheControl control = read_cache_control(headers);
    if (control.never) return std::nullopt;
    const Duration age = saturated_seconds(read_number(first(headers, "age")));
    if (control.max_age) return positive(saturated_seconds(*control.max_age) - age);
    const auto expires = read_http_date(first(headers, "expires"));
    if (!expires) return std::nullopt;
    const Timestamp date = read_http_date(first(headers, "date")).value_or(now);
    return positive(*expires - date - age);
}

std::optional<Duration> retry_after(const Headers& headers, Timestamp now) {
    const std::string_view value = first(headers, "retry-after");
    const std::int64_t seconds = read_number(value);
    if (seconds >= 0) return saturated_seconds(seconds);
    if (const auto date = read_http_date(value)) {
        // By the publisher's own clock, where it tells the time: ours may be wrong.
        const Timestamp reference = read_http_date(first(headers, "date")).value_or(now);
        return std::clamp(Duration(*date - reference), Duration::zero(), ten_years);
    }
    return rate_limit_reset(headers, now);
}

Validators validators(const Headers& headers) {
    Validators result;
    const std::string_view etag = first(headers, "etag");
    if (is_plain(etag, 1024)) result.etag = etag;
    const std::string_view modified = first(headers, "last-modified");
    if (is_plain(modified, 256)) result.last_modified = modified;
    return result;
}

std::vector<LinkValue> links(const Headers& headers) {
    std::vector<LinkValue> links;
    const std::string text = headers.get("link");
    for (std::string_view rest = text; !rest.empty();) {
        if (auto link = read_link(take_item(rest, ','))) links.push_back(std::move(*link));
    }
    return links;
}

std::vector<std::string> link_targets(const Headers& headers, std::string_view rel) {
    std::vector<std::string> targets;
    for (LinkValue& link : links(headers)) {
        if (names_relation(link.relation, rel)) targets.push_back(std::move(link.target));
    }
    return targets;
}

}  // namespace tributary::fetcher
